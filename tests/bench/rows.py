#!/usr/bin/env python3
"""How fast is the model, and what does output cost? A table a configuration, measured by turns.

    rows.py BENCH_TWINS ENTENTE [history|N ...] [--rounds 7] [--readme FILE]

The configurations are history, or made-up worlds of N states; history 64 200 if none is named. --readme puts one table of all
of them in the place of that between <!-- speed --> and <!-- end speed -->.

First the twins are compared with the core. Each round runs every way once, for about 0.4 s or 64 runs. runs/s are those of a
way's best round; a ratio is the median of the rounds' ratios, so that what else the machine does falls on all ways alike.
What output costs is that of `entente run` with one thread into a temporary folder: many runs less few, so that the start of
the program and of its file, which is told apart, is in no row. TMPDIR says where the folder is: on a disk, what the system
does with a gigabyte just written varies more than the program does; TMPDIR=/dev/shm leaves the disk out.
"""
import argparse
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "reference"), str(HERE.parent.parent / "experiments" / "scale")]
import twin_numpy  # noqa: E402
import world  # noqa: E402
from output import resolved  # noqa: E402

HISTORY = HERE.parent.parent / "configs" / "scenarios" / "history.yaml"
NS_A_DYAD_YEAR = {"core": 10, "core2": 5, "scalar": 150, "native": 150, "hoisted": 110}  # about: to choose how many runs
SECONDS = 0.4
NOTHING = {"trajectories": "none", "statistics": "none", "final": "none"}
RECORDS = {"entente run, nothing recorded": {}, "  statistics of main variables": {"statistics": "main"},
           "  main trajectories, float32": {"trajectories": "main"}, "  all trajectories, float32": {"trajectories": "all"}}


def answer_of(*command):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True).stdout


class Bench:
    def __init__(self, options, what, folder):
        self.twins, self.binary, self.folder = options.twins, options.entente, folder
        self.name, self.file = ("history", HISTORY) if what == "history" else (f"{what} states", folder / f"world_{what}.yaml")
        if what != "history":
            with self.file.open("w") as file:
                world.write(file, int(what))
        configuration = resolved(self.binary, self.file)
        first, last = configuration["years"]
        self.n_states, self.n_years = len(configuration["states"]), last - first + 1
        self.dyad_years = self.n_states * (self.n_states - 1) // 2 * self.n_years
        print(answer_of(self.twins, "check", self.file, 64 if what == "history" else 8).splitlines()[-1])
        if not twin_numpy.check(self.binary, self.file, configuration):
            raise SystemExit("the NumPy twin and the binary differ")
        self.starts = []  # seconds
        self.numpy = twin_numpy.fastest(configuration)

    def runs(self, ns):
        return max(64, int(SECONDS * 1e9 / ns / self.dyad_years) // 16 * 16)

    def time_way(self, way):
        return float(answer_of(self.twins, way, self.file, self.runs(NS_A_DYAD_YEAR[way])).split()[0])

    def time_record(self, record):
        n, few = self.runs(NS_A_DYAD_YEAR["core"]), 16
        start = self.time_runs(few, record)
        self.starts.append(start)
        return (self.time_runs(n + few, record) - start) / n

    def time_runs(self, n, record):
        settings = [word for key, value in {**NOTHING, **record}.items() for word in ("--set", f"record.{key}={value}")]
        output = self.folder / "rows.h5"
        start = time.perf_counter()
        answer_of(self.binary, "run", self.file, "-n", n, "-t", 1, "-q", "-o", output, *settings)
        seconds = time.perf_counter() - start
        output.unlink()  # not timed
        return seconds

    def ways(self):
        """{name: (what measures its seconds a run, the way that it is compared with)}"""
        core, off = "core, 1 thread", next(iter(RECORDS))
        names = {"core": core, "core2": "core, 2 threads", "scalar": "scalar twin", "native": "scalar twin, -march=native",
                 "hoisted": "scalar twin, logarithms hoisted"}
        ways = {name: (lambda way=way: self.time_way(way), core) for way, name in names.items()}
        ways["NumPy twin"] = (lambda: twin_numpy.seconds_a_run(self.numpy), core)
        ways.update({name: (lambda record=record: self.time_record(record), off) for name, record in RECORDS.items()})
        return ways

    def measure(self, n_rounds):
        ways, rounds = self.ways(), []
        for _ in range(n_rounds):
            rounds.append({name: measure() for name, (measure, _) in ways.items()})
        print(f"{self.name}: {self.n_states} states, {self.n_years} years, {self.dyad_years} dyad-years a run; "
              f"the best, and the median ratio, of {n_rounds} rounds")
        table = {}
        print(f"{'':<34} {'runs/s':>10} {'ns/dyad-year':>13} {'time':>8}   of that of")
        for name, (_, other) in ways.items():
            seconds = min(r[name] for r in rounds)
            ratio = statistics.median(r[name] / r[other] for r in rounds)
            table[name] = 1 / seconds, 1e9 * seconds / self.dyad_years, ratio
            print(f"{name:<34} {1 / seconds:10.4g} {1e9 * seconds / self.dyad_years:13.1f} {ratio:8.2f}   {other}")
        print(f"The NumPy twin ran in batches of {self.numpy.batch}. entente run starts, and ends, within {statistics.median(self.starts):.2f} s\n")
        return table


def markdown(benches, tables):
    """One table: runs a second, ns a dyad-year, and the time against the first way of its kind."""
    lines = ["| runs/s · ns a dyad-year · time | " + " | ".join(f"{b.name}" for b in benches) + " |", "|---|" + "---|" * len(benches)]
    for name in tables[0]:
        cells = [f"{float(f'{runs:.2g}'):,.0f} · {ns:.{1 if ns < 100 else 0}f} · {ratio:.{2 if ratio < 10 else 0}f}"
                 for runs, ns, ratio in (table[name] for table in tables)]
        lines.append(f"| {name.strip()} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def put_into(path, text, begin="<!-- speed -->\n", end="<!-- end speed -->"):
    before, rest = path.read_text().split(begin)
    path.write_text(before + begin + text + "\n" + end + rest.split(end)[1])



def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("twins")
    parser.add_argument("entente")
    parser.add_argument("worlds", nargs="*", default=["history", "64", "200"])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--readme", type=pathlib.Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        benches, tables = [], []
        for what in options.worlds:
            benches.append(Bench(options, what, pathlib.Path(folder)))
            tables.append(benches[-1].measure(options.rounds))
    if options.readme:
        put_into(options.readme, markdown(benches, tables))


if __name__ == "__main__":
    main()
