#!/usr/bin/env python3
"""A calibration comes to the same bits, however it is computed and whatever happens on the way.

    calibrate.py BINARY [KILLS]

With one, two and three threads; after SIGKILL at KILLS random moments (8 if not said); after Ctrl-C. What it leaves can
be used: the posterior as a design, the best fit as a scenario.
"""
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np
import yaml

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "invariants"))
from pairs import differing  # noqa: E402

SCENARIOS = HERE.parent.parent / "configs" / "scenarios"
EXPERIMENT = f"""\
name: trial
scenarios: [{SCENARIOS}/history.yaml, {SCENARIOS}/without_nine_eleven.yaml]
years: [2001, 2004]
set: {{agenda.stride: 1.25, states.KAZ.will: 0.5}}
vary:
  trade.constant: {{normal: [1.66, 0.3]}}
  trade.gap_kept: {{uniform: [0, 1]}}
  states.CHN.will: {{uniform: [0.2, 0.6]}}
calibration:
  targets:
    trade: {{scale: log, sd: 0.3, years: [2004], of: [CHN-RUS, KAZ-CHN]}}
    growth: {{value: "log(trade[CHN, UZB, 2003] / trade[CHN, UZB, 2001])", observed: 1.2, sd: 0.3}}
    held: {{value: "min(cohesion[2002..2004])", observed: 0.5, sd: 0.2}}
  patterns:
    below: {{value: "share(cohesion[2002] < cohesion[2002, without_nine_eleven])", at_least: 0.9}}
  replicates: 48
  fit: {{starts: 5, steps: 150}}
  posterior: {{population: 120, generations: 30, tolerance: 1}}
"""
SUFFIXES = ("h5", "posterior.csv", "best.yaml")
wrong = []


def check(is_true, text):
    if not is_true:
        wrong.append(text)
        print("WRONG:", text, flush=True)


class Trial:
    """A calibration in a folder of its own."""

    def __init__(self, binary, folder, name, text=EXPERIMENT):
        self.binary, self.folder = binary, pathlib.Path(folder) / name
        self.folder.mkdir()
        self.file, self.output = self.folder / "trial.yaml", self.folder / "out.h5"
        self.begun = self.folder / "out.h5.begun"
        self.file.write_text(text)

    def start(self, *more, threads=2):
        command = [self.binary, "calibrate", self.file, "-o", self.output, "-t", threads, "-q", *more]
        return subprocess.Popen(list(map(str, command)), stderr=subprocess.PIPE, text=True)

    def run(self, *more, **how):
        process = self.start(*more, **how)
        said = process.communicate()[1]
        return process.returncode, said

    def files(self):
        return [self.folder / f"out.{suffix}" for suffix in SUFFIXES]

    def other_names(self):
        return sorted(path.name for path in self.folder.iterdir() if path not in self.files() and path != self.file)

    def differs_from(self, other):
        there = [path.name for path in self.files() if not path.exists()]
        if there:
            return [f"no {name}" for name in there]
        found = differing(self.output, other.output)
        return found + [a.name for a, b in list(zip(self.files(), other.files()))[1:] if a.read_bytes() != b.read_bytes()]


def entente(binary, *arguments):
    done = subprocess.run(list(map(str, [binary, *arguments])), capture_output=True, text=True)
    check(done.returncode == 0, f"{' '.join(map(str, arguments))} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def threads_do_not_matter(binary, folder, reference):
    for threads in (1, 3):
        trial = Trial(binary, folder, f"threads-{threads}")
        check(trial.run(threads=threads)[0] == 0, f"{threads} threads: does not run")
        check(trial.differs_from(reference) == [], f"{threads} threads: {trial.differs_from(reference)}")


def state_of(trial):
    try:
        status = trial.begun.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns


def wait_for_states(trial, process, n):
    """Until the state has been written n times from now on, or the process is done."""
    seen, last = 0, state_of(trial)
    while seen < n and process.poll() is None:
        time.sleep(0.001)
        now = state_of(trial)
        seen, last = seen + (now is not None and now != last), now


def killed_and_resumed(binary, folder, reference, n_kills, duration, seed=2001):
    luck = random.Random(seed)
    trial = Trial(binary, folder, "killed")
    n_killed, n_starts, seen = 0, 0, set()
    while not trial.output.exists() and n_starts < n_kills + 5:
        n_starts += 1
        process = trial.start(threads=luck.choice((1, 2, 3)))
        if n_killed < n_kills:
            wait_for_states(trial, process, luck.choice((0, 1, 1)))
            try:
                process.wait(luck.uniform(0, 0.1) * duration)
            except subprocess.TimeoutExpired:
                process.kill()
                n_killed += 1
                seen.add(state_of(trial))
        said = process.communicate()[1]
        check(process.returncode in (0, -signal.SIGKILL), f"start {n_starts}: exit {process.returncode}: {said}")
    check(trial.differs_from(reference) == [], f"killed: {trial.differs_from(reference)}")
    check(trial.other_names() == [], f"killed: left behind {trial.other_names()}")
    print(f"killed {n_killed} times in {n_starts} starts, at {len(seen)} states")


def interrupts_leave_a_state(binary, folder, reference):
    for number, code, n_states in ((signal.SIGINT, 130, 1), (signal.SIGTERM, 143, 3), (signal.SIGUSR1, 75, 5)):
        trial = Trial(binary, folder, f"signal-{code}")
        process = trial.start()
        wait_for_states(trial, process, n_states)
        process.send_signal(number)
        said = process.communicate()[1]
        check(process.returncode == code, f"signal {number}: exit {process.returncode}: {said}")
        check("goes on from" in said and trial.other_names() == ["out.h5.begun"], f"{trial.other_names()}: {said}")
        check(trial.run()[0] == 0 and trial.differs_from(reference) == [],
              f"signal {number}: {trial.differs_from(reference)}")


def begun(binary, folder, name, text):
    """A state that an interruption left."""
    trial = Trial(binary, folder, name, text)
    process = trial.start()
    wait_for_states(trial, process, 1)
    process.kill()
    process.communicate()
    check(trial.begun.exists(), f"{name}: there is no state")
    return trial


def another_is_refused(binary, folder, reference):
    trial = begun(binary, folder, "another", EXPERIMENT.replace("observed: 1.2", "observed: 1.3"))
    state = trial.begun.read_bytes()
    trial.file.write_text(EXPERIMENT)
    code, said = trial.run()
    check(code == 2 and "was begun by another calibration" in said, f"another: exit {code}: {said}")
    check(trial.begun.read_bytes() == state, "another: its state is no longer what it was")
    code, said = trial.run("--force")
    check(code == 0 and trial.differs_from(reference) == [], f"force: exit {code}: {said} {trial.differs_from(reference)}")
    trial.begun.write_bytes(state[:len(state) // 2])
    check(trial.run()[0] == 2, "an output that is there is written over")
    for path in trial.files():
        path.unlink()
    code, said = trial.run()
    check(code == 2 and "damaged" in said, f"damaged: exit {code}: {said}")
    code, said = trial.run("--force")
    check(code == 0 and trial.differs_from(reference) == [], f"damaged, force: exit {code}: {said}")
    check(trial.other_names() == [], f"another: left behind {trial.other_names()}")


def a_kill_before_the_state_is_removed_is_mended(binary, folder, reference):
    trial = begun(binary, folder, "late", EXPERIMENT)
    state = trial.begun.read_bytes()
    check(trial.run()[0] == 0, "late: does not go on")
    trial.begun.write_bytes(state)
    code, said = trial.run()
    check(code == 0 and trial.other_names() == [], f"late: exit {code}: {said}; left behind {trial.other_names()}")
    check(trial.differs_from(reference) == [], f"late: {trial.differs_from(reference)}")
    other = begun(binary, folder, "late-other", EXPERIMENT.replace("observed: 1.2", "observed: 1.3"))
    trial.begun.write_bytes(other.begun.read_bytes())
    code, said = trial.run()
    check(code == 2 and "exists already" in said, f"what another has begun: exit {code}: {said}")
    check(trial.begun.exists(), "what another has begun is gone")


def a_second_process_is_told(binary, folder, reference):
    trial = Trial(binary, folder, "second")
    first = trial.start(threads=1)
    wait_for_states(trial, first, 1)
    code, said = trial.run()
    check(code == 1 and "another process is at the calibration" in said, f"a second process: exit {code}: {said}")
    first.communicate()
    check(first.returncode == 0 and trial.differs_from(reference) == [], f"the first of two: {first.returncode}")


def bad_places_are_found_before_the_work(binary, folder):
    trial = Trial(binary, folder, "places")
    trial.output = trial.folder / "nowhere" / "out.h5"
    code, said = trial.run()
    check(code == 2 and "nowhere" in said, f"no folder: exit {code}: {said}")
    check(trial.other_names() == [], f"no folder: {trial.other_names()}")


def the_posterior_is_a_design(binary, folder, reference):
    tree = yaml.safe_load(EXPERIMENT)
    del tree["calibration"]
    tree["design"] = {"csv": str(reference.files()[1])}
    tree["replicates"] = 2
    path = pathlib.Path(folder) / "design.yaml"
    path.write_text(yaml.safe_dump(tree))
    entente(binary, "run", path, "-q", "-o", path.with_suffix(".h5"))
    with h5py.File(path.with_suffix(".h5")) as file, h5py.File(reference.output) as result:
        values = result["value"][()]
        check(len(file["point"]) == len(values), f"the design has {len(file['point'])} points, not {len(values)}")
        for f, name in enumerate(result["factor"][()]):
            check(np.allclose(file[name][()], values[:, f], rtol=1e-11), f"the design has other values of {name}")


def the_best_fit_is_a_scenario(binary, folder, reference):
    """What 1024 runs of other luck leave is what the calibration says, within four standard errors of both."""
    best = reference.files()[2]
    entente(binary, "check", best)
    resolved = yaml.safe_load(entente(binary, "check", "--resolved", best))
    check(resolved["parameters"]["agenda"]["stride"] == 1.25, "the overlay lacks what the experiment sets")
    check(resolved["states"]["KAZ"]["will"] == 0.5, "the overlay lacks what the experiment sets of a state")
    path = pathlib.Path(folder) / "best.h5"
    entente(binary, "run", best, "--years", "2001:2004", "-n", 1024, "--seed", 7, "--set",
            "record.trajectories=[trade, cohesion]", "-q", "-o", path)
    with h5py.File(path) as file, h5py.File(reference.output) as result:
        states = [name.decode() for name in file["state"][()]]
        trade, cohesion = file["trade"][0, 0], file["cohesion"][0, 0]

        def of(year, other):
            return np.log(trade[:, year - 2001, states.index("CHN"), states.index(other)])
        wanted = {b"log trade CHN-RUS 2004": of(2004, "RUS"), b"log trade CHN-KAZ 2004": of(2004, "KAZ"),
                  b"growth": of(2003, "UZB") - of(2001, "UZB"), b"held": cohesion[:, 1:].min(axis=1)}
        check(set(wanted) == set(result["target"][()]), f"other targets: {result['target'][()]}")
        for k, name in enumerate(result["target"][()]):
            values, mean, sd = wanted[name], result["best_mean"][k], result["best_sd"][k]
            error = np.hypot(sd, values.std(ddof=1)) / np.sqrt(1024)
            check(abs(values.mean() - mean) < 4 * error, f"{name}: the best fit has {values.mean()}, not {mean}")
            check(abs(values.std(ddof=1) / sd - 1) < 4 / np.sqrt(1024) + 0.1, f"{name}: {values.std(ddof=1)}, not {sd}")
        for f, name in enumerate(result["factor"][()]):
            found = resolved["parameters"] if name.startswith(b"trade") else resolved
            for key in name.decode().split("."):
                found = found[key]
            check(abs(found / result["best_value"][f] - 1) < 1e-11, f"{name} is {found} in the overlay")


def a_seed_is_written_to_the_digit(binary, folder):
    trial, seed = Trial(binary, folder, "seed"), str(2**64 - 1)
    code, said = trial.run("--set", f"calibration.seed={seed}", "--set", "calibration.posterior.population=0")
    check(code == 0, f"seed: exit {code}: {said}")
    with h5py.File(trial.output) as result:
        check(result.attrs["seed"].decode() == seed, f"seed {result.attrs['seed']}")


def main():
    binary = pathlib.Path(sys.argv[1]).resolve()
    n_kills = int(sys.argv[2]) if len(sys.argv) > 2 else 8
    with tempfile.TemporaryDirectory() as folder:
        reference = Trial(binary, folder, "reference")
        begun_at = time.monotonic()
        code, said = reference.run()
        duration = time.monotonic() - begun_at
        check(code == 0, f"does not run: {said}")
        if code == 0:
            check(reference.other_names() == [], f"left behind {reference.other_names()}")
            threads_do_not_matter(binary, folder, reference)
            killed_and_resumed(binary, folder, reference, n_kills, duration)
            interrupts_leave_a_state(binary, folder, reference)
            another_is_refused(binary, folder, reference)
            a_kill_before_the_state_is_removed_is_mended(binary, folder, reference)
            a_second_process_is_told(binary, folder, reference)
            bad_places_are_found_before_the_work(binary, folder)
            the_posterior_is_a_design(binary, folder, reference)
            the_best_fit_is_a_scenario(binary, folder, reference)
            a_seed_is_written_to_the_digit(binary, folder)
            print(f"a calibration takes {duration:.2f} s")
    print(f"{len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
