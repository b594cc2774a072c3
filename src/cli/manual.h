/* Manual: the pages of man, made from the descriptors of the commands and the tables of the model. */
#ifndef ENTENTE_MANUAL_H
#define ENTENTE_MANUAL_H

/* entente(1), in the language of man pages. */
void manual_print(void);

/* entente-config(5). */
void manual_print_configuration(void);

#endif
