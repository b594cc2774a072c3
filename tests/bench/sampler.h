/* Where a program spends its time: a timer interrupts it, and the address at which it was is written down. */
#ifndef ENTENTE_BENCH_SAMPLER_H
#define ENTENTE_BENCH_SAMPLER_H

/* Begin to sample the thread's time. Addresses are told from the beginning of the library that holds `function`; those
 * that lie elsewhere are told as they are. Negative if the system cannot. */
int sampler_start(const void *function);

/* End, and print a line a sample: where it was. */
void sampler_print(void);

#endif
