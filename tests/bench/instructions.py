#!/usr/bin/env python3
"""Does the core need more instructions a run of history than it may?

    instructions.py BENCH_TWINS CC [--write]

callgrind counts the same on every machine, so this is a test where a time would be none. instructions.txt has a bound for
each compiler and level of the instruction set; levels that valgrind does not know are passed over. --write puts what was
counted there, and 3 % more as the bound. Exit code 77: there is nothing to compare with, and why.
"""
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import callgrind  # noqa: E402

HISTORY = HERE.parent.parent / "configs" / "scenarios" / "history.yaml"
BOUNDS = HERE / "instructions.txt"
SLACK, SKIP = 0.03, 77


def compiler(cc):
    """The first line of --version without what a distribution adds: "gcc 12.2.0"."""
    first = subprocess.run([cc, "--version"], check=True, capture_output=True, text=True).stdout.splitlines()[0]
    name = "clang" if "clang" in first else "gcc"
    return f"{name} {next(word for word in first.replace('-', ' ').split() if word[0].isdigit())}"


def count_levels(bench):
    """{level: instructions a run}, of the levels that valgrind's processor has"""
    counted = {}
    for level in callgrind.LEVELS:
        executions = callgrind.executions_a_run(bench, level, HISTORY, 64, 192)
        is_taken = any(f"/{level}/libentente_world" in where for where, _ in executions)
        if is_taken or level == "none":
            counted[level] = sum(executions.values())
    return counted


def read_bounds():
    """{(compiler, level): (measured, bound)}"""
    rows = [line.split("\t") for line in BOUNDS.read_text().splitlines() if line and not line.startswith("#")]
    return {(who, level): (int(measured), int(bound)) for who, level, measured, bound in rows}


def write_bounds(bounds):
    head = [line for line in BOUNDS.read_text().splitlines() if line.startswith("#")]
    rows = ["\t".join(map(str, (*key, *numbers))) for key, numbers in sorted(bounds.items())]
    BOUNDS.write_text("\n".join([*head, *rows, ""]))


def is_within(n, measured, bound):
    print(f"    {n / measured - 1:+.2%} against what was measured last; the bound is {bound}")
    if n < measured * (1 - SLACK):
        print(f"    Fewer than before: good. Keep it: {' '.join(sys.argv)} --write")
    return n <= bound


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    if not shutil.which("valgrind"):
        print("skipped: valgrind is not installed")
        return SKIP
    who, bounds = compiler(sys.argv[2]), read_bounds()
    counted = {(who, level): n for level, n in count_levels(sys.argv[1]).items()}
    if sys.argv[3:] == ["--write"]:
        write_bounds({**bounds, **{key: (round(n), round(n * (1 + SLACK))) for key, n in counted.items()}})
        return 0
    are_within = []
    for key, n in counted.items():
        print(f"{n:.0f} instructions a run of history, compiled by {who}, level of x86-64: {key[1]}")
        if key in bounds:
            are_within.append(is_within(n, *bounds[key]))
    if not are_within:
        print(f"skipped: {BOUNDS.name} has bounds for {', '.join(sorted({who for who, _ in bounds}))}, not for {who}")
        return SKIP
    if not all(are_within):
        print("Too many. Where they are spent: cmake --build build/release --target roofline\nIf what was gained is worth it, "
              f"say so in the commit and move the bound: {' '.join(sys.argv)} --write")
    return 0 if all(are_within) else 1


if __name__ == "__main__":
    sys.exit(main())
