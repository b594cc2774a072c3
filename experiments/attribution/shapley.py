#!/usr/bin/env python3
"""What each factor of a two-level grid adds: Shapley values, with 95 % intervals over replicates that share their luck.

    shapley.py attribution.h5

The value of a factor is what switching it to its second level adds, averaged over all orders in which the factors can be
switched (Shapley 1953). It is computed in each replicate, so that its interval has no chance in it that the worlds share.
The values add up to the whole difference between the world with all at their second level and that with all at their first.
"""
import argparse
import itertools
import math

import numpy as np
import xarray

FOUNDERS = ["RUS", "KAZ", "KGZ", "TJK", "UZB"]
Z = 1.959964  # of the normal distribution: replicates are many


def outcomes(d):
    """name: [point, replicate, year]"""
    return {"cohesion": d.cohesion, "depth": d.depth.mean("area"), "effective leadership": d.effective_leadership,
            "log trade with the founders": np.log(d.trade.sel(state="CHN", partner=FOUNDERS).sum("partner"))}


def shapley(worlds, n):
    """worlds [2]*n + [...]: the values [n, ...]"""
    total = []
    for f in range(n):
        others = [g for g in range(n) if g != f]
        value = 0
        for size in range(n):
            weight = math.factorial(size) * math.factorial(n - size - 1) / math.factorial(n)
            for chosen in itertools.combinations(others, size):
                index = [1 if g in chosen else 0 for g in range(n)]
                without = worlds[tuple(index)]
                index[f] = 1
                value = value + weight * (worlds[tuple(index)] - without)
        total.append(value)
    return np.array(total)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file")
    d = xarray.open_dataset(parser.parse_args().file).isel(scenario=0)
    factors = [name for name in d.coords if "." in name and d[name].dims == ("point",)]
    levels = [np.unique(d[name]) for name in factors]
    if any(len(level) != 2 for level in levels) or d.sizes["point"] != 2 ** len(factors):
        raise SystemExit("this is no grid of factors with two values each")
    where = np.array([[int(d[name][p] == level[1]) for name, level in zip(factors, levels)] for p in range(d.sizes["point"])])
    for name, values in outcomes(d).items():
        values = values.transpose("point", "replicate", "year").values.astype(float)
        worlds = np.empty([2] * len(factors) + list(values.shape[1:]))
        for p, index in enumerate(where):
            worlds[tuple(index)] = values[p]
        parts = shapley(worlds, len(factors))
        whole = (worlds[(1,) * len(factors)] - worlds[(0,) * len(factors)])[None]
        print(f"\n{name:30}" + "".join(f"{year:>18}" for year in d.year.values))
        for label, x in zip(factors + ["all together"], np.concatenate([parts, whole])):
            mean, half = x.mean(axis=0), Z * x.std(axis=0, ddof=1) / math.sqrt(x.shape[0])
            print(f"  {label:28}" + "".join(f"{m:+11.4f} ±{h:.4f}" for m, h in zip(mean, half)))


if __name__ == "__main__":
    main()
