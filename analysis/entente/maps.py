"""Pictures of the states in one year: where they stand, and what ties them."""
from __future__ import annotations

import itertools

import matplotlib
import numpy as np
import xarray
from matplotlib.axes import Axes

from . import style
from .choose import EntenteError, choose, first_scenario, one_of, state_names, title_of, trajectories, year_of

LARGEST, SMALLEST = 900.0, 30.0  # areas of markers, square points
CORNER = 1.3  # how much farther than a circle a square reaches, about
UNKNOWN = ("status not recorded", style.SKY, "o")


def _median(data: xarray.Dataset, name: str, scenario, point, year, keep) -> xarray.DataArray:
    return choose(data, name, point=point, keep=keep).sel(scenario=scenario, year=year).astype(float).median("replicate")


def _if_recorded(data: xarray.Dataset, name: str, *choice) -> np.ndarray:
    return _median(data, name, *choice, ("state",)).values if name in trajectories(data) else np.full(data.sizes["state"], np.nan)


def _status(data: xarray.Dataset, *choice) -> list:
    """Status of each state in the median run; None where it was not recorded."""
    return [None if np.isnan(s) else int(s + 0.5) for s in _if_recorded(data, "status", *choice)]


def _areas(data: xarray.Dataset, *choice) -> np.ndarray:
    """Areas of markers in proportion to GDP, but for a smallest; all alike if it was not recorded."""
    gdp = _if_recorded(data, "gdp", *choice)
    if np.isnan(gdp).all():
        return np.full(len(gdp), 110.0)
    return np.maximum(np.nan_to_num(gdp) / np.nanmax(gdp) * LARGEST, SMALLEST)


def _show_status(ax: Axes, statuses, draw) -> None:
    """draw(which, colour, marker, label) for each status that there is."""
    for value in (2, 1, 0, None):
        which = np.array([status == value for status in statuses])
        if which.any():
            label, colour, marker = style.STATUS.get(value, UNKNOWN)
            draw(which, colour, marker, label)


def _axis_labels(attrs: dict, areas: list[str]) -> list[str]:
    """What each axis of positions means: the parts of the variable's description, if it has one each."""
    parts = attrs.get("long_name", "").partition(": ")[2].replace("), ", ")\n").split("\n")
    return parts if len(parts) == len(areas) else areas


def _sizes_note(data: xarray.Dataset) -> str:
    return "; size: GDP" if "gdp" in trajectories(data) else ""


def positions(data: xarray.Dataset, year, scenario, point, colour, trail, ax, figsize) -> Axes:
    if "area" not in data.dims or data.sizes["area"] != 2:
        raise EntenteError("positions() draws two areas of cooperation, and there are "
                           f"{data.sizes.get('area', 0)} here")
    one_of(colour, ("status", "influence"), "way to colour states")
    year, scenario = year_of(data, year), first_scenario(data, scenario)
    areas = [str(area) for area in data["area"].values]
    choice = (scenario, point, year)
    x, y = _median(data, "position", *choice, ("state", "area")).transpose("area", "state").values
    sizes = _areas(data, *choice)
    with style.look():
        ax = style.one_axes(ax, figsize, (6.4, 5.4))
        if trail:
            for path in _paths(data, scenario, point, year):
                ax.plot(*path.T, color="#B0B0B0", lw=1, zorder=1)
        if colour == "influence":
            _draw_influence(ax, x, y, sizes, _median(data, "influence", *choice, ("state",)).values)
        else:
            _show_status(ax, _status(data, *choice), lambda which, c, marker, label: ax.scatter(
                x[which], y[which], sizes[which], c=c, marker=marker, edgecolor="black", linewidth=0.7, label=label, zorder=2))
            handles = ax.get_legend_handles_labels()[0]
            legend = ax.legend(loc="upper center", ncol=len(handles), bbox_to_anchor=(0.5, -0.13))
            for handle in legend.legendHandles:
                handle.set_sizes([45])
        labels = _axis_labels(data["position"].attrs, areas)
        ax.set_xlabel(labels[0])
        ax.set_ylabel(labels[1])
        first = int(data["year"][0])
        note = f"; lines: since {first}" if trail and first < year else ""
        ax.margins(0.12)
        style.give_title(ax, f"Where the states stand in {year}", f"{title_of(data, scenario)}; median of "
                         f"{data.sizes['replicate']} replicates{_sizes_note(data)}{note}")
        style.label_points(ax, x, y, list(state_names(data).values()), np.sqrt(sizes) / 2)
    return ax


def _paths(data: xarray.Dataset, scenario, point, year) -> np.ndarray:
    """[state, year, area] up to the year, medians over replicates."""
    series = choose(data, "position", point=point, keep=("state", "area")).sel(scenario=scenario)
    return series.sel(year=slice(None, year)).astype(float).median("replicate").transpose("state", "year", "area").values


def _draw_influence(ax: Axes, x, y, sizes, influence) -> None:
    drawn = ax.scatter(x, y, sizes, c=influence, cmap="Blues", vmin=0, edgecolor="black", linewidth=0.7, zorder=2)
    ax.figure.colorbar(drawn, ax=ax, label="influence (share in the organization's leadership)", shrink=0.8)


def network(data: xarray.Dataset, variable, year, scenario, point, largest, ax, figsize) -> Axes:
    year, scenario = year_of(data, year), first_scenario(data, scenario)
    one_of(variable, trajectories(data), "trajectories of")
    if "state" not in data[variable].dims:
        raise EntenteError(f"{variable} ties no states: choose trade, or a variable of each state such as commitment")
    choice, n = (scenario, point, year), data.sizes["state"]
    is_dyadic = "partner" in data[variable].dims
    angle = np.pi / 2 - 2 * np.pi * np.arange(n) / n
    places = np.column_stack([np.cos(angle), np.sin(angle)])
    with style.look():
        ax = style.one_axes(ax, figsize, (6, 5.8))
        values = _median(data, variable, *choice, ("state", "partner") if is_dyadic else ("state",)).values
        note = _draw_dyads(ax, places, values, largest, data[variable].attrs) if is_dyadic else _draw_spokes(
            ax, places, values, data)
        sizes = _areas(data, *choice)
        _show_status(ax, _status(data, *choice), lambda which, c, marker, label: ax.scatter(
            *places[which].T, sizes[which], c=c, marker=marker, edgecolor="black", linewidth=0.7, label=label, zorder=3))
        _label_circle(ax, places, sizes, list(state_names(data).values()), None if is_dyadic else values)
        _legend(ax)
        style.give_title(ax, f"{style.short_name(data[variable].attrs, variable)}, {year}",
                         f"{title_of(data, scenario)}; median of {data.sizes['replicate']} replicates"
                         f"{_sizes_note(data)}{note}")
    return ax


def _draw_dyads(ax: Axes, places, values, largest, attrs) -> str:
    """Lines between pairs as wide as the value's square root tells; those of the largest values alone."""
    pairs = [(values[i, j], i, j) for i, j in itertools.combinations(range(len(places)), 2) if values[i, j] > 0]
    shown = sorted(pairs)[-largest:]
    if not shown:
        raise EntenteError("no pair has a value above 0 in this year")
    top = shown[-1][0]
    for value, i, j in shown:
        share = np.sqrt(value / top)
        ax.plot(*places[[i, j]].T, color=str(0.78 - 0.55 * share), lw=0.4 + 9 * share, solid_capstyle="butt", zorder=1 + share)
    for value in _round_steps(top):
        share = np.sqrt(value / top)
        ax.plot([], [], color=str(0.78 - 0.55 * share), lw=0.4 + 9 * share, label=f"{value:,.15g} {style.unit_of(attrs.get('units'))}")
    return f"; the {len(shown)} largest of {len(pairs)} pairs" if len(shown) < len(pairs) else ""


def _round_steps(top: float) -> list[float]:
    """Three round numbers below the largest value, for the legend."""
    step = 10 ** np.floor(np.log10(top))
    lead = next(lead for lead in (5, 2, 1) if lead * step <= top * (1 + 1e-12))
    return [float(lead * step / divisor) for divisor in (1, 10, 100)]


def _draw_spokes(ax: Axes, places, values, data: xarray.Dataset) -> str:
    """Lines from the organization in the middle to each state."""
    top = np.nanmax(values)
    for value, place in zip(values, places):
        if value > 0:
            share = value / top
            ax.plot([0, place[0]], [0, place[1]], color=str(0.78 - 0.55 * share), lw=0.4 + 5 * share, zorder=1)
    name = "\n".join(data.attrs.get("organization", "organization").split())
    ax.text(0, 0, name, ha="center", va="center", fontsize=style.SMALL, zorder=4,
            bbox={"boxstyle": "round,pad=0.5", "facecolor": "white", "edgecolor": "black", "lw": 0.8})
    return "; the wider a line, the further"


def _label_circle(ax: Axes, places, sizes, names, values) -> None:
    size = style.SMALL if len(names) <= 24 else max(3.5, style.SMALL * 24 / len(names))
    for k, (place, area, name) in enumerate(zip(places, sizes, names)):
        away = place * (np.sqrt(area) / 2 * CORNER + 4)
        text = name if values is None else f"{name}\n{values[k]:.2f}"
        across = "center" if abs(place[0]) < 0.2 else "left" if place[0] > 0 else "right"
        up = "center" if abs(place[1]) < 0.5 else "bottom" if place[1] > 0 else "top"
        ax.annotate(text, place, xytext=away, textcoords="offset points", ha=across, va=up, fontsize=size,
                    annotation_clip=False)
    ax.set_aspect("equal")
    ax.set_xlim(-1.45, 1.45)
    ax.set_ylim(-1.5, 1.25)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set_visible(False)


def _legend(ax: Axes) -> None:
    """Statuses in one row, widths of lines in another below it, within the axes."""
    handles, labels = ax.get_legend_handles_labels()
    kinds = [kind for kind in (matplotlib.collections.PathCollection, matplotlib.lines.Line2D)
             if any(isinstance(handle, kind) for handle in handles)]
    for row, kind in enumerate(reversed(kinds)):
        of_kind = [(handle, label) for handle, label in zip(handles, labels) if isinstance(handle, kind)]
        legend = matplotlib.legend.Legend(ax, *zip(*of_kind), loc="lower center", bbox_to_anchor=(0.5, 0.045 * row),
                                          ncol=len(of_kind), columnspacing=1.5, borderaxespad=0)
        ax.add_artist(legend)
        for handle in legend.legendHandles if kind is matplotlib.collections.PathCollection else ():
            handle.set_sizes([45])
