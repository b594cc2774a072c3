#!/usr/bin/env python3
"""The library and the command as `cmake --install` puts them, and programs that use them.

    installed.py CMAKE BUILD BINARY CC [TEST...]
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "reference"))

import numpy as np  # noqa: E402
from output import Output, entente, texts  # noqa: E402

SCENARIOS = ROOT / "configs" / "scenarios"
EVERYTHING = ["record.trajectories=all", "record.precision=double", "replicates=37"]  # no multiple of the lanes

cmake = build = binary = cc = prefix = folder = None


def environment(**more):
    return {**os.environ, "PKG_CONFIG_PATH": str(prefix / "lib" / "pkgconfig"), "LD_LIBRARY_PATH": str(prefix / "lib"),
            **more}


def run(*words, **more):
    """What a command prints, as bytes, and what it says on stderr."""
    done = subprocess.run([str(word) for word in words], capture_output=True, env=environment(**more))
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, words))} ended with {done.returncode}:\n{done.stdout.decode(errors='replace')}"
                             f"{done.stderr.decode(errors='replace')}")
    return done.stdout, done.stderr.decode()


def compile_program(source, compiler=None, *options):
    """Compile a file against what is installed, as pkg-config says."""
    program = folder / pathlib.Path(source).stem
    flags = run("pkg-config", "--cflags", "--libs", "entente")[0].decode().split()
    run(compiler or cc, "-Wall", "-Wextra", "-Werror", *options, source, *flags, "-o", program)
    return program


def read_dump(data):
    """The variables that dump.c prints: name -> (unit, description, dimensions, values)."""
    variables = {}
    while data:
        line, data = data.split(b"\n", 1)
        name, unit, description, *dimensions = line.decode().split("\t")
        dimensions = [(words[0], int(words[1]), words[2:]) for words in (text.split(" ") for text in dimensions)]
        shape = [size for _, size, _ in dimensions]
        n = 8 * int(np.prod(shape))
        variables[name] = unit, description, dimensions, np.frombuffer(data[:n]).reshape(shape)
        data = data[n:]
    return variables


class Programs(unittest.TestCase):
    def test_the_example_prints_what_the_command_gives(self):
        printed = run(compile_program(HERE / "example.c", None, "-Wconversion"), SCENARIOS / "history.yaml")[0].decode()
        with_, will, without = map(float, re.findall(r"[0-9]\.[0-9]+", printed))
        mean = 0.0
        for _ in range(100):  # the program's mean of 100 runs: off what it prints by rounding
            mean += will
        mean /= 100
        for value, setting in (with_, f"states.CHN.will={will}"), (without, f"states.CHN.will={mean / 2}"):
            path = folder / "example.h5"
            entente(binary, "run", SCENARIOS / "history.yaml", "-n", 100, "-q", "-f", "-o", path, "--set", setting,
                    "--set", "record.precision=double")
            output = Output(path)
            of_year = output.get("cohesion")[:, output.years.index(2020)]
            output.close()
            total = 0.0
            for one in of_year:  # in the order of the program: the same bits
                total += one
            self.assertEqual(value, total / 100)
        self.assertNotEqual(with_, without)

    def test_a_mistake_is_told_as_the_command_tells_it(self):
        bad = folder / "bad.yaml"
        bad.write_text(f"base: {SCENARIOS / 'history.yaml'}\nstates:\n  CHN: {{wil: 0.3}}\nyears: [2001, 2001.5]\n")
        program = compile_program(HERE / "example.c")
        for path in (bad, folder / "missing.yaml", folder):
            answers = [subprocess.run([str(word) for word in words], capture_output=True, text=True, env=environment())
                       for words in ((program, path), (binary, "run", path, "-n", "1", "-o", folder / "x.h5"))]
            self.assertNotEqual(answers[0].returncode, 0)
            self.assertEqual(answers[0].stderr, answers[1].stderr)

    def compare(self, scenario, settings, threads, **more):
        path = folder / "all.h5"
        entente(binary, "run", scenario, "-q", "-f", "-o", path, *(f"--set={setting}" for setting in settings),
                check=False)  # it ends with 1 where replicates fail
        dump, said = run(compile_program(HERE / "dump.c", None, "-rdynamic"), threads, scenario, *settings, **more)
        variables, output = read_dump(dump), Output(path)
        self.assertEqual(set(variables), set(output.variables()) - {"run_status", "failed_year", "failed_variable"})
        for name, (unit, description, dimensions, values) in variables.items():
            with self.subTest(name):
                data = output.file[name]
                self.assertEqual([dimension for dimension, _, _ in dimensions],
                                 [axis for axis in output.axes[name] if axis not in ("scenario", "point")])
                for dimension, _, labels in dimensions[1:]:
                    self.assertEqual(labels, [str(text) for text in texts(output.file[dimension])])
                told = {key: value.decode() for key, value in data.attrs.items() if isinstance(value, bytes)}
                self.assertEqual((unit, description.rstrip(".")), (told.get("units", "1"), told["long_name"]))
                expected = output.get(name)
                np.testing.assert_array_equal(np.isnan(values), np.isnan(expected))
                there = ~np.isnan(expected)
                self.assertEqual(values[there].tobytes(), expected[there].tobytes())
        output.close()
        return said, variables

    def test_all_numbers_are_those_that_the_command_writes(self):
        self.compare(SCENARIOS / "history.yaml", EVERYTHING, 2)

    def test_so_they_are_with_another_seed_fewer_years_and_states(self):
        self.compare(SCENARIOS / "without_both.yaml", [*EVERYTHING, "seed=12", "years=[2001, 2009]",
                                                       "record.states=[CHN, RUS, KAZ]", "record.years=[2003, 2009]"], 1)

    def test_so_they_are_where_replicates_fail(self):
        boom = "events.boom={year: {uniform: [2001, 2004]}, effects: [{gdp: {scale: 1e300}, states: [AAA]}]}"
        _, variables = self.compare(ROOT / "tests" / "cli" / "files" / "small.yaml", [*EVERYTHING, "trade.gdp=3", boom], 2)
        n_missing = np.isnan(variables["cohesion"][3]).sum(axis=1)
        self.assertGreater(len(set(n_missing)), 1)  # in different years

    def test_so_they_are_in_a_language_that_writes_commas(self):
        locales = folder / "locales"
        locales.mkdir(exist_ok=True)
        if not shutil.which("localedef") or not pathlib.Path("/usr/share/i18n/locales/de_DE").exists():
            self.skipTest("there is no localedef with locales (Debian's package locales)")
        subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", locales / "de_DE.UTF-8"], capture_output=True)
        said, _ = self.compare(SCENARIOS / "history.yaml", [*EVERYTHING, "states.CHN.will=0.25"], 1, LC_ALL="de_DE.UTF-8",
                            LOCPATH=str(locales))
        self.assertIn("1,5", said)


class Library(unittest.TestCase):
    def test_it_shows_its_own_names_alone(self):
        libraries = [path for path in prefix.rglob("libentente.so.0") if path.is_file()]
        self.assertTrue(libraries)
        declared = set(re.findall(r"\b(entente_\w+)\(", (prefix / "include" / "entente.h").read_text()))
        for library in libraries:
            listed = run("nm", "-D", "--defined-only", library)[0].decode().split("\n")
            shown = {line.split()[2].split("@")[0] for line in listed if line and " A " not in line}
            self.assertEqual(shown, declared)

    def test_it_has_its_name_and_needs_none_of_ours(self):
        dynamic = run("readelf", "-d", prefix / "lib" / "libentente.so")[0].decode()
        self.assertIn("Library soname: [libentente.so.0]", dynamic)
        self.assertNotIn("entente_world", dynamic)
        self.assertNotIn("hdf5", dynamic)

    def test_the_header_is_cxx(self):
        if not shutil.which("g++"):
            self.skipTest("there is no g++")
        source = folder / "plus.cc"
        source.write_text('#include <entente.h>\nint main() { entente_error error{}; entente_simulation *none = nullptr;\n'
                          '  return entente_load("nowhere", &none, &error) == ENTENTE_BAD_INPUT && entente_version() ?'
                          ' (entente_error_free(&error), 0) : 1; }\n')
        run(compile_program(source, "g++", "-pedantic"))

    def test_cmake_finds_it(self):
        project = folder / "project"
        project.mkdir(exist_ok=True)
        (project / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.22)\nproject(user C)\nfind_package(entente 0.1 REQUIRED)\n"
            f"add_executable(user {HERE / 'example.c'})\ntarget_link_libraries(user PRIVATE entente::entente)\n")
        run(cmake, "-S", project, "-B", project / "build", f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_C_COMPILER={cc}")
        run(cmake, "--build", project / "build")
        self.assertIn("cohesion in 2020", run(project / "build" / "user", SCENARIOS / "history.yaml")[0].decode())


class Installed(unittest.TestCase):
    def test_the_command_runs_what_comes_with_it(self):
        shared = prefix / "share" / "entente" / "configs" / "scenarios" / "history.yaml"
        outputs = []
        for program, scenario in (prefix / "bin" / "entente", shared), (binary, SCENARIOS / "history.yaml"):
            path = folder / f"{len(outputs)}.h5"
            entente(program, "run", scenario, "-n", 20, "-q", "-o", path)
            output = Output(path)
            outputs.append({name: output.get(name).tobytes() for name in output.variables() if name != "failed_variable"})
            output.close()
        self.assertEqual(*outputs)

    def test_its_libraries_are_those_that_came_with_it(self):
        done = subprocess.run([str(prefix / "bin" / "entente"), "--version"], capture_output=True, text=True,
                              env={**os.environ, "LD_DEBUG": "libs"})
        self.assertRegex(done.stderr, rf"calling init: {re.escape(str(prefix))}/bin/\.\./lib/entente/\S*libentente_world")


if __name__ == "__main__":
    cmake, build, binary, cc = sys.argv[1], *(pathlib.Path(word).resolve() for word in sys.argv[2:4]), sys.argv[4]
    del sys.argv[1:5]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name).resolve()
        prefix = folder / "prefix"
        subprocess.run([cmake, "--install", str(build), "--prefix", str(prefix)], check=True, capture_output=True)
        unittest.main()
