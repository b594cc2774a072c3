#!/usr/bin/env python3
"""A second organization is a configuration: it runs, is told and reported, and no code knows of any organization or state.

    second.py ENTENTE
"""
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import xarray

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SCENARIOS = sorted((ROOT / "configs" / "scenarios" / "asean").glob("*.yaml"))
HISTORY = ROOT / "configs" / "scenarios" / "asean" / "history.yaml"
# Of both organizations: codes and names of states, organizations and events
NAMES = re.compile(r"\b(CHN|RUS|KAZ|KGZ|TJK|UZB|MNG|IND|PAK|IRN|USA|IDN|MYS|PHL|SGP|THA|VNM|JPN|SCO|ASEAN|nine_eleven)\b|"
                   r"China|Russia|Kazakh|Uzbek|Mongolia|India|Indonesia|Singapore|Shanghai|Central Asia|colour.revolution", re.I)
# Lines that may: an example that is printed (a command, a way to write something), or the source of a number
MAY_NAME = re.compile(r"\bentente [a-z]+ |such as|like `|as in `|as `CHN-RUS`|for which state|\[BY_DYAD\]|\[SCALAR\]|"
                      r"estimate for this project")


def run(*arguments):
    return subprocess.run([entente, *map(str, arguments)], cwd=folder, text=True, capture_output=True)


def without_comments(text):
    return re.sub(r"/\*.*?\*/|//[^\n]*", lambda found: "\n" * found.group().count("\n"), text, flags=re.S)


class Second(unittest.TestCase):
    def test_every_scenario_holds(self):
        done = run("check", *SCENARIOS)
        self.assertEqual((done.returncode, done.stderr, done.stdout.count(": ok (9 states, 2001–2016")), (0, "", len(SCENARIOS)))
        self.assertGreater(len(SCENARIOS), 2)

    def test_it_runs_and_is_told_by_its_name(self):
        done = run("run", HISTORY, *(s for s in SCENARIOS if s != HISTORY), "-n", 16, "-o", "asean.h5")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        shown = run("show", "asean.h5").stdout
        self.assertTrue(shown.startswith("Association of Southeast Asian Nations, 2001–2016\n"), shown[:200])
        self.assertIn("without_south_china_sea", shown)
        self.assertIn("Indonesia", shown)
        self.assertNotIn("China    ", shown, "a power outside does not lead")
        self.assertNotIn("Shanghai", shown)

    def test_it_is_reported(self):
        run("run", HISTORY, "-n", 8, "-o", "one.h5", "-q")
        done = run("report", "one.h5", "-o", "one.html")
        if done.returncode != 0 and "Python" in done.stderr:
            self.skipTest(done.stderr.strip())
        self.assertEqual(done.returncode, 0, done.stderr)
        page = (folder / "one.html").read_text()
        self.assertIn("Association of Southeast Asian Nations", page)
        self.assertIn("Indonesia", page)

    def test_one_luck_and_one_change_make_one_effect(self):
        """The paired scenario is the same run until what differs."""
        run("run", HISTORY, HISTORY.parent / "without_south_china_sea.yaml", "-n", 16, "-o", "pair.h5", "-q")
        told = run("show", "pair.h5").stdout
        self.assertRegex(told, r"without_south_china_sea +2011 ")

    def test_its_votes_are_as_far_off_as_its_readme_says(self):
        run("run", HISTORY, "-n", 1000, "--set", "record={trajectories: none, statistics: [position_distance]}",
            "-q", "-o", "votes.h5")
        with xarray.open_dataset(folder / "votes.h5") as data:
            told = data.sel(area="security", year=slice(2002, 2012)).isel(scenario=0, point=0)
            off = told.position_distance_mean - told.observed_position_distance
            self.assertEqual(off.size, 11)
            rmse = float((off ** 2).mean()) ** 0.5
        readme = (ROOT / "experiments" / "asean" / "README.md").read_text()
        self.assertIn(f"RMSE over 2002 to 2012 is {rmse:.4f},", readme)

    def test_no_rule_of_the_first_organization_is_a_default(self):
        """An observer is voted on once it has waited, whatever the SCO had agreed on in 2010."""
        done = run("run", HISTORY, "-n", 64, "--years", "2001:2009", "--set", "states.VNM.status=observer",
                   "--set", "record.trajectories=[status]", "-q", "-o", "observer.h5")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(run("show", "observer.h5").stdout, r"Viet Nam +\d+ % +2006")

    def test_the_experiment_holds(self):
        done = run("plan", ROOT / "experiments" / "asean" / "experiment.yaml")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("147,456", done.stdout)


class Code(unittest.TestCase):
    def test_no_code_names_a_state_or_an_organization(self):
        found = []
        for path in sorted([*(ROOT / "src").rglob("*.[ch]"), *(ROOT / "models").glob("*.[ch]")]):
            for number, line in enumerate(without_comments(path.read_text()).splitlines(), 1):
                if NAMES.search(line) and not MAY_NAME.search(line):
                    found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
        self.assertEqual(found, [])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        entente, folder = str(pathlib.Path(sys.argv.pop(1)).resolve()), pathlib.Path(name)
        unittest.main()
