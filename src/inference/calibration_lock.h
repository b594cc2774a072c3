/* Lock: one process at a time is at a calibration. */
#ifndef ENTENTE_CALIBRATION_LOCK_H
#define ENTENTE_CALIBRATION_LOCK_H

#include "base/error.h"

/* Zero-initialize. */
struct calibration_lock {
    char *path; /* NULL: not taken */
    int file;
};

/* Take that of the state `begun`: BEGUN.lock, which is there as long as it is held, or after a crash. FAILED if another
 * process has it. */
int calibration_lock_take(struct calibration_lock *lock, const char *begun, struct error *error);

/* Remove what writing the file `final` left when it was cut short, FINAL.tmp.*: nobody else writes it while the lock is
 * held. */
void calibration_lock_remove_drafts(const char *final);

void calibration_lock_give(struct calibration_lock *lock);

#endif
