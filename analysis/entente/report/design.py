"""The sections about an experiment of several points: what was varied, and what becomes of cohesion."""
from __future__ import annotations

import re
from typing import Optional

import numpy as np
import xarray
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from .. import style
from ..choose import EntenteError, title_of
from ..computed import quantiles
from . import page
from .run import names_of, same_height

SHARES = [0, 0.05, 0.5, 0.95, 1]
MOST_LISTED = 6  # values of a factor, beyond which its range is told
FEW_POINTS = 16  # whose values all fit into a table
MOST_FACTORS = 24  # beyond which their table is folded
LEAST_POINTS = 10  # for a correlation
MOST_PANELS = 6
BY_CHANCE = ("random", "latin_hypercube", "sobol")
MEANINGLESS = ("morris", "saltelli", "one_at_a_time")  # what goes with a factor there goes with the design


def factors_of(data: xarray.Dataset) -> list[str]:
    return [str(name) for name in data.coords if name != "point" and data[name].dims == ("point",)]


def kind_of(data: xarray.Dataset) -> str:
    """The kind of the design, such as "sobol"; nothing if it is not told."""
    found = re.search(r"^design: (?:\{(\w+):|(\w+))", str(data.attrs.get("experiment", "")), flags=re.MULTILINE)
    return (found[1] or found[2]) if found else ""


def _is_number(data: xarray.Dataset, factor: str) -> bool:
    return bool(np.issubdtype(data[factor].dtype, np.number))


# -- what was varied ----------------------------------------------------------------------------------------------------------


def what_was_varied(data: xarray.Dataset) -> str:
    factors, n = factors_of(data), data.sizes["point"]
    if not factors:
        return ""
    rows = [[name, _values(data, name), style.unit_of(data[name].attrs.get("units")) or page.NOTHING,
             data[name].attrs.get("long_name", "")] for name in factors]
    kind = kind_of(data).replace("_", " ")
    text = (f"{page.spelled(len(factors), 'factor').capitalize()} {'was' if len(factors) == 1 else 'were'} varied at {n:,} points"
            f"{f' (design: {kind})' if kind else ''}; everything else is the same at all of them. A point is one choice of "
            "all factors, and each was run with the same scenarios.")
    told = page.table(["Factor", "values", "unit", "what it is"], rows, "Factors, and the values that they take", words=4)
    if len(factors) > MOST_FACTORS:
        told = page.folded(f"All {len(factors)} factors, and the values that they take", told)
    return page.paragraph(text) + told + (_points_table(data, factors) if n <= FEW_POINTS else "")


def _values(data: xarray.Dataset, name: str) -> str:
    there = list(dict.fromkeys(data[name].values.tolist()))
    if not _is_number(data, name):
        return ", ".join(map(str, there[:MOST_LISTED])) + (f" and {len(there) - MOST_LISTED} more" if len(there) > MOST_LISTED else "")
    if len(there) <= MOST_LISTED:
        return ", ".join(_short(value) for value in sorted(there))
    return f"{_short(min(there))} to {_short(max(there))}"


def _short(value: float) -> str:
    return f"{value:.4g}".replace("-", page.MINUS)


def _points_table(data: xarray.Dataset, factors: list[str]) -> str:
    outcome, last = _outcome(data), int(data["year"][-1])
    rows = []
    for k in range(data.sizes["point"]):
        values = [_short(data[name].values[k]) if _is_number(data, name) else str(data[name].values[k]) for name in factors]
        rows.append([k, *values, *(page.share(float(outcome.sel(scenario=name, year=last)[k]), 3) for name in names_of(data))])
    head = ["Point", *factors, *(f"cohesion: {title_of(data, name)}" for name in names_of(data))]
    return page.table(head, rows, f"All points, and cohesion in {last}: the mean of the replicates")


def _outcome(data: xarray.Dataset) -> xarray.DataArray:
    """Mean cohesion over replicates: [scenario, point, year]."""
    if "cohesion_mean" in data:
        return data["cohesion_mean"].astype(float)
    if "cohesion" in data and "replicate" in data["cohesion"].dims:
        return data["cohesion"].astype(float).mean("replicate")
    raise EntenteError("cohesion is not in this file (`record` of the experiment leaves it out)")


# -- what becomes of cohesion -------------------------------------------------------------------------------------------------


def cohesion(data: xarray.Dataset) -> str:
    outcome, last = _outcome(data), int(data["year"][-1])
    at_last = outcome.sel(year=last)
    found = at_last.quantile(SHARES, "point")
    first = found.sel(scenario=names_of(data)[0]).values
    text = (f"At each point cohesion is the mean of its replicates. In {last} it goes from {page.share(first[0])} to "
            f"{page.share(first[-1])} over the points of “{title_of(data, names_of(data)[0])}”, with a median of "
            f"{page.share(first[2])}.")
    rows = [[title_of(data, name), *map(page.share, found.sel(scenario=name).values)] for name in names_of(data)]
    head = ["Scenario", "least", "5 %", "median", "95 %", "greatest"]
    return (page.paragraph(text) + page.table(head, rows, f"Cohesion in {last} over the points") + _fans(data, outcome)
            + _differences(data, outcome) + _with_factors(data, at_last))


def _fans(data: xarray.Dataset, outcome: xarray.DataArray) -> str:
    panels = [(title_of(data, name), _fan(outcome.sel(scenario=name))) for name in names_of(data)]
    same_height(panels, *_ends(panels), 0, 1)
    return page.pictures(panels, "Cohesion by year over the points", "How to read it: the line is the median point in each year; "
                         "half of the points lie in the dark band, 90 % in the light one, and all within the thin lines.")


def _fan(values: xarray.DataArray, is_difference: bool = False) -> Figure:
    """A fan over points, as `fan` has it over replicates."""
    years = values["year"].values
    found = values.quantile([0, 0.05, 0.25, 0.5, 0.75, 0.95, 1], "point").transpose("quantile", "year").values
    with style.look():
        axes = style.one_axes(None, None, (3.0, 2.0))
        for low, high, alpha in ((1, 5, 0.22), (2, 4, 0.42)):
            axes.fill_between(years, found[low], found[high], color=style.BLUE, alpha=alpha, lw=0)
        for k, width in ((3, 1.6), (0, 0.5), (6, 0.5)):
            axes.plot(years, found[k], color=style.BLUE, lw=width)
        if is_difference:
            axes.axhline(0, color=style.BLACK, lw=0.8)
        style.year_axis(axes, years, 4)
    return axes.figure


def _ends(panels: list) -> tuple[float, float]:
    heights = [line.get_ydata() for _, figure in panels for line in figure.axes[0].lines]
    return float(min(np.nanmin(y) for y in heights)), float(max(np.nanmax(y) for y in heights))


def _differences(data: xarray.Dataset, outcome: xarray.DataArray) -> str:
    names = names_of(data)
    if len(names) < 2:
        return ""
    panels = [(title_of(data, name), _fan(outcome.sel(scenario=name) - outcome.sel(scenario=names[0]), True))
              for name in names[1:]]
    same_height(panels, *_ends(panels))
    first = title_of(data, names[0])
    return page.pictures(
        panels, f"What each scenario changes: difference in cohesion from “{first}”, over the points",
        f"How to read it: at each point “{first}” is subtracted. Above the line at 0 cohesion is higher than there. Bands and "
        "lines hold the points as above.")


# -- what goes with it --------------------------------------------------------------------------------------------------------


def _correlation(x: np.ndarray, y: np.ndarray) -> float:
    """Spearman's rank correlation; not a number where one of them does not change."""
    import pandas

    ranks = pandas.DataFrame({"x": x, "y": y}).dropna().rank()
    if len(ranks) < 3 or ranks.nunique().min() < 2:
        return np.nan
    return float(np.corrcoef(ranks["x"], ranks["y"])[0, 1])


def _with_factors(data: xarray.Dataset, at_last: xarray.DataArray) -> str:
    numbers = [name for name in factors_of(data) if _is_number(data, name)]
    kind, n = kind_of(data), data.sizes["point"]
    if not numbers or n < LEAST_POINTS or kind in MEANINGLESS:
        return ""
    found = {name: [_correlation(data[name].values, at_last.sel(scenario=s).values) for s in names_of(data)] for name in numbers}
    order = sorted(numbers, key=lambda name: -np.nanmax(np.abs([0, *found[name]])))
    rows = [[name, *(page.change(r, 2) for r in found[name])] for name in order]
    chance = f" By chance alone it is within ±{2 / np.sqrt(n - 1):.2f}." if kind in BY_CHANCE else ""
    text = ("The rank correlation of a factor with cohesion is 1 if the point with more of it always has more cohesion, −1 if it "
            f"always has less, and near 0 if they have little to do with each other.{chance}")
    return (page.heading("What goes with it") + page.paragraph(text)
            + page.table(["Factor", *(title_of(data, name) for name in names_of(data))], rows,
                         f"Rank correlation with cohesion in {int(data['year'][-1])}, the strongest first")
            + _clouds(data, at_last.sel(scenario=names_of(data)[0]), order[:MOST_PANELS]))


def _clouds(data: xarray.Dataset, outcome: xarray.DataArray, factors: list[str]) -> str:
    panels: list[tuple[str, Figure]] = []
    for name in factors:
        with style.look():
            figure, axes = plt.subplots(figsize=(3.0, 2.0), constrained_layout=True)
            axes.plot(data[name].values, outcome.values, "o", color=style.BLUE, mew=0,
                      **({"ms": 2.5, "alpha": 0.45} if outcome.size > 200 else {"ms": 4, "alpha": 0.7}))
            unit: Optional[str] = style.unit_of(data[name].attrs.get("units"))
            axes.set_xlabel(unit or "")
        panels.append((name, figure))
    last, title = int(data["year"][-1]), title_of(data, names_of(data)[0])
    return page.pictures(panels, f"Cohesion in {last} by factor", f"How to read it: each dot is a point of the design; to the right "
                         f"it has more of the factor, further up more cohesion in {last} (“{title}”).")
