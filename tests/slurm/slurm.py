#!/usr/bin/env python3
"""An experiment runs under Slurm, and survives what happens to it there.

    slurm.py BINARY

On a cluster of two nodes that cluster.sh starts on this machine: an array job of `entente submit`, one whose tasks are
killed and requeued, one that is told that its time is up, one that is cancelled, an array written by hand, and an srun step
of three tasks. The data are in the end those of a plain run, to the bit, and no finished part is computed again. Ends with
77 where there is no Slurm to test with.
"""
import concurrent.futures
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "invariants"))
from pairs import differing  # noqa: E402

SCENARIOS = HERE.parent.parent / "configs" / "scenarios"
EXPERIMENT = f"""\
title: What Slurm makes of it
scenarios: ["{SCENARIOS}/history.yaml", "{SCENARIOS}/without_nine_eleven.yaml"]
vary: {{agenda.stride: {{uniform: [0.5, 1.5]}}, states.CHN.will: {{uniform: [0.2, 0.6]}}}}
design: {{sobol: 320}}
replicates: 96
"""
PART = 768  # runs; of 2 * 320 * 96: 80 parts
LONG = 60  # seconds after which it is an error that something has not happened

wrong = []


def check(is_true, text):
    if not is_true:
        wrong.append(text)
        print("WRONG:", text, flush=True)


def call(*command, may_fail=False, **how):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, **how)
    if done.returncode != 0 and not may_fail:
        raise RuntimeError(f"{' '.join(map(str, command))} ended with {done.returncode}: {done.stderr}{done.stdout}")
    return done.stdout


def wait_until(what, condition):
    end = time.monotonic() + LONG
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(f"it takes too long until {what}\n{call('squeue', '--array', '--states=all')}")
        time.sleep(0.05)


def state_of(job):
    return call("squeue", "--noheader", "--states=all", f"--jobs={job}", "--format=%T").split()


class Trial:
    """An output in a folder of its own, whose name a shell would take apart."""

    def __init__(self, binary, folder, name):
        self.binary, self.folder = binary, pathlib.Path(folder) / f"{name}, it's a \"$HOME\" test"
        self.folder.mkdir()
        (self.folder / "what is it.yaml").write_text(EXPERIMENT)
        self.output = self.folder / "it's out.h5"
        self.parts = self.folder / "it's out.h5.parts"
        self.seen = {}  # part -> what tells whether it was written anew

    def run_arguments(self):
        return "what is it.yaml", "-o", "it's out.h5", "--part-runs", PART

    def submit(self, n_shards, *more):
        """The numbers of the array job and of the one that merges."""
        said = call(self.binary, "submit", *self.run_arguments(), "--shards", n_shards, *more, cwd=self.folder)
        ids = said.split("--jobs=")[1].split()[0].split(",")
        check(len(ids) == 2, f"submit said {said}")
        return ids

    def look(self):
        """The parts that are there, none of them another one than before."""
        try:
            found = [(entry.name, entry.stat()) for entry in os.scandir(self.parts) if entry.name.startswith("part-")]
        except FileNotFoundError:
            return  # nothing yet, or merged meanwhile
        for name, status in found:
            what = (status.st_ino, status.st_mtime_ns)
            if name.endswith(".h5"):  # else it is a draft
                check(self.seen.setdefault(name, what) == what, f"{self.folder.name}: {name} was written again")

    def has_part_of(self, shard, n_shards):
        self.look()
        return any(int(name[5:11]) % n_shards == shard - 1 for name in self.seen)

    def wait(self, *jobs):
        """Until the jobs are over."""
        def are_over():
            self.look()
            return call("squeue", "--noheader", f"--jobs={','.join(jobs)}", "--format=%T").split() == []
        wait_until(f"the jobs of {self.folder.name} are over", are_over)

    def processes(self, shard):
        """Those of entente that compute a shard of this output."""
        for path in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                words = (path / "cmdline").read_text().split("\0")
                if str(self.binary) in words[0] and shard in words and os.readlink(path / "cwd") == str(self.folder):
                    yield int(path.name)
            except OSError:
                pass

    def log(self, job, task):
        return (self.folder / "logs" / f"it's out-{job}_{task}.log").read_text()

    def check_output(self, reference):
        name = self.folder.name
        check(self.output.exists() and not self.parts.exists(), f"{name}: not merged")
        if self.output.exists():
            check(differing(reference, self.output) == [], f"{name}: other data: {differing(reference, self.output)}")
        left = sorted(path.name for path in self.folder.iterdir())
        check(set(left) <= {"it's out.h5", "logs", "what is it.yaml"}, f"{name}: left behind: {left}")


def an_array_computes_what_a_run_does(binary, folder, reference):
    trial = Trial(binary, folder, "array")
    array, merge = trial.submit(4, "--cpus", 2, "--memory", "100M", "--time", "1:00:00", "--sbatch", "comment=\"x  'y'\"")
    trial.wait(array, merge)
    trial.check_output(reference)
    check(state_of(array) == ["COMPLETED"] * 4, f"array: {state_of(array)}")
    check(state_of(merge) == ["COMPLETED"], f"array: merge: {state_of(merge)}")
    print("an array job computes what a run does")


def killed_and_requeued_tasks_go_on(binary, folder, reference):
    trial = Trial(binary, folder, "killed")
    array, merge = trial.submit(4)
    wait_until("a part of shard 1 is there", lambda: trial.has_part_of(1, 4) and any(trial.processes("1/4")))
    for process in trial.processes("1/4"):
        os.kill(process, signal.SIGKILL)
    wait_until("a part of shard 2 is there", lambda: trial.has_part_of(2, 4) and any(trial.processes("2/4")))
    call("scontrol", "requeue", f"{array}_2")
    trial.wait(array, merge)
    check(state_of(f"{array}_1") == ["FAILED"], f"killed: {state_of(f'{array}_1')}")
    check(state_of(f"{array}_2") == ["COMPLETED"], f"requeued: {state_of(f'{array}_2')}")
    check("goes on: " in trial.log(array, 2), f"requeued: {trial.log(array, 2)}")
    check(state_of(merge) == ["CANCELLED"] and not trial.output.exists(), f"killed: merge: {state_of(merge)}")
    check(60 <= len(trial.seen) < 80, f"killed: {len(trial.seen)} of 80 parts")
    array, merge = trial.submit(4)
    trial.wait(array, merge)
    trial.check_output(reference)
    check("goes on: 20 of 20 parts are there" in trial.log(array, 2), f"submitted again: {trial.log(array, 2)}")
    print("what tasks that are killed and requeued have finished is kept")


def a_task_whose_time_is_up_goes_on(binary, folder, reference):
    """Slurm looks at its clock every half minute, so the signal is sent by hand, in the way Slurm does."""
    trial = Trial(binary, folder, "time")
    array, merge = trial.submit(2, "--time", "10")
    wait_until("both have a part", lambda: trial.has_part_of(1, 2) and trial.has_part_of(2, 2))
    call("scancel", "--signal=USR1", "--batch", f"{array}_2")  # the last: its job has the number of the whole array
    trial.wait(array, merge)
    trial.check_output(reference)
    check("goes on: " not in trial.log(array, 1), f"time: task 1 was queued again: {trial.log(array, 1)}")
    check("goes on: " in trial.log(array, 2), f"time: task 2 was not queued again: {trial.log(array, 2)}")
    check(state_of(array) + state_of(merge) == ["COMPLETED"] * 3, f"time: {state_of(array)}, merge: {state_of(merge)}")
    print("a task whose time is up goes on in another turn")


def a_cancelled_task_stays_so(binary, folder, _):
    trial = Trial(binary, folder, "cancelled")
    array, merge = trial.submit(2)
    wait_until("parts are there", lambda: trial.has_part_of(1, 2) and trial.has_part_of(2, 2))
    call("scancel", array)
    trial.wait(array, merge)
    check(state_of(array) + state_of(merge) == ["CANCELLED"] * 3, f"cancelled: {state_of(array)}, {state_of(merge)}")
    print("a task that is cancelled does not come back")


def an_array_by_hand_is_understood(binary, folder, reference):
    trial = Trial(binary, folder, "by hand")
    (trial.folder / "job.sh").write_text(f'#!/bin/sh\nexec {binary} run "what is it.yaml" -o "it\'s out.h5" --part-runs {PART}\n')
    array = call("sbatch", "--parsable", "--array=0-9:4", "--ntasks=2", "--output=log-%a", "job.sh", cwd=trial.folder).strip()
    trial.wait(array)
    check(state_of(array) == ["COMPLETED"] * 3, f"by hand: {state_of(array)}")
    said = (trial.folder / "log-4").read_text()
    check("computes shard 2 of 3 (SLURM_ARRAY_TASK_ID=4)" in said, f"by hand: {said}")
    for path in trial.folder.glob("log-*"):
        path.unlink()
    (trial.folder / "job.sh").unlink()
    trial.check_output(reference)
    print("the tasks of an array that somebody else wrote know their shards")


def a_step_shares_the_work(binary, folder, reference):
    trial = Trial(binary, folder, "step")
    said = subprocess.run(["srun", "--ntasks=3", "--label", str(binary), "run", *map(str, trial.run_arguments())], text=True,
                          capture_output=True, cwd=trial.folder)
    check(said.returncode == 0, f"step: {said.stderr}")
    for k in range(3):
        check(f"{k}: computes shard {k + 1} of 3 (SLURM_PROCID={k})" in said.stderr, f"step: {said.stderr}")
    trial.check_output(reference)
    print("the tasks of a step share the work")


def test(binary, folder):
    """Most of the time is spent waiting for Slurm, so several are tried at once."""
    plain = Trial(binary, folder, "plain")
    call(binary, "run", *plain.run_arguments(), "-q", cwd=plain.folder)
    tests = (killed_and_requeued_tasks_go_on, a_task_whose_time_is_up_goes_on, an_array_computes_what_a_run_does,
             a_cancelled_task_stays_so, an_array_by_hand_is_understood, a_step_shares_the_work)
    with concurrent.futures.ThreadPoolExecutor(max_workers=3) as pool:
        for done in [pool.submit(one, binary, folder, plain.output) for one in tests]:
            done.result()


def main():
    binary = pathlib.Path(sys.argv[1]).resolve()
    for name in list(os.environ):  # of a real cluster that this may run on
        if name.startswith(("SLURM_", "SBATCH_", "SRUN_")) or name == "OMP_NUM_THREADS":
            del os.environ[name]
    with tempfile.TemporaryDirectory() as folder:
        cluster = pathlib.Path(folder) / "cluster"  # short: it has sockets in it
        up = subprocess.run([HERE / "cluster.sh", "up", cluster], text=True, stdout=subprocess.PIPE)
        if up.returncode != 0:
            print(up.stdout, end="")
            sys.exit(up.returncode)
        os.environ["SLURM_CONF"] = str(cluster / "slurm.conf")
        try:
            test(binary, folder)
        except Exception as error:  # whatever it is, the cluster must go, and its logs say more
            wrong.append(str(error))
            print("WRONG:", error)
        if wrong:
            for log in [cluster / "log" / "slurmctld"] + sorted(pathlib.Path(folder).glob("*/logs/*")):
                print(f"--- {log}", *log.read_text(errors="replace").splitlines()[-15:], sep="\n")
        subprocess.run([HERE / "cluster.sh", "down", cluster], check=True)
    sys.exit(1 if wrong else 0)


main()
