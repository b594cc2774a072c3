"""`results.entente`: all tables and pictures, as methods of a Dataset that `entente.open` returned."""
from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Mapping, Optional, Sequence

import numpy as np
import xarray

from . import computed, judged, membership
from .choose import EntenteError, Names, at_point, choose, first_scenario, scenarios_of, title_of, year_of

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Size = Optional[tuple]


def _pictures(module: str):
    """A module that draws; matplotlib is needed from here on, and not before."""
    try:
        return importlib.import_module(f"{__package__}.{module}")
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("matplotlib"):
            raise
        raise EntenteError("pictures need matplotlib (on Debian: apt install python3-matplotlib)") from None


@xarray.register_dataset_accessor("entente")
class Entente:
    """Tables and pictures of one output of Entente.

    Every picture is one call. Its methods take `ax=` to draw into axes that exist, where it has only one panel, or
    `figsize=` in inches; they return the Axes, or the Figure where there are several panels.

    What a variable has beside scenario, replicate and year is chosen by name: `state="CHN"` or `state="China"`,
    `partner=`, `area="security"`; of an experiment one point of its design by `point=`, a number from 0.
    """

    def __init__(self, data: xarray.Dataset):
        self._data = data

    # -- numbers ----------------------------------------------------------------------------------------------------------

    def select(self, variable: str, *, scenario: Names = None, point: Optional[int] = None, state: Optional[str] = None,
               partner: Optional[str] = None, area: Optional[str] = None) -> xarray.DataArray:
        """Trajectories of one variable.

        Returns
        -------
        DataArray [scenario, replicate, year], in the unit that its attribute `units` tells
        """
        series = choose(self._data, variable, point=point, state=state, partner=partner, area=area)
        return series.sel(scenario=scenarios_of(self._data, scenario))

    def scenarios(self, variable: str = "cohesion", year: Optional[int] = None, *, point: Optional[int] = None,
                  state: Optional[str] = None, partner: Optional[str] = None,
                  area: Optional[str] = None) -> "pandas.DataFrame":
        """How each scenario came out.

        Parameters
        ----------
        variable, point, state, partner, area
            what is told of each
        year
            default: the last one

        Returns
        -------
        a table with one row a scenario: title; runs and how many of them failed; median, 5 % and 95 % quantile of the
        variable over replicates; and the mean paired difference to the first scenario with half of its 95 % interval.
        The variable's unit is in `.attrs["units"]`.
        """
        import pandas

        year = year_of(self._data, year)
        choice = {"point": point, "state": state, "partner": partner, "area": area}
        series = choose(self._data, variable, **choice)
        names = scenarios_of(self._data, None)
        rows = []
        for name in names:
            values = series.sel(scenario=name, year=year).values.astype(float)
            low, middle, high = np.nanquantile(values, [0.05, 0.5, 0.95])
            mean = half = np.nan
            if name != names[0] and "seed" in self._data.attrs:
                found = computed.paired(self._data, name, names[0], variable, **choice).sel(year=year)
                mean, half = float(found["mean"]), float(found["half"])
            rows.append((title_of(self._data, name), len(values), self._failed(name, point), middle, low, high, mean, half))
        columns = ["title", "runs", "failed", "median", "5 %", "95 %", "difference", "±"]
        table = pandas.DataFrame(rows, pandas.Index(names, name="scenario"), columns)
        table.attrs = {"variable": variable, "year": year, "units": series.attrs.get("units", "1")}
        return table

    def _failed(self, scenario: str, point: Optional[int]) -> int:
        if "run_status" not in self._data:
            return 0
        status = at_point(self._data, self._data["run_status"], point).sel(scenario=scenario)
        return int((status == 1).sum())

    def paired(self, scenario: str, against: Optional[str] = None, variable: str = "cohesion", *,
               point: Optional[int] = None, state: Optional[str] = None, partner: Optional[str] = None,
               area: Optional[str] = None) -> xarray.Dataset:
        """What a scenario changes: differences between replicates that share their luck.

        Parameters
        ----------
        scenario, against
            names; the second is subtracted from the first. Default of `against`: the first scenario of the file.

        Returns
        -------
        Dataset [year] of mean and half (the 95 % interval of the mean is mean ± half, by Student's t), low and high (5 and
        95 % quantile of the pairs), all in the variable's unit; above (share of pairs above 0), n (pairs without a failed run)
        and worth (how many times as many runs it takes to know the mean as well if each has luck of its own).
        """
        return computed.paired(self._data, scenario, against, variable, point=point, state=state, partner=partner, area=area)

    def effects(self, scenarios: Names = None, years: Optional[Sequence[int]] = None, against: Optional[str] = None,
                variable: str = "cohesion", *, point: Optional[int] = None, state: Optional[str] = None,
                partner: Optional[str] = None, area: Optional[str] = None) -> "pandas.DataFrame":
        """What scenarios change: mean paired differences, a row a scenario and a column a year.

        Parameters
        ----------
        scenarios
            names; default: all but the one they are compared with
        years
            default: all
        against
            the scenario that is subtracted; default: the first of the file
        """
        import pandas

        against = first_scenario(self._data, against)
        names = [name for name in scenarios_of(self._data, scenarios) if scenarios is not None or name != against]
        years = [year_of(self._data, year) for year in years] if years is not None else self._data["year"].values
        choice = {"point": point, "state": state, "partner": partner, "area": area}
        rows = [computed.paired(self._data, name, against, variable, **choice)["mean"].sel(year=years).values for name in names]
        return pandas.DataFrame(rows, pandas.Index(names, name="scenario"), list(years))

    def growth(self, scenario: Optional[str] = None, *, point: Optional[int] = None) -> xarray.Dataset:
        """How much trade grew, in the model and as it was observed.

        Returns
        -------
        Dataset [pair] of state, partner, first and last year observed; and of trade in the last year over trade in the
        first: observed, and over replicates low, median and high (5, 50 and 95 %).
        """
        return computed.growth(self._data, scenario, point)

    def membership_changes(self, scenario: Optional[str] = None, *, point: Optional[int] = None) -> xarray.Dataset:
        """Who comes closer to the organization or leaves it, and when.

        Returns
        -------
        Dataset [change, state] of share (of replicates in which the state becomes observer, becomes member, or leaves), and of
        early, median and late: by which year 5, 50 and 95 % of these have
        """
        return membership.changes(self._data, scenario, point)

    def shapley_values(self, outcome: "str | xarray.DataArray" = "cohesion", *, scenario: Optional[str] = None,
                       state: Optional[str] = None, partner: Optional[str] = None,
                       area: Optional[str] = None) -> xarray.Dataset:
        """What each factor of a two-level grid adds, averaged over all orders of adding them (Shapley 1953).

        Parameters
        ----------
        outcome
            a variable, or a DataArray [point, replicate, ...] made from some, such as `numpy.log(results.trade...)`

        Returns
        -------
        Dataset [factor, ...] of value and half (the 95 % interval over replicates that share their luck is value ± half),
        in the outcome's unit; a last "factor", "all together", is the whole difference, to which the others add up.
        """
        if isinstance(outcome, str):
            outcome = self._over_points(outcome, state, partner, area).sel(scenario=first_scenario(self._data, scenario))
        return computed.shapley_values(self._data, outcome)

    def grid(self, across: str, up: str, variable: str = "cohesion", year: Optional[int] = None, *,
             scenario: Optional[str] = None, state: Optional[str] = None, partner: Optional[str] = None,
             area: Optional[str] = None) -> xarray.DataArray:
        """How a variable depends on two factors of a grid: means over replicates.

        Parameters
        ----------
        across, up
            factors of the design, which must have one point at each combination of their values and vary nothing else
        year
            default: the last one

        Returns
        -------
        DataArray [up, across], in the variable's unit
        """
        return computed.grid(self._data, across, up, variable, year, scenario, state=state, partner=partner, area=area)

    def told(self, points: judged.Points = None) -> "pandas.DataFrame":
        """What was observed tells of each factor, of a file that `entente calibrate` wrote.

        Parameters
        ----------
        points
            another posterior of the same factors, to be held against this file's prior: a table with a column a factor, or
            the path of one, such as "experiments/calibrate-sco/posterior.csv". Default: the file's own

        Returns
        -------
        a table with one row a factor: where the middle 80 % of the prior and of the posterior lie, and its median, in the
        factor's unit; width, that of the posterior over that of the prior; and verdict, as the program gives it: identified
        (width at most 0.5), narrowed (0.8) or not told.
        """
        return judged.told(self._data, points)

    def scores(self, variable: str = "trade") -> "pandas.DataFrame":
        """How good each forecast of a variable was, of a file that `entente score` wrote.

        Returns
        -------
        a table with one row a forecast, of the model and the naive ones: RMSE and bias of the median and CRPS, on the scale
        that was judged (`.attrs["scale"]`); and the shares of what was observed within its central 50, 80 and 90 %, NaN
        where a forecast is a single number.
        """
        return judged.scores(self._data, variable)

    def _over_points(self, variable, state, partner, area) -> xarray.DataArray:
        one = choose(self._data, variable, point=0, state=state, partner=partner, area=area)
        picked = {d: one[d].item() for d in self._data[variable].dims if d not in one.dims and d != "point"}
        return self._data[variable].sel(picked)

    # -- pictures ---------------------------------------------------------------------------------------------------------

    def fan(self, variable: str = "cohesion", *, scenario: Names = None, point: Optional[int] = None,
            state: Optional[str] = None, partner: Optional[str] = None, area: Optional[str] = None,
            bands: Sequence[float] = (0.5, 0.9), ax: "Optional[Axes]" = None, figsize: Size = None) -> "Figure":
        """Fan chart: the median replicate by year, and bands that hold shares of replicates; a panel a scenario.

        Parameters
        ----------
        variable
            one that was recorded for each replicate, or as quantiles over replicates
        scenario
            one or several names; default: all
        bands
            shares, each between 0 and 1
        """
        return _pictures("over_years").fan(self._data, variable, scenario, point, state, partner, area, bands, ax, figsize)

    def difference(self, scenario: Names, against: Optional[str] = None, variable: str = "cohesion", *,
                   point: Optional[int] = None, state: Optional[str] = None, partner: Optional[str] = None,
                   area: Optional[str] = None, ax: "Optional[Axes]" = None, figsize: Size = None) -> "Axes":
        """What scenarios change, by year: the numbers of `paired`, drawn.

        One scenario is shown with the spread of its pairs; of several each is a line, with the interval of its mean.
        """
        return _pictures("over_years").difference(self._data, scenario, against, variable, point, state, partner, area, ax,
                                                  figsize)

    def pairs(self, scenario: str, against: Optional[str] = None, variable: str = "cohesion", year: Optional[int] = None, *,
              point: Optional[int] = None, state: Optional[str] = None, partner: Optional[str] = None,
              area: Optional[str] = None, ax: "Optional[Axes]" = None, figsize: Size = None) -> "Axes":
        """Each run of one scenario against the run of another that has the same luck, in one year (default: the last).

        Beside the line on which nothing differs; and how many times as many runs it would take without pairs.
        """
        return _pictures("over_years").pairs(self._data, scenario, against, variable, year, point, state, partner, area, ax,
                                             figsize)

    def trade_growth(self, scenario: Optional[str] = None, *, point: Optional[int] = None, ax: "Optional[Axes]" = None,
                     figsize: Size = None) -> "Axes":
        """How much trade grew, in the model and as it was observed: the numbers of `growth`, drawn."""
        return _pictures("over_years").trade_growth(self._data, scenario, point, ax, figsize)

    def leadership(self, state: Optional[str] = None, *, scenario: Optional[str] = None, point: Optional[int] = None,
                   bands: Sequence[float] = (0.9,), ax: "Optional[Axes]" = None, figsize: Size = None) -> "Axes":
        """A state's vision, will, resources and skills over the years, and the leadership that comes of them.

        Lines are medians over replicates; the band holds the share of replicates that `bands` tells first. The state is the
        first one of the output if none is given.
        """
        return _pictures("over_years").leadership(self._data, state, scenario, point, bands, ax, figsize)

    def positions(self, year: Optional[int] = None, *, scenario: Optional[str] = None, point: Optional[int] = None,
                  colour: str = "status", trail: bool = True, ax: "Optional[Axes]" = None, figsize: Size = None) -> "Axes":
        """A map of the states by their positions in the two areas; medians over replicates.

        Parameters
        ----------
        year
            default: the last one
        colour
            "status" (member, observer, outsider: also told by the marker) or "influence"
        trail
            draw the way from the first year to this one?
        """
        return _pictures("maps").positions(self._data, year, scenario, point, colour, trail, ax, figsize)

    def network(self, variable: str = "trade", year: Optional[int] = None, *, scenario: Optional[str] = None,
                point: Optional[int] = None, largest: int = 25, ax: "Optional[Axes]" = None, figsize: Size = None) -> "Axes":
        """What ties the states: medians over replicates in one year.

        Parameters
        ----------
        variable
            one of pairs of states ("trade": a line is as wide as the square root of it), or one of states
            ("commitment": lines lead to the organization in the middle, as wide as it is large)
        largest
            how many pairs to draw, those with the largest values
        """
        return _pictures("maps").network(self._data, variable, year, scenario, point, largest, ax, figsize)

    def membership(self, scenario: Optional[str] = None, *, point: Optional[int] = None, ax: "Optional[Axes]" = None,
                   figsize: Size = None) -> "Axes":
        """Who is an observer or a member in which year: a row a state, in which shares of replicates stand on each other."""
        return _pictures("membership").draw(self._data, scenario, point, ax, figsize)

    def sensitivity(self, variable: str = "cohesion", *, index: Optional[str] = None, scenario: Optional[str] = None,
                    state: Optional[str] = None, partner: Optional[str] = None, area: Optional[str] = None,
                    largest: int = 15, ax: "Optional[Axes]" = None, figsize: Size = None) -> "Axes":
        """Heat map, factor by year, of a file that `entente sensitivity` wrote.

        Parameters
        ----------
        index
            "total" (default) or "first" after a Saltelli design; "mu_star" (default), "mu" or "sigma" after Morris
        largest
            how many factors to show, by their largest index over the years
        """
        return _pictures("about_factors").sensitivity(self._data, variable, index, scenario, state, partner, area, largest,
                                                      ax, figsize)

    def indices(self, variable: str = "cohesion", year: Optional[int] = None, *, scenario: Optional[str] = None,
                state: Optional[str] = None, partner: Optional[str] = None, area: Optional[str] = None, largest: int = 15,
                ax: "Optional[Axes]" = None, figsize: Size = None) -> "Axes":
        """Sensitivity indices of each factor in one year with their 95 % intervals, of a file of `entente sensitivity`.

        After a Saltelli design first-order and total Sobol indices, after Morris the mean absolute elementary effect.

        Parameters
        ----------
        year
            default: the last one
        largest
            how many factors to show, by their index in that year
        """
        return _pictures("about_factors").indices(self._data, variable, year, scenario, state, partner, area, largest, ax,
                                                  figsize)

    def surface(self, across: str, up: str, variable: str = "cohesion", year: Optional[int] = None, *,
                scenario: Optional[str] = None, state: Optional[str] = None, partner: Optional[str] = None,
                area: Optional[str] = None, mark: Optional[tuple] = None, ax: "Optional[Axes]" = None,
                figsize: Size = None) -> "Axes":
        """How a variable depends on two factors of a grid: the numbers of `grid`, as a map with contour lines.

        Parameters
        ----------
        mark
            values of the two factors, to be marked with a cross
        """
        values = self.grid(across, up, variable, year, scenario=scenario, state=state, partner=partner, area=area)
        draw, style, attrs = _pictures("about_factors").surface, _pictures("style"), values.attrs
        of, name = ", ".join(text for text in (state, partner, area) if text), first_scenario(self._data, scenario)
        title = f"{style.short_name(attrs, variable)}{f' ({of})' if of else ''} in {year_of(self._data, year)}, by two factors"
        below = (f"{title_of(self._data, name)}; {values.size} points, the mean of {self._data.sizes['replicate']} "
                 "replicates each")
        return draw(values, style.with_unit(style.plain(variable), attrs.get("units")), title, below, mark, ax, figsize)

    def posterior(self, factors: Optional[Sequence[str]] = None, *, figsize: Size = None) -> "Figure":
        """Pairs plot of a file that `entente calibrate` wrote: points of the posterior, prior, best fit, correlations.

        Parameters
        ----------
        factors
            default: all; of more than six the six that the observations narrow most
        """
        return _pictures("about_factors").posterior(self._data, factors, figsize)

    def widths(self, posteriors: "Optional[Mapping[str, judged.Points]]" = None, *, ax: "Optional[Axes]" = None,
               figsize: Size = None) -> "Axes":
        """How far observations narrow each factor, of a file that `entente calibrate` wrote: the widths of `told`, drawn.

        Parameters
        ----------
        posteriors
            up to three by what they are to be called, each as `told` takes it; None is the file's own. Default:
            that alone
        """
        return _pictures("about_observations").widths(self._data, posteriors, ax, figsize)

    def forecast(self, runs: xarray.Dataset, variable: str = "trade", *, scenario: Optional[str] = None,
                 figsize: Size = None) -> "Figure":
        """A forecast beside what came, of a file that `entente score` wrote; a panel a state, pair or area.

        Parameters
        ----------
        runs
            the output of `entente run` of the same experiment, with trajectories of the variable: its fan is that of all
            runs at all points
        """
        return _pictures("about_observations").forecast(self._data, runs, variable, scenario, figsize)

    def pit(self, variable: Optional[str] = None, *, ax: "Optional[Axes]" = None, figsize: Size = None) -> "Axes":
        """Where among the runs of a forecast each value came to lie that was held out, of a file that `entente score` wrote.

        Of a forecast that is right, as many lie in any part of the axis as it is wide (probability integral transform).

        Parameters
        ----------
        variable
            default: all that were judged
        """
        return _pictures("about_observations").pit(self._data, variable, ax, figsize)

    def shapley(self, variable: str = "cohesion", *, scenario: Optional[str] = None, state: Optional[str] = None,
                partner: Optional[str] = None, area: Optional[str] = None, ax: "Optional[Axes]" = None,
                figsize: Size = None) -> "Axes":
        """What each factor of a two-level grid adds, by year: the numbers of `shapley_values`, drawn."""
        values = self.shapley_values(variable, scenario=scenario, state=state, partner=partner, area=area)
        draw = _pictures("about_factors").shapley
        attrs = self._data[variable].attrs
        style = _pictures("style")
        of = ", ".join(text for text in (state, partner, area) if text)
        label = style.with_unit(f"Shapley value: what it adds to {style.plain(variable)}{f' ({of})' if of else ''}",
                                attrs.get("units"))
        below = f"{style.short_name(attrs, variable)}; {self._data.sizes['replicate']} replicates, 95% intervals"
        return draw(values, label, f"What each factor adds: {self._data.attrs.get('title', '')}", below, ax, figsize)
