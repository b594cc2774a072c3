"""One variable at a choice of scenarios, states, areas: names are checked, and what is missing is said in plain words."""
from __future__ import annotations

import difflib
from typing import Iterable, Optional, Sequence, Union

import numpy as np
import xarray

Names = Union[str, Sequence[str], None]


class EntenteError(ValueError):
    """What was asked for is not there, or is not what it must be; the message says what is."""


def one_of(wanted: str, there: Iterable, what: str) -> str:
    """`wanted` if it is among `there`; else an error with what is, the nearest first."""
    there = [str(name) for name in there]
    if wanted in there:
        return wanted
    near = difflib.get_close_matches(str(wanted), there, 1)
    hint = f" (did you mean {near[0]}?)" if near else ""
    raise EntenteError(f"no {what} {wanted!r} here{hint}; there are: {', '.join(there) or 'none'}")


def state_code(data: xarray.Dataset, wanted: str) -> str:
    """The code of a state that is given by its code or by its name: "CHN" or "China"."""
    if "state_name" in data.variables:
        for code, name in zip(data["state"].values, data["state_name"].values):
            if wanted == name:
                return str(code)
    return one_of(wanted, data["state"].values, "state")


def state_names(data: xarray.Dataset) -> dict[str, str]:
    """code: name, of every state."""
    names = data["state_name"].values if "state_name" in data.variables else data["state"].values
    return {str(code): str(name) for code, name in zip(data["state"].values, names)}


def scenarios_of(data: xarray.Dataset, wanted: Names) -> list[str]:
    """Names of scenarios: all, one, or those given."""
    if wanted is None:
        return [str(name) for name in data["scenario"].values]
    return [one_of(name, data["scenario"].values, "scenario") for name in ([wanted] if isinstance(wanted, str) else wanted)]


def first_scenario(data: xarray.Dataset, wanted: Optional[str]) -> str:
    """The scenario given, or the first one."""
    return scenarios_of(data, wanted)[0]


def title_of(data: xarray.Dataset, scenario: str) -> str:
    """The title of a scenario, or its name if it has none."""
    if "scenario_title" not in data.variables:
        return scenario
    title = str(data["scenario_title"].sel(scenario=scenario).values)
    return title or scenario


def trajectories(data: xarray.Dataset) -> list[str]:
    """Variables that were recorded of every replicate and year."""
    return [str(name) for name in data.data_vars if {"replicate", "year"} <= set(data[name].dims)]


def year_of(data: xarray.Dataset, wanted: Optional[int]) -> int:
    """The year given, or the last one."""
    years = data["year"].values
    if wanted is None:
        return int(years[-1])
    if wanted not in years:
        raise EntenteError(f"no year {wanted} here; there are: {', '.join(map(str, years))}")
    return int(wanted)


def at_point(data: xarray.Dataset, series: xarray.DataArray, point: Optional[int]) -> xarray.DataArray:
    """A variable at one point of the experiment's design; a plain run has only one."""
    if "point" not in series.dims:
        return series
    n = series.sizes["point"]
    if point is None and n > 1:
        raise EntenteError(f"this is an experiment of {n} points: choose one with point=, 0 to {n - 1}")
    if not 0 <= (point or 0) < n:
        raise EntenteError(f"point is {point}, must be 0 to {n - 1}")
    return series.isel(point=point or 0)


def choose(data: xarray.Dataset, name: str, *, point: Optional[int] = None, keep: Sequence[str] = (),
           state: Optional[str] = None, partner: Optional[str] = None, area: Optional[str] = None,
           statistics: bool = False) -> xarray.DataArray:
    """A recorded variable, at one choice of each dimension that is not kept.

    Parameters
    ----------
    data
        what `entente.open` returned
    name
        a variable, such as "cohesion"
    point
        a point of the design; needed if there are several
    keep
        dimensions to keep beside scenario, replicate (or quantile) and year
    state, partner, area
        the choice, where the variable has this dimension and does not keep it; states by code or name
    statistics
        may quantiles stand in for trajectories where only these were recorded?

    Returns
    -------
    DataArray [scenario, replicate, year, *keep]; or with quantile in place of replicate
    """
    there = trajectories(data)
    recorded = name
    if name not in there and statistics and f"{name}_quantile" in data:
        recorded = f"{name}_quantile"
    elif name not in there:
        quantiles = [str(n)[:-9] for n in data.data_vars if str(n).endswith("_quantile")] if statistics else []
        one_of(name, there + quantiles, "trajectories of")
    series = at_point(data, data[recorded], point)
    wanted = {"state": state, "partner": partner, "area": area}
    for dimension in [d for d in series.dims if d not in {"scenario", "replicate", "quantile", "year", *keep}]:
        series = series.sel({dimension: value_of(data, name, str(dimension), wanted.get(str(dimension)))})
    if np.isnan(series.values.astype(float)).all():
        raise EntenteError(f"{name} has no values for this choice")
    return series.assign_attrs(data[recorded].attrs)


def value_of(data: xarray.Dataset, name: str, dimension: str, wanted: Optional[str]) -> str:
    """The value wanted of a dimension of a variable, or the only one; else an error with what there is."""
    there = [str(value) for value in data[dimension].values]
    if wanted is None and len(there) == 1:
        return there[0]
    if wanted is None:
        raise EntenteError(f"{name} has one value each {dimension}: choose one with {dimension}=, of: {', '.join(there)}")
    return state_code(data, wanted) if dimension in ("state", "partner") else one_of(wanted, there, dimension)
