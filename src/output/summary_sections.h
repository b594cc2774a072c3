/* The sections of a summary, one file each. Inside the summary. */
#ifndef ENTENTE_SUMMARY_SECTIONS_H
#define ENTENTE_SUMMARY_SECTIONS_H

#include "base/page.h"
#include "reader.h"
#include "sample.h"

struct summary {
    struct page page;
    const char *path;
    struct reader *reader;
    char **scenarios, **titles, **states, **state_names;
    double *years;
    size_t n_scenarios, n_states, n_years, n_points;
    size_t n_replicates; /* in the file */
    size_t n_looked_at;  /* of these: enough for what is printed, and few enough for any memory */
    bool is_paired;      /* replicates of scenarios have the same draws */
};

/* Each prints a blank line, a heading and a table, or one line that says why there is none. */
int summary_cohesion(const struct summary *summary, struct error *error);
int summary_effects(const struct summary *summary, struct error *error);
int summary_trade(const struct summary *summary, struct error *error);
int summary_leadership(const struct summary *summary, struct error *error);
int summary_membership(const struct summary *summary, struct error *error);

/* Likewise of an experiment of several points. */
int summary_design(const struct summary *summary, struct error *error);

/* Columns that the names of the scenarios need in a table, but no more than `most`. */
size_t summary_name_width(const struct summary *summary, size_t most);

/* A state's name, or its identifier where the page cannot show the name. */
const char *summary_state_name(const struct summary *summary, size_t state);

static inline int summary_year(const struct summary *summary, size_t year) { return (int)summary->years[year]; }

#endif
