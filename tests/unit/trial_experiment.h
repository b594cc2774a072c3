/* A small experiment with a calibration, read from files in the test's folder. */
#ifndef ENTENTE_TRIAL_EXPERIMENT_H
#define ENTENTE_TRIAL_EXPERIMENT_H

#include "config/calibration.h"
#include "folder.h"

static const char *const trial_world =
    "years: [2001, 2004]\n"
    "states:\n"
    "  A: {status: member, vision: 0.5, will: 0.5, skills: 0.5, position: 0.6, gdp: 90}\n"
    "  B: {status: member, vision: 0.4, will: 0.4, skills: 0.4, position: 0.5, gdp: 50}\n"
    "  C: {vision: 0.4, will: 0.4, skills: 0.4, position: 0.5, gdp: 20}\n"
    "dyads:\n"
    "  A-B: {distance: 1000, trade: 500}\n"
    "  A-C: {distance: 2000, trade: 20}\n"
    "  B-C: {distance: 3000}\n";
static const char *const trial_text =
    "scenarios: [world.yaml]\n"
    "seed: 5\n"
    "vary:\n"
    "  trade.constant: {normal: [1.66, 0.3]}\n"
    "  trade.gap_kept: {uniform: [0.2, 0.6]}\n"
    "calibration:\n"
    "  targets:\n"
    "    ab: {value: \"log(trade[A, B, 2003])\", observed: 6.5, sd: 0.2}\n"
    "    ac: {value: \"log(trade[A, C, 2003])\", observed: 4, sd: 0.5, weight: 2}\n"
    "  patterns:\n"
    "    low: {value: \"mean(trade[A, B, 2002])\", at_least: 0, at_most: 1e6, sd: 1}\n"
    "  replicates: 16\n"
    "  fit: {starts: 2, steps: 30}\n"
    "  posterior: {population: 40, generations: 12, tolerance: 1}\n";

/* `set` [n_set] as for --set. */
static inline void trial_read(struct experiment *experiment, const char *text, char **set, size_t n_set)
{
    struct error error = {0};
    write_file("world.yaml", trial_world);
    write_file("trial.yaml", text);
    if (experiment_read(experiment, "trial.yaml", set, n_set, &error) != OK)
        fail_msg("%s", error.text);
}

#endif
