#include "handover.h"

_Static_assert((int)ENTENTE_FAILED == FAILED && (int)ENTENTE_BAD_INPUT == BAD_INPUT, "codes are the same outside");

int handover_error(struct error *error, struct entente_error *out)
{
    const int code = error->code;
    if (!out || code == OK) {
        error_free(error);
        return code;
    }
    entente_error_free(out);
    *out = (struct entente_error){code, error->text};
    *error = (struct error){0};
    return code;
}

void entente_error_free(struct entente_error *error)
{
    if (!error)
        return;
    struct error inside = {.text = error->text};
    error_free(&inside); /* knows which text was not allocated */
    *error = (struct entente_error){0};
}
