#!/usr/bin/env python3
"""What the package in analysis/ opens and computes; no pictures.

    package.py BINARY [TEST...]
"""
import contextlib
import importlib
import io
import math
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import unittest.mock

from outputs import GRID, HISTORY, MORRIS, ROOT, WITHOUT, Outputs

import entente
import numpy as np
import pandas
import xarray
from entente import computed, files, judged

program = importlib.import_module("entente.command")  # entente.command is its function
made = None  # the outputs


class Opening(unittest.TestCase):
    def test_states_and_partners_have_names(self):
        with entente.open(made.plain()) as data:
            self.assertEqual(str(data.state_name.sel(state="KGZ").values), "Kyrgyzstan")
            self.assertEqual(str(data.partner_name.sel(partner="KGZ").values), "Kyrgyzstan")

    def test_values_are_those_of_the_file(self):
        with entente.open(made.plain()) as data, xarray.open_dataset(made.plain()) as plain:
            xarray.testing.assert_equal(data.trade.variable, plain.trade.variable)

    def test_values_of_one_file_are_not_read_before_they_are_needed(self):
        with entente.open(made.plain()) as data:
            self.assertFalse(data.trade.variable._in_memory)
            data.trade.load()
            self.assertTrue(data.trade.variable._in_memory)

    def test_a_file_that_is_no_output_is_refused(self):
        path = made.folder / "other.nc"
        xarray.Dataset({"x": 1.0}).to_netcdf(path)
        with self.assertRaisesRegex(entente.EntenteError, "no output of Entente"):
            entente.open(path)

    def test_a_missing_file_is_named(self):
        with self.assertRaisesRegex(entente.EntenteError, "nowhere.h5: no such file"):
            entente.open("nowhere.h5")

    def test_scenarios_of_two_files_become_one_dimension(self):
        one, two = made.plain("one", scenarios=[HISTORY]), made.plain("two", scenarios=[WITHOUT])
        with entente.open(one, two) as joined, entente.open(made.plain()) as both:
            self.assertEqual(list(joined.scenario.values), list(both.scenario.values))
            np.testing.assert_array_equal(joined.cohesion.values, both.cohesion.values)
            xarray.testing.assert_identical(joined.entente.paired("without_nine_eleven"),
                                            both.entente.paired("without_nine_eleven"))

    def test_a_pattern_stands_for_files(self):
        made.plain("one", scenarios=[HISTORY]), made.plain("two", scenarios=[WITHOUT])
        with entente.open(made.folder / "[ot][nw][eo].h5") as joined:
            self.assertEqual(joined.sizes["scenario"], 2)

    def test_scenarios_of_the_same_name_are_told_apart_by_file(self):
        with entente.open(made.plain(), made.plain("later", seed=2)) as joined:
            self.assertEqual(list(joined.scenario.values)[::2], ["history (plain)", "history (later)"])

    def test_runs_of_other_seeds_make_no_pairs(self):
        with entente.open(made.plain(), made.plain("later", seed=2)) as joined:
            with self.assertRaisesRegex(entente.EntenteError, "do not share their luck"):
                joined.entente.paired("history (later)")

    def test_points_of_two_experiments_are_counted_on(self):
        other = GRID.replace("0.35", "0.5")
        with entente.open(made.experiment("grid", GRID), made.experiment("other", other)) as joined:
            self.assertEqual(list(joined.point.values), list(range(8)))
            self.assertEqual(float(joined["states.CHN.vision"].max()), 0.5)

    def test_files_that_do_not_fit_are_refused_with_the_reason(self):
        with self.assertRaisesRegex(entente.EntenteError, r"cannot be joined.*: year \(5 and 3\)"):
            entente.open(made.plain(), made.plain("short", years="2001:2003"))

    def test_too_much_for_memory_is_said_before_it_is_read(self):
        limit, files.WITHOUT_DASK, files._has_dask = files.WITHOUT_DASK, 1000, lambda: False
        try:
            with self.assertRaisesRegex(entente.EntenteError, "GB of memory.*python3-dask"):
                entente.open(made.plain(), made.plain("later", seed=2))
        finally:
            files.WITHOUT_DASK = limit

    def test_only_variables_that_are_wanted_are_opened(self):
        with entente.open(made.plain(), variables=["cohesion"]) as data:
            self.assertIn("cohesion", data)
            self.assertNotIn("trade", data)
        with self.assertRaisesRegex(entente.EntenteError, "no variable 'cohesio'"):
            entente.open(made.plain(), variables=["cohesio"])


class Choosing(unittest.TestCase):
    def setUp(self):
        self.data = entente.open(made.plain())
        self.addCleanup(self.data.close)

    def test_a_state_is_found_by_its_name(self):
        by_name, by_code = (self.data.entente.select("will", state=state) for state in ("China", "CHN"))
        np.testing.assert_array_equal(by_name.values, by_code.values)
        self.assertEqual(by_name.dims, ("scenario", "replicate", "year"))

    def test_wrong_names_are_answered_with_the_nearest(self):
        for call, answer in ((lambda e: e.select("cohesoin"), "did you mean cohesion?"),
                             (lambda e: e.select("will", state="CHM"), "did you mean CHN?"),
                             (lambda e: e.select("cohesion", scenario="histori"), "did you mean history?"),
                             (lambda e: e.select("will"), "choose one with state=, of: CHN"),
                             (lambda e: e.select("cohesion", point=1), "point is 1, must be 0 to 0"),
                             (lambda e: e.scenarios(year=1999), "no year 1999 here")):
            with self.assertRaisesRegex(entente.EntenteError, re.escape(answer)):
                call(self.data.entente)

    def test_an_experiment_asks_for_a_point(self):
        with entente.open(made.experiment("grid", GRID)) as data:
            with self.assertRaisesRegex(entente.EntenteError, "4 points: choose one with point=, 0 to 3"):
                data.entente.select("cohesion")


class Computing(unittest.TestCase):
    def setUp(self):
        self.data = entente.open(made.plain())
        self.addCleanup(self.data.close)

    def test_differences_are_those_of_pairs(self):
        found = self.data.entente.paired("without_nine_eleven", variable="depth", area="security")
        depth = self.data.depth.sel(area="security").isel(point=0).values.astype(float)
        pairs = depth[1] - depth[0]
        np.testing.assert_allclose(found["mean"], pairs.mean(axis=0), rtol=1e-12)
        # 2.20099: Student's t, 11 degrees of freedom, from tables
        np.testing.assert_allclose(found["half"], 2.20099 * pairs.std(axis=0, ddof=1) / math.sqrt(12), rtol=1e-5)
        np.testing.assert_array_equal(found["above"], (pairs > 0).mean(axis=0))

    def test_pairs_are_worth_what_compare_says(self):
        made.entente("compare", made.plain(), "-o", "worth.h5", "--force", "--quiet")
        with xarray.open_dataset(made.folder / "worth.h5") as compared:
            saved = compared["cohesion_variance_saved"].squeeze().values
        found = self.data.entente.paired("without_nine_eleven")["worth"].values
        np.testing.assert_allclose(found[1:], 1 / (1 - saved[1:]), rtol=1e-4)
        self.assertTrue(np.isnan(found[0]))  # no chance in the first year

    def test_effects_are_means_of_pairs(self):
        table = self.data.entente.effects(years=[2003, 2005])
        self.assertEqual((list(table.index), list(table.columns)), (["without_nine_eleven"], [2003, 2005]))
        means = self.data.entente.paired("without_nine_eleven")["mean"]
        np.testing.assert_array_equal(table.values[0], means.sel(year=[2003, 2005]))
        turned = self.data.entente.effects(against="without_nine_eleven", variable="depth", area="security")
        self.assertEqual(list(turned.index), ["history"])

    def test_a_grid_has_each_point_in_its_place(self):
        with entente.open(made.experiment("grid", GRID)) as data:
            found = data.entente.grid("states.CHN.vision", "states.CHN.will", "depth", 2003, area="security")
            for vision in (0.1, 0.35):
                for will in (0.1, 0.4):
                    here = (data["states.CHN.vision"] == vision) & (data["states.CHN.will"] == will)
                    values = data.depth.isel(scenario=0, point=int(here.argmax())).sel(year=2003, area="security")
                    self.assertAlmostEqual(float(found.sel({"states.CHN.will": will, "states.CHN.vision": vision})),
                                           values.values.astype(float).mean(), 12)

    def test_points_that_are_no_grid_make_no_map(self):
        with entente.open(made.experiment("morris", MORRIS)) as data:
            with self.assertRaisesRegex(entente.EntenteError, "make no grid"):
                data.entente.grid("states.CHN.will", "agenda.stride")
        with entente.open(made.experiment("grid", GRID)) as data:
            with self.assertRaisesRegex(entente.EntenteError, "did you mean states.CHN.will"):
                data.entente.grid("states.CHN.wil", "states.CHN.vision")

    def test_a_failed_run_makes_no_pair(self):
        data = self.data.load().copy(deep=True)
        data.cohesion[1, 0, 3] = np.nan
        found, all_pairs = (d.entente.paired("without_nine_eleven") for d in (data, self.data))
        self.assertEqual(found["n"].values.tolist(), [11] * 5)
        kept = np.delete((self.data.cohesion[1, 0] - self.data.cohesion[0, 0]).values.astype(float), 3, axis=0)
        np.testing.assert_allclose(found["mean"], kept.mean(axis=0), rtol=1e-12)
        self.assertFalse(np.array_equal(found["mean"], all_pairs["mean"]))

    def test_quantiles_of_student_are_those_of_tables(self):
        for freedom, quantile in ((1, 12.7062), (2, 4.30265), (3, 3.18245), (5, 2.57058), (10, 2.22814), (99, 1.98422)):
            self.assertAlmostEqual(computed.t_quantile(freedom) / quantile, 1, delta=0.002)

    def test_growth_of_trade_is_that_of_the_file(self):
        found = self.data.entente.growth().swap_dims(pair="partner").sel(partner="RUS")
        trade = self.data.trade.sel(state="CHN", partner="RUS").isel(scenario=0, point=0).values.astype(float)
        self.assertAlmostEqual(float(found["median"]), np.median(trade[:, 4] / trade[:, 0]), 12)
        self.assertAlmostEqual(float(found["observed"]), 29103.14 / 10670.55, 12)  # Ministry of Commerce of China

    def test_changes_of_membership_are_the_first_of_their_kind(self):
        data = self.data.load().copy(deep=True)
        runs = [[0, 1, 2, 1, 2], [0, 0, 1, 1, 1], [0, 0, 0, 2, 2], [0, 0, 0, 0, 0]] * 3
        data["status"].loc[{"scenario": "history", "point": 0, "state": "MNG"}] = np.array(runs)
        found = data.entente.membership_changes().sel(state="MNG")
        observer, member, leaves = (found.sel(change=change) for change in ("becomes observer", "becomes member", "leaves"))
        self.assertEqual([float(change["share"]) for change in (observer, member, leaves)], [0.5, 0.5, 0.25])
        self.assertEqual([float(observer[key]) for key in ("early", "median", "late")], [2002, 2002, 2003])
        self.assertEqual([float(member[key]) for key in ("early", "median", "late")], [2003, 2003, 2004])
        self.assertEqual(float(leaves["median"]), 2004)

    def test_changes_of_membership_are_those_of_the_summary(self):
        shown = subprocess.run([made.binary, "show", made.plain()], capture_output=True, text=True, check=True).stdout
        share, median = re.search(r"^  India +(\d+) %  (\d{4})", shown, flags=re.MULTILINE).groups()
        found = self.data.entente.membership_changes().sel(state="IND", change="becomes observer")
        self.assertEqual((round(100 * float(found["share"])), float(found["median"])), (int(share), float(median)))

    def test_the_table_of_scenarios_tells_medians_and_differences(self):
        table = self.data.entente.scenarios(year=2003)
        values = self.data.cohesion.sel(year=2003).isel(point=0).values.astype(float)
        np.testing.assert_allclose(table["median"], np.median(values, axis=1), rtol=1e-12)
        np.testing.assert_allclose(table["difference"], [np.nan, (values[1] - values[0]).mean()], rtol=1e-12)
        self.assertEqual(list(table["title"]), ["What happened", "Without 11 September"])

    def test_failed_runs_are_counted(self):
        data = self.data.load().copy(deep=True)
        data.run_status[1, 0, 2:5] = 1
        self.assertEqual(list(data.entente.scenarios()["failed"]), [0, 3])


class Judging(unittest.TestCase):
    """The model against what was observed."""

    def open(self, path):
        data = entente.open(path)
        self.addCleanup(data.close)
        return data

    def test_widths_and_verdicts_are_those_that_calibrate_prints(self):
        table = self.open(made.calibration()).entente.told()
        printed = {line.split()[0]: line for line in made.entente("calibrate", made.calibration()).splitlines()
                   if line.endswith(("not told", "narrowed", "identified"))}
        self.assertEqual(sorted(printed), sorted(table.index))
        for name, row in table.iterrows():
            self.assertTrue(printed[name].endswith(row["verdict"]), printed[name])
            shown = re.search(r"(\d*\.\d+)  (?:not told|narrowed|identified)", printed[name])[1]
            self.assertAlmostEqual(float(shown), row["width"], delta=0.06)

    def test_another_posterior_is_held_against_the_same_prior(self):
        data = self.open(made.calibration())
        path = made.folder / "trade.calibration.posterior.csv"
        own, other = data.entente.told(), data.entente.told(path)
        np.testing.assert_array_equal(own["prior 10 %"], other["prior 10 %"])
        np.testing.assert_allclose(other["median"], data["value"].median("draw"), rtol=1e-9)
        with self.assertRaisesRegex(entente.EntenteError, "nowhere.csv: no such file"):
            data.entente.told("nowhere.csv")
        with self.assertRaisesRegex(entente.EntenteError, "no column 'trade.gap_kept'"):
            data.entente.told(pandas.DataFrame({"trade.constant": [1.0, 2.0]}))

    def test_verdicts_are_by_width(self):
        data = self.open(made.calibration())
        for width, verdict in ((0.49, "identified"), (0.51, "narrowed"), (0.79, "narrowed"), (0.81, "not told")):
            points = pandas.DataFrame({"trade.constant": [1.0, 2.0], "trade.gap_kept": [0.2, 0.2 + width]})  # prior: 0 to 1
            row = data.entente.told(points).loc["trade.gap_kept"]
            self.assertEqual((round(row["width"], 6), row["verdict"]), (width, verdict))

    def test_scores_are_errors_of_what_was_held_out(self):
        data = self.open(made.scores())
        table = data.entente.scores("trade")
        self.assertEqual(list(table.index), ["model", "last value", "gravity, actual GDP"])  # one known value has no growth
        self.assertEqual(table.attrs["values"], 10)
        self.assertEqual(list(data.entente.scores("position_distance").index), ["model", "last value", "growth continued"])
        seen = data.isel(value=[str(name).startswith("trade") for name in data["value"].values])
        errors = np.log(seen["predicted"].sel(forecast="last_value", quantile=0.5) / seen["observed"])
        self.assertAlmostEqual(table.loc["last value", "RMSE"], float(np.sqrt((errors**2).mean())), 9)
        self.assertAlmostEqual(table.loc["last value", "bias"], float(errors.mean()), 9)

    def test_coverage_is_the_share_within_the_interval(self):
        data = self.open(made.scores())
        seen = data.isel(value=[str(name).startswith("trade") for name in data["value"].values])
        table = data.entente.scores()
        for name, ends in (("50", [0.25, 0.75]), ("80", [0.1, 0.9]), ("90", [0.05, 0.95])):
            low, high = seen["predicted"].sel(forecast="model", quantile=ends).transpose("quantile", "value")
            inside = (seen["observed"] >= low) & (seen["observed"] <= high)
            self.assertAlmostEqual(table[f"within {name} %"]["model"], float(inside.mean()))
        self.assertGreater(table["within 90 %"]["model"], table["within 50 %"]["model"])  # else the three tell nothing

    def test_what_was_held_out_is_found_by_pair_and_by_area(self):
        parts = judged.held_out(self.open(made.scores()), "trade")
        self.assertEqual([names for names, _ in parts][0], ("CHN", "RUS"))
        self.assertEqual([list(seen["value_year"]) for _, seen in parts], [[2004, 2005]] * 5)
        areas = judged.held_out(self.open(made.scores()), "position_distance")
        self.assertEqual([names for names, _ in areas], [("security",)])

    def test_a_file_that_has_no_scores_says_what_makes_them(self):
        with self.assertRaisesRegex(entente.EntenteError, "entente score EXPERIMENT"):
            self.open(made.plain()).entente.scores()
        with self.assertRaisesRegex(entente.EntenteError, "entente calibrate EXPERIMENT"):
            self.open(made.plain()).entente.told()


class Calling(unittest.TestCase):
    """The program, called from Python."""

    def setUp(self):
        environment = unittest.mock.patch.dict(os.environ, ENTENTE_PROGRAM=made.binary)
        environment.start()
        self.addCleanup(environment.stop)

    def said(self, line):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            entente.command(line)
        return out.getvalue()

    def test_what_the_program_prints_is_printed(self):
        self.assertIn("Usage: entente run", self.said("help run"))

    def test_what_it_prints_can_be_had_as_text(self):
        self.assertEqual(entente.output("help run"), self.said("help run"))

    def test_what_was_begun_can_be_ended_and_goes_on(self):
        large = GRID.replace("[cohesion, depth]", "none").replace("replicates: 8", "replicates: 40000")
        (made.folder / "begun.yaml").write_text(large)
        line = f"run '{made.folder}/begun.yaml' --part-runs 8000 --threads 1 --quiet -o '{made.folder}/begun.h5'"
        process = entente.begin(line)
        while not list(made.folder.glob("begun.h5.parts/part-*.h5")) and process.poll() is None:
            time.sleep(0.01)
        process.kill()
        self.assertEqual(process.wait(), -9)
        self.assertFalse((made.folder / "begun.h5").exists())
        entente.command(line)
        self.assertTrue((made.folder / "begun.h5").exists())

    def test_a_line_makes_a_file(self):
        path = made.folder / "a file.h5"
        self.assertEqual(self.said(f"run {HISTORY} -n 8 --years 2001:2002 --quiet --force -o '{path}'"), "")
        with entente.open(path) as data:
            self.assertEqual(data.sizes["replicate"], 8)

    def test_patterns_stand_for_files(self):
        self.said(f"run {HISTORY.parent}/without_[bc]*.yaml -n 8 --years 2001:2002 -q -f -o '{made.folder}/pattern.h5'")
        with entente.open(made.folder / "pattern.h5") as data:
            self.assertEqual(list(data.scenario.values), ["without_both", "without_colour_revolutions"])

    def test_mistakes_have_the_program_s_own_message(self):
        with self.assertRaisesRegex(entente.EntenteError, "nowhere.yaml"):
            self.said("run nowhere.yaml")
        with self.assertRaisesRegex(entente.EntenteError, "did you mean `run`"):
            self.said("rum")

    def test_the_program_built_beside_the_package_is_taken_before_that_of_the_path(self):
        with unittest.mock.patch.dict(os.environ, PATH=str(pathlib.Path(made.binary).parent)):
            del os.environ["ENTENTE_PROGRAM"]
            with unittest.mock.patch.object(program, "BUILT", pathlib.Path(made.binary)):
                self.assertEqual(entente.program(), made.binary)
            with unittest.mock.patch.object(program, "BUILT", made.folder / "none"):
                self.assertEqual(entente.program(), shutil.which("entente"))

    def test_a_missing_program_is_said(self):
        with unittest.mock.patch.object(program, "BUILT", made.folder / "none"):
            os.environ.update(ENTENTE_PROGRAM="", PATH="")
            with self.assertRaisesRegex(entente.EntenteError, "./run.sh in the project's folder builds it"):
                entente.program()


@unittest.skipUnless(shutil.which("Rscript") and subprocess.run(
    ["Rscript", "-e", "loadNamespace('ncdf4')"], capture_output=True).returncode == 0, "R or ncdf4 is not installed")
class InR(unittest.TestCase):
    """analysis/R/entente.R"""

    def call(self, script):
        source = f"source('{ROOT / 'analysis' / 'R' / 'entente.R'}'); results <- entente_open('{made.plain()}'); "
        return subprocess.run(["Rscript", "-e", source + script], capture_output=True, text=True, cwd=made.folder)

    def table(self, script):
        done = self.call(f"write.table(format({script}, digits = 15), quote = FALSE)")
        self.assertEqual(done.returncode, 0, done.stderr)
        head, *rows = (line.split() for line in done.stdout.splitlines())
        return {name: np.array([float(row[k + 1]) for row in rows]) for k, name in enumerate(head)}

    def test_pairs_are_those_of_python(self):
        in_r = self.table("entente_summary(entente_pairs(results, 'without_nine_eleven', 'history', 'depth', "
                          "area = 'economy'))")
        with entente.open(made.plain()) as data:
            found = data.entente.paired("without_nine_eleven", variable="depth", area="economy")
        for name in ("mean", "half", "low", "high", "above"):
            np.testing.assert_allclose(in_r[name], found[name], rtol=1e-5, err_msg=name)  # Student's t is an expansion there

    def test_growth_is_that_of_python(self):
        in_r = self.table("entente_growth(results, 'history')[, -1]")
        with entente.open(made.plain()) as data:
            found = data.entente.growth()
        for name in ("first", "last", "observed", "low", "median", "high"):
            np.testing.assert_allclose(in_r[name], found[name], rtol=1e-12, err_msg=name)

    def test_mistakes_say_what_there_is(self):
        self.assertIn("no area econmy here; there are: security, economy",
                      self.call("entente_read(results, 'depth', area = 'econmy')").stderr)
        self.assertIn("no variable cohesoin", self.call("entente_read(results, 'cohesoin')").stderr)


class Shapley(unittest.TestCase):
    def test_values_of_a_sum_are_its_terms(self):
        worlds = np.array([[[0.0], [5.0]], [[2.0], [7.0]]])
        np.testing.assert_allclose(computed.shapley(worlds, 2), [[2], [5]])

    def test_an_interaction_is_shared(self):
        worlds = np.zeros((2, 2, 2))
        worlds[1, 1, :] = 6  # nothing without both, whatever the third is
        np.testing.assert_allclose(computed.shapley(worlds, 3), [3, 3, 0])

    def test_values_add_up_to_the_whole(self):
        with entente.open(made.experiment("grid", GRID)) as data:
            found = data.entente.shapley_values("depth", area="economy")
            np.testing.assert_allclose(found["value"][:-1].sum("factor"), found["value"][-1], atol=1e-12)
            depth = data.depth.sel(area="economy").isel(scenario=0)
            whole = (depth.isel(point=3) - depth.isel(point=0)).astype(float).mean("replicate")
            np.testing.assert_allclose(found["value"].sel(factor="all together"), whole, atol=1e-7)

    def test_what_is_no_grid_of_two_levels_is_refused(self):
        with entente.open(made.experiment("morris", MORRIS)) as data:
            with self.assertRaisesRegex(entente.EntenteError, "no grid of factors with two values each"):
                data.entente.shapley_values(data.cohesion_mean.expand_dims("replicate").isel(scenario=0))


class Package(unittest.TestCase):
    def test_its_version_is_that_of_the_program(self):
        version = re.search(r"VERSION ([0-9.]+)", re.search(r"project\(.*?\)", (ROOT / "CMakeLists.txt").read_text(), re.S)[0])
        self.assertEqual(entente.__version__, version[1])

    def test_numbers_need_no_matplotlib(self):
        script = ("import sys; sys.modules['matplotlib'] = None; import entente\n"
                  f"d = entente.open({str(made.plain())!r}); d.entente.scenarios()\n"
                  "try: d.entente.fan()\nexcept entente.EntenteError as error: print(error)")
        answer = os.popen(f'PYTHONPATH="{ROOT / "analysis"}" "{sys.executable}" -W ignore -c "{script}"').read()
        self.assertIn("python3-matplotlib", answer)

    def test_the_command_tells_its_pictures(self):
        from entente.__main__ import PICTURES, main

        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), self.assertRaises(SystemExit) as end:
            main(["--help"])
        self.assertEqual(end.exception.code, 0)
        for name in PICTURES:
            self.assertIn(name.replace("_", "-"), printed.getvalue())


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        made = Outputs(str(pathlib.Path(sys.argv.pop(1)).resolve()), folder)
        unittest.main()
