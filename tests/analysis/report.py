#!/usr/bin/env python3
"""Reports say what is in the file, and look right in a browser. Exit code 77 without matplotlib, or without Chromium (then
what needs no browser has passed). Pictures of the page are kept beside the program: report-390.png, report-1280.png.

    report.py BINARY [TEST...]
"""
import html.parser
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import browser
from outputs import GRID, HISTORY, MORRIS, ROOT, SALTELLI, SCENARIOS, WITHOUT, Outputs, draw_without_window

draw_without_window()
import entente  # noqa: E402
from entente.report import page  # noqa: E402

LARGEST = 2_000_000  # bytes of the report on seven scenarios
LEAST_TEXT = 8  # pixels, the height of a line of text in a picture as a telephone shows it
WIDTHS = (390, 1280)
NASTY = """<script>alert("1")</script> & 'others' </title>"""
made = None  # the outputs


class Reports(Outputs):
    """Pages, by the name of the output, made when first asked for by the command that is tested."""

    def report(self, *files):
        target = self.folder / (pathlib.Path(files[0]).stem + ".html")
        if not target.exists():
            self.entente("report", *files, "-o", target)
        return target

    def seven(self):
        return self.run("seven", *sorted(SCENARIOS.glob("*.yaml")))

    def score(self):
        path = self.folder / "forecast.score.h5"
        if not path.exists():
            self.entente("score", ROOT / "experiments" / "forecast" / "experiment.yaml", "-o", path)
        return path

    def nasty(self):
        text = f"base: {HISTORY}\nname: nasty\ntitle: >-\n  {NASTY}\ndescription: >-\n  {NASTY}\n"
        (self.folder / "nasty.yaml").write_text(text)
        return self.run("nasty", "nasty.yaml", HISTORY, "-n", 4, "--years", "2001:2003")

    def by_chance(self):
        return self.experiment("chance", MORRIS.replace("morris: 6", "latin_hypercube: 24"))

    def all_pages(self):
        self.findings("morris", MORRIS), self.findings("saltelli", SALTELLI)
        files = [self.plain(), self.folder / "morris.h5", self.folder / "saltelli.h5", self.experiment("grid", GRID),
                 self.calibration(), self.score(), self.nasty(), self.by_chance()]
        return [self.report(file) for file in files]


class Checker(html.parser.HTMLParser):
    """Elements that are opened are closed, in order; names are there once; links lead somewhere in the page."""

    EMPTY = ("meta", "br", "img", "link", "hr", "input")

    def __init__(self, text):
        super().__init__()
        self.open, self.names, self.links, self.flaws, self.words, self.rows = [], [], [], [], [], []
        self.feed(text)
        self.close()
        self.flaws += [f"<{tag}> is not closed" for tag in self.open]
        self.flaws += [f"{name} is there twice" for name in set(self.names) if self.names.count(name) > 1]
        self.flaws += [f"{link} leads nowhere" for link in self.links if not link.startswith("#") or link[1:] not in self.names]

    def handle_starttag(self, tag, attributes):
        if tag not in self.EMPTY:
            self.open.append(tag)
        self._look(dict(attributes))
        if tag == "tr":
            self.rows.append([])

    def handle_startendtag(self, tag, attributes):
        self._look(dict(attributes))

    def _look(self, attributes):
        self.names += [attributes["id"]] if "id" in attributes else []
        self.links += [attributes[key] for key in ("href", "src") if key in attributes
                       and not attributes[key].startswith("data:")]

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.flaws.append(f"</{tag}> closes what is not open, in line {self.getpos()[0]}")

    def handle_data(self, text):
        if "style" not in self.open:
            self.words.append(text)
        if {"td", "th"} & set(self.open):
            self.rows[-1].append(text)


def read(path):
    return Checker(path.read_text(encoding="utf-8"))


def words_of(path):
    return "".join(read(path).words)


class Text(unittest.TestCase):
    def test_every_report_is_well_formed(self):
        for path in made.all_pages():
            self.assertEqual(read(path).flaws, [], path.name)

    def test_flaws_are_found(self):
        found = Checker('<p id="a"><b></p><i id="a"><a href="#x"></a><a href="#a"></a>').flaws
        self.assertEqual(len(found), 5, found)

    def test_nothing_is_fetched(self):
        for path in made.all_pages():
            text = path.read_text(encoding="utf-8")
            self.assertIsNone(re.search(r"@import|url\((?!#)|<script|<link|<iframe|https?://", text), path.name)

    def test_no_part_is_missing_without_need(self):
        for path in made.all_pages():
            lacks = re.findall("This part is missing: [^<]*", path.read_text(encoding="utf-8"))
            expected = path.stem == "nasty"  # three years, and trade was observed in one of them
            self.assertEqual(len(lacks), expected, f"{path.name}: {lacks}")

    def test_every_picture_has_words_for_those_who_do_not_see_it(self):
        text = made.report(made.plain()).read_text(encoding="utf-8")
        self.assertGreater(text.count("<svg"), 6)
        self.assertEqual(text.count("<svg"), len(re.findall(r'<svg role="img" aria-label="[^"]{10,}"', text)))
        self.assertEqual(text.count("<figure>"), text.count("<figcaption>How to read it: "))

    def test_titles_are_escaped(self):
        text = made.report(made.nasty()).read_text(encoding="utf-8")
        self.assertNotIn("<script", text)
        self.assertEqual(text.count("</title>"), 1)
        self.assertGreater("".join(Checker(text).words).count(NASTY), 5)

    def test_numbers_are_those_of_the_file(self):
        rows = read(made.report(made.plain())).rows
        with entente.open(made.plain()) as data:
            table = data.entente.scenarios("cohesion", 2005)
            growth = data.entente.growth().sortby("observed")
        for _, row in table.iterrows():
            told = next(told for told in rows if told[0] == row["title"])
            self.assertEqual(told[-2:], [page.share(row["median"]), page.span(row["5 %"], row["95 %"])])
        told = next(told for told in rows if told[0] == row["title"] and "±" in "".join(told))
        self.assertIn(page.within(row["difference"], row["±"]), told)
        self.assertIn(page.times(float(growth["median"][0])), next(told for told in rows if told[0] == "China–Russia"))

    def test_cohesion_is_that_of_the_summary(self):
        shown = subprocess.run([made.binary, "show", made.plain()], capture_output=True, text=True, check=True).stdout
        medians = re.search(r"^  history +\S+((?: +\.\d\d)+)$", shown, flags=re.MULTILINE)[1].split()
        told = next(row for row in read(made.report(made.plain())).rows if row[0] == "What happened")
        self.assertEqual([text.removeprefix("0") for text in told[1::2]], medians)

    def test_findings_beside_an_output_are_told_of_and_old_ones_are_not(self):
        made.findings("morris", MORRIS)
        self.assertIn("Which factors matter", words_of(made.report(made.folder / "morris.h5")))
        for name in ("morris.h5", "morris.sensitivity.h5"):
            shutil.copy(made.folder / name, made.folder / name.replace("morris", "older"))
        os.utime(made.folder / "older.sensitivity.h5", (0, 0))
        self.assertNotIn("Which factors matter", words_of(made.report(made.folder / "older.h5")))

    def test_a_comparison_is_told_of(self):
        path = made.plain("compared")
        made.entente("compare", path, "-q")
        self.assertIn("Differences, variable by variable", words_of(made.report(path)))

    def test_what_an_output_lacks_is_said(self):
        path = made.run("bare", HISTORY, "-n", 4, "--years", "2001:2003", "--set", "record.trajectories=[depth]")
        self.assertIn("This part is missing: no trajectories of 'cohesion' here", words_of(made.report(path)))

    def test_statistics_alone_make_a_report(self):
        path = made.run("statistics", HISTORY, "-n", 8, "--years", "2001:2003", "--set", "record.trajectories=none", "--set",
                        "record.statistics=[cohesion, influence, vision]")
        words = words_of(made.report(path))
        self.assertIn("In the median run of", words)
        self.assertIn("Profiles of leadership", words)

    def test_scenarios_with_other_seeds_make_no_pairs(self):
        (made.folder / "luckier.yaml").write_text(f"base: {WITHOUT}\nname: luckier\nseed: 4\n")
        words = words_of(made.report(made.run("seeds", HISTORY, "luckier.yaml", "-n", 4, "--years", "2001:2003")))
        self.assertIn("their replicates are no pairs to compare", words)
        self.assertNotIn("paired difference", words)

    def test_one_run_without_chance_makes_a_report(self):
        path = made.run("quiet", HISTORY, WITHOUT, "-n", 1, "--years", "2001:2003", "--set", "noise=off")
        self.assertIn("Chance is switched off", words_of(made.report(path)))

    def test_the_same_output_gives_the_same_page(self):
        first = made.report(made.plain()).read_bytes()
        made.entente("report", made.plain(), "-o", made.folder / "again.html")
        self.assertEqual(first, (made.folder / "again.html").read_bytes())

    def test_seven_scenarios_fit_into_two_megabytes(self):
        self.assertLess(made.report(made.seven()).stat().st_size, LARGEST)

    def test_numbers_are_written_as_one_writes_them(self):
        for number, text in ((0, "0"), (48200, "48,200"), (0.02346, "0.0235"), (-1.25e6, "\N{MINUS SIGN}1.25e+06"),
                             (9.999, "10.0"), (float("nan"), page.NOTHING)):
            self.assertEqual(page.figures(number), text)
        self.assertEqual(page.prose("90 % of `a` < b"), "90\N{NO-BREAK SPACE}% of <code>a</code> &lt; b")


class Command(unittest.TestCase):
    def call(self, *arguments, program=None):
        return subprocess.run([str(program or made.binary), "report", *map(str, arguments)], cwd=made.folder, text=True,
                              capture_output=True)

    def test_a_page_is_written_over_by_force_alone(self):
        self.assertEqual(self.call(made.plain(), "-o", "forced.html").returncode, 0)
        done = self.call(made.plain(), "-o", "forced.html")
        self.assertEqual((done.returncode, done.stderr),
                         (2, "entente: error: forced.html exists already; --force writes over it, -o FILE elsewhere\n"))
        self.assertEqual(self.call(made.plain(), "-o", "forced.html", "--force").stdout, "forced.html has the report.\n")

    def test_a_failure_leaves_nothing(self):
        subprocess.run([sys.executable, "-W", "ignore", "-c", "import xarray; xarray.Dataset({'x': 1.0}, attrs={"
                        "'entente_version': '0'}).to_netcdf('other.h5')"], check=True, cwd=made.folder)
        before = sorted(made.folder.iterdir())
        done = self.call("other.h5", "-o", "other.html")
        self.assertEqual((done.returncode, done.stderr),
                         (1, "entente: error: other.h5: holds neither runs nor findings that a report tells of\n"))
        self.assertEqual(sorted(made.folder.iterdir()), before)

    def test_the_package_alone_writes_the_same_page(self):
        done = subprocess.run([sys.executable, "-W", "ignore", "-m", "entente", "report", made.plain(), "-o", "alone.html"],
                              cwd=made.folder, env={**os.environ, "PYTHONPATH": str(ROOT / "analysis")}, text=True,
                              capture_output=True)
        self.assertEqual((done.returncode, done.stderr, done.stdout), (0, "", "alone.html: plain.h5\n"))
        self.assertEqual((made.folder / "alone.html").read_bytes(), made.report(made.plain()).read_bytes())

    def test_a_module_in_the_current_folder_is_not_taken_for_the_real_one(self):
        stray = made.folder / "xarray.py"
        stray.write_text("raise ImportError\n")
        self.addCleanup(stray.unlink)
        self.assertEqual(self.call(made.plain(), "-o", "stray.html").returncode, 0)

    def test_an_installed_command_finds_its_package_and_leaves_it_as_it_is(self):
        with tempfile.TemporaryDirectory() as prefix:
            installed = pathlib.Path(prefix)
            done = subprocess.run(["cmake", "--install", pathlib.Path(made.binary).parent, "--prefix", prefix], text=True,
                                  capture_output=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            before = set(installed.rglob("*"))
            done = self.call(made.plain(), "-o", installed / "page.html", program=installed / "bin" / "entente")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertEqual(set(installed.rglob("*")) - before, {installed / "page.html"})


@unittest.skipUnless(browser.PROGRAM, "Chromium is not installed")
class InABrowser(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pages = [made.report(made.seven()), *made.all_pages()]  # before the browser's time begins to run
        cls.browser = browser.Browser().__enter__()
        cls.addClassCleanup(cls.browser.__exit__)

        cls.facts = {(path.name, width): cls.look(path, width) for path in cls.pages for width in WIDTHS}

    @classmethod
    def look(cls, path, width):
        """What is so when a page is opened in a window of this width."""
        cls.browser.open(path, width)
        fetched = [url for url in cls.browser.requests() if not url.startswith("data:") and url != path.resolve().as_uri()]
        facts = {"complaints": cls.browser.complaints(), "fetched": fetched}
        for name, question in browser.QUESTIONS.items():
            facts[name] = cls.browser.value(question)
        return facts

    def check(self, name, is_right):
        """Something is so on all pages at all widths; where it is not is told."""
        wrong = {where: facts[name] for where, facts in self.facts.items() if not is_right(facts[name])}
        self.assertEqual(wrong, {})

    def test_the_browser_has_nothing_to_complain_of(self):
        self.check("complaints", lambda said: said == [])

    def test_nothing_but_the_page_is_asked_for(self):
        self.check("fetched", lambda fetched: fetched == [])

    def test_the_page_does_not_scroll_sideways(self):
        self.check("excess", lambda pixels: pixels <= 0)

    def test_every_picture_is_drawn(self):
        self.check("widths", lambda widths: min(widths) > 100)

    def test_texts_of_pictures_lie_within_them(self):
        self.check("outside", lambda texts: texts == [])

    def test_texts_of_pictures_can_be_read_on_a_telephone_too(self):
        self.check("smallest", lambda height: height > LEAST_TEXT)

    def test_complaints_are_seen(self):
        path = made.folder / "wrong.html"
        path.write_text("<!DOCTYPE html><title>x</title><img src=nowhere.png><script>console.warn(1); nothing()</script>")
        self.browser.open(path, WIDTHS[0])
        self.assertEqual(len(self.browser.complaints()), 3)
        self.assertEqual(len(self.browser.requests()), 2)

    def test_titles_of_scenarios_are_shown(self):
        self.browser.open(self.pages[0], WIDTHS[1])
        text = self.browser.value("document.body.innerText")
        for title in ("What happened", "Without 11 September", "Without colour revolutions", "China with half its will"):
            self.assertIn(title, text)

    def test_the_dark_page_is_dark_and_its_pictures_are_light(self):
        self.browser.open(self.pages[0], WIDTHS[1], is_dark=True)
        whole, card = (self.browser.value(f"getComputedStyle(document.querySelector('{which}')).backgroundColor")
                       for which in ("body", ".card"))
        self.assertLess(max(map(int, re.findall(r"\d+", whole))), 60)
        self.assertEqual(card, "rgb(255, 255, 255)")

    def test_pictures_of_the_page_are_kept(self):
        for width in WIDTHS:
            self.browser.open(self.pages[0], width)
            path = pathlib.Path(made.binary).parent / f"report-{width}.png"
            self.browser.picture(path)
            self.assertGreater(path.stat().st_size, 100_000)


if __name__ == "__main__":
    os.environ["ENTENTE_PYTHON"] = sys.executable
    with tempfile.TemporaryDirectory() as folder:
        made = Reports(str(pathlib.Path(sys.argv.pop(1)).resolve()), folder)
        outcome = unittest.main(exit=False).result
    if not outcome.wasSuccessful():
        sys.exit(1)
    if not browser.PROGRAM:
        print("skipped: Chromium is not installed; what needs no browser has passed")
        sys.exit(77)
