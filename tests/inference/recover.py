#!/usr/bin/env python3
"""Does a calibration find the values again that made what was observed?

    recover.py BINARY [CASES]

In each case two factors have values drawn from their priors; one run with these values, and luck of its own, is read
with errors of a known standard deviation, and the experiment is calibrated to what was read. Over many cases, 80 of
100 truths are in the middle 80 % of their posteriors if the posterior is right, whatever the model is (Cook, Gelman &
Rubin 2006). Bounds are such that a right posterior passes with 99.9 %, and so is the mean of where truths stand.
"""
import concurrent.futures
import math
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np

HISTORY = pathlib.Path(__file__).resolve().parents[2] / "configs" / "scenarios" / "history.yaml"
STATES = ("CHN", "RUS", "KAZ", "KGZ", "TJK", "UZB")
LAST_YEAR, ERROR, RUN_SEED = 2005, 0.2, 1_000_000
FACTORS = ("trade.constant", "trade.gap_kept")
TARGETS = (("CHN", "RUS", 2003), ("CHN", "RUS", 2005), ("CHN", "KAZ", 2005), ("CHN", "UZB", 2004), ("CHN", "TJK", 2005))
PASSES = 0.999
EXPERIMENT = """\
name: recover
scenarios: [{history}]
years: [2001, 2005]
seed: {seed}
vary:
  trade.constant: {{normal: [1.66, 0.3]}}
  trade.gap_kept: {{uniform: [0, 1]}}
calibration:
  targets:
{targets}
  replicates: 64
  fit: {{starts: 0}}
  posterior: {{population: 150, generations: 60, tolerance: 1}}
"""


def entente(binary, *arguments):
    done = subprocess.run([str(binary), *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, arguments))} ended with {done.returncode}:\n{done.stderr}")


def simulate(binary, folder, case, truth):
    """What one run leaves of every target."""
    path = folder / f"{case}-run.h5"
    sets = [part for name, value in zip(FACTORS, truth) for part in ("--set", f"{name}={value!r}")]
    entente(binary, "run", HISTORY, "--years", f"2001:{LAST_YEAR}", "--replicates", 1, "--seed", RUN_SEED + case, *sets,
            "--set", "record.trajectories=[trade]", "--set", "record.precision=double", "-q", "-o", path)
    with h5py.File(path) as file:
        states = [name.decode() for name in file["state"][()]]
        trade = file["trade"][0, 0, 0]
        first = int(file["year"][0])
        return [math.log(trade[year - first, states.index(a), states.index(b)]) for a, b, year in TARGETS]


def recover(binary, folder, case):
    """Where the truth of each factor stands in the posterior: the share below, and whether the middle 80 % hold it."""
    luck = np.random.default_rng(case)
    truth = [float(luck.normal(1.66, 0.3)), float(luck.uniform())]
    observed = [value + luck.normal(0, ERROR) for value in simulate(binary, folder, case, truth)]
    lines = [f"    t{k}: {{value: \"log(trade[{a}, {b}, {year}])\", observed: {value!r}, sd: {ERROR}}}"
             for k, ((a, b, year), value) in enumerate(zip(TARGETS, map(float, observed)))]
    path, output = folder / f"{case}.yaml", folder / f"{case}.h5"
    path.write_text(EXPERIMENT.format(history=HISTORY, seed=case + 1, targets="\n".join(lines)))
    entente(binary, "calibrate", path, "-q", "-t", 1, "-o", output)
    with h5py.File(output) as file:
        names = [name.decode() for name in file["factor"][()]]
        shares = file["quantile"][()]
        low, high = (int(np.argmin(abs(shares - share))) for share in (0.1, 0.9))
        quantiles, values, tolerance = (file[name][()] for name in ("posterior_quantile", "value", "generation_tolerance"))
    assert names == list(FACTORS) and abs(tolerance[-1] - 1) < 1e-9, (names, tolerance)
    return [(float(np.mean(values[:, f] < truth[f])), bool(quantiles[f, low] <= truth[f] <= quantiles[f, high]))
            for f in range(len(FACTORS))]


def bounds(n, p=0.8):
    """The least and the most of n that a binomial has within PASSES of the probability, half of the rest at each end."""
    weights = [math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]
    cumulated = np.cumsum(weights)
    return int(np.searchsorted(cumulated, (1 - PASSES) / 2)), int(np.searchsorted(cumulated, 1 - (1 - PASSES) / 2))


def main():
    binary = pathlib.Path(sys.argv[1]).resolve()
    n = int(sys.argv[2]) if len(sys.argv) > 2 else 50
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as name, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = np.array(list(pool.map(lambda case: recover(binary, pathlib.Path(name), case), range(n))))
    ranks, held = found[:, :, 0], found[:, :, 1]
    for f, factor in enumerate(FACTORS):
        print(f"{factor}: {held[:, f].sum():.0f} of {n} truths in the middle 80 %; they stand at {ranks[:, f].mean():.3f} "
              f"on average, with a standard deviation of {ranks[:, f].std():.3f} (uniform: 0.5, 0.289)")
    low, high = bounds(held.size)
    far = 3.3 * math.sqrt(1 / 12 / n)  # of the mean of n uniform numbers, 99.9 %
    is_right = low <= held.sum() <= high and (abs(ranks.mean(axis=0) - 0.5) < far).all()
    print(f"{held.sum():.0f} of {held.size} ({held.mean():.0%}), which must be within {low} .. {high}; "
          f"means within {0.5 - far:.2f} .. {0.5 + far:.2f}; {time.monotonic() - begun:.1f} s")
    return 0 if is_right else 1


if __name__ == "__main__":
    sys.exit(main())
