/* Survey: how far an experiment is that is kept in a journal, for a person who waits. */
#ifndef ENTENTE_SURVEY_H
#define ENTENTE_SURVEY_H

#include "journal.h"

struct survey {
    char *title;                /* of the experiment, else its name; NULL if it has neither */
    size_t n_parts, n_there;    /* 0: the journal does not say how many there are to be */
    double n_runs, n_runs_done; /* in all, and in the parts that are there (about: parts may differ in size) */
    size_t n_failed, n_read;    /* runs that failed, in those parts that could be read in the time given */
    double rate;                /* runs a second of those that work now; 0 if that is not known */
    double seconds_left;        /* 0 likewise */
    struct journal_worker *workers;
    size_t n_workers, n_living;
};

/* Look at a journal. Not more than about `patience` seconds are spent on reading how runs ended. Parts count by their
 * names. Give back with survey_free. */
int survey_take(struct survey *survey, struct journal *journal, double patience, struct error *error);

void survey_free(struct survey *survey);

#endif
