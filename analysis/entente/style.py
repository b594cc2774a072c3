"""How pictures look: colours that colour-blind readers tell apart, lines told apart in grey, labels that do not overlap."""
from __future__ import annotations

import contextlib
import textwrap
from typing import Iterator, Optional, Sequence

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

# Okabe & Ito 2008
BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, RED, PURPLE = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7")
LINES = ((BLUE, "-"), (RED, "--"), (GREEN, "-."), (PURPLE, (0, (1, 1.2))), (ORANGE, (0, (5, 1, 1, 1, 1, 1))))
STATUS = {2: ("member", BLUE, "o"), 1: ("observer", ORANGE, "D"), 0: ("outsider", "#D9D9D9", "s")}
GREY = "#6B6B6B"
HALO = withStroke(linewidth=2, foreground="white")  # behind names, over lines
SMALL, NORMAL, LARGE = 8, 9, 10.5  # points
LOOK = {
    "font.size": NORMAL, "axes.titlesize": NORMAL, "axes.labelsize": NORMAL, "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL, "legend.fontsize": SMALL, "legend.frameon": False, "axes.spines.top": False,
    "axes.spines.right": False, "axes.titlelocation": "left", "savefig.dpi": 150, "figure.dpi": 100,
}
UNITS = {"1": "", "MUSD": "million US$", "GUSD": "billion US$"}


@contextlib.contextmanager
def look() -> Iterator[None]:
    """The style, for a `with` block. Unlike matplotlib.rc_context it leaves alone what else changes meanwhile: notebooks
    choose their way of showing pictures when the first one is made."""
    before = {key: matplotlib.rcParams[key] for key in LOOK}
    matplotlib.rcParams.update(LOOK)
    try:
        yield
    finally:
        matplotlib.rcParams.update(before)


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


def panels(n: int, figsize: Optional[tuple], ax: Optional[Axes], columns: Optional[int] = None,
           sharey: bool = True) -> tuple[Figure, list[Axes]]:
    """n panels that share their axes, in rows; `ax` if there is but one."""
    if ax is not None:
        if n > 1:
            raise ValueError(f"ax= takes one panel, and here are {n}: choose one scenario")
        return ax.figure, [ax]
    columns = columns or (n if n <= 4 else 3 if n in (5, 6, 9) else 4)
    rows = -(-n // columns)
    size = figsize or ((6.4, 3.8) if n == 1 else (max(2.5 * columns, 6), 2.2 * rows + 0.6))
    figure, grid = plt.subplots(rows, columns, figsize=size, sharex=True, sharey=sharey, squeeze=False,
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


def room_for_title(ax: Axes) -> float:
    """Inches from the left of the axes to the right of the figure, or of the axes if there are others."""
    figure = ax.figure
    figure.draw_without_rendering()  # now the layout is known
    frame = ax.get_window_extent()
    is_alone = all(other is ax or other.get_label() == "<colorbar>" for other in figure.axes)
    return ((figure.bbox.x1 if is_alone else frame.x1) - frame.x0) / figure.dpi - 0.05


def wrapped(text: str, width: float, size: float) -> str:
    """Text in lines that fit into a width in inches."""
    return "\n".join(textwrap.fill(line, characters(width, size)) for line in text.split("\n"))


def give_title(ax: Axes, title: str, below: str = "") -> None:
    """Title over the axes, and a line in grey below it; both wrapped. Call it when all else is drawn."""
    width = room_for_title(ax)
    title, below = wrapped(title, width, LARGE), wrapped(below, width, SMALL)
    lines = below.count("\n") + 1 if below else 0
    if below:
        text = ax.annotate(below, (0, 1), xytext=(0, 6), xycoords="axes fraction", textcoords="offset points", color=GREY,
                           fontsize=SMALL, va="bottom", ha="left", annotation_clip=False)
        text.set_in_layout(False)  # the title makes the room; the text's width must not squeeze the axes
    ax.set_title(title, fontsize=LARGE, loc="left", pad=8 + lines * SMALL * 1.25)


def give_head(figure: Figure, title: str) -> None:
    """The title of a figure of several panels."""
    text = wrapped(title, figure.get_size_inches()[0] * 0.97, LARGE)
    figure.suptitle(text, x=0.008, ha="left", fontsize=LARGE)


def legend_below(figure: Figure, handles: list, columns: Optional[int] = None) -> None:
    """A legend below all panels, in room of its own."""
    columns = columns or len(handles)
    inches, height = 0.14 + 0.18 * -(-len(handles) // columns), figure.get_size_inches()[1]
    figure.get_layout_engine().set(rect=(0, inches / height, 1, 1 - inches / height))
    figure.legend(handles=handles, loc="lower center", ncol=columns, borderaxespad=0.3)


def thousands(axis) -> None:
    """Large numbers with commas at ticks, such as 600,000."""
    if max(map(abs, axis.get_view_interval())) < 10000:
        return
    axis.set_major_formatter(lambda x, _: f"{x:,.10g}".replace("-", "\N{MINUS SIGN}"))


def plain_logarithm(axis) -> None:
    """Ticks of a logarithmic axis as plain numbers, such as 1,000."""
    low, high = axis.get_view_interval()
    axis.set_major_locator(matplotlib.ticker.LogLocator(10, [1, 2, 5] if high / low < 300 else [1], numticks=12))
    axis.set_minor_locator(matplotlib.ticker.NullLocator())
    axis.set_major_formatter(lambda x, _: f"{x:,.10g}")


def short_name(attrs: dict, name: str) -> str:
    """What a variable is, without how it is taken over replicates and remarks on special values."""
    text = attrs.get("long_name", name).removesuffix(", quantiles over replicates").removesuffix(", mean over replicates")
    text = text.removesuffix(" (mean over replicates)")
    return text.partition(";")[0].rstrip(".")


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


def legend_aside(ax: Axes, x: Sequence[float], low: Sequence[float], high: Sequence[float]) -> None:
    """A legend in the corner that a band from low to high leaves most free; `loc="best"` does not look at bands."""
    bottom, top = ax.get_ylim()
    x, low, high = (np.asarray(values, float) for values in (x, low, high))
    middle = (x[0] + x[-1]) / 2
    room = {f"{side} {end}": gap for end, part in (("left", x <= middle), ("right", x >= middle))
            for side, gap in (("upper", top - np.nanmax(high[part])), ("lower", np.nanmin(low[part]) - bottom))}
    best = max(room, key=lambda corner: room[corner])
    short = 0.25 * (top - bottom) - room[best]
    if short > 0:  # more room above, or below
        ax.set_ylim(*((bottom, top + short * 1.35) if best.startswith("upper") else (bottom - short * 1.35, top)))
    ax.legend(loc=best)


def label_ends(ax: Axes, x: float, values: Sequence[float], texts: Sequence[str], colours: Sequence[str]) -> None:
    """Names of lines at their right ends, moved apart where they would overlap, with a thin line to what they name."""
    low, high = ax.get_ylim()
    height = ax.figure.get_size_inches()[1] * 72 * 0.72  # of the axes, in points, about
    lines = 1.35 * max(text.count("\n") + 1 for text in texts)
    places = spread(values, (high - low) * lines * SMALL / height, low, high)
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
    order = np.argsort(np.sort(distance, axis=1)[:, 1:3].sum(axis=1)) if len(texts) > 2 else range(len(texts))
    for k in order:
        text = ax.text(x[k], y[k], texts[k], fontsize=size, va="center", ha="center", zorder=5, path_effects=[HALO])
        box = text.get_window_extent(renderer)
        places = list(_around(centres[k], radii[k], box.width, box.height, scale))
        costs = [_overlap(place, taken, frame) + (_crossing if is_far else _doubt)(place, k, centres, radii, scale)
                 for place, is_far in places]
        place, is_far = places[int(np.argmin(costs))]
        taken.append(place)
        text.set_position(ax.transData.inverted().transform(((place[0] + place[2]) / 2, (place[1] + place[3]) / 2)))
        if is_far:
            nearest = ax.transData.inverted().transform(_nearest(place, centres[k]))
            ax.plot([x[k], nearest[0]], [y[k], nearest[1]], color=BLACK, lw=0.5, zorder=1.9)


def _nearest(box, point) -> np.ndarray:
    """The point of a box that is nearest to another."""
    return np.clip(point, box[:2], box[2:])


def _doubt(box, k, centres, radii, scale) -> float:
    """A cost if another point is as near to the name as the one it names, so that readers may take it for that one's."""
    gaps = [np.linalg.norm(_nearest(box, centre) - centre) - radius for centre, radius in zip(centres, radii)]
    rival = min((gap for other, gap in enumerate(gaps) if other != k), default=np.inf)
    return 0.3 * (box[2] - box[0]) * (box[3] - box[1]) if rival < gaps[k] + 3 * scale else 0.0


def _crossing(box, k, centres, radii, scale) -> float:
    """A cost if the line from a name to its point runs over another point, and a smaller one if the name touches one."""
    end, start = _nearest(box, centres[k]), centres[k]
    along = end - start
    for other, (centre, radius) in enumerate(zip(centres, radii)):
        share = np.clip(np.dot(centre - start, along) / max(np.dot(along, along), 1e-9), 0, 1)
        if other != k and share > 0 and np.linalg.norm(start + share * along - centre) < radius + scale:
            return 0.3 * (box[2] - box[0]) * (box[3] - box[1])
    gaps = [np.linalg.norm(_nearest(box, centre) - centre) - radius for centre, radius in zip(centres, radii)]
    is_beside = any(gap < 4 * scale for other, gap in enumerate(gaps) if other != k)
    return 0.1 * (box[2] - box[0]) * (box[3] - box[1]) if is_beside else 0.0


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
