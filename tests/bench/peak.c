/* How fast is the processor at sequences of instructions that wait for nothing? roofline.py writes the sequences
 * (kernels.s) and compiles them with this.
 *
 *   peak    a line a kernel: its name, and nanoseconds of the processor that one pass takes
 */
#include <stdio.h>
#include <time.h>

/* What the sequences read and write: 16 KiB, in the first cache of any processor. */
enum { PART = 4096 };
struct memory {
    double read[PART / sizeof(double)], written[PART / sizeof(double)];
    float floats[2 * PART / sizeof(float)];
};

struct kernel {
    const char *name;
    void (*run)(size_t passes, struct memory *memory);
};

extern const struct kernel kernels[];
extern const size_t n_kernels;

enum { TRIES = 7 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* The least of some tries, for nothing makes a sequence faster than it is. */
static double measure(const struct kernel *kernel, struct memory *memory)
{
    const size_t passes = 500;
    double least = 1e300;
    kernel->run(passes, memory);
    for (int k = 0; k < TRIES; k++) {
        const double start = now();
        kernel->run(passes, memory);
        const double t = now() - start;
        least = t < least ? t : least;
    }
    return least / (double)passes;
}

int main(void)
{
    static _Alignas(64) struct memory memory;
    const size_t n_doubles = sizeof memory.read / sizeof *memory.read, n_floats = sizeof memory.floats / sizeof *memory.floats;
    for (size_t k = 0; k < n_doubles; k++)
        memory.read[k] = memory.written[k] = 1 + (double)k / (double)n_doubles;
    for (size_t k = 0; k < n_floats; k++)
        memory.floats[k] = 1 + (float)k / (float)n_floats;
    for (size_t k = 0; k < n_kernels; k++)
        printf("%s %.6g\n", kernels[k].name, measure(&kernels[k], &memory));
    return 0;
}
