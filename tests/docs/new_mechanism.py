#!/usr/bin/env python3
"""The worked example of docs/how-to/new-mechanism.md holds: its files and changes are applied to a copy of the project, which
builds without a warning; the example's own test passes, and commands print what the page shows.

    new_mechanism.py COMPILER [TEST...]
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from tutorial import BLOCK, ROOT, missing_lines

DOCUMENT = ROOT / "docs/how-to/new-mechanism.md"


def changed(text, change):
    """The text after a change: lines that begin with a space or `-` must be in it once, side by side."""
    lines = change.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] != "+")
    after = "".join(line[1:] for line in lines if line[0] != "-")
    if text.count(before) != 1:
        raise ValueError(f"found {text.count(before)} times: {before}")
    return text.replace(before, after)


class NewMechanism(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_in_copy(self, *command):
        done = subprocess.run(command, cwd=self.folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env={**os.environ, "LC_ALL": "C.UTF-8"})
        self.assertEqual(done.returncode, 0, done.stdout[-4000:])
        return done.stdout

    def copy_project(self):
        skipped = shutil.ignore_patterns("__pycache__", "build", "build-*", "results", ".*", "*.h5")
        shutil.copytree(ROOT, self.folder, ignore=skipped, dirs_exist_ok=True)

    def build(self):
        """Without optimization and for one level of the instruction set: it takes less long."""
        self.run_in_copy("cmake", "-S", ".", "-B", "build/release", f"-DCMAKE_C_COMPILER={COMPILER}", "-DCMAKE_BUILD_TYPE=Debug",
                         "-DCMAKE_C_FLAGS_DEBUG=", "-DENTENTE_HWCAPS=OFF", "-DENTENTE_WERROR=ON",
                         f"-DPython3_EXECUTABLE={sys.executable}")
        self.run_in_copy("cmake", "--build", "build/release", "--parallel", "2", "--target", "entente", "test_habit")

    def test_steps_of_the_page_hold(self):
        self.copy_project()
        blocks = BLOCK.findall(DOCUMENT.read_text())
        for kind, path, text in blocks:
            file = self.folder / path.strip()
            if kind == "c":
                file.write_text(text)
            elif kind == "diff":
                file.write_text(changed(file.read_text(), text))
        self.build()
        self.run_in_copy("ctest", "--test-dir", "build/release", "-R", "^unit/habit$", "--no-tests=error")
        printed, n_compared = "", 0
        for kind, _, text in blocks:
            if kind == "sh" and "test.sh" not in text:
                commands = text.replace("./run.sh", "build/release/entente")
                printed = self.run_in_copy("sh", "-e", "-c", commands)
            elif kind == "text":
                self.assertEqual(missing_lines(text, printed), [], printed)
                n_compared += 1
        self.assertEqual(n_compared, 2)

    def test_a_change_needs_its_place(self):
        self.assertEqual(changed("a\nb\nc\n", " a\n+x\n"), "a\nx\nb\nc\n")
        self.assertEqual(changed("a\nb\nc\n", " a\n-b\n"), "a\nc\n")
        self.assertRaises(ValueError, changed, "a\nc\n", " a\n-b\n")
        self.assertRaises(ValueError, changed, "a\na\n", " a\n+b\n")


if __name__ == "__main__":
    COMPILER = sys.argv.pop(1)
    unittest.main()
