#!/usr/bin/env python3
"""The recipes for containers, followed step by step in bare systems: what comes out runs, and gives the bits of the tree.

    container.py BINARY TARBALL [TEST...]

It reads what our recipes have in them, no more: another instruction fails the test.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
import unittest

import chroot
import same

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
HISTORY = "configs/scenarios/history.yaml"
binary = tarball = folder = None
finished = {}  # the steps of a stage -> the system after them


class Stage:
    def __init__(self, name, base):
        self.name, self.base = name, base
        self.steps = []  # ("copy", stage or "", from, to) or ("run", script)
        self.start = self.test = None  # scripts that take arguments
        self.folder = "/"


def read_dockerfile(path):
    stages = []
    text = re.sub(r"^#.*\n", "", path.read_text(), flags=re.M).replace("\\\n", " ")
    for line in filter(None, map(str.strip, text.split("\n"))):
        word, rest = line.split(None, 1)
        if word == "FROM":
            base, *name = rest.split(" AS ")
            stages.append(Stage(name[0] if name else "", base))
        elif word == "COPY":
            *source, a, b = rest.split()
            stages[-1].steps.append(("copy", source[0].removeprefix("--from=") if source else "", a, b))
        elif word == "RUN":
            stages[-1].steps.append(("run", rest))
        elif word == "WORKDIR":
            stages[-1].folder = rest
            stages[-1].steps.append(("run", f"mkdir -p {rest}"))
        elif word == "ENTRYPOINT":
            stages[-1].start = " ".join(json.loads(rest)) + ' "$@"'
        elif word != "CMD":
            raise ValueError(f"{path}: there is {word}, which the test does not know")
    return stages


def add_section(stage, word, rest, lines):
    script = textwrap.dedent("\n".join(lines)).strip()
    if word == "%files":
        source = rest.removeprefix("from ").strip()
        stage.steps += [("copy", source, *line.split()) for line in lines if line.strip()]
    elif word == "%post":
        stage.steps.append(("run", script))
    elif word == "%runscript":
        stage.start = script
    elif word == "%test":
        stage.test = script
    elif word != "%help":
        raise ValueError(f"there is {word}, which the test does not know")


def read_definition(path):
    stages = []
    text = re.sub(r"^#.*\n", "", path.read_text(), flags=re.M)
    for part in re.split(r"^(?=Bootstrap:)", text, flags=re.M)[1:]:
        head, *sections = re.split(r"^(?=%)", part, flags=re.M)
        keys = dict(line.split(": ", 1) for line in head.strip().split("\n"))
        stages.append(Stage(keys["Stage"], keys["From"]))
        for section in sections:
            first, *lines = section.rstrip().split("\n")
            word, _, rest = first.partition(" ")
            add_section(stages[-1], word, rest, lines)
    return stages


def copy_tree(system, to):
    """The files of the tree that git knows or would know: what a clone has, and changes. Without git, all but builds."""
    system.path(to).mkdir(parents=True)
    listed = subprocess.run(["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard", "-z"],
                            capture_output=True)
    names = [name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).exists()]
    if listed.returncode != 0:
        names = [path.name for path in ROOT.iterdir() if not path.name.startswith(("build", "results", "."))]
    done = subprocess.run(["tar", "-C", str(ROOT), "--null", "-T", "-", "-cf", "-"], input="\0".join(names).encode(),
                          stdout=subprocess.PIPE, check=True)
    subprocess.run(["tar", "-C", str(system.path(to)), "--no-same-owner", "-xf", "-"], input=done.stdout, check=True)


def follow(stage, stages):
    """The system after the steps of a stage. Stages with the same steps are followed once."""
    key = (stage.base, *stage.steps)
    if key in finished and not stage.start:
        return finished[key]
    system = chroot.System(folder / f"system{len(list(folder.iterdir()))}", tarball)
    for what, *step in stage.steps:
        if what == "run":
            system.run("/bin/sh", "-ec", step[0])
        elif step[0] == "":
            assert step[1] == ".", "the whole tree is copied"
            copy_tree(system, step[2])
        else:
            source = next(one for one in stages if one.name == step[0])
            shutil.copytree(follow(source, stages).path(step[1]), system.path(step[2]))
    finished[key] = system
    return system


class Recipes(unittest.TestCase):
    def build(self, stages):
        """The image that a recipe makes: its last stage, and its system."""
        with open("/etc/os-release") as file:
            suite = re.search(r'^VERSION_CODENAME="?(\w+)', file.read(), re.M)[1]
        if {stage.base for stage in stages} != {f"debian:{suite}-slim"}:
            self.skipTest(f"the recipes are for another release than {suite}")
        return stages[-1], follow(stages[-1], stages)

    def check_bits(self, stage, system):
        arguments = ["run", f"/usr/share/entente/{HISTORY}", "-n", "20", "-q", "-o", "out.h5"]
        system.run("/bin/sh", "-ec", f"cd {stage.folder}\n{stage.start}", "start", *arguments)
        wanted = folder / "tree.h5"
        subprocess.run([str(binary), "run", str(ROOT / HISTORY), "-n", "20", "-q", "-f", "-o", str(wanted)], check=True)
        self.assertEqual(same.differences(wanted, system.path(f"{stage.folder}/out.h5")), [])

    def check_size(self, system):
        """Nothing that only building needs stays."""
        installed = system.run("dpkg-query", "-W", "-f", "${Package}\\n").split()
        self.assertIn("entente", installed)
        self.assertNotIn("gcc", installed)
        self.assertFalse(system.path("/package").exists() or system.path("/src").exists())

    def test_the_dockerfile(self):
        stage, system = self.build(read_dockerfile(ROOT / "containers" / "Dockerfile"))
        self.check_bits(stage, system)
        self.check_size(system)

    def test_the_definition_for_apptainer(self):
        stage, system = self.build(read_definition(ROOT / "containers" / "entente.def"))
        system.run("/bin/sh", "-ec", stage.test)
        self.check_bits(stage, system)
        self.check_size(system)


if __name__ == "__main__":
    binary, tarball = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
    del sys.argv[1:3]
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        folder = pathlib.Path(name)
        try:
            chroot.of_tarball(tarball, folder / "try").run("apt-get", "update")
        except RuntimeError as error:
            chroot.skip(f"apt-get reaches nothing: {error}")
        shutil.rmtree(folder / "try")
        unittest.main()
