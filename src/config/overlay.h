/* Overlay: a configuration that says only what differs from another. */
#ifndef ENTENTE_OVERLAY_H
#define ENTENTE_OVERLAY_H

#include "base/error.h"
#include "base/text.h"

/* Add to `text` what the settings [n], each `key=value` as for --set, say together: a mapping in YAML, key by key. */
int overlay_add(struct text *text, char *const *settings, size_t n, struct error *error);

/* The path of the file `to` as it is seen from the folder in which the file `from` is, or will be. To be freed; NULL if
 * memory has run out. */
char *overlay_relative_path(const char *from, const char *to);

#endif
