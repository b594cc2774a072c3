#!/usr/bin/env python3
"""The same luck, and the same bits.

    pairs.py BINARY [BINARY of another build ...]

- Two scenarios are the same to the bit until the first event in which they differ, and differ from then on.
- A run gives the same bits with one thread and with two, and when it is repeated.
- The first replicates of a large run are the replicates of a small one; a scenario beside others is what it is alone.
- Builds by other compilers, with other flags, give the same bits; so do the levels of the instruction set.
"""
import hashlib
import pathlib
import re
import sys
import tempfile

import h5py
import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "reference"))
from output import Output, entente  # noqa: E402

SCENARIOS = HERE.parent.parent / "configs" / "scenarios"
REPLICATES = 37  # no multiple of a batch of lanes
# scenario, the year in which it first differs from history, and a variable that differs then
PAIRS = (("without_nine_eleven", 2001, "alignment"), ("without_colour_revolutions", 2003, "insecurity"),
         ("without_both", 2001, "alignment"))


def file_of(name):
    return SCENARIOS / f"{name}.yaml"


def run(binary, folder, label, *arguments):
    path = pathlib.Path(folder) / f"{label}.h5"
    entente(binary, "run", *arguments, "-o", path, "--quiet", "--force")
    return path


def hashes(path):
    """dataset -> hash of its bytes. What tells of the run and not of the world stands in attributes."""
    found = {}

    def visit(name, item):
        if isinstance(item, h5py.Dataset):
            values = item[()]
            data = repr(values.tolist()).encode() if values.dtype == object else np.ascontiguousarray(values).tobytes()
            found[name] = hashlib.sha256(data).hexdigest()
    with h5py.File(path, "r") as file:
        file.visititems(visit)
    return found


def differing(a, b):
    a, b = hashes(a), hashes(b)
    return sorted(name for name in a.keys() | b.keys() if a.get(name) != b.get(name))


def same_values(a, b):
    return np.array_equal(a, b, equal_nan=True)


def scenarios_are_the_same_until_they_differ(binary, folder):
    path = run(binary, folder, "pairs", file_of("history"), *(file_of(name) for name, _, _ in PAIRS), "--replicates", REPLICATES,
               "--set", "record.precision=double", "--set", "record.trajectories=all")
    output, wrong = Output(path), []
    for name, year, variable in PAIRS:
        n = output.years.index(year)
        for v in output.variables():
            a, b = output.get(v, "history"), output.get(v, name)
            if not same_values(a[:, :n], b[:, :n]):
                wrong.append(f"{name} differs from history in {v} before {year}")
        if same_values(output.get(variable, "history")[:, n], output.get(variable, name)[:, n]):
            wrong.append(f"{name} does not differ from history in {variable} of {year}")
        if same_values(output.get("cohesion", "history")[:, -1], output.get("cohesion", name)[:, -1]):
            wrong.append(f"{name} does not differ from history in the last year's cohesion")
    # draws that an event does not touch stay the same: where nothing reaches, both scenarios are one to the end
    luck = same_values(output.get("gdp", "history"), output.get("gdp", "without_both"))
    if not luck:
        wrong.append("GDP that follows its series differs between history and without_both")
    output.close()
    return wrong


def bits_do_not_depend_on_threads_or_repetition(binary, folder):
    arguments = [file_of("history"), file_of("without_both"), "--replicates", REPLICATES]
    one = run(binary, folder, "one", *arguments, "--threads", 1)
    wrong = [f"{name} differs between one thread and two" for name in
             differing(one, run(binary, folder, "two", *arguments, "--threads", 2))]
    wrong += [f"{name} differs when the run is repeated" for name in
              differing(one, run(binary, folder, "again", *arguments, "--threads", 1))]
    other = run(binary, folder, "other", *arguments, "--threads", 1, "--seed", 2)
    return wrong + ([] if "trade" in differing(one, other) else ["trade is the same with another seed"])


def a_replicate_is_the_same_in_any_company(binary, folder):
    arguments = ["--set", "record.precision=double", "--set", "record.trajectories=all"]
    many = Output(run(binary, folder, "many", file_of("without_nine_eleven"), file_of("history"), "--replicates", REPLICATES,
                      *arguments))
    few = Output(run(binary, folder, "few", file_of("history"), "--replicates", 5, *arguments))
    wrong = [f"{v}: the first 5 of {REPLICATES} replicates beside another scenario are not the 5 of a run of their own"
             for v in few.variables() if not same_values(many.get(v, "history")[:5], few.get(v, few.scenarios[0]))]
    many.close(), few.close()
    return wrong


def builds_give_the_same_bits(binaries, folder):
    arguments = [file_of("history"), file_of("without_both"), "--years", "2001:2030", "--replicates", REPLICATES,
                 "--set", "record.precision=double", "--set", "record.trajectories=all"]
    first, *others = [run(binary, folder, f"build{n}", *arguments) for n, binary in enumerate(binaries)]
    return [f"{name} differs between {binaries[0]} and {binary}" for binary, other in zip(binaries[1:], others)
            for name in differing(first, other)]


def level_commands(binary, folder):
    """Commands that keep the loader from taking the library for a newer processor; none where it cannot be told to."""
    found = re.search(rb"/lib[^\0]*/ld-linux-x86-64[^\0]*", pathlib.Path(binary).read_bytes())
    commands = []
    for level in ("x86-64-v3", "none") if found else ():
        command = pathlib.Path(folder) / level
        command.write_text(f'#!/bin/sh\nexec {found[0].decode()} --glibc-hwcaps-mask {level} "{pathlib.Path(binary).resolve()}" "$@"\n')
        command.chmod(0o755)
        commands.append(command)
    return commands


def levels_of_the_instruction_set_give_the_same_bits(binary, folder):
    return builds_give_the_same_bits([binary, *level_commands(binary, folder)], folder)


def main():
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    binary, failures = sys.argv[1], 0
    tests = [(scenarios_are_the_same_until_they_differ, binary), (bits_do_not_depend_on_threads_or_repetition, binary),
             (a_replicate_is_the_same_in_any_company, binary),
             (levels_of_the_instruction_set_give_the_same_bits, binary)]
    if len(sys.argv) > 2:
        tests.append((builds_give_the_same_bits, sys.argv[1:]))
    for test, builds in tests:
        with tempfile.TemporaryDirectory() as folder:
            wrong = test(builds, folder)
        print(f"{'FAILS' if wrong else 'ok':6}{test.__name__.replace('_', ' ')}")
        for line in wrong[:20]:
            print(f"      {line}")
        failures += bool(wrong)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
