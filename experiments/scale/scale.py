#!/usr/bin/env python3
"""How do time and memory grow with states, years and runs?

    scale.py BENCH_TWINS ENTENTE [--rounds 3] [--states 11 25 50 100 200 400 700 1000]

11 states are history, the others made-up worlds (world.py). One thread, nothing recorded. Three tables: by states, by years, by
runs; and the powers with which time and memory grow, by least squares in logarithms. A time is the processor's, the least of
the rounds, which go by turns. The time of a run is that of many runs less that of one batch of 8, over the difference; what
remains of the one batch, which is to take memory and to touch it for the first time, is `start`.
"""
import argparse
import math
import os
import pathlib
import statistics
import subprocess
import tempfile

import world

HISTORY = pathlib.Path(__file__).resolve().parent.parent.parent / "configs" / "scenarios" / "history.yaml"
NOT_RECORDED = [word for what in ("trajectories", "statistics", "final") for word in ("--set", f"record.{what}=none")]
LANES, MIB = 8, 2 ** 20


def run(*command):
    """(what it prints, seconds that the processor spent on it, the most memory that it held, in bytes; Python's
    own, some 14 MiB, at least)"""
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, text=True)
    text = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} ended with {process.returncode}")
    return text, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024


class World:
    def __init__(self, programs, folder, n_states, n_years=20, n_runs=None):
        self.twins, self.entente = programs
        self.n_states, self.n_years, self.dyads = n_states, n_years, n_states * (n_states - 1) // 2
        self.file = HISTORY if n_states == 11 else folder / f"world_{n_states}_{n_years}.yaml"
        self.output = folder / "scale.h5"
        if n_states != 11:
            with self.file.open("w") as file:
                world.write(file, n_states, 2000 + n_years)
        about = round(2.5e7 / self.dyads / n_years / LANES) * LANES  # 0.2 s
        self.n_runs = n_runs or max(3 * LANES, about)
        self.rounds = []

    def measure(self):
        """One round: seconds of one batch and of it with n_runs more; of reading; memory of reading, and of `entente run`."""
        few, more = LANES, LANES + self.n_runs
        one_batch, many = (float(run(self.twins, "core", self.file, n)[0].split()[1]) * n for n in (few, more))
        _, reading, memory_reading = run(self.entente, "check", self.file)
        _, _, memory = run(self.entente, "run", self.file, "-n", few, "-t", 1, "-q", "-f", "-o", self.output, *NOT_RECORDED)
        self.rounds.append((one_batch, many, reading, memory_reading, memory))

    def conclude(self):
        """The least of the rounds."""
        one_batch, many, self.reading, self.memory_reading, self.memory = map(min, zip(*self.rounds))
        self.many, self.seconds_a_run = many, (many - one_batch) / self.n_runs
        self.start = max(0, one_batch - LANES * self.seconds_a_run)
        self.ns = self.seconds_a_run * 1e9 / self.dyads / self.n_years


def exponent(pairs):
    """The slope of log y over log x."""
    x, y = ([math.log(value) for value in values] for values in zip(*pairs))
    middle, height = statistics.mean(x), statistics.mean(y)
    return sum((a - middle) * (b - height) for a, b in zip(x, y)) / sum((a - middle) ** 2 for a in x)


def measure_by_turns(worlds, n_rounds):
    for _ in range(n_rounds):
        for each in worlds:
            each.measure()
    for each in worlds:
        each.conclude()


def print_states(worlds, base):
    print(f"By states, 20 years. Memory is the most that the program held; {base / MIB:.1f} MiB of it are the program itself, as it\n"
          "runs history, and in no `bytes a dyad`.")
    print(f"{'':6} {'':7} {'':9} {'ns a':>9} {'seconds':>7} {'seconds':>8} {'MiB to':>7} {'MiB to':>7} {'bytes':>7}")
    print(f"{'states':>6} {'dyads':>7} {'runs/s':>9} {'dyad-year':>9} {'start':>7} {'reading':>8} {'read':>7} {'run':>7} "
          f"{'a dyad':>7}")
    for w in worlds:
        a_dyad = f"{(w.memory - base) / w.dyads:.0f}" if w.dyads > 2000 else "–"
        print(f"{w.n_states:6} {w.dyads:7} {1 / w.seconds_a_run:9.4g} {w.ns:9.2f} {w.start:7.3f} {w.reading:8.3f} "
              f"{w.memory_reading / MIB:7.1f} {w.memory / MIB:7.1f} {a_dyad:>7}")
    large = [w for w in worlds if w.n_states >= 100] or worlds
    by = [("a run's time", lambda w: w.seconds_a_run), ("reading", lambda w: w.reading), ("memory", lambda w: w.memory - base)]
    grows = ", ".join(f"{name} {exponent([(w.n_states, value(w)) for w in large]):.2f}" for name, value in by)
    print(f"powers of the number of states, from {large[0].n_states} to {large[-1].n_states}: {grows}\n")


def print_line(title, name, worlds, size):
    print(f"{title}\n{name:>6} {'seconds':>9} {'MiB':>7}")
    for w in worlds:
        print(f"{size(w):6} {w.many - w.start:9.4f} {w.memory / MIB:7.1f}")
    power = exponent([(size(w), w.many - w.start) for w in worlds])
    print(f"power of the number of {name}: time {power:.2f}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("twins")
    parser.add_argument("entente")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--states", type=int, nargs="+", default=[11, 25, 50, 100, 200, 400, 700, 1000])
    options = parser.parse_args()
    programs = options.twins, options.entente
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        by_states = [World(programs, folder, n) for n in options.states]
        by_years = [World(programs, folder, 100, n_years, 56) for n_years in (20, 40, 80, 160)]
        by_runs = [World(programs, folder, 100, 20, batches * LANES - LANES) for batches in (8, 16, 32, 64)]
        by_history = World(programs, folder, 11)
        measure_by_turns([by_history, *by_states, *by_years, *by_runs], options.rounds)
    base = by_history.memory
    print_states(by_states, base)
    print_line("By years: 100 states, 64 runs", "years", by_years, lambda w: w.n_years)
    print_line("By runs: 100 states, 20 years", "runs", by_runs, lambda w: w.n_runs + LANES)


if __name__ == "__main__":
    main()
