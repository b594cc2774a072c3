#!/usr/bin/env python3
"""memory.py BINARY: the memory of a run with statistics does not grow with its replicates, but for some bytes each.

Five thousand and fifty thousand replicates of five years of history, the statistics of all main variables.
"""
import os
import pathlib
import sys
import tempfile

HISTORY = pathlib.Path(__file__).resolve().parents[2] / "configs" / "scenarios" / "history.yaml"
FEW, MANY = 5000, 50000
BYTES_A_REPLICATE = 32  # its number, how it ended, what HDF5 keeps of that
SLACK = 4 << 20


def peak(binary, replicates):
    """Peak resident memory of a run, bytes."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = [binary, "run", HISTORY, "--replicates", str(replicates), "--years", "2001:2005", "--quiet",
                     "--set", "record.trajectories=none", "--set", "record.statistics=main", "-o", f"{folder}/out.h5"]
        pid = os.spawnv(os.P_NOWAIT, binary, [str(a) for a in arguments])
        _, status, usage = os.wait4(pid, 0)
    if status:
        sys.exit(f"a run of {replicates} replicates ends with {status}")
    return usage.ru_maxrss * 1024


def main():
    few, many = peak(sys.argv[1], FEW), peak(sys.argv[1], MANY)
    allowed = few + SLACK + BYTES_A_REPLICATE * (MANY - FEW)
    print(f"{FEW} replicates {few / 1e6:.1f} MB, {MANY} replicates {many / 1e6:.1f} MB, at most {allowed / 1e6:.1f} MB")
    return 0 if many <= allowed else 1


if __name__ == "__main__":
    sys.exit(main())
