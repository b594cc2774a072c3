"""The sections about what commands have found: `sensitivity`, `compare`, `calibrate` and `score`."""
from __future__ import annotations

import math
from typing import Optional

import numpy as np
import xarray
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from .. import style
from ..about_factors import INDICES, indices_of
from ..choose import title_of
from ..judged import FORECASTS, IDENTIFIED, NARROWED
from . import page

MOST_FACTORS = 15  # in a table of indices, as in their picture


# -- sensitivity --------------------------------------------------------------------------------------------------------------


def sensitivity(data: xarray.Dataset) -> str:
    index = indices_of(data)[0]
    ending = f"_{index}"
    there = [str(name)[:-len(ending)] for name in data.data_vars if str(name).endswith(ending)]
    plain = [name for name in there if set(data[name + ending].dims) <= {"scenario", "factor", "year"}]
    name = "cohesion" if "cohesion" in plain else next(iter(plain), "")
    if not name:
        return page.paragraph("What drives what is told for parts of the organization alone; `entente show` has it.", "note")
    scenarios = [str(scenario) for scenario in data["scenario"].values]
    body = page.paragraph(_what_indices_are(data, index)) + _index_table(data, name, index, scenarios[0])
    figure = page.without_titles(data.entente.sensitivity(name, scenario=scenarios[0]))
    body += page.picture(figure, f"What drives {style.plain(name)}: factors by year",
                         f"How to read it: each row is a factor and each column a year. The darker, the more of {style.plain(name)} "
                         f"in “{title_of(data, scenarios[0])}” the factor drives in that year.")
    return body + _strongest(data, index, plain, scenarios[0])


def _what_indices_are(data: xarray.Dataset, index: str) -> str:
    if index == "mu_star":
        return ("The elementary effect of a factor is what changes if it alone moves over its whole range (Morris 1991). μ* is the "
                "mean of its absolute value over many starting points; μ is the mean with its sign; σ tells how much it depends on "
                "the other factors.")
    return ("A first-order index is the share of the variance between points that a factor makes alone; its total index counts all "
            "that it has a part in, together with others (Sobol). An interval around 0 means that nothing is known of an effect.")


def _index_table(data: xarray.Dataset, name: str, index: str, scenario: str) -> str:
    last, signs = int(data["year"][-1]), {"mu_star": "μ*", "mu": "μ", "sigma": "σ", "total": "total", "first": "first order"}
    kinds = [kind for kind in indices_of(data) if f"{name}_{kind}" in data]
    found = {kind: data[f"{name}_{kind}"].sel(scenario=scenario, year=last) for kind in kinds}
    bounds = {kind: data[f"{name}_{kind}_interval"].sel(scenario=scenario, year=last) for kind in kinds}
    rows = []
    order = np.argsort(-found[index].fillna(-1).values, kind="stable")
    for factor in data["factor"].values[order[:MOST_FACTORS]]:
        row = [str(factor)]
        for kind in kinds:
            low, high = (float(bounds[kind].sel(factor=factor)[k]) for k in (0, -1))
            row += [page.figures(float(found[kind].sel(factor=factor)), 2),
                    f"{page.figures(low, 2)} to {page.figures(high, 2)}" if math.isfinite(low) else page.NOTHING]
        rows.append(row)
    head = ["Factor", *(text for kind in kinds for text in (signs[kind], "95 % interval"))]
    told = page.table(head, rows, f"What drives {style.plain(name)} in {last} (“{title_of(data, scenario)}”), the strongest first")
    if len(order) > MOST_FACTORS:
        next_one = page.figures(float(found[index][order[MOST_FACTORS]]), 2)
        told += page.paragraph(f"And {len(order) - MOST_FACTORS} more, none of them above {next_one}.")
    return told


def _strongest(data: xarray.Dataset, index: str, names: list[str], scenario: str) -> str:
    last, rows = int(data["year"][-1]), []
    for name in names:
        found = data[f"{name}_{index}"].sel(scenario=scenario, year=last)
        if bool(found.notnull().any()) and float(np.abs(found).max()) > 0:
            best = found["factor"].values[int(found.fillna(-1).argmax())]
            rows.append([style.plain(name), str(best), page.figures(float(found.sel(factor=best)), 2)])
    return page.heading("What drives the rest") + page.table(
        ["Variable", "strongest factor", "index"], rows,
        f"Of each variable the factor that drives it most in {last}: {INDICES[index]}", words=2) if len(rows) > 1 else ""


# -- comparison ---------------------------------------------------------------------------------------------------------------


def comparison(data: xarray.Dataset) -> str:
    names = [str(name)[:-len("_difference")] for name in data.data_vars if str(name).endswith("_difference")]
    plain = [name for name in names if set(data[f"{name}_difference"].dims) <= {"scenario", "point", "year"}]
    text = (f"`entente compare` subtracts “{data.attrs.get('against', 'the first scenario')}” from each scenario, for everything that "
            "was recorded. In the year of its largest mean difference each variable of the organization differs by:")
    body = page.paragraph(text)
    for scenario in (str(name) for name in data["scenario"].values):
        rows = [row for row in (_compared(data, name, scenario) for name in plain) if row]
        body += page.table(["Variable", "year", "mean difference", "95 % interval", "pairs above 0", "from", "over"], rows,
                           f"“{title_of(data, scenario)}”: largest mean differences; from: the first year with a difference; over: "
                           "the first year after the largest from which the interval includes 0 to the end") if rows else (
            page.paragraph(f"“{title_of(data, scenario)}” does not differ in any of these."))
    return body


def _compared(data: xarray.Dataset, name: str, scenario: str) -> Optional[list[str]]:
    """Where one variable differs most: over several points the median point."""
    def of(what: str) -> xarray.DataArray:
        found = data[f"{name}_{what}"].sel(scenario=scenario)
        return found.astype(float).median("point") if "point" in found.dims else found.astype(float)

    size = np.abs(of("difference"))
    if not float(size.max()) > 0:
        return None
    year = int(size.fillna(-1).idxmax("year"))
    low, high = of("difference_interval").sel(year=year).values[[0, -1]]
    return [style.plain(name), str(year), _signed(float(of("difference").sel(year=year))),
            f"{_signed(low)} to {_signed(high)}" if math.isfinite(low) else page.NOTHING,
            page.percent(float(of("share_above").sel(year=year))), _year(of("first_year")), _year(of("recovery_year"))]


def _signed(x: float) -> str:
    return ("+" if x > 0 else "") + page.figures(x, 3)


def _year(found: xarray.DataArray) -> str:
    return f"{float(found):.0f}" if math.isfinite(float(found)) and float(found) > -1e6 else page.NOTHING


# -- calibration --------------------------------------------------------------------------------------------------------------


def calibration(data: xarray.Dataset) -> str:
    first, last = (int(data.attrs.get(f"{end}_year", 0)) for end in ("first", "last"))
    text = (f"`entente calibrate` looked for values of {page.plural(data.sizes['factor'], 'factor')} that agree with "
            f"{page.plural(data.sizes['target'], 'value')} observed from {first} to {last}. The prior is what was thought possible "
            "beforehand, the posterior what is left after looking at the observations.")
    body = page.paragraph(text) + _factor_table(data) + _target_table(data)
    if "value" in data and "prior_quantile" in data:
        body += page.picture(page.without_titles(data.entente.posterior(), legend=True), "Posterior of the factors, and of pairs of them",
                             "How to read it: on the diagonal each factor, its prior and its posterior; below it the points of the "
                             "posterior for each pair of factors. A narrow cloud is what the observations tell; a slanted one means "
                             "that they tell the two together alone. Numbers above it are correlations.")
    return body


def _factor_table(data: xarray.Dataset) -> str:
    rows = []
    for factor in data["factor"].values:
        best = float(data["best_value"].sel(factor=factor)) if "best_value" in data else math.nan
        row = [str(factor), page.figures(best)]
        if "posterior_quantile" in data:
            (a, b), (c, d) = (data[kind].sel(factor=factor).sel(quantile=[0.1, 0.9], method="nearest").values
                              for kind in ("prior_quantile", "posterior_quantile"))
            width = (d - c) / (b - a) if b > a else math.nan
            row += [page.span(a, b, page.figures), page.span(c, d, page.figures), page.share(width), _told(width)]
        rows.append(row)
    head = ["Factor", "best fit", "prior", "posterior", "width", "what is told of it"]
    return page.table(head[:len(rows[0])], rows, "What the observations tell of each factor: the middle 80 % before and after, and the "
                      f"width of one over the other (up to {IDENTIFIED:g}: identified; up to {NARROWED:g}: narrowed)")


def _told(width: float) -> str:
    return page.NOTHING if not math.isfinite(width) else "identified" if width <= IDENTIFIED else "narrowed" if width <= NARROWED else (
        "about as open as before")


def _target_table(data: xarray.Dataset) -> str:
    rows = []
    for k, target in enumerate(data["target"].values):
        def one(name: str) -> float:
            return float(data[name].values[k]) if name in data else math.nan

        row = [str(target), page.figures(one("target_observed")), page.figures(one("target_sd")), page.figures(one("best_mean"))]
        if "simulated" in data:
            low, high = np.nanquantile(data["simulated"].values[:, k], [0.1, 0.9])
            row += [page.span(low, high, page.figures), "yes" if low <= one("target_observed") <= high else "no"]
        rows.append(row)
    head = ["Observed", "value", "± (sd)", "best fit", "posterior", "within?"]
    return page.table(head[:len(rows[0])], rows, "What was observed, and what comes out: at the best fit, and in the middle 80 % of the "
                      "posterior")


# -- score --------------------------------------------------------------------------------------------------------------------


def score(data: xarray.Dataset) -> str:
    after, n = int(data.attrs.get("after", 0)), data.sizes["value"]
    body = page.paragraph(
        f"The model forecasts what came after {after} from what was known then, and is judged by "
        f"{page.plural(n, 'value')} that were observed later, beside naive forecasts. Skill is 1 minus the model's error over that of "
        "the naive forecast: above 0 the model is better.")
    for k, variable in enumerate(data["variable"].values):
        body += _score_table(data, k, str(variable))
        body += page.picture(_forecasts(data, k), f"{style.plain(str(variable)).capitalize()}: forecast and observed",
                             "How to read it: each row is a value that was held out. The diamond is what was observed; the upright line "
                             "is the model's median, and the bar holds its middle 80 %.")
    return body


def _score_table(data: xarray.Dataset, k: int, variable: str) -> str:
    of, rows = data.isel(variable=k, lead=0), []
    for f in range(data.sizes["forecast"]):
        one = of.isel(forecast=f)
        if not float(one["values"]) > 0:
            continue
        row = [_forecast_name(str(data["forecast"].values[f]), f), *(page.figures(float(one[key])) for key in ("rmse", "bias", "mean_crps"))]
        row += [page.percent(float(share)) for share in one["coverage"].values]
        rows.append(row + [page.share(float(one[key])) if f else page.NOTHING for key in ("skill_rmse", "skill_crps")])
    levels = [f"within {100 * float(level):.0f} %" for level in data["level"].values]
    scale = "logarithms" if float(of["variable_is_log"]) else "the values themselves"
    return page.table(["Forecast", "RMSE", "bias", "CRPS", *levels, "skill (RMSE)", "skill (CRPS)"], rows,
                      f"{style.plain(variable).capitalize()}, judged by {scale}: errors, the share of what was observed that lies within central "
                      "intervals, and the model's skill against the forecast in the row")


def _forecast_name(name: str, k: int) -> str:
    return FORECASTS[k] if k < len(FORECASTS) and name.replace("_", " ").split()[0] in FORECASTS[k] else style.plain(name)


def _forecasts(data: xarray.Dataset, k: int) -> Figure:
    which = np.flatnonzero(data["value_variable"].values == k)
    found = data["predicted"].isel(forecast=0, value=which).sel(quantile=[0.1, 0.5, 0.9], method="nearest").values
    rows = np.arange(len(which))
    with style.look():
        figure, axes = plt.subplots(figsize=(4.8, 1.2 + 0.27 * len(which)), constrained_layout=True)
        axes.hlines(rows, found[:, 0], found[:, 2], color=style.BLUE, lw=5, alpha=0.35, label="middle 80% of the forecast")
        axes.plot(found[:, 1], rows, "|", color=style.BLUE, ms=11, mew=2.2, label="its median")
        axes.plot(data["observed"].values[which], rows, "D", color=style.RED, ms=5, mec="white", mew=0.6, label="observed", zorder=3)
        axes.set_yticks(rows, [str(name) for name in data["value"].values[which]])
        axes.set_ylim(len(which) - 0.4, -0.6)
        axes.tick_params(axis="y", length=0)
        if float(data["variable_is_log"].values[k]):
            axes.set_xscale("log")
            axes.xaxis.set_major_formatter(lambda x, _: f"{x:,.10g}")
            axes.set_xlabel("logarithmic")
        axes.grid(axis="x", color="#E0E0E0", lw=0.6)
        axes.set_axisbelow(True)
        style.legend_below(figure, axes.get_legend_handles_labels()[0])
    return figure
