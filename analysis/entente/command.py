"""The program `entente`, called from Python as from a terminal."""
from __future__ import annotations

import glob
import os
import pathlib
import shlex
import shutil
import subprocess

from .choose import EntenteError

BUILT = pathlib.Path(__file__).resolve().parents[2] / "build" / "release" / "entente"  # by ./run.sh


def program() -> str:
    """Where the program is.

    What the environment variable ENTENTE_PROGRAM says; else what ./run.sh built in the project that this package is part
    of; else the command `entente`, where it is installed.

    Raises
    ------
    EntenteError
        if there is none
    """
    if os.environ.get("ENTENTE_PROGRAM"):
        return os.environ["ENTENTE_PROGRAM"]
    found = str(BUILT) if os.access(BUILT, os.X_OK) else shutil.which("entente")
    if not found:
        raise EntenteError("the program entente is not here: ./run.sh in the project's folder builds it; elsewhere tell "
                           "where it is by the environment variable ENTENTE_PROGRAM")
    return found


def command(line: str) -> None:
    """Do what a line says that begins with `entente` in a terminal, and print what it prints.

        entente.command("run configs/scenarios/history.yaml -n 200 -o results/history.h5 --quiet")

    Paths are seen from the current folder; a pattern such as "configs/scenarios/*.yaml" stands for all files that match, in
    order of their names.

    Parameters
    ----------
    line
        a command of `entente` and its options, as `entente help` lists them; quotes are those of a shell

    Raises
    ------
    EntenteError
        with the program's own message, if it fails
    """
    print(output(line), end="")


def output(line: str) -> str:
    """What `command` would print, to be looked through instead."""
    try:
        done = subprocess.run([program(), *_words(line)], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              check=False)
    except OSError as error:
        raise EntenteError(f"{error.filename}: cannot be run: {error.strerror}") from error
    if done.returncode:
        raise EntenteError(done.stderr.strip() or f"entente {line}: it ended with {done.returncode}")
    return done.stdout


def begin(line: str) -> subprocess.Popen:
    """Like `command`, without waiting: what takes long goes on meanwhile.

    Returns
    -------
    the process: `.wait()` waits for it, `.kill()` ends it. An experiment that was ended goes on where it was when the same
    line is given again
    """
    return subprocess.Popen([program(), *_words(line)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def _words(line: str) -> list[str]:
    """The words of a line; patterns as the files that match, or as they stand if none does."""
    words = []
    for word in shlex.split(line):
        words += (sorted(glob.glob(word)) if glob.has_magic(word) else []) or [word]
    return words
