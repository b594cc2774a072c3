#!/usr/bin/env python3
"""Memory does not grow with the replicates.

    memory.py BINARY

Ten times the replicates, with statistics of everything, take as much memory but for a few bytes a replicate.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

HISTORY = pathlib.Path(__file__).resolve().parent.parent.parent / "configs" / "scenarios" / "history.yaml"
FEW, MANY = 20000, 120000
BYTES_A_REPLICATE = 16
UNSTEADY_KILOBYTES = 8192  # HDF5 keeps what it has used, until it has enough


def kilobytes(binary, folder, n_replicates):
    """The most memory that a run had at once."""
    child = subprocess.Popen([binary, "run", HISTORY, "--years", "2001:2003", "--replicates", str(n_replicates),
                              "--set", "record.trajectories=none", "--set", "record.statistics=main",
                              "--quiet", "--force", "-o", pathlib.Path(folder) / "run.h5"])
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"the run of {n_replicates} replicates fails")
    return usage.ru_maxrss


def main():
    with tempfile.TemporaryDirectory() as folder:
        few, many = (kilobytes(sys.argv[1], folder, n) for n in (FEW, MANY))
    allowed = few + (MANY - FEW) * BYTES_A_REPLICATE // 1024 + UNSTEADY_KILOBYTES
    print(f"{FEW} replicates: {few} kB, {MANY}: {many} kB, of {allowed} kB allowed")
    return 0 if many <= allowed else 1


sys.exit(main())
