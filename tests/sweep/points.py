#!/usr/bin/env python3
"""What stands at a point is what a plain run gives with the same values.

    points.py BINARY

- A point of an experiment has the bits of a run with --set, for numbers, words, effects of events and whole scenarios.
- They do not depend on threads, on how the experiment is cut, or on what else is recorded.
- Years and states that are kept have the numbers that they have among all.
"""
import pathlib
import sys
import tempfile

import h5py
import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "invariants"))
from pairs import differing, entente  # noqa: E402

SCENARIOS = HERE.parent.parent / "configs" / "scenarios"
EXPERIMENT = f"""\
scenarios: [{SCENARIOS}/history.yaml, {SCENARIOS}/without_both.yaml]
replicates: 11
vary:
  agenda.stride: {{uniform: [0.5, 1.5]}}
  states.KGZ.position.security: {{beta: [2, 3]}}
  dyads.CHN-RUS.trade: {{log_uniform: [5000, 20000]}}
  membership.rule: [0.5, 0.67, 1]
  events.wto_accession.effects.openness.add: {{normal: [0.1, 0.02]}}
  events.wto_accession.year: {{whole: [2001, 2004]}}
  mechanisms.learning: [on, off]
design: {{random: 30}}
record: {{trajectories: [trade, status, vision, cohesion], statistics: main, precision: double}}
"""
wrong = []


def check(is_true, text):
    if not is_true:
        wrong.append(text)
        print("WRONG:", text, flush=True)


def values_at(file, point):
    """factor -> its value, as YAML has it"""
    names = file.attrs["coordinates"].decode() if isinstance(file.attrs["coordinates"], bytes) else file.attrs["coordinates"]
    found = {}
    for name in names.split():
        value = file[name][point]
        found[name] = value.decode() if isinstance(value, bytes) else f"{value:.0f}" if value == int(value) else repr(float(value))
    return found


def points_are_plain_runs(binary, folder, experiment):
    whole = folder / "whole.h5"
    entente(binary, "run", experiment, "-o", whole, "-q")
    with h5py.File(whole) as file:
        for point in (0, 1, 13, 29):
            plain = folder / f"plain-{point}.h5"
            settings = [word for name, value in values_at(file, point).items() for word in ("--set", f"{name}={value}")]
            entente(binary, "run", SCENARIOS / "history.yaml", SCENARIOS / "without_both.yaml", "-n", 11, "-q", "-o", plain,
                    "--set", "record={trajectories: [trade, status, vision, cohesion], statistics: main, precision: double}",
                    *settings)
            with h5py.File(plain) as other:
                for name, dataset in other.items():
                    if dataset.ndim < 3 or name.startswith("observed"):
                        continue
                    same = np.array_equal(dataset[:, 0], file[name][:, point], equal_nan=dataset.dtype.kind == "f")
                    check(same, f"point {point}: {name} is not that of a plain run")
    print("points have the bits of plain runs")
    return whole


def bits_do_not_depend_on_how(binary, folder, experiment, whole):
    for label, options in (("one thread", ("-t", 1)), ("three threads", ("-t", 3)), ("small parts", ("--part-runs", 40)),
                           ("parts of a cell", ("--part-runs", 1, "-t", 5))):
        other = folder / "other.h5"
        entente(binary, "run", experiment, "-o", other, "-q", "-f", *options)
        check(differing(whole, other) == [], f"{label}: other bits in {differing(whole, other)}")
    print("bits do not depend on threads and parts")


def what_is_kept_is_what_it_was(binary, folder, experiment, whole):
    kept = folder / "kept.h5"
    entente(binary, "run", experiment, "-o", kept, "-q", "--set", "record.years=[2001, 2006, 2020]", "--set",
            "record.states=[RUS, founder, USA]")
    with h5py.File(whole) as all_of_it, h5py.File(kept) as some:
        years = [k for k, year in enumerate(all_of_it["year"][()]) if year in (2001, 2006, 2020)]
        states = [k for k, state in enumerate(all_of_it["state"][()]) if state in some["state"][()]]
        check(len(states) == 7 and len(years) == 3, "the years and states that were asked for are not there")
        for name, dataset in some.items():
            axes = [scale[0].name[1:] if len(scale) else "" for scale in dataset.dims] if dataset.ndim else []
            expected = all_of_it[name][()]
            for axis, what in enumerate(axes):
                if dataset.ndim > 1 and what == "year":
                    expected = expected.take(years, axis)
                if dataset.ndim > 1 and what in ("state", "partner"):
                    expected = expected.take(states, axis)
            if dataset.ndim > 1:
                same = np.array_equal(expected, dataset[()], equal_nan=dataset.dtype.kind == "f")
                check(same, f"kept: {name} is not what it was")
    print("years and states that are kept have their numbers")


def main():
    binary = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        experiment = folder / "trial.yaml"
        experiment.write_text(EXPERIMENT)
        whole = points_are_plain_runs(binary, folder, experiment)
        bits_do_not_depend_on_how(binary, folder, experiment, whole)
        what_is_kept_is_what_it_was(binary, folder, experiment, whole)
    sys.exit(1 if wrong else 0)


main()
