#!/usr/bin/env python3
"""Every command of the tutorial, and of pages that can be run likewise, does what it says: the blocks are run one after the
other, and what they print is compared.

    tutorial.py BINARY

In a page a block of `yaml` goes into the file that its first line names, a block of `sh` is run (`sh fails`: must
fail; `sh matplotlib`: only where that is installed), and a block of `text` is what the last one printed: its lines, in their
order, where a line that is `…` stands for any number of others. `./run.sh` is the program that is tested, and `python3` the
Python that runs the test.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs/tutorial.md"
ALSO_RUN = ("docs/how-to/sensitivity.md",)
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def missing_lines(shown, printed):
    """Lines that are shown and were not printed in this order; lines side by side must be so, but for `…` between them."""
    lines, at = printed.splitlines(), 0
    for part in re.split(r"^ *…\n", shown, flags=re.MULTILINE):
        wanted = part.strip("\n").splitlines()
        places = [n for n in range(at, len(lines) - len(wanted) + 1) if lines[n:n + len(wanted)] == wanted]
        if not places:
            return [line for line in wanted if line not in lines[at:]] or wanted
        at = places[0] + len(wanted)
    return []


class Project:
    """A folder in which the tutorial's commands work, as they do in the project's own."""

    def __init__(self, folder, binary):
        self.folder = pathlib.Path(folder)
        for name in ("configs", "experiments", "analysis"):
            (self.folder / name).symlink_to(ROOT / name)
        self.put("run.sh", f'#!/bin/sh\n[ $# -gt 0 ] && exec "{binary}" "$@"\nmkdir -p results\n'
                           f'exec "{binary}" run configs/scenarios/*.yaml -o results/scenarios.h5\n')
        self.put("python3", f'#!/bin/sh\nexec "{sys.executable}" -W ignore "$@"\n')

    def put(self, name, text):
        (self.folder / name).write_text(text)
        (self.folder / name).chmod(0o755)

    def run(self, commands):
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "PATH": f"{self.folder}:{os.environ['PATH']}", "MPLBACKEND": "Agg"}
        environment.pop("PYTHONPATH", None)
        done = subprocess.run(["sh", "-e", "-c", commands], cwd=self.folder, env=environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout


def can_draw():
    return subprocess.run([sys.executable, "-c", "import matplotlib"], capture_output=True).returncode == 0


def unlikeness(one, other):
    """Mean difference of two pictures, 0 to 1; other fonts move little of it, another curve much."""
    import matplotlib.image
    import numpy

    one, other = (matplotlib.image.imread(picture)[:, :, :3] for picture in (one, other))
    return float(numpy.abs(one - other).mean()) if one.shape == other.shape else 1.0


class Tutorial(unittest.TestCase):
    def work_through(self, document, project):
        """Do what a page says; how many commands were run, and how many texts compared."""
        n_run, n_compared, printed = 0, 0, ""
        for kind, how, text in BLOCK.findall(document.read_text()):
            if kind == "yaml":
                project.put(re.match(r"# (\w+\.yaml)", text)[1], text)
            elif kind == "text":
                self.assertEqual(missing_lines(text, printed), [], printed)
                n_compared += 1
            elif how.strip() != "matplotlib" or can_draw():
                code, printed = project.run(text)
                self.assertEqual(code != 0, how.strip() == "fails", f"{text}{printed}")
                n_run += 1
        return n_run, n_compared

    def test_commands_print_what_is_shown(self):
        with tempfile.TemporaryDirectory() as folder:
            project = Project(folder, BINARY)
            n_run, n_compared = self.work_through(DOCUMENT, project)
            if can_draw():
                self.assertLess(unlikeness(project.folder / "no_bases.png", ROOT / "docs/pictures/no_bases.png"), 0.005)
        self.assertGreater(n_run, 6)
        self.assertGreater(n_compared, 5)

    def test_commands_of_other_pages_run(self):
        for document in ALSO_RUN:
            with self.subTest(document), tempfile.TemporaryDirectory() as folder:
                n_run, _ = self.work_through(ROOT / document, Project(folder, BINARY))
                self.assertGreater(n_run, 0)

    def test_offers_in_the_text_are_those_of_history(self):
        history = (ROOT / "configs/scenarios/history.yaml").read_text()
        told = re.search(r"Uzbekistan's is ([\d.]+), Kyrgyzstan's ([\d.]+)\.", DOCUMENT.read_text().replace("\n", " "))
        self.assertIn(f"UZB: {told[1]} ", history)
        self.assertIn(f"KGZ: {told[2]} ", history)

    def test_what_was_not_printed_is_found(self):
        printed = "one\ntwo\nthree\nfour\n"
        self.assertEqual(missing_lines("two\n…\nfour\n", printed), [])
        self.assertEqual(missing_lines("two\nfour\n", printed), ["two", "four"])
        self.assertEqual(missing_lines("three\n…\ntwo\n", printed), ["two"])
        self.assertEqual(missing_lines("one\n5\n", printed), ["5"])

    def test_the_numbers_in_the_text_are_those_shown(self):
        text = DOCUMENT.read_text()
        shown = "".join(block for kind, _, block in BLOCK.findall(text) if kind == "text")
        for number in re.findall(r"(?<![\w.])\.\d\d+", BLOCK.sub("", text)):
            self.assertIn(number, shown)


if __name__ == "__main__":
    BINARY = os.path.abspath(sys.argv.pop(1))
    unittest.main()
