"""Pictures of how things went over the years."""
from __future__ import annotations

from typing import Optional, Sequence

import matplotlib
import numpy as np
import xarray
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import style
from .choose import (EntenteError, choose, first_scenario, scenarios_of, state_code, state_names, title_of, trajectories,
                     year_of)
from .computed import growth, paired, quantiles


def _ends(bands: Sequence[float]) -> list[tuple[float, float]]:
    """Quantiles of the ends of bands that hold these shares, the widest first."""
    return [(round(0.5 - share / 2, 6), round(0.5 + share / 2, 6)) for share in sorted(bands, reverse=True)]


def _of(data: xarray.Dataset, state=None, partner=None, area=None) -> str:
    """The choice in words: "China and Russia, security"."""
    names = state_names(data) if "state" in data.variables else {}
    who = " and ".join(names[state_code(data, s)] for s in (state, partner) if s is not None)
    return ", ".join(text for text in (who, area) if text)


def _count(data: xarray.Dataset) -> str:
    return f"{data.sizes['replicate']} replicates" if "replicate" in data.sizes else ""


def fan(data: xarray.Dataset, variable: str, scenario, point, state, partner, area, bands, ax, figsize) -> Figure:
    series = choose(data, variable, point=point, state=state, partner=partner, area=area, statistics=True)
    names, ends = scenarios_of(data, scenario), _ends(bands)
    shares = sorted({0.5, *(end for pair in ends for end in pair)})
    found = quantiles(series, shares)
    years = data["year"].values
    with style.look():
        figure, axes = style.panels(len(names), figsize, ax)
        for panel, name in zip(axes, names):
            _draw_fan(panel, years, found.sel(scenario=name), ends, labelled=panel is axes[0])
            style.year_axis(panel, years, 6 if len(names) == 1 else 4)
        of, units = _of(data, state, partner, area), series.attrs.get("units")
        title = style.short_name(series.attrs, variable) + (f": {of}" if of else "")
        ylabel = style.with_unit(style.plain(variable), units)
        style.thousands(axes[0].yaxis)
        if len(names) == 1:
            axes[0].set_ylabel(ylabel)
            band = found.sel(scenario=names[0])
            style.legend_aside(axes[0], years, band.sel(quantile=shares[0], method="nearest"),
                               band.sel(quantile=shares[-1], method="nearest"))
            style.give_title(axes[0], title, f"{title_of(data, names[0])}; {_count(data)}")
            return figure
        width = figure.get_size_inches()[0] / min(len(names), 4) * 0.86
        for panel, name in zip(axes, names):
            panel.set_title(style.wrapped(title_of(data, name), width, style.NORMAL), fontsize=style.NORMAL)
        style.give_head(figure, f"{title}; {_count(data)} each")
        figure.supylabel(ylabel, fontsize=style.NORMAL)
        _legend_in_gap(figure, axes)
    return figure


def _draw_fan(panel: Axes, years, found: xarray.DataArray, ends, labelled: bool) -> None:
    for k, (low, high) in enumerate(ends):
        panel.fill_between(years, found.sel(quantile=low, method="nearest"), found.sel(quantile=high, method="nearest"),
                           color=style.BLUE, alpha=0.22 + 0.2 * k, linewidth=0,
                           label=f"middle {high - low:.0%} of runs" if labelled else None)
    panel.plot(years, found.sel(quantile=0.5, method="nearest"), color=style.BLUE, lw=1.6,
               label="median" if labelled else None)


def _legend_in_gap(figure: Figure, axes: list[Axes]) -> None:
    """The legend in the place of a panel that is missing from the last row; else below all panels."""
    handles, labels = axes[0].get_legend_handles_labels()
    grid = axes[0].get_subplotspec().get_gridspec()
    if len(axes) < grid.nrows * grid.ncols:
        place = figure.add_subplot(grid[-1, -1])
        place.axis("off")
        place.legend(handles, labels, loc="center left")
    else:
        style.legend_below(figure, handles)


def difference(data: xarray.Dataset, scenario, against, variable, point, state, partner, area, ax, figsize) -> Axes:
    names = [scenario] if isinstance(scenario, str) else list(scenario)
    found = [paired(data, name, against, variable, point=point, state=state, partner=partner, area=area) for name in names]
    attrs, years = found[0].attrs, found[0]["year"].values
    of, other = _of(data, state, partner, area), title_of(data, attrs["against"])
    what = style.short_name(attrs, variable) + (f": {of}" if of else "")
    with style.look():
        ax = style.one_axes(ax, figsize, (6.4, 3.8))
        ax.axhline(0, color=style.BLACK, lw=0.8)
        ax.set_ylabel(style.with_unit(f"difference in {style.plain(variable)}", attrs["units"]))
        if len(found) == 1:
            _draw_spread(ax, years, found[0])
            title = f"“{title_of(data, names[0])}” against “{other}”"
        else:
            _draw_means(ax, years, found, [title_of(data, name) for name in names])
            title = f"What each scenario changes, against “{other}”"
            what += "; means with their 95% intervals"
        style.give_title(ax, title, f"{what}; {int(found[0]['n'].max())} pairs with the same luck")
    return ax


def _draw_spread(ax: Axes, years, found: xarray.Dataset) -> None:
    """One difference: the middle of the pairs, and their mean with its interval."""
    ax.fill_between(years, found["low"], found["high"], color=style.BLUE, alpha=0.22, lw=0, label="middle 90% of pairs")
    ax.errorbar(years, found["mean"].values, found["half"].values, color=style.BLUE, marker="o", ms=3.5, lw=1.4, elinewidth=1.2,
                capsize=2, label="mean, with its 95% interval")
    style.thousands(ax.yaxis)
    style.year_axis(ax, years)
    style.legend_aside(ax, years, np.fmin(found["low"], 0), np.fmax(found["high"], 0))


def _draw_means(ax: Axes, years, found: list[xarray.Dataset], titles: list[str]) -> None:
    """Several differences: their means with intervals, each named at its end."""
    if len(found) > len(style.LINES):
        raise EntenteError(f"{len(found)} scenarios are too many for one picture; name {len(style.LINES)} at most")
    for one, (colour, dashes) in zip(found, style.LINES):
        ax.fill_between(years, one["mean"] - one["half"], one["mean"] + one["half"], color=colour, alpha=0.25, lw=0)
        ax.plot(years, one["mean"], color=colour, ls=dashes, lw=1.6)
    style.thousands(ax.yaxis)
    style.year_axis(ax, years)
    texts = [style.wrapped(title, 1.5, style.SMALL) for title in titles]
    style.label_ends(ax, years[-1], [float(one["mean"][-1]) for one in found], texts, [line[0] for line in style.LINES])


def pairs(data: xarray.Dataset, scenario, against, variable, year, point, state, partner, area, ax, figsize) -> Axes:
    choice = {"point": point, "state": state, "partner": partner, "area": area}
    year = year_of(data, year)
    found = paired(data, scenario, against, variable, **choice).sel(year=year)
    series = choose(data, variable, **choice).sel(year=year).astype(float)
    one, other = found.attrs["scenario"], found.attrs["against"]
    x, y = series.sel(scenario=other).values, series.sel(scenario=one).values
    of, name = _of(data, state, partner, area), style.plain(variable)
    with style.look():
        ax = style.one_axes(ax, figsize, (5, 4.6))
        ends = np.array([np.nanmin([x, y]), np.nanmax([x, y])])
        ax.plot(ends, ends, color=style.BLACK, lw=0.8)
        ax.plot(x, y, "o", color=style.BLUE, ms=4, alpha=0.5, mew=0)
        ax.annotate("no difference", ends[[0, 0]], xytext=(10, 0), textcoords="offset points", fontsize=style.SMALL,
                    va="center")
        for axis, which in ((ax.xaxis, other), (ax.yaxis, one)):
            axis.set_label_text(style.with_unit(f"{name} in “{title_of(data, which)}”", series.attrs.get("units")))
            style.thousands(axis)
        ax.set_aspect("equal", "datalim")
        worth = float(found["worth"])
        number = f"{worth:,.{1 if worth < 9.95 else 0}f}"
        note = f". Without pairs it takes {number} times as many runs" if np.isfinite(worth) else ""
        style.give_title(ax, f"Runs with the same luck: {name}{f' ({of})' if of else ''} in {year}",
                         f"{int(found['n'])} pairs{note}")
    return ax


PROFILE = ("vision", "will", "resources", "skills")


def leadership(data: xarray.Dataset, state, scenario, point, bands, ax, figsize) -> Axes:
    state = str(data["state"].values[0]) if state is None else state
    code, name = state_code(data, state), first_scenario(data, scenario)
    there = [v for v in PROFILE if v in trajectories(data)] or [PROFILE[0]]  # none: the error says what there is
    lines = [(v, *style.LINES[PROFILE.index(v)], 1.6) for v in there]
    if "leadership" in trajectories(data):
        lines.append(("leadership", style.BLACK, "-", 2.4))
    years = data["year"].values
    with style.look():
        ax = style.one_axes(ax, figsize, (6.4, 4))
        last = []
        for variable, colour, dashes, width in lines:
            found = quantiles(choose(data, variable, point=point, state=code).sel(scenario=name), [*_ends(bands)[0], 0.5])
            ax.fill_between(years, found[0], found[1], color=colour, alpha=0.15, lw=0)
            ax.plot(years, found[2], color=colour, ls=dashes, lw=width, label=variable)
            last.append(float(found[2][-1]))
        ax.set_ylim(0, 1)
        style.year_axis(ax, years)
        style.label_ends(ax, years[-1], last, [line[0] for line in lines], [line[1] for line in lines])
        ax.set_ylabel("0 none … 1 as much as can be")
        style.give_title(ax, f"What {state_names(data)[code]} can lead with",
                         f"{title_of(data, name)}; median of {_count(data)}, and the middle {bands[0]:.0%}")
    return ax


def trade_growth(data: xarray.Dataset, scenario, point, ax, figsize) -> Axes:
    found = growth(data, scenario, point).sortby("observed")
    n, names = found.sizes["pair"], state_names(data)
    place = np.arange(n)
    with style.look():
        ax = style.one_axes(ax, figsize, (6.4, 1.5 + 0.36 * n))
        ax.hlines(place, found["low"], found["high"], color=style.BLUE, lw=5, alpha=0.35, label="middle 90% of runs")
        ax.plot(found["median"], place, "|", color=style.BLUE, ms=13, mew=2.2, label="median run")
        ax.plot(found["observed"], place, "D", color=style.RED, ms=6, mec="white", mew=0.6, label="observed", zorder=3)
        ax.set_yticks(place, [f"{names[a]}–{names[b]}" for a, b in zip(found["state"].values, found["partner"].values)])
        ax.set_ylim(-0.6, n - 0.4)
        ax.tick_params(axis="y", length=0)
        _times_axis(ax)
        first, last = int(found["first"].min()), int(found["last"].max())
        ax.set_xlabel(f"times the trade of {first} (logarithmic)")
        ax.grid(axis="x", color="#E0E0E0", lw=0.6)
        ax.set_axisbelow(True)
        ax.legend(loc="best")
        style.give_title(ax, f"Trade from {first} to {last}: observed, and in the model",
                         f"{title_of(data, first_scenario(data, scenario))}; {_count(data)}. "
                         f"Observed: {data['observed_trade'].attrs.get('source', 'source not given')}")
    return ax


def _times_axis(ax: Axes) -> None:
    """A logarithmic axis with ticks such as ×2 ×5 ×10."""
    ax.set_xscale("log")
    low, high = ax.get_xlim()
    ax.xaxis.set_major_locator(matplotlib.ticker.LogLocator(10, [1, 2, 5] if high / low > 40 else [1, 1.5, 2, 3, 5, 7]))
    ax.xaxis.set_minor_locator(matplotlib.ticker.NullLocator())
    ax.xaxis.set_major_formatter(lambda x, _: f"×{x:,.15g}")
