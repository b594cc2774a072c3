/* The scalar twin once more, with its logarithms hoisted, under other names. */
#define IS_HOISTED 1
#define scalar_make hoisted_make
#define scalar_free hoisted_free
#define scalar_run hoisted_run
#include "scalar.c"
