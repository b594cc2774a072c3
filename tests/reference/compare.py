#!/usr/bin/env python3
"""Does the binary compute what the slow twin computes?

    compare.py BINARY [--cases WORD ...] [--verbose]

Runs every scenario and some stranger cases without noise, in both, and compares every variable of every year.
Prints the largest relative difference of each variable. Exit code 0 if all agree to 1e-10.
"""
import argparse
import pathlib
import random
import sys
import tempfile

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import twin  # noqa: E402
from output import Output, entente, resolved  # noqa: E402

# Sums are taken in another order and exp and log differ in the last place; where small differences are taken
# (the gap to potential trade) and over 30 years that grows to some 1e-13.
RELATIVE, ABSOLUTE = 1e-10, 1e-12
CONFIGS = HERE.parent.parent / "configs"
HISTORY = CONFIGS / "scenarios" / "history.yaml"
MECHANISMS = ("events leadership needs summit crisis cohesion institutions commitment security positions learning infrastructure "
              "trade economy membership").split()
# Recorded by the binary and not computed by the twin, with the reason.
NOT_IN_TWIN = {}
# Computed by the twin; the binary may leave them out of its record.
MAY_BE_UNRECORDED = {"tenure", "vision_ceiling", "sovereignty", "fragility", "eligible", "openness", "distance",
                     "contiguous"}


def cases():
    """(name, file, arguments)"""
    for path in sorted((CONFIGS / "scenarios").glob("*.yaml")):
        yield path.stem, path, []
    for path in sorted((CONFIGS / "organizations").glob("*.yaml")):
        yield "organization " + path.stem, path, []
    for mechanism in MECHANISMS:
        yield f"without {mechanism}", HISTORY, ["--set", f"mechanisms.{mechanism}=off"]
    yield "to 2030", HISTORY, ["--years", "2001:2030"]
    yield "series until 2005", HISTORY, ["--set", "drivers.until=2005"]
    yield "one state fewer", HISTORY, ["--set", "states.MNG=~"]
    yield "no power outside", HISTORY, ["--set", "states.USA=~"]
    yield "complementarity 0", HISTORY, ["--set", "leadership.complementarity=0"]
    yield "members leave", HISTORY, ["--set", "membership.exit=1", "--set", "membership.exit_commitment=1"]
    yield "trade feels commitment", HISTORY, ["--set", "trade.commitment=0.3", "--set", "trade.gap_kept=0.9"]
    for path in sorted((HERE / "cases").glob("*.yaml")):
        yield path.stem, path, []
    for n in range(1, 6):
        yield f"parameters at random {n}", HISTORY, list(random_parameters(n))


def random_parameters(seed):
    """Every parameter that has a default of ours within ± 30 % of it; integers and shares that would leave 0..1 are kept."""
    generator = random.Random(seed)
    for name in sorted(random_parameters.defaults):
        value = random_parameters.defaults[name]
        if isinstance(value, float) and name != "membership.rule":
            new = value * generator.uniform(0.7, 1.3)
            if 0 <= value <= 1:
                new = min(new, 1.0)
            yield from ("--set", f"{name}={new:.6g}")


def units_of_what_is_allowed(a, b):
    both_missing = np.isnan(a) & np.isnan(b)
    allowed = np.maximum(RELATIVE * np.maximum(np.abs(a), np.abs(b)), ABSOLUTE)
    return np.nan_to_num(np.where(both_missing, 0.0, np.abs(a - b) / allowed), nan=np.inf)


def largest_difference(a, b):
    """The largest |a - b| in units of what is allowed, which times RELATIVE is a relative difference."""
    return np.max(units_of_what_is_allowed(a, b), initial=0.0) if a.shape == b.shape else np.inf


def first_difference(name, a, b, output):
    place = tuple(int(n) for n in np.argwhere(units_of_what_is_allowed(a, b) > 1)[0])
    axes = [axis for axis in output.axes[name] if axis not in ("scenario", "point", "replicate", "year")]
    labels = {"state": output.states, "partner": output.states, "area": twin.AREAS}
    where = " ".join([str(output.years[place[0]])] + [labels[axis][n] for axis, n in zip(axes, place[1:])])
    return f"{where}: {name} is {a[place]!r} in the twin, {b[place]!r} in the binary"


def compare(binary, path, arguments, folder):
    """variable -> largest difference, and what is wrong."""
    file, wrong = pathlib.Path(folder) / "run.h5", []
    entente(binary, "run", path, "--noise", "off", "--replicates", 1, "--set", "record.precision=double",
            "--set", "record.trajectories=all", *arguments, "-o", file, "--quiet", "--force")
    configuration = resolved(binary, path, "--noise", "off", *arguments)
    ours, output, differences = twin.run(configuration), Output(file), {}
    if output.states != list(configuration["states"]):
        wrong.append(f"states are {output.states}, in the configuration {list(configuration['states'])}")
    recorded = output.variables()
    for name in recorded:
        if name not in ours:
            if name not in NOT_IN_TWIN and not name.startswith("observed_"):
                wrong.append(f"{name} is recorded and not in the twin")
            continue
        theirs = output.get(name)[0]
        own = ours[name]
        differences[name] = largest_difference(own, theirs)
        if own.shape != theirs.shape:
            wrong.append(f"{name}: shape of the twin {own.shape}, of the binary {theirs.shape}")
        elif differences[name] > 1:
            wrong.append(first_difference(name, own, theirs, output))
    wrong += [f"{name} is not recorded" for name in ours if name not in recorded and name not in MAY_BE_UNRECORDED]
    output.close()
    return differences, wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--cases", nargs="+", help="only cases whose name contains one of these words")
    parser.add_argument("--verbose", action="store_true", help="a line for every variable of every case")
    options = parser.parse_args()
    random_parameters.defaults = twin.flatten(resolved(options.binary, HISTORY)["parameters"])

    largest, failures, n = {}, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for name, path, arguments in cases():
            if options.cases and not any(word in name for word in options.cases):
                continue
            n += 1
            try:
                differences, wrong = compare(options.binary, path, arguments, folder)
            except RuntimeError as error:  # the binary refuses
                differences, wrong = {}, [str(error)]
            worst = max(differences, key=differences.get, default="nothing")
            print(f"{'FAILS' if wrong else 'ok':6}{name:32} largest relative difference "
                  f"{RELATIVE * differences.get(worst, 0):.1e} ({worst}), {len(differences)} variables")
            for line in sorted(wrong)[:None if options.verbose else 8]:  # the earliest first: the rest may follow from it
                print(f"          {line}")
            if options.verbose:
                for variable, difference in differences.items():
                    print(f"          {variable:24} {RELATIVE * difference:.1e}")
            failures += bool(wrong)
            for variable, difference in differences.items():
                largest[variable] = max(largest.get(variable, (0.0, name)), (RELATIVE * difference, name))
    print(f"\n{'variable':24} largest relative difference, in case")
    for variable, (relative, name) in sorted(largest.items(), key=lambda item: -item[1][0]):
        print(f"{variable:24} {relative:.1e}  {name}")
    print(f"\n{n - failures} of {n} cases agree")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
