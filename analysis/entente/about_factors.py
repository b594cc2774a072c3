"""Pictures of what factors do: sensitivity, the posterior of a calibration, Shapley values."""
from __future__ import annotations

import re
from typing import Optional, Sequence

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import xarray
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import style
from .choose import EntenteError, first_scenario, one_of, title_of, value_of, year_of
from .judged import need_calibration

INDICES = {"total": "total Sobol index: share of the variance that a factor has a part in",
           "first": "first-order Sobol index: share of the variance that a factor makes alone",
           "mu_star": "mean absolute elementary effect, over the factor's whole range",
           "mu": "mean elementary effect, over the factor's whole range",
           "sigma": "standard deviation of the elementary effects"}


def indices_of(data: xarray.Dataset) -> tuple[str, ...]:
    """The indices of a file of findings, the usual one first."""
    kind = str(data.attrs.get("sensitivity", ""))
    return ("mu_star", "mu", "sigma") if kind.startswith("morris") else ("total", "first")


def sensitivity(data: xarray.Dataset, variable, index, scenario, state, partner, area, largest, ax, figsize) -> Axes:
    _need_findings(data)
    index = one_of(index or indices_of(data)[0], indices_of(data), "index")
    name = first_scenario(data, scenario)
    values = _select(data, variable, f"_{index}", name, state, partner, area).transpose("factor", "year")
    size = np.abs(values).max("year").fillna(-1)
    values = values.isel(factor=np.argsort(-size.values, kind="stable")[:largest])
    if values.isnull().all():
        raise EntenteError(f"{variable} does not differ between points: it has no {index} index")
    with style.look():
        ax = _heat_map(values, index, ax, figsize, style.unit_of(values.attrs.get("units", "1")))
        _give_title(ax, data, variable, index, name, (state, partner, area), largest)
    return ax


def _need_findings(data: xarray.Dataset) -> None:
    if "sensitivity" not in data.attrs:
        raise EntenteError("this file has no sensitivity indices: run `entente sensitivity OUTPUT` after a Morris or "
                           "Saltelli design, and open the file that it writes, OUTPUT.sensitivity.h5")


def _select(data: xarray.Dataset, variable, ending, scenario, state, partner, area) -> xarray.DataArray:
    """Values of a variable's findings that have this ending, such as "_total_interval", at one choice of all else."""
    there = [str(name)[:-len(ending)] for name in data.data_vars if str(name).endswith(ending)]
    found = data[one_of(variable, there, "findings of") + ending]
    wanted = {"state": state, "partner": partner, "area": area}
    for dimension in [str(d) for d in found.dims if d in wanted]:
        found = found.sel({dimension: value_of(data, variable, dimension, wanted[dimension])})
    return found.sel(scenario=scenario).astype(float).assign_attrs(found.attrs)


def _give_title(ax: Axes, data: xarray.Dataset, variable, index, scenario, choice, largest, year=None) -> None:
    of = ", ".join(str(value) for value in choice if value is not None)
    n_all = data.sizes["factor"]
    note = f"; the {largest} largest of {n_all} factors" if largest < n_all else ""
    description = data[f"{variable}_{index}"].attrs.get("long_name", "").partition(", of: ")[2] or variable
    style.give_title(ax, f"What drives {style.plain(variable)}{f' ({of})' if of else ''}{f' in {year}' if year else ''}",
                     f"{style.short_name({'long_name': description}, variable)}; {title_of(data, scenario)}{note}")


SHOWN = {"saltelli": (("first", "alone", style.BLUE, "o"), ("total", "with all it has a part in", style.RED, "D")),
         "morris": (("mu_star", "mean absolute elementary effect", style.BLUE, "o"),)}


def indices(data: xarray.Dataset, variable, year, scenario, state, partner, area, largest, ax, figsize) -> Axes:
    _need_findings(data)
    kind = "morris" if indices_of(data)[0] == "mu_star" else "saltelli"
    name, year = first_scenario(data, scenario), year_of(data, year)
    found = {index: [_select(data, variable, ending, name, state, partner, area).sel(year=year)
                     for ending in (f"_{index}", f"_{index}_interval")] for index, *_ in SHOWN[kind]}
    values = found[SHOWN[kind][-1][0]][0]
    if values.isnull().all():
        raise EntenteError(f"{variable} does not differ between points in {year}")
    order = np.argsort(-values.fillna(-1).values, kind="stable")[:largest]
    with style.look():
        ax = style.one_axes(ax, figsize, (6.4, 1.7 + 0.42 * len(order)))
        for k, (index, label, colour, marker) in enumerate(SHOWN[kind]):
            middle, bounds = (array.isel(factor=order) for array in found[index])
            place = np.arange(len(order)) + 0.16 * (2 * k + 1 - len(SHOWN[kind]))
            ax.hlines(place, bounds.isel(bound=0), bounds.isel(bound=-1), color=colour, lw=1.4)
            ax.plot(middle, place, marker, color=colour, ms=5, label=label)
        ax.set_yticks(range(len(order)), [str(factor) for factor in values["factor"].values[order]])
        ax.set_ylim(len(order) - 0.4, -0.6)
        ax.tick_params(axis="y", length=0)
        ax.grid(axis="x", color="#E0E0E0", lw=0.6)
        ax.set_axisbelow(True)
        ax.set_xlabel(style.with_unit("share of the variance between points, and its 95 % interval" if kind == "saltelli" else
                                      "effect over the factor's whole range, and its 95 % interval", values.attrs.get("units")))
        ax.axvline(0, color=style.BLACK, lw=0.8)
        ax.legend(loc="lower right")
        _give_title(ax, data, variable, SHOWN[kind][-1][0], name, (state, partner, area), largest, year)
    return ax


def surface(values: xarray.DataArray, label: str, title: str, below: str, mark, ax, figsize) -> Axes:
    up, across = map(str, values.dims)
    low, high = float(values.min()), float(values.max())
    with style.look():
        ax = style.one_axes(ax, figsize, (5.6, 4.1))
        image = ax.contourf(values[across], values[up], values, levels=12, cmap="Blues", vmin=low,
                            vmax=high + (high - low) / 2)  # no blue so dark that lines and numbers are lost in it
        lines = ax.contour(values[across], values[up], values, levels=image.levels[::2], colors=style.BLACK, linewidths=0.6)
        ax.clabel(lines, fontsize=style.SMALL)
        if mark is not None:
            ax.plot(*mark, "P", color="white", mec=style.BLACK, ms=10)
        ax.set_xlabel(across)
        ax.set_ylabel(up)
        bar = ax.figure.colorbar(image, ax=ax, pad=0.02)
        bar.set_label(label)
        bar.outline.set_visible(False)
        style.give_title(ax, title, below)
    return ax


def _heat_map(values: xarray.DataArray, index: str, ax, figsize, unit: str) -> Axes:
    n, years = values.sizes["factor"], values["year"].values
    numbers = values.values
    ax = style.one_axes(ax, figsize, (max(3.6 + 0.34 * len(years), 5.6), 1.5 + 0.3 * n))
    top = 1.0 if index in ("total", "first") else float(np.nanmax(np.abs(numbers))) or 1.0
    is_signed = index == "mu"
    image = ax.pcolormesh(np.arange(len(years) + 1) - 0.5, np.arange(n + 1) - 0.5, numbers, edgecolors="white", linewidth=0.6,
                          cmap="PuOr" if is_signed else "Blues", vmin=-top if is_signed else 0, vmax=top)
    ax.invert_yaxis()
    ax.set_yticks(range(n), [str(name) for name in values["factor"].values])
    step = -(-len(years) // 20)
    shown = range(0, len(years), step)
    ax.set_xticks(list(shown), [str(years[k]) for k in shown], rotation=45 if len(years) > 8 else 0)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    if step == 1:
        for (i, k), number in np.ndenumerate(numbers):
            if np.isfinite(number):
                is_dark = abs(number) > 0.55 * top
                ax.text(k, i, _short(number, top), ha="center", va="center", fontsize=6.5,
                        color="white" if is_dark else "black")
    words = INDICES.get(index, index)
    bar = ax.figure.colorbar(image, ax=ax, shrink=1.0 if n < 6 else 0.8, pad=0.02)
    bar.set_label(style.wrapped(f"{words}{f' ({unit})' if unit else ''}", 1.2 + 0.24 * n, style.SMALL), fontsize=style.SMALL)
    bar.outline.set_visible(False)
    return ax


def _short(number: float, top: float) -> str:
    """Two figures after the point of a share, without its zero; else two figures of the largest."""
    if top == 1.0:
        return f"{number:.2f}".replace("0.", ".", 1).replace("-.00", ".00").replace("-", "\N{MINUS SIGN}")
    digits = max(1 - int(np.floor(np.log10(top))), 0)
    text = f"{number:.{digits}f}"
    text = text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text
    return text.replace("-", "\N{MINUS SIGN}")


def posterior(data: xarray.Dataset, factors: Optional[Sequence[str]], figsize) -> Figure:
    need_calibration(data)
    names = [str(name) for name in data["factor"].values]
    chosen = [one_of(name, names, "factor") for name in factors] if factors else _most_told(data, names)[:6]
    n = len(chosen)
    with style.look():
        side = max(1.3 * n + 0.8, 4.2)
        figure, grid = plt.subplots(n, n, figsize=figsize or (side + 0.6, side), squeeze=False, constrained_layout=True)
        limits = {name: _limits(data, name) for name in chosen}
        for i, j in np.ndindex(n, n):
            panel, across, up = grid[i, j], chosen[j], chosen[i]
            _ticks(panel)
            panel.set_xlim(limits[across])
            if i == j:
                _draw_factor(panel, data, up)
            elif i > j:
                _draw_pair(panel, data, across, up)
                panel.set_ylim(limits[up])
            else:
                _write_correlation(panel, data, across, up)
            panel.tick_params(labelbottom=i == n - 1, labelleft=j == 0 and i > 0)
            if i == n - 1:
                panel.set_xlabel(_in_lines(across), fontsize=style.SMALL)
            if j == 0:
                panel.set_ylabel(_in_lines(up), fontsize=style.SMALL)
        title = f"What was observed tells about {n} of {len(names)} factors" if n < len(names) else \
            "What was observed tells about each factor"
        numbers = "\nNumbers: correlations in the posterior" if n > 1 else ""
        style.give_head(figure, f"{title}: {data.attrs.get('title', '')}{numbers}")
        _explain(figure, "best_value" in data)
    return figure


def _most_told(data: xarray.Dataset, names: list[str]) -> list[str]:
    """Factors in the order of the file; if there are more than six, the six that the data narrow most."""
    if len(names) <= 6:
        return names
    def width(which):
        return np.abs(data[which].sel(quantile=0.9, method="nearest") - data[which].sel(quantile=0.1, method="nearest")).values
    order = np.argsort(width("posterior_quantile") / width("prior_quantile"), kind="stable")[:6]
    return [names[k] for k in sorted(order)]


def _limits(data: xarray.Dataset, name: str) -> tuple[float, float]:
    """From the lowest to the highest of the draws and of the prior's quantiles, and a little more."""
    values = np.concatenate([data[v].sel(factor=name).values for v in ("value", "prior_quantile")])
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    margin = 0.05 * (high - low) or 1.0
    return low - margin, high + margin


def _ticks(panel: Axes) -> None:
    panel.xaxis.set_major_locator(matplotlib.ticker.MaxNLocator(3))
    panel.yaxis.set_major_locator(matplotlib.ticker.MaxNLocator(3))
    panel.tick_params(labelsize=7, length=2)


def _draw_factor(panel: Axes, data: xarray.Dataset, name: str) -> None:
    """The draws as a histogram; the prior as steps between its quantiles, since these are what the file has."""
    low, high = panel.get_xlim()
    panel.hist(data["value"].sel(factor=name), bins=np.linspace(low, high, 16), density=True, color=style.BLUE, alpha=0.75)
    quantiles, shares = data["prior_quantile"].sel(factor=name).values, data["quantile"].values
    if (np.diff(quantiles) > 0).all():
        panel.stairs(np.diff(shares) / np.diff(quantiles), quantiles, color=style.BLACK, lw=1, ls="--", baseline=0)
    if "best_value" in data:
        panel.axvline(float(data["best_value"].sel(factor=name)), color=style.RED, lw=1.2)
    panel.set_yticks([])
    panel.spines["left"].set_visible(False)


def _draw_pair(panel: Axes, data: xarray.Dataset, across: str, up: str) -> None:
    values = data["value"]
    panel.plot(values.sel(factor=across), values.sel(factor=up), ".", color=style.BLUE, ms=3, alpha=0.5, mew=0)
    if "best_value" in data:
        panel.plot(data["best_value"].sel(factor=across), data["best_value"].sel(factor=up), "+", color=style.RED, ms=9, mew=1.8)


def _write_correlation(panel: Axes, data: xarray.Dataset, across: str, up: str) -> None:
    number = float(data["correlation"].sel(factor=up, other_factor=across)) if "correlation" in data else np.nan
    panel.axis("off")
    if np.isfinite(number):
        panel.text(0.5, 0.5, f"{number:+.2f}".replace("0.", "."), transform=panel.transAxes, ha="center", va="center",
                   fontsize=7 + 6 * abs(number), color=style.BLACK if abs(number) > 0.3 else style.GREY)


def _in_lines(name: str, width: int = 15) -> str:
    """A factor's path in lines that fit below a small panel, broken after points and underscores."""
    lines = [""]
    for piece in re.findall(r"[^._]+[._]?|[._]", name):
        if lines[-1] and (len(lines[-1]) + len(piece) > width or lines[-1].endswith(".")):
            lines.append("")
        lines[-1] += piece
    return "\n".join(lines)


def _explain(figure: Figure, has_best: bool) -> None:
    line, patch = matplotlib.lines.Line2D, matplotlib.patches.Patch
    handles = [patch(color=style.BLUE, alpha=0.75, label="posterior"),
               line([], [], color=style.BLACK, ls="--", lw=1, label="prior (5–95 %)")]
    if has_best:
        handles.append(line([], [], color=style.RED, marker="+", ms=9, mew=1.8, lw=1.2, label="best fit"))
    style.legend_below(figure, handles)


def shapley(values: xarray.Dataset, label: str, title: str, below: str, ax, figsize) -> Axes:
    years, names = values["year"].values, [str(name) for name in values["factor"].values]
    n = len(years)
    with style.look():
        ax = style.one_axes(ax, figsize, (7, 1.4 + 0.16 * len(names) * n + 0.2 * len(names)))
        height = 0.8 / n
        for k, year in enumerate(years):
            place = np.arange(len(names)) + (k - (n - 1) / 2) * height
            shade = matplotlib.colormaps["Blues"](0.35 + 0.6 * (k + 1) / n)
            ax.barh(place, values["value"].sel(year=year), height * 0.9, xerr=values["half"].sel(year=year), color=shade,
                    edgecolor="black", linewidth=0.4, error_kw={"lw": 0.9, "capsize": 1.5}, label=str(year))
        ax.axvline(0, color=style.BLACK, lw=0.8)
        ax.axhline(len(names) - 1.5, color=style.GREY, lw=0.6, ls=":")
        ax.set_yticks(range(len(names)), names)
        ax.invert_yaxis()
        ax.tick_params(axis="y", length=0)
        ax.set_xlabel(label)
        ax.legend(loc="best", ncol=1 if n <= 5 else 2)
        style.give_title(ax, title, below)
    return ax
