#!/usr/bin/env python3
"""Lay out the source of the documentation site: the pages of docs/, the Markdown that stands elsewhere in the repository,
whatever these link to, and the reference that the program tells. Sphinx makes the site of it.

    assemble.py ENTENTE FOLDER

Documents link to each other as they lie in the repository. Here each link is turned to the page that the target becomes:
Markdown and notebooks a page each, a file of source a page that shows it, a folder a page that lists it. In a page,
`<!-- section: PATH#ANCHOR -->` stands for a section of another document, `<!-- program: NAME -->` for what reference.py
makes of the program.
"""
import os
import pathlib
import re
import shutil
import sys

import markdown
import notebook
import reference

PROJECT = pathlib.Path(__file__).resolve().parents[2]
BEGIN_WITH = ("docs/**/*.md", "*.md", "models/*.md", "configs/*.md", "experiments/**/*.md", "tests/*/README.md", "containers/*.md",
              "analysis/notebooks/*.ipynb")
PICTURES = {".png", ".svg", ".jpg"}
LANGUAGES = {".c": "c", ".h": "c", ".py": "python", ".sh": "bash", ".yaml": "yaml", ".R": "r", ".cff": "yaml", ".patch": "diff"}
MOST_LINES = 1500  # of a file that is shown whole
MARK = re.compile(r"^<!-- (section|program): (\S+) -->\n", re.MULTILINE)


def relative(target, page):
    return os.path.relpath(target, pathlib.PurePath(page).parent).replace(os.sep, "/")


class Site:
    def __init__(self, entente, folder):
        self.program, self.folder = reference.Program(entente, PROJECT), folder
        self.folders, self.done = {}, set()
        self.waiting = sorted({str(path.relative_to(PROJECT)) for pattern in BEGIN_WITH for path in PROJECT.glob(pattern)})

    def place(self, path):
        """Where a file of the repository is in the site."""
        if (PROJECT / path).is_dir():
            readme = f"{path}/README.md"
            return self.place(readme) if (PROJECT / readme).exists() else f"{path}/contents.md"
        page = path[len("docs/"):] if path.startswith("docs/") else path
        suffix = pathlib.PurePath(page).suffix
        return page if suffix == ".md" or suffix in PICTURES else page + ".md"

    def turn(self, text, origin, page):
        """Turn the links of a text that comes from `origin` to where they lead from `page`."""
        def replacement(target):
            path, _, anchor = target.partition("#")
            if ":" in path or not path:
                return target
            there = os.path.normpath(pathlib.PurePath(origin).parent / path)
            if not (PROJECT / there).exists():
                sys.exit(f"{origin}: there is no {target}")
            self.want(there)
            return relative(self.place(there), page) + (f"#{anchor}" if anchor else "")
        return markdown.replace_links(text, replacement)

    def want(self, path):
        if (PROJECT / path).is_dir() and not (PROJECT / path / "README.md").exists():
            self.folders[path] = None
        else:
            self.waiting.append(f"{path}/README.md" if (PROJECT / path).is_dir() else path)

    def fill(self, text, origin, page):
        """Put in what the marks stand for."""
        def replacement(mark):
            if mark[1] == "program":
                return reference.MAKERS[mark[2]](self.program)
            path, _, anchor = mark[2].partition("#")
            there = os.path.normpath(pathlib.PurePath(origin).parent / path)
            return self.turn(markdown.section((PROJECT / there).read_text(), anchor), there, page)
        return MARK.sub(replacement, text)

    def write(self, page, text):
        (self.folder / page).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / page).write_text(text)

    def add(self, path):
        page, suffix = self.place(path), pathlib.PurePath(path).suffix
        if suffix in PICTURES:
            (self.folder / page).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / path, self.folder / page)
        elif suffix == ".md":
            text = self.turn((PROJECT / path).read_text(), path, page)
            self.write(page, markdown.under_one_title(self.fill(text, path, page)))
        elif suffix == ".ipynb":
            pictures = self.folder / pathlib.PurePath(page).parent
            text = notebook.as_markdown(PROJECT / path, pictures, lambda words: self.turn(words, path, page))
            self.write(page, markdown.under_one_title(text))
        else:
            self.write(page, self.source(path))

    def source(self, path):
        """A page that shows a file."""
        lines = (PROJECT / path).read_text().splitlines()
        shown = lines if len(lines) <= MOST_LINES else lines[:40]
        told = "" if shown is lines else f"The first {len(shown)} of {len(lines):,} lines.\n\n"
        language = LANGUAGES.get(pathlib.PurePath(path).suffix, "none")
        return "\n".join(["---", "orphan: true", "---", f"# {path}", "", told + "`" * 9 + language, *shown, "`" * 9, ""])

    def contents(self, folder):
        """A page that lists a folder: what has a page is a link."""
        page = self.place(folder)
        lines = ["---", "orphan: true", "---", f"# {folder}/", ""]
        for path in sorted((PROJECT / folder).iterdir()):
            name = str(path.relative_to(PROJECT))
            if path.name.startswith((".", "_")) or path.name == "build":
                continue
            is_page = name in self.done or name in self.folders
            shown = path.name + "/" * path.is_dir()
            lines.append(f"- [{shown}]({relative(self.place(name), page)})" if is_page else f"- `{shown}`")
        return "\n".join([*lines, ""])

    def make(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        while self.waiting:
            path = self.waiting.pop()
            if path not in self.done:
                self.done.add(path)
                self.add(path)
        for folder in self.folders:
            self.write(self.place(folder), self.contents(folder))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    Site(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])).make()
