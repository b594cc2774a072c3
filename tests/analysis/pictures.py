#!/usr/bin/env python3
"""Every picture is drawn, and its texts lie within it and not over each other. Exit code 77 without matplotlib.

    pictures.py BINARY [TEST...]
"""
import itertools
import pathlib
import subprocess
import sys
import tempfile
import unittest

from outputs import FORECAST, GRID, HISTORY, MORRIS, ROOT, SALTELLI, SCENARIOS, WITHOUT, Outputs, draw_without_window

draw_without_window()
import matplotlib  # noqa: E402
import entente  # noqa: E402
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402
from entente import style  # noqa: E402

made = None  # the outputs


def texts_of(figure):
    """All texts that are drawn."""
    for axes in figure.axes:
        yield from (axes.title, axes._left_title, *axes.texts)
        if axes.axison:
            yield from (axes.xaxis.label, axes.yaxis.label)
            for axis in (axes.xaxis, axes.yaxis):
                yield from (tick.label1 for tick in axis._update_ticks() if tick.label1.get_visible())
        for legend in [axes.get_legend(), *(a for a in axes.artists if isinstance(a, matplotlib.legend.Legend))]:
            yield from legend.get_texts() if legend else ()
    yield from (text for text in (figure._suptitle, figure._supylabel, *figure.texts) if text)
    for legend in figure.legends:
        yield from legend.get_texts()


def flaws(figure, allowed=2.0):
    """Texts out of the figure, or over each other by more than some pixels both ways; those that are slanted aside."""
    figure.canvas.draw()
    boxes = {text: text.get_window_extent() for text in texts_of(figure)
             if text.get_text().strip() and text.get_visible() and text.get_rotation() in (0, 90)}
    width, height = figure.bbox.width, figure.bbox.height
    for text, box in boxes.items():
        if box.x0 < -1 or box.y0 < -1 or box.x1 > width + 1 or box.y1 > height + 1:
            yield f"{text.get_text()!r} is cut off"
    for (one, a), (other, b) in itertools.combinations(boxes.items(), 2):
        if min(a.x1, b.x1) - max(a.x0, b.x0) > allowed and min(a.y1, b.y1) - max(a.y0, b.y0) > allowed:
            yield f"{one.get_text()!r} and {other.get_text()!r} overlap"


class Pictures(unittest.TestCase):
    def setUp(self):
        self.addCleanup(plt.close, "all")

    def open(self, path):
        data = entente.open(path)
        self.addCleanup(data.close)
        return data.entente

    def check(self, drawn):
        figure = drawn if isinstance(drawn, matplotlib.figure.Figure) else drawn.figure
        self.assertEqual(list(flaws(figure)), [])
        return figure

    def test_flaws_are_found(self):
        figure, axes = plt.subplots()
        axes.text(0.5, 0.5, "here")
        axes.text(0.5, 0.5, "there")
        axes.text(2, 0.5, "outside")
        self.assertEqual(sorted(flaws(figure)), ["'here' and 'there' overlap", "'outside' is cut off"])

    def test_fan_has_a_panel_a_scenario(self):
        self.assertEqual(len(self.check(self.open(made.plain()).fan()).axes), 2)

    def test_the_line_of_a_fan_is_the_median(self):
        results = self.open(made.plain())
        line = results.fan("trade", scenario="history", state="China", partner="RUS").axes[0].lines[0]
        wanted = results.select("trade", scenario="history", state="CHN", partner="RUS").astype(float).median("replicate")[0]
        np.testing.assert_allclose(line.get_ydata(), wanted, rtol=1e-6)

    def test_a_fan_is_drawn_of_recorded_quantiles(self):
        figure = self.check(self.open(made.experiment("morris", MORRIS)).fan("depth", area="security", point=2))
        self.assertIn("security", figure.axes[0].get_title("left"))

    def test_units_and_titles_are_those_of_the_file(self):
        axes = self.check(self.open(made.plain()).fan("trade", scenario="history", state="CHN", partner="RUS")).axes[0]
        self.assertIn("Total trade of a dyad", axes.get_title("left"))
        self.assertEqual(axes.get_ylabel(), "trade (million US$)")
        self.assertIn("What happened", axes.texts[0].get_text())

    def test_a_difference_shows_its_mean(self):
        results = self.open(made.plain())
        axes = results.difference("without_nine_eleven")
        self.check(axes)
        drawn = axes.containers[0].lines[0].get_ydata()
        np.testing.assert_allclose(drawn, results.paired("without_nine_eleven")["mean"], rtol=1e-12)

    def test_several_differences_are_named_at_their_ends(self):
        results = self.open(made.plain("three", scenarios=[HISTORY, WITHOUT, SCENARIOS / "without_both.yaml"]))
        axes = results.difference(["without_nine_eleven", "without_both"])
        self.check(axes)
        self.assertLessEqual({"Without 11 September", "Without 11 September and\ncolour revolutions"},
                             {text.get_text() for text in axes.texts})
        np.testing.assert_allclose(axes.lines[1].get_ydata(), results.paired("without_nine_eleven")["mean"], rtol=1e-12)

    def test_pairs_are_points(self):
        results = self.open(made.plain())
        axes = results.pairs("without_nine_eleven", year=2003)
        self.check(axes)
        np.testing.assert_allclose(axes.lines[1].get_xdata(), results.select("cohesion").sel(scenario="history", year=2003)[:])
        self.check(results.pairs("without_nine_eleven", variable="trade", state="China", partner="RUS"))

    def test_indices_show_their_intervals(self):
        data = entente.open(made.findings("saltelli", SALTELLI))
        self.addCleanup(data.close)
        axes = data.entente.indices("cohesion", 2003)
        self.check(axes)
        total = data["cohesion_total"].isel(scenario=0).sel(year=2003)
        shown = dict(zip([t.get_text() for t in axes.get_yticklabels()], axes.lines[1].get_xdata()))
        self.assertEqual(shown, {str(f): float(total.sel(factor=f)) for f in total["factor"].values})
        ends = [segment[:, 0] for segment in axes.collections[1].get_segments()]
        np.testing.assert_allclose(sorted(map(tuple, ends)), sorted(
            map(tuple, data["cohesion_total_interval"].isel(scenario=0).sel(year=2003).values)))
        self.check(self.open(made.findings("morris", MORRIS)).indices("depth", area="economy"))

    def test_a_surface_is_drawn_over_both_factors(self):
        axes = self.open(made.experiment("grid", GRID)).surface("states.CHN.vision", "states.CHN.will", "depth", 2004,
                                                                area="security", mark=(0.2, 0.3))
        self.check(axes)
        self.assertEqual((axes.get_xlabel(), axes.get_xlim()), ("states.CHN.vision", (0.1, 0.35)))

    def test_trade_growth_has_a_row_a_dyad(self):
        axes = self.open(made.plain()).trade_growth()
        self.check(axes)
        self.assertEqual(len(axes.get_yticks()), 5)

    def test_leadership_names_its_lines(self):
        axes = self.open(made.plain()).leadership("Russia")
        self.check(axes)
        self.assertLessEqual({"vision", "will", "resources", "skills"}, {text.get_text() for text in axes.texts})

    def test_positions_name_every_state(self):
        for colour in ("status", "influence"):
            for year in (2001, 2005):
                axes = self.open(made.plain()).positions(year, colour=colour)
                self.check(axes)
                self.assertEqual(len([t for t in axes.texts if t.get_fontsize() == style.SMALL and len(t.get_text()) < 15]), 11)

    def test_networks_show_ties_of_pairs_and_of_states(self):
        for variable in ("trade", "commitment"):
            self.check(self.open(made.plain()).network(variable))
        with self.assertRaisesRegex(entente.EntenteError, "ties no states"):
            self.open(made.plain()).network("cohesion")

    def test_membership_has_a_row_a_state_that_is_ever_more_than_an_outsider(self):
        axes = self.open(made.plain()).membership()
        self.check(axes)
        names = [text.get_text() for text in axes.get_yticklabels()]
        self.assertIn("Mongolia", names)
        self.assertNotIn("United States", names)
        self.assertEqual(len(names), 10)

    def test_sensitivity_after_both_designs(self):
        axes = self.open(made.findings("saltelli", SALTELLI)).sensitivity("depth", area="economy")
        self.check(axes)
        self.check(self.open(made.findings("morris", MORRIS)).sensitivity(index="mu"))
        self.assertEqual(sorted(t.get_text() for t in axes.get_yticklabels()), ["agenda.stride", "states.CHN.will"])

    def test_sensitivity_of_an_output_says_which_file_it_needs(self):
        with self.assertRaisesRegex(entente.EntenteError, "run `entente sensitivity OUTPUT`"):
            self.open(made.plain()).sensitivity()

    def test_posterior_has_a_panel_a_pair(self):
        results = self.open(made.calibration())
        self.assertEqual(len(self.check(results.posterior()).axes), 4)
        self.assertEqual(len(self.check(results.posterior(["trade.gap_kept"])).axes), 1)

    def test_long_names_of_factors_are_broken(self):
        with entente.open(made.calibration()) as data:
            names = ["events.wto_accession.effects.openness.add", "infrastructure.building_and_upkeep"]
            self.check(data.load().assign_coords(factor=names, other_factor=names).entente.posterior())

    def test_widths_of_a_posterior_and_of_another_one(self):
        results = self.open(made.calibration())
        axes = results.widths({"its own": None, "the other": made.folder / "trade.calibration.posterior.csv"})
        self.check(axes)
        widths = results.told(made.folder / "trade.calibration.posterior.csv")["width"]
        self.assertEqual([t.get_text() for t in axes.get_yticklabels()], list(widths.sort_values(ascending=False).index))
        with self.assertRaisesRegex(entente.EntenteError, "3 at most"):
            results.widths(dict.fromkeys("abcd"))

    def test_a_forecast_has_a_panel_a_pair_and_the_fan_of_all_runs(self):
        with entente.open(made.experiment("forecast", FORECAST)) as runs:
            figure = self.check(self.open(made.scores()).forecast(runs))
            self.assertEqual(len(figure.axes), 5)
            self.assertEqual(figure.axes[0].get_title("left"), "China and Russia")
            wanted = np.median(runs.trade.isel(scenario=0).sel(state="CHN", partner="RUS"), axis=(0, 1))
            np.testing.assert_allclose(figure.axes[0].lines[0].get_ydata(), wanted, rtol=1e-6)
            figure = self.check(self.open(made.scores()).forecast(runs, "position_distance"))
            self.assertEqual(figure.axes[0].get_title("left"), "security")

    def test_a_forecast_without_trajectories_says_what_to_record(self):
        with entente.open(made.experiment("grid", GRID)) as runs:
            with self.assertRaisesRegex(entente.EntenteError, r"trajectories: \[trade\]"):
                self.open(made.scores()).forecast(runs)

    def test_pit_has_a_point_a_value(self):
        axes = self.check(self.open(made.scores()).pit()).axes[0]
        with entente.open(made.scores()) as data:
            np.testing.assert_array_equal(np.sort(axes.lines[0].get_xdata()), np.sort(data["pit"].values))
        self.assertEqual(axes.get_yticklabels()[0].get_text(), "trade CHN–RUS 2004")

    def test_shapley_has_a_bar_a_factor_and_year(self):
        axes = self.open(made.experiment("grid", GRID)).shapley("depth", area="security")
        self.check(axes)
        self.assertEqual(sum(len(bars.patches) for bars in axes.containers if hasattr(bars, "patches")), 3 * 4)

    def test_pictures_are_drawn_into_axes_that_are_given(self):
        results = self.open(made.plain())
        figure, axes = plt.subplots(2, 2, figsize=(11, 9), constrained_layout=True)
        results.fan(scenario="history", ax=axes[0, 0])
        self.assertIs(results.difference("without_nine_eleven", ax=axes[0, 1]), axes[0, 1])
        results.leadership(ax=axes[1, 0])
        results.positions(2005, ax=axes[1, 1])
        self.assertEqual(len(plt.get_fignums()), 1)
        self.check(figure)

    def test_the_size_is_the_one_wanted(self):
        figure = self.open(made.plain()).network(figsize=(7, 7)).figure
        self.assertEqual(list(figure.get_size_inches()), [7, 7])

    def test_the_style_of_others_is_left_alone(self):
        before = dict(matplotlib.rcParams)
        self.open(made.plain()).fan()
        self.assertEqual(dict(matplotlib.rcParams), before)


class Command(unittest.TestCase):
    def call(self, *arguments):
        return subprocess.run([sys.executable, "-W", "ignore", *map(str, arguments)], cwd=made.folder, text=True,
                              capture_output=True, env={"PYTHONPATH": str(ROOT / "analysis"), "HOME": str(made.folder)})

    def test_a_picture_is_one_line(self):
        done = self.call(ROOT / "analysis" / "fan_chart.py", made.plain())
        self.assertEqual((done.stdout, done.stderr), ("fan_chart.png\n", ""))
        self.assertTrue((made.folder / "fan_chart.png").stat().st_size > 10000)

    def test_every_table_and_picture_is_a_command(self):
        done = self.call("-m", "entente", "scenarios", made.plain())
        self.assertIn("Without 11 September", done.stdout)
        done = self.call("-m", "entente", "network", made.plain(), "--variable", "commitment", "-o", "net.svg")
        self.assertEqual((done.stdout, done.returncode), ("net.svg\n", 0), done.stderr)
        self.assertIn("last value", self.call("-m", "entente", "scores", made.scores(), "--variable", "trade").stdout)

    def test_scenarios_add_up(self):
        three = made.plain("three", scenarios=[HISTORY, WITHOUT, SCENARIOS / "without_both.yaml"])
        done = self.call("-m", "entente", "difference", "--scenario", "without_nine_eleven", "--scenario", "without_both", three,
                         "-o", "several.svg")
        self.assertEqual((done.stdout, done.returncode), ("several.svg\n", 0), done.stderr)
        drawn = (made.folder / "several.svg").read_text()
        self.assertGreaterEqual(drawn.count("Without 11 September"), 2, "both are named")

    def test_a_mistake_is_one_line(self):
        done = self.call(ROOT / "analysis" / "fan_chart.py", made.plain(), "--variable", "trade")
        self.assertEqual((done.returncode, done.stderr.count("\n")), (1, 1))
        self.assertIn("fan_chart.py: trade has one value each state: choose one with state=", done.stderr)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        made = Outputs(str(pathlib.Path(sys.argv.pop(1)).resolve()), folder)
        unittest.main()
