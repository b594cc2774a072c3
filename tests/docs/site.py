#!/usr/bin/env python3
"""The documentation site builds without a warning; each of its links leads to a page that is there, and to a place on it; it
loads nothing from elsewhere; it has all that the program tells; and in a browser it is as wide as the window. Exit code 77 without
Sphinx; without Chromium the last is left out.

    site.py BINARY [TEST...]
"""
import html.parser
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
from urllib.parse import unquote, urlsplit

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/analysis"))
import browser  # noqa: E402

LOOKED_AT = ("index", "tutorial", "README", "models/ODD", "models/trade.c", "reference/parameters", "reference/commands",
             "reference/output", "reference/python", "configs/README", "analysis/notebooks/02_scenarios.ipynb")
LOADING = {("script", "src"), ("img", "src"), ("iframe", "src"), ("link", "href"), ("source", "src"), ("object", "data")}


class Page(html.parser.HTMLParser):
    """What a page links to, what it loads, and the places on it."""

    def __init__(self, text):
        super().__init__()
        self.targets, self.loads, self.places = [], [], set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name == "id" or (tag, name) == ("a", "name"):
                self.places.add(value)
            elif name in ("href", "src", "data") and value is not None:
                (self.loads if (tag, name) in LOADING else self.targets).append(value)


def wrong_targets(file, page, pages):
    """Targets of a page that lead nowhere."""
    for target in page.targets + page.loads:
        parts = urlsplit(target)
        if parts.scheme or parts.netloc:
            continue
        there = (file.parent / unquote(parts.path)).resolve() if parts.path else file
        if parts.path and not there.exists():
            yield f"{target} is not there"
        elif parts.fragment and there in pages and unquote(parts.fragment) not in pages[there].places:
            yield f"{target}: there is no such place"


def is_elsewhere(target):
    return bool(urlsplit(target).netloc) or target.startswith("/")


class Site(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pages = {file.resolve(): Page(file.read_text()) for file in sorted(FOLDER.rglob("*.html"))}

    def test_each_link_leads_to_a_place(self):
        self.assertGreater(len(self.pages), 40)
        for file, page in self.pages.items():
            with self.subTest(file.relative_to(FOLDER)):
                self.assertEqual(list(wrong_targets(file, page, self.pages)), [])

    def test_nothing_is_loaded_from_elsewhere(self):
        loaded = {target for page in self.pages.values() for target in page.loads}
        for style in FOLDER.rglob("*.css"):
            loaded.update(re.findall(r"(?:url\(|@import )[\"']?(?!data:)([^\"')]+)", style.read_text()))
        self.assertGreater(len(loaded), 10)
        self.assertEqual([target for target in loaded if is_elsewhere(target)], [])

    def test_links_to_elsewhere_are_few(self):
        found = sorted({target for page in self.pages.values() for target in page.targets if urlsplit(target).netloc})
        print("links to elsewhere, not followed:", *found, sep="\n  ")
        self.assertLess(len(found), 40)

    def test_each_page_is_in_the_contents_or_shows_a_file(self):
        contents = {(FOLDER / unquote(urlsplit(target).path)).resolve() for target in self.pages[FOLDER / "index.html"].targets
                    if not urlsplit(target).netloc}
        for file in self.pages:
            name = str(file.relative_to(FOLDER))[:-len(".html")]
            is_special = name in ("search", "genindex", "py-modindex", "index")
            is_file = (ROOT / name).exists() or name.endswith("contents")
            self.assertTrue(file in contents or is_special or is_file, name)

    def test_all_that_the_program_knows_is_there(self):
        says = subprocess.run([BINARY, "describe", "--format", "markdown"], capture_output=True, text=True, check=True).stdout
        page = (FOLDER / "reference/parameters.html").read_text()
        names = re.findall(r"^\| \[\w+\]\(\w+\.c\) \| `([\w.]+)`", says, re.MULTILINE)
        self.assertGreater(len(names), 100)
        self.assertEqual([name for name in names if f'<span class="pre">{name}</span>' not in page], [])
        says = subprocess.run([BINARY, "help"], capture_output=True, text=True, check=True).stdout
        commands = re.findall(r"^  ([a-z]+) {2,}", says, re.MULTILINE)
        self.assertGreater(len(commands), 10)
        places = self.pages[FOLDER / "reference/commands.html"].places
        self.assertEqual([name for name in commands if name != "help" and name not in places], [])

    def test_all_functions_of_the_library_are_there(self):
        names = re.findall(r"^[a-z].*?(entente_\w+)\(", (ROOT / "src/entente.h").read_text(), re.MULTILINE)
        self.assertGreater(len(names), 5)
        places = self.pages[FOLDER / "reference/c.html"].places
        self.assertEqual([name for name in names if name.replace("_", "-") not in places], [])

    def test_what_is_wrong_is_found(self):
        page = Page('<a href="nowhere.html">x</a><a href="index.html#nowhere">y</a><a href="#here">z</a><p id="here">'
                    '<script src="https://example.org/x.js"></script>')
        file = FOLDER / "made_up.html"
        self.assertEqual(list(wrong_targets(file, page, {**self.pages, file: page})),
                         ["nowhere.html is not there", "index.html#nowhere: there is no such place"])
        self.assertEqual([is_elsewhere(target) for target in page.loads], [True])


@unittest.skipUnless(browser.PROGRAM, "Chromium is not installed")
class Looks(unittest.TestCase):
    def test_pages_are_no_wider_than_the_window_and_load_files_alone(self):
        with browser.Browser() as chromium:
            for name in LOOKED_AT:
                for width in (390, 1280):
                    chromium.open(FOLDER / f"{name}.html", width)
                    with self.subTest(name, width=width):
                        self.assertEqual(chromium.complaints(), [])
                        self.assertEqual([url for url in chromium.requests() if not url.startswith(("file:", "data:"))], [])
                        self.assertLessEqual(chromium.value(browser.QUESTIONS["excess"]), 0)


if __name__ == "__main__":
    BINARY = sys.argv.pop(1)
    with tempfile.TemporaryDirectory() as folder:
        built = subprocess.run([ROOT / "docs/site/build.sh", BINARY, folder], text=True, stderr=subprocess.STDOUT,
                               stdout=subprocess.PIPE)
        print(built.stdout)
        if built.returncode:
            sys.exit(built.returncode)
        FOLDER = (pathlib.Path(folder) / "html").resolve()
        unittest.main()
