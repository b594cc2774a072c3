#!/usr/bin/env python3
"""Does noise enter the binary as it enters the slow twin?

    distributions.py BINARY [--replicates 300]

Without noise the two agree in every digit (compare.py); here their means and variances over replicates are compared, with
noise drawn by different generators. A standardized difference above the bound, of some thousands, is a failure.
"""
import argparse
import pathlib
import sys
import tempfile

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import twin  # noqa: E402
from output import Output, entente, resolved  # noqa: E402

HISTORY = HERE.parent.parent / "configs" / "scenarios" / "history.yaml"
MANY = 4000    # replicates of the binary
BOUND = 6      # standard errors: chance alone gives this once in 10^9 for a normal variable; ours have fatter tails
FEWEST = 8     # replicates in which something rare must be expected to happen to be compared
VARIABLES = ("cohesion shortfall ambition depth following cooperation effective_leadership vision will skills commitment expectation "
             "alignment threat gdp status position attendance trade infrastructure").split()
YEARS = (2001, 2002, 2003, 2006, 2012, 2020)
# Noise in growth acts past the end of the series alone, and the stream of exits where members leave: all are on here.
CHANGES = ["--set", "drivers=~", "--set", "membership.exit=0.3", "--set", "membership.exit_commitment=0.9"]


def changes(configuration):
    """What takes the place of the series in a configuration without drivers: the states' own start."""
    starts = {}
    for name, block in (configuration.get("drivers") or {}).items():
        for i, values in block.items():
            if i != "first_year":
                starts.setdefault(i, {})[name] = values[configuration["years"][0] - block["first_year"]]
    return [word for i, values in starts.items() for name, value in values.items() for word in ("--set", f"states.{i}.{name}={value!r}")]


def standardized(few, many):
    """Differences of means and of variances of each element, in standard errors, the spread taken from the many."""
    n = len(few)
    centre, variance = many.mean(axis=0), many.var(axis=0)
    fourth = ((many - centre) ** 4).mean(axis=0)
    of_mean = np.sqrt(variance * (1 / n + 1 / len(many)))
    of_variance = np.sqrt(np.maximum(fourth - variance ** 2, 0) * (1 / n + 1 / len(many)))
    # how many of the few are expected away from the most common value: rare things make no mean that is near normal
    most_common = np.median(many, axis=0)
    common = n * (np.abs(many - most_common) > 1e-9).mean(axis=0) >= FEWEST
    with np.errstate(divide="ignore", invalid="ignore"):
        z = [np.where(common, np.abs(few.mean(axis=0) - centre) / of_mean, 0),
             np.where(common, np.abs(((few - centre) ** 2).mean(axis=0) - variance) / of_variance, 0)]
    return np.nan_to_num(np.array(z))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--replicates", type=int, default=300, help="of the twin")
    options = parser.parse_args()
    arguments = changes(resolved(options.binary, HISTORY)) + CHANGES
    configuration = resolved(options.binary, HISTORY, *arguments)
    twins = [twin.run(configuration, twin.Luck(1, r)) for r in range(options.replicates)]
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "run.h5"
        entente(options.binary, "run", HISTORY, *arguments, "--replicates", MANY, "--set",
                f"record={{trajectories: [{', '.join(VARIABLES)}], statistics: none, final: none, precision: double}}",
                "-o", path, "--quiet")
        output = Output(path)
        print("largest difference in standard errors\nvariable                     mean  variance")
        for name in VARIABLES:
            theirs = output.get(name)
            z = np.array([standardized(np.array([t[name][output.years.index(y)] for t in twins]), theirs[:, output.years.index(y)])
                          for y in YEARS])
            largest = [np.max(z[:, part], initial=0) for part in (0, 1)]
            fails = max(largest) > BOUND
            failures += fails
            print(f"{name:24}{largest[0]:10.2f}{largest[1]:10.2f}{'  FAILS' if fails else ''}")
        output.close()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
