"""How pictures look: colours that colour-blind readers tell apart, lines told apart in grey, labels that do not overlap."""
from __future__ import annotations

import textwrap
from typing import Optional, Sequence

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# Okabe & Ito 2008
BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, RED, PURPLE = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7")
LINES = ((BLUE, "-"), (RED, "--"), (GREEN, "-."), (PURPLE, (0, (1, 1.2))), (ORANGE, (0, (5, 1, 1, 1, 1, 1))))
STATUS = {2: ("member", BLUE, "o"), 1: ("observer", ORANGE, "D"), 0: ("outsider", "#D9D9D9", "s")}
GREY = "#6B6B6B"
SMALL, NORMAL, LARGE = 8, 9, 10.5  # points
LOOK = {
    "font.size": NORMAL, "axes.titlesize": NORMAL, "axes.labelsize": NORMAL, "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL, "legend.fontsize": SMALL, "legend.frameon": False, "axes.spines.top": False,
    "axes.spines.right": False, "axes.titlelocation": "left", "savefig.dpi": 150, "figure.dpi": 100,
}
UNITS = {"1": "", "MUSD": "million US$", "GUSD": "billion US$"}


def look():
    """The style, for a `with` block; what the user has set otherwise stays."""
    return matplotlib.rc_context(LOOK)


def unit_of(units: Optional[str]) -> str:
    """A unit as one writes it; nothing for pure numbers."""
    return UNITS.get(units or "1", units or "")


def with_unit(text: str, units: Optional[str]) -> str:
    """Text, and its unit in brackets if it has one."""
    unit = unit_of(units)
    return f"{text} ({unit})" if unit else text


def plain(name: str) -> str:
    """A variable's name in words."""
    return name.replace("_", " ")


def one_axes(ax: Optional[Axes], figsize: Optional[tuple], default: tuple) -> Axes:
    """The axes given, or those of a new figure."""
    if ax is not None:
        return ax
    return plt.subplots(figsize=figsize or default, constrained_layout=True)[1]


def panels(n: int, figsize: Optional[tuple], ax: Optional[Axes], columns: int = 4) -> tuple[Figure, list[Axes]]:
    """n panels that share their axes, in rows; `ax` if there is but one."""
    if ax is not None:
        if n > 1:
            raise ValueError(f"ax= takes one panel, and here are {n}: choose one scenario")
        return ax.figure, [ax]
    columns = n if n <= columns else next(c for c in (4, 3) if c <= columns and (n % c == 0 or c == 3 or n % 4 == 3))
    rows = -(-n // columns)
    size = figsize or ((6.4, 3.8) if n == 1 else (max(2.5 * columns, 6), 2.2 * rows + 0.6))
    figure, grid = plt.subplots(rows, columns, figsize=size, sharex=True, sharey=True, squeeze=False,
                                constrained_layout=True)
    for k, panel in enumerate(grid.flat):
        if k >= n:
            panel.remove()
        elif k + columns >= n:  # nothing below it
            panel.tick_params(labelbottom=True)
    return figure, list(grid.flat[:n])


def characters(width: float, size: float) -> int:
    """How many characters of this size fit into a width in inches, about."""
    return max(int(width * 72 / (0.54 * size)), 12)


def width_of(ax: Axes) -> float:
    """Width of the axes in inches, about: before the layout is final."""
    figure = ax.figure
    columns = ax.get_subplotspec().get_gridspec().ncols if ax.get_subplotspec() else 1
    return figure.get_size_inches()[0] / columns * 0.86


def wrapped(text: str, width: float, size: float) -> str:
    """Text in lines that fit into a width in inches."""
    return "\n".join(textwrap.fill(line, characters(width, size)) for line in text.split("\n"))


def give_title(ax: Axes, title: str, below: str = "") -> None:
    """Title over the axes, and a line in grey below it; both wrapped."""
    width = width_of(ax)
    title, below = wrapped(title, width, LARGE), wrapped(below, width, SMALL)
    lines = below.count("\n") + 1 if below else 0
    if below:
        ax.annotate(below, (0, 1), xytext=(0, 6), xycoords="axes fraction", textcoords="offset points", color=GREY,
                    fontsize=SMALL, va="bottom", ha="left", annotation_clip=False)
    ax.set_title(title, fontsize=LARGE, loc="left", pad=8 + lines * SMALL * 1.25)


def give_head(figure: Figure, title: str, below: str = "") -> None:
    """The same for a figure of several panels."""
    width = figure.get_size_inches()[0]
    text = wrapped(title, width * 0.97, LARGE)
    if below:
        text += "\n" + wrapped(below, width * 0.97, LARGE)
    figure.suptitle(text, x=0.008, ha="left", fontsize=LARGE)


def year_axis(ax: Axes, years: np.ndarray, n: int = 6) -> None:
    """Whole years as ticks."""
    years = np.asarray(years)
    if len(years) <= n:
        ax.set_xticks(years)
    else:
        ax.xaxis.set_major_locator(matplotlib.ticker.MaxNLocator(n, integer=True, steps=[1, 2, 5, 10]))
    margin = 0.02 * max(float(years[-1] - years[0]), 1)
    ax.set_xlim(years[0] - margin, years[-1] + margin)


def spread(values: Sequence[float], gap: float, low: float, high: float) -> np.ndarray:
    """Places near `values` that are `gap` apart at least and lie within low and high, in the same order."""
    order = np.argsort(values, kind="stable")
    places = np.clip(np.asarray(values, float)[order], low, high)
    for _ in range(200):
        near = np.diff(places) < gap - 1e-9
        if not near.any():
            break
        for k in np.flatnonzero(near):
            push = (gap - (places[k + 1] - places[k])) / 2
            places[k], places[k + 1] = places[k] - push, places[k + 1] + push
        places += max(low - places[0], 0)
        places -= max(places[-1] - high, 0)
    found = np.empty(len(places))
    found[order] = places
    return found


def label_ends(ax: Axes, x: float, values: Sequence[float], texts: Sequence[str], colours: Sequence[str]) -> None:
    """Names of lines at their right ends, moved apart where they would overlap, with a thin line to what they name."""
    low, high = ax.get_ylim()
    height = ax.figure.get_size_inches()[1] * 72 * 0.72  # of the axes, in points, about
    places = spread(values, (high - low) * 1.35 * SMALL / height, low, high)
    for value, place, text, colour in zip(values, places, texts, colours):
        line = {"arrowstyle": "-", "color": colour, "lw": 0.6, "shrinkA": 0, "shrinkB": 0}
        ax.annotate(text, (x, value), xytext=(1.03, place), textcoords=ax.get_yaxis_transform(), color=colour,
                    fontsize=SMALL, va="center", annotation_clip=False, arrowprops=line)


def label_points(ax: Axes, x: Sequence[float], y: Sequence[float], texts: Sequence[str], radii: Sequence[float],
                 size: float = SMALL) -> None:
    """Names beside points, none over another or over a point. Call it last: it needs the limits of the axes.

    Each name, those of the most crowded points first, takes the first of places around its point that is free; if all are
    taken, the one with the least overlap. `radii` are those of the markers, in points.
    """
    figure = ax.figure
    figure.canvas.draw()
    scale = figure.dpi / 72
    renderer = figure.canvas.get_renderer()
    centres = ax.transData.transform(np.column_stack([x, y]))
    radii = np.asarray(radii) * scale
    frame = ax.get_window_extent(renderer)
    taken = [(*(c - r), *(c + r)) for c, r in zip(centres, radii)]
    distance = np.linalg.norm(centres[:, None] - centres[None], axis=-1)
    for k in np.argsort(np.sort(distance, axis=1)[:, 1:3].sum(axis=1)) if len(texts) > 2 else range(len(texts)):
        text = ax.text(x[k], y[k], texts[k], fontsize=size, va="center", ha="center")
        box = text.get_window_extent(renderer)
        places = list(_around(centres[k], radii[k], box.width, box.height, scale))
        overlaps = [_overlap(place, taken, frame) for place, _ in places]
        place, is_far = places[int(np.argmin(overlaps))]
        taken.append(place)
        text.set_position(ax.transData.inverted().transform(((place[0] + place[2]) / 2, (place[1] + place[3]) / 2)))
        if is_far:
            ax.annotate("", (x[k], y[k]), xytext=text.get_position(), arrowprops={
                "arrowstyle": "-", "color": GREY, "lw": 0.5, "shrinkA": box.width / scale / 3, "shrinkB": radii[k] / scale})


def _around(centre, radius, width, height, scale):
    """Boxes around a point: right, left, above, below, in the corners; then the same farther away."""
    for far in (2, 9, 18, 30):
        gap = radius + far * scale
        for angle in (0, 180, 90, 270, 40, 140, 320, 220):
            c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
            middle = centre + [c * gap + np.sign(round(c, 6)) * width / 2, s * gap + np.sign(round(s, 6)) * height / 2]
            yield (middle[0] - width / 2, middle[1] - height / 2, middle[0] + width / 2, middle[1] + height / 2), far > 9


def _overlap(box, taken, frame) -> float:
    """Area that a box shares with others, and of what stands out of the axes."""
    area = 0.0
    for other in taken:
        area += max(min(box[2], other[2]) - max(box[0], other[0]), 0) * max(min(box[3], other[3]) - max(box[1], other[1]), 0)
    inside = max(min(box[2], frame.x1) - max(box[0], frame.x0), 0) * max(min(box[3], frame.y1) - max(box[1], frame.y0), 0)
    return area + 2 * ((box[2] - box[0]) * (box[3] - box[1]) - inside)
