#!/usr/bin/env python3
"""What each factor of a two-level grid adds: Shapley values, with 95 % intervals over replicates that share their luck.

    shapley.py attribution.h5

The value of a factor is what switching it to its second level adds, averaged over all orders in which the factors can be
switched (Shapley 1953). It is computed in each replicate, so that its interval has no chance in it that the worlds share.
The values add up to the whole difference between the world with all at their second level and that with all at their first.
"""
import argparse
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "analysis"))
import entente  # noqa: E402

FOUNDERS = ["RUS", "KAZ", "KGZ", "TJK", "UZB"]


def outcomes(d):
    """name: [point, replicate, year]"""
    return {"cohesion": d.cohesion, "depth": d.depth.mean("area"), "effective leadership": d.effective_leadership,
            "log trade with the founders": np.log(d.trade.sel(state="CHN", partner=FOUNDERS).sum("partner"))}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file")
    try:
        d = entente.open(parser.parse_args().file).isel(scenario=0)
        for name, outcome in outcomes(d).items():
            values = d.entente.shapley_values(outcome)
            print(f"\n{name:30}" + "".join(f"{year:>18}" for year in d.year.values))
            for label in values.factor.values:
                of = values.sel(factor=label)
                print(f"  {label:28}" + "".join(f"{m:+11.4f} ±{h:.4f}" for m, h in zip(of["value"].values, of["half"].values)))
    except entente.EntenteError as error:
        raise SystemExit(f"shapley.py: {error}") from None


if __name__ == "__main__":
    main()
