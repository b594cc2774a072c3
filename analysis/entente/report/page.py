"""The pieces of the page: text is escaped here and nowhere else; pictures become SVG that stands in the page."""
from __future__ import annotations

import contextlib
import dataclasses
import html
import importlib.resources
import io
import itertools
import math
import re
from typing import Iterator, Optional, Sequence

from matplotlib import pyplot as plt
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

MINUS, TIMES, DASH = "\N{MINUS SIGN}", "\N{MULTIPLICATION SIGN}", "\N{EN DASH}"
NOTHING = DASH  # what a table shows where there is no number
PIXELS_AN_INCH = 96
NARROW = 480  # pixels; what is wider would be too small on a telephone
LARGER = 1.3  # how much larger than drawn a picture may become
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"
_numbers = itertools.count(1)  # makes names in one picture differ from those in another


@dataclasses.dataclass(frozen=True)
class Section:
    """A part of the page: its heading, the name that links lead to, and what stands in it, as HTML."""

    title: str
    anchor: str
    body: str


# -- numbers ------------------------------------------------------------------------------------------------------------------


def share(x: float, digits: int = 2) -> str:
    """A number with so many digits after the point."""
    return NOTHING if not math.isfinite(x) else f"{x:.{digits}f}".replace("-", MINUS)


def change(x: float, digits: int = 3) -> str:
    """Likewise with its sign."""
    return NOTHING if not math.isfinite(x) else f"{x:+.{digits}f}".replace("-", MINUS)


def within(x: float, half: float, digits: int = 3) -> str:
    """A change and half of its interval, if it has one: +0.004 ± 0.003."""
    return change(x, digits) + (f" ± {half:.{digits}f}" if math.isfinite(half) else "")


def percent(x: float) -> str:
    return NOTHING if not math.isfinite(x) else f"{100 * x:.0f} %"


def figures(x: float, n: int = 3) -> str:
    """A number with n significant figures: 0.0234, 48,200, 1.25e+06."""
    if not math.isfinite(x):
        return NOTHING
    rounded = f"{x:.{n - 1}e}"
    digits = n - 1 - int(rounded.partition("e")[2])
    is_plain = x == 0 or 1e-4 <= abs(x) < 1e6
    text = "0" if x == 0 else f"{float(rounded):,.{max(digits, 0)}f}" if is_plain else rounded
    return text.replace("-", MINUS)


def span(low: float, high: float, write=share) -> str:
    """From low to high; nothing if neither is known."""
    return f"{write(low)}{DASH}{write(high)}" if math.isfinite(low) or math.isfinite(high) else NOTHING


def times(x: float) -> str:
    """By how much something grew: ×2.73, ×12."""
    return NOTHING if not math.isfinite(x) else f"{TIMES}{figures(x)}"


WORDS = "no one two three four five six seven eight nine ten eleven twelve".split()


def spelled(n: int, one: str) -> str:
    """Likewise, small numbers in words: seven scenarios."""
    return f"{WORDS[n]} {one if n == 1 else one + 's'}" if n < len(WORDS) else plural(n, one)


def plural(n: int, one: str, many: str = "") -> str:
    """1 year, 20 years, 1,000 replicates."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def listed(words: Sequence[str]) -> str:
    """a, b and c"""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


# -- text ---------------------------------------------------------------------------------------------------------------------


def escape(text: object) -> str:
    return html.escape(str(text), quote=True)


def prose(text: object) -> str:
    """Escaped; a number stays in one line with its sign, and what stands between backticks is code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", re.sub(r"(?<=\d) %", "\N{NO-BREAK SPACE}%", escape(text)))


def paragraph(text: str, kind: str = "") -> str:
    """A paragraph; kind: "note" for what is missing or to be known."""
    return f'<p class="{kind}">{prose(text)}</p>\n' if kind else f"<p>{prose(text)}</p>\n"


def heading(text: str) -> str:
    return f"<h3>{escape(text)}</h3>\n"


def code(text: str) -> str:
    return f"<pre><code>{escape(text)}</code></pre>\n"


def folded(summary: str, body: str) -> str:
    """What is long and opens when one clicks at it; `body` is HTML."""
    return f"<details><summary>{escape(summary)}</summary>\n{body}</details>\n"


def table(head: Sequence[str], rows: Sequence[Sequence[object]], caption: str, words: int = 1) -> str:
    """A table that scrolls in a box of its own where it is too wide.

    The first `words` columns are text, the rest numbers. What stands behind a line feed is told in small, below.
    """
    def cell(tag: str, k: int, text: object, more: str = "") -> str:
        kind = "" if k < words else ' class="n"'
        above, _, below = str(text).partition("\n")
        return f"<{tag}{kind}{more}>{prose(above)}{f'<br><small>{prose(below)}</small>' if below else ''}</{tag}>"

    top = "".join(cell("th", k, text, ' scope="col"') for k, text in enumerate(head))
    body = "".join("<tr>" + "".join(cell("td" if k else "th", k, text, "" if k else ' scope="row"')
                                    for k, text in enumerate(row)) + "</tr>\n" for row in rows)
    name = prose(caption)
    return (f'<div class="scrolls" tabindex="0" role="region" aria-label="{name}"><table><caption>{name}</caption>\n'
            f"<thead><tr>{top}</tr></thead>\n<tbody>\n{body}</tbody></table></div>\n")


def facts(pairs: Sequence[tuple[str, object]]) -> str:
    """What is known, as names and values."""
    lines = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>\n" for name, value in pairs)
    return f"<dl>\n{lines}</dl>\n"


# -- pictures -----------------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def for_the_page() -> Iterator[None]:
    """How pictures are drawn that stand in the page: text stays text, and the same output gives the same bytes."""
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "entente"}):
        yield
    plt.close("all")


def without_titles(drawn: "Axes | Figure", legend: bool = False) -> Figure:
    """A picture without its titles, which the page has as text; and without its legend if the page explains it."""
    figure = drawn if isinstance(drawn, Figure) else drawn.figure
    if figure._suptitle:
        figure.suptitle("")
    for axes in figure.axes:
        axes.set_title("", loc="left")
        for text in [text for text in axes.texts if getattr(text, "xycoords", "") == "axes fraction"]:
            text.remove()  # the line below the title
        if axes.get_legend() and not legend:
            axes.get_legend().remove()
    return figure


def _shorten(tag: str) -> str:
    """A tag of an SVG with numbers no finer than one sees."""
    return re.sub(r"-?\d+\.\d{3,}(?![\d-])", lambda number: f"{float(number[0]):.2f}".rstrip("0").rstrip("."), tag)


def svg(figure: Figure, label: str) -> str:
    """A figure as SVG in the page; `label` is what is read to those who do not see it."""
    file = io.StringIO()
    figure.savefig(file, format="svg", transparent=True, metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    plt.close(figure)
    text = file.getvalue()
    text = text[text.index("<svg"):]
    text = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", "", text, flags=re.DOTALL)
    width, height = (float(size) for size in re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', text).groups())
    used, prefix = set(re.findall(r'(?:url\(|href=")#([\w-]+)', text)), f"f{next(_numbers)}-"
    text = re.sub(r' id="([^"]+)"', lambda m: f' id="{prefix}{m[1]}"' if m[1] in used else "", text)
    text = re.sub(r'(url\(|href=")#', rf"\1#{prefix}", text).replace("xlink:href", "href")
    text = re.sub(r"font: ((?:[\w-]+ )*[\d.]+px) [^;\"]*", rf"font: \1 {FONT}", text)
    text = re.sub(r"<[^>]+>", lambda tag: _shorten(tag[0]), text)
    head = (f'<svg role="img" aria-label="{escape(label)}" viewBox="0 0 {width:.0f} {height:.0f}" '
            'style="stroke-linejoin: round">')
    return head + re.sub(r"\s*\n\s*", "\n", text[text.index(">") + 1:]).strip()


def picture(figure: Figure, label: str, reading: str) -> str:
    """One figure over the whole width; `reading` is the sentence that says how to read it."""
    width = figure.get_size_inches()[0] * PIXELS_AN_INCH
    inside = svg(figure, label)
    if width > NARROW:  # it scrolls in its box rather than shrink to what nobody can read
        inside = f'<div style="min-width: {0.9 * width:.0f}px">{inside}</div>'
    return (f'<figure>{_label(label)}<div class="card" style="max-width: {LARGER * width:.0f}px" tabindex="0">{inside}</div>\n'
            f"{_reading(reading)}</figure>\n")


def pictures(panels: Sequence[tuple[str, Figure]], label: str, reading: str) -> str:
    """Several figures of a kind, each under its title, as many a row as fit."""
    cards = "".join(f'<div class="card"><p class="over">{escape(title)}</p>{svg(figure, f"{label}: {title}")}</div>\n'
                    for title, figure in panels)
    return f'<figure>{_label(label)}<div class="panels">\n{cards}</div>\n{_reading(reading)}</figure>\n'


def _label(text: str) -> str:
    return f'<p class="label">{prose(text)}</p>\n'


def _reading(text: str) -> str:
    return f"<figcaption>{prose(text)}</figcaption>"


# -- the page -----------------------------------------------------------------------------------------------------------------


def assemble(title: str, above: str, sections: Sequence[Section], below: str) -> str:
    """The whole page."""
    links = "".join(f'<li><a href="#{section.anchor}">{escape(section.title)}</a></li>\n' for section in sections)
    body = "".join(f'<section id="{section.anchor}">\n<h2><a href="#{section.anchor}">{escape(section.title)}</a></h2>\n'
                   f"{section.body}</section>\n" for section in sections)
    page = importlib.resources.files(__package__).joinpath("template.html").read_text(encoding="utf-8")
    filled = {"title": escape(title), "above": escape(above), "links": links, "sections": body, "below": escape(below)}
    return re.sub(r"\{\{(\w+)\}\}", lambda name: filled[name[1]], page)
