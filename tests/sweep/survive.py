#!/usr/bin/env python3
"""An experiment survives what happens to it.

    survive.py BINARY [KILLS]

However it is interrupted (SIGKILL at KILLS random moments, 12 if not said; signals; a full disk; damaged and foreign
files), the data are in the end those of a run that nothing happened to, to the bit, and no finished part is computed
again. Whole, in 2 and in 7 shards. One run of it can be had alone, and points can be added.
"""
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "invariants"))
from pairs import differing  # noqa: E402

SCENARIOS = HERE.parent.parent / "configs" / "scenarios"
EXPERIMENT = """\
title: What survives
scenarios: [{0}/history.yaml, {0}/without_nine_eleven.yaml]
years: [2001, 2008]
replicates: 12
vary:
  agenda.stride: {{uniform: [0.5, 1.5]}}
  states.CHN.will: {{uniform: [0.2, 0.6]}}
  mechanisms.learning: [on, off]
design: {{sobol: {1}}}
record: {{trajectories: [cohesion], statistics: organization}}
"""
POINTS, PART = 240, 72  # 2 * 12 runs a point: 80 parts, or more where there are many kills to survive


class Trial:
    """An experiment in a folder of its own."""

    def __init__(self, binary, folder, name, points=None):
        self.binary, self.folder = binary, pathlib.Path(folder) / name
        self.folder.mkdir()
        self.file, self.output = self.folder / "what.yaml", self.folder / "out.h5"
        self.parts = self.folder / "out.h5.parts"
        self.write(points or POINTS)

    def write(self, points, change=("", "")):
        self.file.write_text(EXPERIMENT.format(SCENARIOS, points).replace(*change))

    def command(self, *more, threads=1):
        return [self.binary, "run", self.file, "-o", self.output, "--part-runs", PART, "-t", threads, "-q", *more]

    def start(self, *more, threads=1, **how):
        return subprocess.Popen(list(map(str, self.command(*more, threads=threads))), stderr=subprocess.PIPE, text=True, **how)

    def run(self, *more, **how):
        process = self.start(*more, **how)
        said = process.communicate()[1]
        return process.returncode, said

    def finished(self):
        """part -> what tells whether it was written anew"""
        found = {}
        for path in self.parts.glob("part-??????-*.h5"):
            try:
                status = path.stat()
            except FileNotFoundError:
                continue  # merged meanwhile
            found[path.name] = (status.st_ino, status.st_mtime_ns)
        return found


wrong = []


def check(is_true, text):
    if not is_true:
        wrong.append(text)
        print("WRONG:", text, flush=True)


def kept(before, after):
    return all(after.get(name) == what for name, what in before.items())


def killed_and_resumed(binary, folder, reference, n_kills, n_shards, seed):
    """SIGKILL at random moments, until the experiment is done."""
    luck = random.Random(seed)
    trial = Trial(binary, folder, f"killed-{n_shards}")
    shards = [("--shard", f"{k + 1}/{n_shards}") for k in range(n_shards)] if n_shards > 1 else [()]
    n_killed, before, turn = 0, {}, 0
    while not trial.output.exists() and turn < 20 * n_kills + 50:
        turn += 1
        process = trial.start(*shards[turn % len(shards)])
        if n_killed < n_kills:
            try:
                process.wait(luck.uniform(0.004, 0.12))
            except subprocess.TimeoutExpired:
                process.kill()
                n_killed += 1
        said = process.communicate()[1]
        check(process.returncode in (0, -signal.SIGKILL), f"{n_shards} shards: exit {process.returncode}: {said}")
        after = trial.finished()
        check(not trial.parts.exists() or kept(before, after), f"{n_shards} shards: a finished part was written again")
        before = after or before
    check(trial.output.exists(), f"{n_shards} shards: not done after {turn} starts")
    check(differing(reference, trial.output) == [], f"{n_shards} shards: other data: {differing(reference, trial.output)}")
    check(list(trial.folder.iterdir()).__len__() == 2, f"left behind: {sorted(p.name for p in trial.folder.iterdir())}")
    print(f"{n_shards} shard(s): killed {n_killed} times in {turn} starts, the same data")


def signals_leave_a_resumable_state(binary, folder, reference):
    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGUSR1, 75)):
        trial = Trial(binary, folder, f"signal-{code}")
        process = trial.start()
        while len(trial.finished()) < 3:
            time.sleep(0.001)
        process.send_signal(number)
        said = process.communicate()[1]
        check(process.returncode == code, f"signal {number}: exit {process.returncode}")
        check("the same command goes on from there" in said, f"signal {number}: said {said}")
        before = trial.finished()
        check(len(before) >= 3 and not trial.output.exists(), f"signal {number}: {len(before)} parts")
        check(trial.run()[0] == 0 and differing(reference, trial.output) == [], f"signal {number}: not resumed")
    print("signals leave a state from which it goes on")


def interrupted(trial, n=5):
    """Stopped when n parts are there."""
    process = trial.start()
    while len(trial.finished()) < n:
        time.sleep(0.001)
    process.kill()
    process.communicate()
    return trial.finished()


def another_experiment_is_refused(binary, folder):
    trial = Trial(binary, folder, "changed")
    before = interrupted(trial)
    trial.write(POINTS, ("[0.5, 1.5]", "[0.5, 1.25]"))
    code, said = trial.run()
    check(code == 2 and "- " in said and "[0.5, 1.5]" in said and "+ " in said and "[0.5, 1.25]" in said,
          f"changed: exit {code}: {said}")
    check(trial.finished() == before, "changed: parts were touched")
    check(trial.run("--force")[0] == 0, "changed: not begun anew")
    print("another experiment is refused, with what differs")


def damage_is_mended(binary, folder, reference):
    for name, hurt in (("truncated", lambda path: os.truncate(path, path.stat().st_size // 2)),
                       ("flipped", lambda path: path.write_bytes(path.read_bytes()[:-9] + b"!" + path.read_bytes()[-8:]))):
        trial = Trial(binary, folder, name)
        before = interrupted(trial)
        victim = sorted(before)[2]
        hurt(trial.parts / victim)
        command = [a for a in trial.command() if a != "-q"]
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
        check(done.returncode == 0 and victim in done.stderr, f"{name}: exit {done.returncode}: {done.stderr}")
        check(differing(reference, trial.output) == [], f"{name}: other data")
    print("a damaged part is named, and computed again")


def two_processes_do_no_harm(binary, folder, reference):
    trial = Trial(binary, folder, "two")
    first = trial.start()
    while len(trial.finished()) < 2:
        time.sleep(0.001)
    code, said = trial.run()
    first.communicate()
    check(code == 1 and str(first.pid) in said, f"two processes: exit {code}: {said}")
    check(first.returncode == 0 and differing(reference, trial.output) == [], "two processes: other data")
    print("a second process is told of the first")


def a_full_disk_loses_nothing(binary, folder, reference):
    disk = pathlib.Path(folder) / "disk"
    disk.mkdir()
    size = reference.stat().st_size  # it would hold the output, but not the parts as well
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", disk], capture_output=True).returncode:
        print("a full disk is not tried: only root can mount one")
        return
    try:
        trial = Trial(binary, disk, "full")
        code, said = trial.run()
        check(code == 1 and ("No space left" in said or "free there" in said), f"full disk: exit {code}: {said}")
        before = trial.finished()
        check(len(before) > 2, f"full disk: {len(before)} parts")
        subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
        check(trial.run()[0] == 0 and differing(reference, trial.output) == [], "full disk: not resumed")
    finally:
        subprocess.run(["umount", disk], check=True)
    print("a full disk loses no part")


def a_closed_folder_is_told(binary, folder):
    closed = pathlib.Path(folder) / "closed"
    closed.mkdir(mode=0o555)
    trial = Trial(binary, folder, "for-closed")
    trial.output = closed / "out.h5"
    os.chmod(folder, 0o755)
    os.chmod(trial.folder, 0o755)
    user = {"user": 65534} if os.getuid() == 0 else {}
    try:
        code, said = trial.run(**user)
    except PermissionError:  # the checkout is where nobody but root may look
        print("a folder that cannot be written to: not tried, since another user cannot reach the program")
        return
    check(code == 2 and "closed" in said and list(closed.iterdir()) == [], f"read-only folder: exit {code}: {said}")
    print("a folder that cannot be written to is told before anything runs")


def one_run_alone(binary, folder, reference):
    trial = Trial(binary, folder, "only")
    with h5py.File(reference, "r") as file:
        expected = file["cohesion"][1, 137, 11]
    code, said = trial.run("--only", "without_nine_eleven:137:11")
    with h5py.File(trial.output, "r") as file:
        found = file["cohesion"][0, 0, 0]
        check(file["point"][0] == 137 and file["replicate"][0] == 11, "one run: it does not say which it is")
    check(code == 0 and np.array_equal(expected, found), f"one run: exit {code}: {said}")
    print("one run of many can be had alone")


def what_is_there_is_known(binary, folder, reference):
    trial = Trial(binary, folder, "there")
    for more in (("--shard", "1/2"), ("--shard", "2/2"), ("--extend",)):
        trial.output.write_bytes(reference.read_bytes())
        before = trial.output.stat().st_mtime_ns
        check(trial.run(*more)[0] == 0 and trial.output.stat().st_mtime_ns == before, f"there: {more}: not left alone")
    interrupted_at_the_end = Trial(binary, folder, "at-the-end")
    interrupted(interrupted_at_the_end)
    interrupted_at_the_end.output.write_bytes(reference.read_bytes())
    check(interrupted_at_the_end.run()[0] == 0 and not interrupted_at_the_end.parts.exists(), "there: parts are left")
    trial.write(POINTS, ("[0.5, 1.5]", "[0.5, 1.25]"))
    for more in (("--shard", "1/2"), ("--extend",)):
        code, said = trial.run(*more)
        check(code == 2 and "+   agenda.stride: {uniform: [0.5, 1.25]}" in said, f"there: {more}: exit {code}: {said}")
    print("an output that is there is known, and another one refused")


def force_goes_on_with_its_own(binary, folder, reference):
    trial = Trial(binary, folder, "force")
    trial.output.write_bytes(reference.read_bytes())
    process = trial.start("--force")
    while len(trial.finished()) < 4:
        time.sleep(0.001)
    process.send_signal(signal.SIGINT)
    process.communicate()
    before = trial.finished()
    process = trial.start("--force")
    while trial.parts.exists() and len(trial.finished()) < len(before) + 2:
        time.sleep(0.001)
    check(not trial.parts.exists() or kept(before, trial.finished()), "force: it began anew what it had begun itself")
    process.communicate()
    check(process.returncode == 0 and differing(reference, trial.output) == [], "force: other data")
    print("--force goes on with what it has begun")


def parts_have_the_same_bytes(binary, folder):
    names = []
    for which in ("first", "second"):
        trial = Trial(binary, folder, f"{which}-time")
        names.append({name for name in interrupted(trial)})
        time.sleep(1.1)
    both = {a[:11] for a in names[0]} & {b[:11] for b in names[1]}
    check(len(both) > 2 and all({n for n in names[0] if n[:11] == k} == {n for n in names[1] if n[:11] == k} for k in both),
          "parts: computed again, they have other bytes")
    print("a part that is computed again has the same bytes")


def points_can_be_added(binary, folder, reference):
    trial = Trial(binary, folder, "extended", points=POINTS // 3)
    check(trial.run()[0] == 0, "extended: the first points")
    trial.write(POINTS)
    process = trial.start("--extend", "--shard", "1/2")
    while len(trial.finished()) < 3:
        time.sleep(0.001)
    process.kill()
    process.communicate()
    for k in (1, 2):
        code, said = trial.run("--extend", "--shard", f"{k}/2")
    check(code == 0 and differing(reference, trial.output) == [], f"extended: exit {code}: {said}")
    trial.write(POINTS, ("[0.5, 1.5]", "[0.5, 1.25]"))
    check(trial.run("--extend")[0] == 2, "extended: another experiment is taken")
    print("points are added to those that are there")


def gaps_and_strangers_are_refused(binary, folder, reference):
    trial = Trial(binary, folder, "merge")
    interrupted(trial)
    merge = [binary, "merge", trial.output]
    done = subprocess.run(list(map(str, merge)), capture_output=True, text=True)
    check(done.returncode == 2 and "missing" in done.stderr, f"gap: exit {done.returncode}: {done.stderr}")
    for k in (1, 2):
        trial.run("--shard", f"{k}/2")
    check(differing(reference, trial.output) == [], "shards after an interruption: other data")
    done = subprocess.run(list(map(str, merge)), capture_output=True, text=True)
    check(done.returncode == 0 and "complete" in done.stdout, f"merged already: exit {done.returncode}: {done.stdout}")
    print("merging refuses gaps")


def main():
    global POINTS
    binary, n_kills = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) > 2 else 12
    POINTS = max(POINTS, 30 * n_kills)
    with tempfile.TemporaryDirectory() as folder:
        plain = Trial(binary, folder, "plain")
        plain.run(threads=2)
        reference = plain.output
        for n_shards in (1, 2, 7):
            killed_and_resumed(binary, folder, reference, n_kills, n_shards, seed=n_shards)
        signals_leave_a_resumable_state(binary, folder, reference)
        another_experiment_is_refused(binary, folder)
        damage_is_mended(binary, folder, reference)
        two_processes_do_no_harm(binary, folder, reference)
        a_full_disk_loses_nothing(binary, folder, reference)
        a_closed_folder_is_told(binary, folder)
        one_run_alone(binary, folder, reference)
        what_is_there_is_known(binary, folder, reference)
        force_goes_on_with_its_own(binary, folder, reference)
        parts_have_the_same_bytes(binary, folder)
        points_can_be_added(binary, folder, reference)
        gaps_and_strangers_are_refused(binary, folder, reference)
    sys.exit(1 if wrong else 0)


main()
