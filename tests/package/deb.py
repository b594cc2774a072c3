#!/usr/bin/env python3
"""The Debian package, built from the tree, in a bare system: it installs, runs, and goes without a trace.

    deb.py CMAKE BUILD BINARY TARBALL [TEST...]
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import chroot
import same

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
HISTORY = "configs/scenarios/history.yaml"
system = folder = package = files = cmake = build = binary = None


def fields(*names):
    return [subprocess.run(["dpkg-deb", "-f", str(package), name], capture_output=True, text=True, check=True).stdout.strip()
            for name in names]


class Package(unittest.TestCase):
    """Tests in the order of their names."""

    def test_1_it_says_what_it_is(self):
        version = re.search(r"VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text().split("project(", 1)[1])[1]
        self.assertEqual(fields("Package", "Version", "Section"), ["entente", f"{version}-1", "science"])
        self.assertIn(f"- name: {fields('Maintainer')[0].split(' <')[0]}\n", (ROOT / "CITATION.cff").read_text())
        self.assertRegex(fields("Depends")[0], r"libgsl\d+.*libhdf5-.*libyaml")

    def test_1_lintian_finds_no_error(self):
        if not shutil.which("lintian"):
            self.skipTest("there is no lintian")
        done = subprocess.run(["lintian", "--fail-on", "error", str(package)], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_2_all_that_is_installed_is_in_it(self):
        subprocess.run([cmake, "--install", str(build), "--prefix", str(folder / "usr")], check=True, capture_output=True)
        wanted = {f"/usr/{path.relative_to(folder / 'usr')}" for path in (folder / "usr").rglob("*") if not path.is_dir()}
        renamed = {"/usr/share/doc/entente/LICENSE": "/usr/share/doc/entente/copyright",
                   "/usr/share/doc/entente/CHANGELOG.md": "/usr/share/doc/entente/changelog.gz"}
        wanted = {renamed.get(path, path) + (".gz" if "/man/" in path else "") for path in wanted}
        self.assertEqual(wanted - files, set())

    def test_3_its_command_gives_the_bits_of_the_tree(self):
        words = ["-n", "20", "-q", "-o"]
        subprocess.run([str(binary), "run", str(ROOT / HISTORY), *words, str(folder / "tree.h5")], check=True)
        system.run("entente", "run", f"/usr/share/entente/{HISTORY}", *words, "/root/package.h5")
        self.assertGreater(len(same.datasets(folder / "tree.h5")), 20)
        self.assertEqual(same.differences(folder / "tree.h5", system.path("/root/package.h5")), [])

    def test_3_its_command_describes_the_model(self):
        self.assertIn("trade.gap_kept", system.run("entente", "describe"))

    def test_3_its_experiments_find_their_scenarios(self):
        self.assertIn("runs", system.run("entente", "plan", "/usr/share/entente/experiments/rules/experiment.yaml"))

    def test_3_the_loader_finds_its_library(self):
        self.assertIn("libentente.so.0", system.run("ldconfig", "-p"))

    def test_4_nothing_is_left_of_it(self):
        system.path("/root/package.h5").unlink(missing_ok=True)
        system.run("apt-get", "purge", "-y", "entente")
        self.assertEqual([path for path in files if system.path(path).exists() or system.path(path).is_symlink()], [])
        left = system.run("find", "/", "-xdev", "-name", "*entente*", "-not", "-path", "/proc/*").split()
        self.assertEqual(left, [])


def set_up():
    """Build the package and install it."""
    global package, files
    subprocess.run(["cpack", "-B", str(folder / "made")], cwd=build, check=True, capture_output=True)
    package, = (folder / "made").glob("*.deb")
    shutil.copy(package, system.path(f"/root/{package.name}"))
    try:
        system.run("apt-get", "update")
    except RuntimeError as error:
        chroot.skip(f"apt-get reaches nothing: {error}")
    system.run("apt-get", "install", "-y", "--no-install-recommends", f"/root/{package.name}")
    system.path(f"/root/{package.name}").unlink()
    listed = system.run("dpkg", "-L", "entente").split("\n")
    files = {path for path in listed if path and (system.path(path).is_symlink() or not system.path(path).is_dir())}


if __name__ == "__main__":
    cmake, build, binary, tarball = sys.argv[1], *(pathlib.Path(word).resolve() for word in sys.argv[2:5])
    del sys.argv[1:5]
    if not shutil.which("dpkg-shlibdeps") or not shutil.which("file"):
        chroot.skip("there is no dpkg-shlibdeps (Debian's package dpkg-dev), or no file")
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        folder = pathlib.Path(name)
        system = chroot.of_tarball(tarball, folder / "system")
        set_up()
        unittest.main()
