"""What callgrind counts of the core (valgrind --tool=callgrind), for roofline.py and instructions.py.

Two sizes of ensemble are counted and one is subtracted from the other, so that reading the configuration cancels out.
"""
import collections
import pathlib
import re
import subprocess
import tempfile

LEVELS = ("x86-64-v3", "none")  # of the instruction set, highest first, that valgrind's processor may have; none: the lowest


def forced(binary, level):
    """The command that runs a program with the world's library of one level of the instruction set (man ld.so)."""
    loader = re.search(rb"/lib[^\0]*/ld-linux-x86-64[^\0]*", pathlib.Path(binary).read_bytes())
    if not loader:
        raise SystemExit("the loader of this system knows no levels of the instruction set")
    return [loader[0].decode(), "--glibc-hwcaps-mask", level, str(binary)]


def executions(command):
    """{(object, address in it): how often the instruction there was executed}."""
    counts, where, is_call = collections.Counter(), None, False
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "out"
        subprocess.run(["valgrind", "--tool=callgrind", "--dump-instr=yes", "--compress-pos=no", "--compress-strings=no",
                        f"--callgrind-out-file={out}", *command], check=True, capture_output=True)
        with out.open() as lines:
            for line in lines:
                if line.startswith("ob="):
                    where = line[3:].strip()
                elif line.startswith("0x") and not is_call:
                    address, _, count = line.split()
                    counts[where, int(address, 16)] += int(count)
                is_call = line.startswith("calls=")  # the line after it repeats what the called function took
    return counts


def executions_a_run(binary, level, file, few, many):
    """The same of one run of the core: (that of `many` runs less that of `few`) / (many - few)."""
    less, more = (executions([*forced(binary, level), "core", str(file), str(n)]) for n in (few, many))
    return {key: (more[key] - less[key]) / (many - few) for key in more if more[key] != less[key]}
