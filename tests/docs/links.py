#!/usr/bin/env python3
"""Every relative link of every Markdown file and notebook of the project leads to a file that is there, and every anchor to a
heading.

    links.py [TEST...]
"""
import json
import pathlib
import sys
import unittest
from urllib.parse import unquote

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs/site"))
import markdown  # noqa: E402

FOLDERS = ("analysis", "configs", "containers", "docs", "experiments", "models", "src", "tests", "tools")
OUTSIDE = ("http:", "https:", "mailto:")


def documents():
    """All Markdown files and notebooks of the project, whatever else lies in its folder."""
    yield from sorted(ROOT.glob("*.md"))
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".md", ".ipynb") and ".ipynb_checkpoints" not in path.parts:
                yield path


def words_of(path):
    if path.suffix == ".md":
        return path.read_text()
    cells = json.loads(path.read_text())["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def wrong_links(path, text):
    """What is wrong with the links of a document."""
    for *_, target in markdown.links(text):
        if target.startswith(OUTSIDE):
            continue
        file, _, anchor = target.partition("#")
        there = path.parent / unquote(file) if file else path
        if file and not there.exists():
            yield f"{target} is not there"
        elif ROOT not in there.resolve().parents:
            yield f"{target} is outside of the project"
        elif anchor and there.suffix not in (".md", ".ipynb"):
            yield f"{target}: only a document has headings"
        elif anchor and unquote(anchor) not in markdown.anchors(text if there == path else words_of(there)):
            yield f"{target}: there is no such heading"


class Links(unittest.TestCase):
    def test_all_links_lead_somewhere(self):
        found = list(documents())
        self.assertGreater(len(found), 30)
        for path in found:
            with self.subTest(path.relative_to(ROOT)):
                self.assertEqual(list(wrong_links(path, words_of(path))), [])

    def test_what_is_wrong_is_found(self):
        text = "# Here it is\n[a](#here-it-is) [b](#there) [c](nowhere.md) [d](README.md#two-commands) [e](README.md#three)\n" \
               "[f](LICENSE#x) `[g](nothing)`\n```\n[h](nothing)\n```\n[i](https://example.org/nothing)\n"
        wrong = [told.split(":")[0].split()[0] for told in wrong_links(ROOT / "made_up.md", text)]
        self.assertEqual(wrong, ["#there", "nowhere.md", "README.md#three", "LICENSE#x"])

    def test_anchors_are_those_of_github(self):
        text = "# A *b* `c`: d\n## [Limits](x.md), and more\n## Same\n## Same\n```\n# not this\n```\n"
        self.assertEqual(markdown.anchors(text), {"a-b-c-d", "limits-and-more", "same", "same-1"})


if __name__ == "__main__":
    unittest.main()
