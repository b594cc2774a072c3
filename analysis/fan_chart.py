#!/usr/bin/env python3
"""Fan chart of one variable by year, a panel a scenario, from an output file of `entente run`.

    fan_chart.py OUTPUT [--variable cohesion] [--state CHN] [--area security] [--partner RUS] [-o chart.png]

The line is the median replicate; the bands hold the middle 50 and 90 % of replicates. Needs xarray and matplotlib.
"""
import argparse
import sys

import matplotlib

matplotlib.use("Agg")  # a file, not a window
import matplotlib.pyplot as plt  # noqa: E402
import xarray  # noqa: E402

BANDS = ((0.05, 0.95, 0.25), (0.25, 0.75, 0.45))  # from, to, opacity
BLUE = "#0072b2"  # Okabe & Ito 2008: told apart by colour-blind readers


def select(data, name, wanted):
    """Variable `name` by scenario, replicate and year: `wanted` picks one of each further dimension."""
    choices = [n for n in data if {"scenario", "replicate", "year"} <= set(data[n].dims)]
    if name not in choices:
        raise SystemExit(f"fan_chart.py: no trajectories of {name!r} here; there are: {', '.join(choices) or 'none'}")
    series = data[name].isel(point=0)
    for dimension in set(series.dims) - {"scenario", "replicate", "year"}:
        if wanted.get(dimension) is None:
            raise SystemExit(f"fan_chart.py: {name} has a {dimension}: choose one with --{dimension}, of: "
                             f"{', '.join(map(str, data[dimension].values))}")
        if wanted[dimension] not in data[dimension].values:
            raise SystemExit(f"fan_chart.py: no {dimension} {wanted[dimension]!r} here; there are: "
                             f"{', '.join(map(str, data[dimension].values))}")
        series = series.sel({dimension: wanted[dimension]})
    if series.isnull().all():
        raise SystemExit(f"fan_chart.py: {name} has no values for this choice")
    return series


def draw(series, axes, title):
    """One panel: bands and median over replicates."""
    years = series["year"].values
    for low, high, opacity in BANDS:
        band = series.quantile([low, high], "replicate")
        axes.fill_between(years, band[0], band[1], color=BLUE, alpha=opacity, linewidth=0,
                          label=f"{low:.0%} to {high:.0%}")
    axes.plot(years, series.median("replicate"), color=BLUE, label="median")
    axes.set_title(title, fontsize=9, loc="left")
    axes.xaxis.set_major_locator(matplotlib.ticker.MaxNLocator(5, integer=True))
    axes.spines[["top", "right"]].set_visible(False)


def fan_chart(data, name, **wanted):
    """Figure with a panel for each scenario of the data set; see `select` for `wanted`."""
    series = select(data, name, wanted)
    n = series.sizes["scenario"]
    columns = min(n, 4)
    rows = -(-n // columns)
    figure, panels = plt.subplots(rows, columns, figsize=(3.2 * columns, 2.6 * rows), sharex=True, sharey=True,
                                  squeeze=False, constrained_layout=True)
    for panel, scenario in zip(panels.flat, data["scenario"].values):
        draw(series.sel(scenario=scenario), panel, scenario)
    for k, panel in enumerate(panels.flat):
        if k >= n:
            panel.remove()
        elif k + columns >= n:  # nothing below it
            panel.tick_params(labelbottom=True)
    panels[0, 0].legend(frameon=False, fontsize=7)
    unit = series.attrs.get("units", "1")
    of = ", ".join(str(value) for value in wanted.values() if value is not None)
    figure.supylabel(f"{name}{f' ({of})' if of else ''}{'' if unit == '1' else f', {unit}'}")
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output", help="file that `entente run` wrote")
    parser.add_argument("--variable", default="cohesion")
    for dimension in ("state", "partner", "area"):
        parser.add_argument(f"--{dimension}")
    parser.add_argument("-o", "--picture", default="fan_chart.png", help="PNG, SVG or PDF, by its ending")
    options = parser.parse_args()
    try:
        with xarray.open_dataset(options.output) as data:
            figure = fan_chart(data, options.variable, state=options.state, partner=options.partner, area=options.area)
        figure.savefig(options.picture, dpi=150)
    except (OSError, ValueError) as error:
        raise SystemExit(f"fan_chart.py: {options.output}: {str(error).splitlines()[0]}") from None
    print(options.picture)
    return 0


if __name__ == "__main__":
    sys.exit(main())
