"""The numbers behind the pictures: quantiles over replicates, paired differences, growth of trade, Shapley values."""
from __future__ import annotations

import itertools
import math
from typing import Optional

import numpy as np
import xarray

from .choose import EntenteError, at_point, choose, first_scenario, one_of, scenarios_of, value_of, year_of

NORMAL = 1.959963984540054  # 97.5 % quantile of the normal distribution


def t_quantile(freedom: int) -> float:
    """The 97.5 % quantile of Student's t with this many degrees of freedom.

    Exact for one and two; above from the expansion of Abramowitz and Stegun 1964, 26.7.5, within 0.2 %.
    """
    if freedom < 1:
        return math.nan
    if freedom == 1:
        return math.tan(0.475 * math.pi)
    if freedom == 2:
        return 0.95 * math.sqrt(2 / (1 - 0.95**2))
    z, n = NORMAL, freedom
    return (z + (z**3 + z) / 4 / n + (5 * z**5 + 16 * z**3 + 3 * z) / 96 / n**2
            + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384 / n**3
            + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160 / n**4)


def quantiles(series: xarray.DataArray, shares: list[float]) -> xarray.DataArray:
    """Quantiles over replicates, or those recorded: [quantile, ...]; replicates that failed are left out."""
    if "replicate" in series.dims:
        return series.astype(float).quantile(shares, "replicate")
    there = series["quantile"].values
    missing = [share for share in shares if not np.isclose(there, share).any()]
    if missing:
        raise EntenteError(f"no quantile {missing[0]:g} was recorded; there are: {', '.join(f'{q:g}' for q in there)}")
    return series.sel(quantile=shares, method="nearest").transpose("quantile", ...).astype(float)


def paired(data: xarray.Dataset, scenario: str, against: Optional[str], name: str, **wanted) -> xarray.Dataset:
    """What `scenario` changes, pair by pair of replicates with the same luck; see `Entente.paired`."""
    if "seed" not in data.attrs:
        raise EntenteError("these files have different seeds: their replicates do not share their luck, and make no pairs")
    series = choose(data, name, **wanted)
    one, other = scenarios_of(data, scenario)[0], first_scenario(data, against)
    if one == other:
        raise EntenteError(f"scenario and against are both {one!r}; name two")
    left, right = (series.sel(scenario=which, drop=True).astype(float) for which in (one, other))
    difference = left - right
    n = difference.count("replicate")
    factor = xarray.apply_ufunc(np.vectorize(lambda count: t_quantile(int(count) - 1), otypes=[float]), n)
    bands = difference.quantile([0.05, 0.95], "replicate")
    found = xarray.Dataset({
        "mean": difference.mean("replicate"),
        "half": factor * difference.std("replicate", ddof=1) / np.sqrt(n),
        "low": bands.sel(quantile=0.05, drop=True), "high": bands.sel(quantile=0.95, drop=True),
        "above": (difference > 0).where(difference.notnull()).mean("replicate"), "n": n,
        "worth": _worth(left, right)})
    for key, text in {"mean": "mean difference", "half": "half of the mean's 95 % interval",
                      "low": "5 % of pairs are below", "high": "5 % of pairs are above",
                      "above": "share of pairs above 0", "n": "pairs",
                      "worth": "how many times as many runs the same interval takes without pairs"}.items():
        unit = "1" if key in ("above", "n", "worth") else series.attrs.get("units", "1")
        found[key].attrs = {"long_name": text, "units": unit}
    return found.assign_attrs(scenario=one, against=other, variable=name, long_name=series.attrs.get("long_name", name),
                              units=series.attrs.get("units", "1"))


def _worth(left: xarray.DataArray, right: xarray.DataArray) -> xarray.DataArray:
    """Variance of a difference of two runs with luck of their own over that of a pair, as `entente compare` tells it."""
    is_pair = left.notnull() & right.notnull()
    alone = left.where(is_pair).var("replicate", ddof=1) + right.where(is_pair).var("replicate", ddof=1)
    together = (left - right).var("replicate", ddof=1)
    return (alone / together.where(together > 0)).where(alone > 0)


def growth(data: xarray.Dataset, scenario: Optional[str], point: Optional[int]) -> xarray.Dataset:
    """How much trade grew between the first and the last year that were observed; see `Entente.growth`."""
    if "observed_trade" not in data:
        raise EntenteError("nothing observed is in this file: it has no variable observed_trade")
    series = choose(data, "trade", point=point, keep=("state", "partner"))
    series = series.sel(scenario=first_scenario(data, scenario))
    observed = data["observed_trade"]
    observed = at_point(data, observed.isel(scenario=0) if "scenario" in observed.dims else observed, point)
    codes, rows = [str(code) for code in data["state"].values], []
    for one, other in itertools.combinations(codes, 2):
        seen = observed.sel(state=one, partner=other).dropna("year")
        if seen.sizes["year"] < 2:
            continue
        first, last = int(seen["year"][0]), int(seen["year"][-1])
        of = series.sel(state=one, partner=other).astype(float)
        grown = (of.sel(year=last) / of.sel(year=first)).values
        rows.append((one, other, first, last, float(seen[-1] / seen[0]), *np.nanquantile(grown, [0.05, 0.5, 0.95])))
    if not rows:
        raise EntenteError("no trade was observed in two of the years that were recorded")
    columns = ("state", "partner", "first", "last", "observed", "low", "median", "high")
    return xarray.Dataset({key: ("pair", np.array(values)) for key, values in zip(columns, zip(*rows))})


def grid(data: xarray.Dataset, across: str, up: str, name: str, year: Optional[int], scenario: Optional[str],
         **wanted) -> xarray.DataArray:
    """Means over replicates of a grid of two factors in one year; see `Entente.grid`."""
    values = _means(data, name, **wanted).sel(scenario=first_scenario(data, scenario), year=year_of(data, year))
    there = [str(factor) for factor in data.coords if factor != "point" and data[factor].dims == ("point",)]
    x, y = (data[one_of(factor, there, "factor")].values for factor in (across, up))
    columns, rows = np.unique(x), np.unique(y)
    if across == up or min(len(columns), len(rows)) < 2 or len(columns) * len(rows) != len(x) or len({*zip(x, y)}) != len(x):
        raise EntenteError(f"{across} and {up} make no grid: it needs one point at each combination of their values")
    found = np.empty((len(rows), len(columns)))
    found[np.searchsorted(rows, y), np.searchsorted(columns, x)] = values.values
    return xarray.DataArray(found, {up: rows, across: columns}, (up, across), attrs=values.attrs)


def _means(data: xarray.Dataset, name: str, **wanted) -> xarray.DataArray:
    """Means over replicates [scenario, point, year]: those recorded, or of the trajectories."""
    recorded = f"{name}_mean" if f"{name}_mean" in data else name
    there = [str(v).removesuffix("_mean") for v in data.data_vars if {"point", "year"} <= set(data[v].dims)]
    one_of(recorded.removesuffix("_mean"), there, "values at each point of")
    values = data[recorded]
    for dimension in [str(d) for d in values.dims if d not in ("scenario", "point", "replicate", "year")]:
        values = values.sel({dimension: value_of(data, name, dimension, wanted.get(dimension))})
    values = values.astype(float).assign_attrs(data[recorded].attrs)
    return values.mean("replicate", keep_attrs=True) if "replicate" in values.dims else values


def two_levels(data: xarray.Dataset) -> tuple[list[str], np.ndarray]:
    """Factors of a grid of two values each, and the level (0 or 1) of each point: [point, factor]."""
    factors = [str(name) for name in data.coords if name != "point" and data[name].dims == ("point",)]
    levels = [np.unique(data[name]) for name in factors]
    if not factors or any(len(level) != 2 for level in levels) or data.sizes["point"] != 2 ** len(factors):
        raise EntenteError("this is no grid of factors with two values each")
    return factors, np.array([[int(data[name].values[p] == level[1]) for name, level in zip(factors, levels)]
                              for p in range(data.sizes["point"])])


def shapley(worlds: np.ndarray, n: int) -> np.ndarray:
    """Shapley values of n switches.

    The value of a switch is what turning it on adds, averaged over all orders in which they can be turned on
    (Shapley 1953). The values add up to the difference between the world with all on and that with none.

    Parameters
    ----------
    worlds : [2]*n + [...]
        the outcome with each switch off (0) or on (1)
    n
        number of switches

    Returns
    -------
    [n, ...], in the unit of `worlds`
    """
    total = []
    for f in range(n):
        others = [g for g in range(n) if g != f]
        value = np.zeros(worlds.shape[n:])
        for size in range(n):
            weight = math.factorial(size) * math.factorial(n - size - 1) / math.factorial(n)
            for chosen in itertools.combinations(others, size):
                index = [1 if g in chosen else 0 for g in range(n)]
                without = worlds[tuple(index)]
                index[f] = 1
                value = value + weight * (worlds[tuple(index)] - without)
        total.append(value)
    return np.array(total)


def shapley_values(data: xarray.Dataset, outcome: xarray.DataArray) -> xarray.Dataset:
    """Shapley values of an outcome [point, replicate, ...] of a two-level grid; see `Entente.shapley_values`."""
    factors, where = two_levels(data)
    if not {"point", "replicate"} <= set(outcome.dims):
        raise EntenteError("an outcome must have a value at each point and replicate")
    outcome = outcome.transpose("point", "replicate", ...).astype(float)
    worlds = np.empty([2] * len(factors) + list(outcome.shape[1:]))
    for p, index in enumerate(where):
        worlds[tuple(index)] = outcome.values[p]
    parts = shapley(worlds, len(factors))
    whole = (worlds[(1,) * len(factors)] - worlds[(0,) * len(factors)])[None]
    each = np.concatenate([parts, whole])
    n = np.sum(~np.isnan(each), axis=1)
    half = NORMAL * np.nanstd(each, axis=1, ddof=1) / np.sqrt(n)
    dims = ("factor", *outcome.dims[2:])
    coords = {"factor": [*factors, "all together"], **{d: outcome[d] for d in outcome.dims[2:]}}
    return xarray.Dataset({"value": (dims, np.nanmean(each, axis=1)), "half": (dims, half)}, coords)
