"""What was observed against the model: what it tells of parameters, and how good a forecast was."""
from __future__ import annotations

import os
from typing import TYPE_CHECKING, Union

import numpy as np
import xarray

from .choose import EntenteError, one_of

if TYPE_CHECKING:
    import pandas

Points = Union["pandas.DataFrame", str, os.PathLike, None]
FORECASTS = ("model", "last value", "growth continued", "gravity, actual GDP")  # in the order of the file
IDENTIFIED, NARROWED = 0.5, 0.8  # widths up to which a factor counts as such; `entente calibrate` says the same


def need_calibration(data: xarray.Dataset) -> None:
    """An error if a file has no posterior."""
    if "value" not in data or "prior_quantile" not in data:
        raise EntenteError("this file has no posterior: open what `entente calibrate EXPERIMENT` writes, with "
                           "`calibration: {posterior: …}` in the experiment")


def told(data: xarray.Dataset, points: Points = None) -> "pandas.DataFrame":
    """What observations tell of each factor; see `Entente.told`."""
    import pandas

    need_calibration(data)
    names = [str(name) for name in data["factor"].values]
    prior = data["prior_quantile"].sel(quantile=[0.1, 0.9], method="nearest").values
    found = data["posterior_quantile"].sel(quantile=[0.1, 0.5, 0.9], method="nearest").values
    if points is not None:
        table = points if isinstance(points, pandas.DataFrame) else _read_points(points)
        found = np.quantile([table[one_of(name, table.columns, "column")] for name in names], [0.1, 0.5, 0.9], axis=1).T
    width = (found[:, 2] - found[:, 0]) / (prior[:, 1] - prior[:, 0])
    verdict = np.select([width <= IDENTIFIED, width <= NARROWED], ["identified", "narrowed"], "not told")
    return pandas.DataFrame({"prior 10 %": prior[:, 0], "prior 90 %": prior[:, 1], "10 %": found[:, 0], "median": found[:, 1],
                             "90 %": found[:, 2], "width": width, "verdict": verdict}, pandas.Index(names, name="factor"))


def _read_points(path: Union[str, os.PathLike]) -> "pandas.DataFrame":
    import pandas

    if not os.path.exists(path):
        raise EntenteError(f"{os.fspath(path)}: no such file")
    return pandas.read_csv(path)


def need_scores(data: xarray.Dataset) -> None:
    """An error if a file has no scores."""
    if "pit" not in data or "predicted" not in data:
        raise EntenteError("this file has no scores of a forecast: open what `entente score EXPERIMENT` writes")


def scores(data: xarray.Dataset, variable: str) -> "pandas.DataFrame":
    """How good each forecast of a variable was; see `Entente.scores`."""
    import pandas

    need_scores(data)
    of = data.sel(variable=one_of(variable, data["variable"].values, "scores of"), lead=0)
    of = of.assign_coords(forecast=list(FORECASTS)).sel(forecast=of["rmse"].notnull().values)
    table = pandas.DataFrame({"RMSE": of["rmse"].values, "bias": of["bias"].values, "CRPS": of["mean_crps"].values},
                             pandas.Index(of["forecast"].values, name="forecast"))
    for level in of["level"].values:
        table[f"within {level:.0%}".replace("%", " %")] = of["coverage"].sel(level=level).values
    table.attrs = {"variable": variable, "values": int(of["values"].max()),
                   "scale": "logarithms" if of["variable_is_log"] else "the values themselves"}
    return table


def held_out(data: xarray.Dataset, variable: str) -> list[tuple[tuple[str, ...], xarray.Dataset]]:
    """The values of a variable that were held out, for each state, pair or area: its names, and the values by year."""
    need_scores(data)
    number = [str(name) for name in data["variable"].values].index(one_of(variable, data["variable"].values, "scores of"))
    of = data.isel(value=np.flatnonzero(data["value_variable"].values == number))
    words = [str(name).split(" ") for name in of["value"].values]  # "trade CHN-RUS 2007"
    elements = [" ".join(word[1:-1]) for word in words]
    found = []
    for element in dict.fromkeys(elements):
        here = of.isel(value=[k for k, name in enumerate(elements) if name == element])
        found.append((tuple(element.split("-")) if element else (), here.sortby("value_year")))
    return found
