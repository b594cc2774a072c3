/* JSON Schema: what YAML files of this program may say, for editors; made from the same tables as the reader's.
 *
 * It is of draft 7, which editors know. It is a little wider than the reader where JSON cannot tell what YAML wrote
 * (`on` is a text in YAML 1.2), and where what is right depends on another part of the file, or on another file. */
#ifndef ENTENTE_JSON_SCHEMA_H
#define ENTENTE_JSON_SCHEMA_H

#include "base/text.h"

enum json_schema_kind { SCHEMA_OF_CONFIGURATION, SCHEMA_OF_EXPERIMENT };

void json_schema_add(struct text *out, enum json_schema_kind kind);

#endif
