/* The scalar twin once more, compiled for the processor at hand (-march=native), under other names. */
#define scalar_make native_make
#define scalar_free native_free
#define scalar_run native_run
#include "scalar.c"
