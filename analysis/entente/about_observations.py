"""Pictures of the model against what was observed: what that tells of factors, and forecasts beside what came."""
from __future__ import annotations

from typing import Mapping, Optional

import numpy as np
import xarray
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import style
from .choose import EntenteError, first_scenario, state_names
from .judged import FORECASTS, IDENTIFIED, NARROWED, Points, held_out, told

NAIVE = {"gravity": (style.GREEN, "s"), "last_value": (style.PURPLE, "v")}  # growth continued leaves every picture
LEVELS = ((0.05, 0.95, 0.2), (0.25, 0.75, 0.45))  # quantiles of the ends of bands, and how dark


def widths(data: xarray.Dataset, posteriors: Optional[Mapping[str, Points]], ax, figsize) -> Axes:
    """A row a factor, in the order of the last posterior's widths."""
    tables = {name: told(data, points) for name, points in (posteriors or {"posterior": None}).items()}
    if len(tables) > 3:
        raise EntenteError(f"{len(tables)} posteriors are too many for one picture; name 3 at most")
    order = list(tables.values())[-1]["width"].sort_values(ascending=False).index
    place = np.arange(len(order))
    with style.look():
        ax = style.one_axes(ax, figsize, (6.4, 1.6 + 0.175 * len(order)))
        for text, x in (("identified", IDENTIFIED), ("narrowed", NARROWED), ("as wide as before", 1.0)):
            ax.axvline(x, color=style.GREY, lw=0.8, ls=":")
            ax.annotate(text, (x, 1), xycoords=ax.get_xaxis_transform(), xytext=(-3, -2), textcoords="offset points",
                        ha="right", va="top", rotation=90, fontsize=7, color=style.GREY)
        for (name, table), (colour, _), marker in zip(tables.items(), style.LINES, "oDs"):
            ax.plot(table["width"].loc[order], place, marker, color=colour, ms=5, label=name, mec="white", mew=0.5)
        ax.hlines(place, 0, 1, color="#E6E6E6", lw=0.7, zorder=0)
        ax.set_yticks(place, order, fontsize=7.5)
        ax.set_ylim(-0.8, len(order) + 3.4)
        ax.set_xlim(0, max(1.08, *(1.04 * table["width"].max() for table in tables.values())))
        ax.tick_params(axis="y", length=0)
        ax.set_xlabel("width of the posterior over that of the prior (middle 80 % each)")
        if len(tables) > 1:
            ax.legend(loc="lower left")
        style.give_title(ax, "What was observed tells of each factor", f"{data.attrs.get('title', '')}")
    return ax


def forecast(scores: xarray.Dataset, runs: xarray.Dataset, variable: str, scenario, figsize) -> Figure:
    """A panel a state, pair or area that has held-out values."""
    parts, is_log = held_out(scores, variable), _is_log(scores, variable)
    if variable not in runs or "replicate" not in runs[variable].dims:
        raise EntenteError(f"the runs have no trajectories of {variable}: `record: {{trajectories: [{variable}]}}`")
    values = runs[variable].sel(scenario=first_scenario(runs, scenario)).astype(float)
    columns = min(len(parts), 2)
    rows = -(-len(parts) // columns)
    with style.look():
        figure, axes = style.panels(len(parts), figsize or (6.4, 2.2 * rows + 1.1), None, columns=columns,
                                    sharey=False)
        for panel, (element, seen) in zip(axes, parts):
            _draw_fan(panel, _of_element(values, element))
            _draw_others(panel, seen, _known(runs, variable, element))
            panel.axvline(float(scores.attrs["after"]) + 0.5, color=style.GREY, lw=0.8, ls=":")
            panel.set_title(_in_words(runs, element), fontsize=style.NORMAL)
            if is_log:
                panel.set_yscale("log")
                style.plain_logarithm(panel.yaxis)
            style.year_axis(panel, values["year"].values, 5)
        units = runs[variable].attrs.get("units")
        scale = ", logarithmic scale" if is_log else ""
        figure.supylabel(style.with_unit(style.plain(variable), units), fontsize=style.NORMAL)
        style.give_head(figure, f"{scores.attrs.get('title', 'A forecast')}: {style.plain(variable)}{scale}")
        handles, labels = axes[0].get_legend_handles_labels()
        style.legend_below(figure, handles, columns=3)
    return figure


def _is_log(scores: xarray.Dataset, variable: str) -> bool:
    return bool(scores["variable_is_log"].sel(variable=variable))


def _of_element(values: xarray.DataArray, element: tuple[str, ...]) -> xarray.DataArray:
    """Trajectories of a state, pair or area."""
    for name, dimension in zip(element, ("state", "partner") if "state" in values.dims else ("area",)):
        values = values.sel({dimension: name})
    return values


def _known(runs: xarray.Dataset, variable: str, element: tuple[str, ...]) -> Optional[xarray.DataArray]:
    """What was observed of an element in the years that the forecast knew, as far as the file of runs has it."""
    name = f"observed_{variable}"
    if name not in runs:
        return None
    seen = runs[name]
    seen = seen.isel({d: 0 for d in ("scenario", "point") if d in seen.dims})
    return _of_element(seen, element).dropna("year")


def _in_words(runs: xarray.Dataset, element: tuple[str, ...]) -> str:
    names = state_names(runs) if "state" in runs.variables else {}
    return " and ".join(names.get(name, name) for name in element)


def _draw_fan(panel: Axes, values: xarray.DataArray) -> None:
    """All runs at all points together."""
    years, over = values["year"].values, [d for d in values.dims if d != "year"]
    for low, high, dark in LEVELS:
        ends = values.quantile([low, high], over)
        panel.fill_between(years, ends[0], ends[1], color=style.BLUE, alpha=dark, lw=0,
                           label=f"middle {high - low:.0%} of runs".replace("%", " %"))
    panel.plot(years, values.quantile(0.5, over), color=style.BLUE, lw=1.6, label="median run")


def _draw_others(panel: Axes, seen: xarray.Dataset, known: Optional[xarray.DataArray]) -> None:
    years, order = seen["value_year"].values, [str(name) for name in seen["forecast"].values]
    for name, (colour, marker) in NAIVE.items():
        middle = seen["predicted"].sel(forecast=name, quantile=0.5).values
        if np.isfinite(middle).any():
            panel.plot(years, middle, marker, color=colour, ms=5, mec="white", mew=0.5, label=FORECASTS[order.index(name)])
    if known is not None and known.size:
        panel.plot(known["year"], known, "o", color=style.BLACK, ms=4, label="observed, known", zorder=4)
    panel.plot(years, seen["observed"], "D", color=style.RED, ms=6, mec="white", mew=0.7, label="observed, held out", zorder=5)


def pit(scores: xarray.Dataset, variable: Optional[str], ax, figsize) -> Axes:
    """A row a value that was held out: where among the runs it came to lie."""
    names = [str(name) for name in scores["variable"].values] if variable is None else [variable]
    rows = [(name, element, seen.isel(value=k)) for name in names for element, seen in held_out(scores, name)
            for k in range(seen.sizes["value"])]
    place = np.arange(len(rows))[::-1]
    with style.look():
        ax = style.one_axes(ax, figsize, (6.4, 1.3 + 0.17 * len(rows)))
        for low, high, dark in LEVELS:
            ax.axvspan(low, high, color=style.BLUE, alpha=0.5 * dark, lw=0)
        shares = [float(row["pit"]) for *_, row in rows]
        ax.plot(shares, place, "D", color=style.RED, ms=6, mec="white", mew=0.7, clip_on=False)
        texts = [f"{style.plain(name)} {'–'.join(element)} {int(row['value_year'])}" for name, element, row in rows]
        ax.set_yticks(place, texts, fontsize=7.5)
        ax.hlines(place, 0, 1, color="#E6E6E6", lw=0.7, zorder=0)
        ax.set_xlim(0, 1)
        ax.set_ylim(-0.7, len(rows) - 0.3)
        ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", ".25", ".5", ".75", "1"])
        ax.tick_params(axis="y", length=0, pad=7)
        ax.set_xlabel("share of the runs that lie below what was observed\n(0: all runs are too high; 1: all are too low)")
        style.give_title(ax, "Where among the runs did the truth come to lie?",
                         "Dark: middle half of the runs; light: nine tenths")
    return ax
