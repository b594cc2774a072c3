#!/usr/bin/env python3
"""Does `entente compare` find what numpy finds?

    compare.py BINARY

Runs two or three scenarios in several ways, compares them, and computes every number again from the output, the plain
way: with all replicates in memory and sorted. Exit code 0 if all agree.
"""
import math
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np

SCENARIOS = pathlib.Path(__file__).resolve().parents[2] / "configs" / "scenarios"
HISTORY, WITHOUT = SCENARIOS / "history.yaml", SCENARIOS / "without_nine_eleven.yaml"
# Means are taken in another order here; a variance is a difference of larger numbers.
RELATIVE, OF_VARIANCE = 1e-11, 1e-8
NEVER = -2147483647  # netCDF's fill value
QUANTILES = (0.05, 0.5, 0.95)


def t_quantile(freedom):
    """The 97.5 % quantile of Student's t, by bisection of the integral of its density (Simpson)."""
    freedom = np.asarray(freedom, float)
    lower, upper = np.zeros_like(freedom), np.full_like(freedom, 20.0)
    scale = np.exp(np.vectorize(math.lgamma)((freedom + 1) / 2) - np.vectorize(math.lgamma)(freedom / 2))
    scale = scale / np.sqrt(freedom * math.pi)
    weights = np.array([1, *[4, 2] * 499, 4, 1]) / 3 / 1000
    for _ in range(45):
        middle = (lower + upper) / 2
        x = middle[..., None] * np.linspace(0, 1, 1001)
        area = middle * scale * np.sum(weights * (1 + x * x / freedom[..., None]) ** (-(freedom[..., None] + 1) / 2), -1)
        lower, upper = np.where(area < 0.475, middle, lower), np.where(area < 0.475, upper, middle)
    return middle


def read(data, name):
    """A variable as doubles, missing values NaN."""
    values = data[name][...].astype(float)
    values[values == float(data[name].attrs["_FillValue"])] = np.nan
    return values


class Check:
    def __init__(self, case):
        self.case, self.n, self.wrong = case, 0, []

    def same(self, name, found, wanted, relative=RELATIVE, absolute=0.0):
        self.n += 1
        found, wanted = np.broadcast_arrays(np.asarray(found, float), np.asarray(wanted, float))
        with np.errstate(invalid="ignore"):
            far = ~((found == wanted) | (np.abs(found - wanted) <= relative * np.abs(wanted) + absolute))
        far &= ~(np.isnan(found) & np.isnan(wanted))
        if far.any():
            at = tuple(np.argwhere(far)[0])
            self.wrong.append(f"{name}{list(map(int, at))}: {found[at]!r}, not {wanted[at]!r} ({far.sum()} of {far.size})")

    def true(self, name, holds):
        self.n += 1
        if not holds:
            self.wrong.append(name)

    def finish(self):
        print(f"{self.case}: {self.n} variables{''.join(chr(10) + '  ' + line for line in self.wrong[:8])}")
        return not self.wrong


def course(difference, low, high, differs, years):
    """First year with a difference, year of the largest, year of recovery of one element."""
    first = next((y for y, d in zip(years, differs) if d), NEVER)
    if not (np.nan_to_num(difference) != 0).any():
        return first, NEVER, NEVER
    largest = int(np.nanargmax(np.abs(difference)))
    with np.errstate(invalid="ignore"):
        over = np.where(np.isnan(low), difference == 0, (low <= 0) & (high >= 0))
    recovery = next((years[t] for t in range(largest + 1, len(years)) if over[t:].all()), NEVER)
    return first, years[largest], recovery


def check_courses(check, result, name, k, p, low, high, differs):
    difference = result[f"{name}_difference"][k, p]
    years = [int(y) for y in result["year"][...]]
    n_years = len(years)
    flat = [np.reshape(x, (n_years, -1)) for x in (difference, low, high, differs)]
    wanted = np.array([course(*(x[:, e] for x in flat), years) for e in range(flat[0].shape[1])])
    for which, suffix in enumerate(("first_year", "largest_year", "recovery_year")):
        check.same(f"{name}_{suffix}", result[f"{name}_{suffix}"][k, p].ravel(), wanted[:, which])


def check_pairs(check, result, name, k, p, base, other):
    """base, other: [replicate, year, ...]"""
    difference = other - base
    pairs = ~np.isnan(difference)
    n = pairs.sum(0)
    at = (k, p)
    size = np.nan_to_num(np.nanmax(np.abs(np.where(pairs, np.maximum(np.abs(base), np.abs(other)), 0)), 0))
    where = n > 0
    mean = np.where(where, np.nanmean(np.where(where, difference, 0), 0), np.nan)
    sd = np.where(n > 1, np.nanstd(np.where(where, difference, 0), 0, ddof=1) if len(base) > 1 else np.nan, np.nan)
    check.same(f"{name}_difference", result[f"{name}_difference"][at], mean, RELATIVE, 1e-14 * size.max())
    check.same(f"{name}_difference_sd", result[f"{name}_difference_sd"][at], sd, OF_VARIANCE, 1e-13 * size.max())
    sizes = np.unique(n[n > 1])
    t = dict(zip(sizes, np.atleast_1d(t_quantile(sizes - 1)))) if len(sizes) else {}
    half = np.vectorize(lambda m: t.get(m, np.nan), otypes=[float])(n) * sd / np.sqrt(np.maximum(n, 1))
    low, high = mean - half, mean + half
    check.same(f"{name}_difference_interval", result[f"{name}_difference_interval"][at],
               np.stack([low, high], -1), 1e-8, 1e-12 * size.max())
    quantiles = np.full(n.shape + (3,), np.nan)
    full = pairs.all(0)
    quantiles[full] = np.quantile(difference[:, full], QUANTILES, axis=0).T
    for index in np.argwhere(~full & (n > 0)):
        values = difference[(slice(None), *index)]
        quantiles[tuple(index)] = np.quantile(values[~np.isnan(values)], QUANTILES)
    # numpy interpolates in another way: the last bits differ
    check.same(f"{name}_difference_quantile", result[f"{name}_difference_quantile"][at], quantiles, 1e-13, 1e-15 * size.max())
    with np.errstate(invalid="ignore", divide="ignore"):
        share = ((difference > 0).sum(0) + (difference == 0).sum(0) / 2) / n
        z2 = 1.959963984540054 ** 2
        middle = (share + z2 / 2 / n) / (1 + z2 / n)
        half = np.sqrt(z2 * (share * (1 - share) / n + z2 / 4 / n ** 2)) / (1 + z2 / n)
        check.same(f"{name}_share_above", result[f"{name}_share_above"][at], share, 0)
        check.same(f"{name}_share_above_interval", result[f"{name}_share_above_interval"][at],
                   np.stack([np.maximum(0, middle - half), np.minimum(1, middle + half)], -1), 1e-11, 1e-15)
        apart = variance(np.where(pairs, base, np.nan)) + variance(np.where(pairs, other, np.nan))
        found = result[f"{name}_variance_saved"][at]
        # where the values hardly vary, rounding decides
        wanted, clear = 1 - sd ** 2 / apart, apart > (1e-6 * size) ** 2
        check.same(f"{name}_variance_saved", np.where(clear, found, 0), np.where(clear, wanted, 0), OF_VARIANCE, 1e-7)
    ends = result[f"{name}_difference_interval"][at]
    check_courses(check, result, name, k, p, ends[..., 0], ends[..., 1], (difference > 0).any(0) | (difference < 0).any(0))


def variance(values):
    n = (~np.isnan(values)).sum(0)
    if len(values) < 2:
        return np.full(n.shape, np.nan)
    return np.where(n > 1, np.nanvar(np.where(n > 1, values, 0), 0, ddof=1), np.nan)


def check_apart(check, result, name, k, p, base, other):
    n = [(~np.isnan(x)).sum(0) for x in (base, other)]
    with np.errstate(invalid="ignore", divide="ignore"):
        means = [np.where(m > 0, np.nanmean(np.where(m > 0, x, 0), 0), np.nan) for x, m in zip((base, other), n)]
        a, b = variance(base) / n[0], variance(other) / n[1]
        freedom = (a + b) ** 2 / (a ** 2 / (n[0] - 1) + b ** 2 / (n[1] - 1))
        known = np.isfinite(freedom) & (freedom > 0)
        t = np.where(known, t_quantile(np.where(known, freedom, 1)), 0)
        half = t * np.sqrt(a + b)
    size = max(np.nanmax(np.abs(means[0]), initial=0), np.nanmax(np.abs(means[1]), initial=0))
    mean = means[1] - means[0]
    check.same(f"{name}_difference", result[f"{name}_difference"][k, p], mean, RELATIVE, 1e-13 * size)
    check.same(f"{name}_difference_interval", result[f"{name}_difference_interval"][k, p],
               np.stack([mean - half, mean + half], -1), 1e-8, 1e-12 * size)
    for suffix in ("share_above", "difference_quantile", "difference_sd", "variance_saved"):
        check.true(f"{name}_{suffix} is missing", np.isnan(result[f"{name}_{suffix}"][k, p]).all())
    ends = result[f"{name}_difference_interval"][k, p]
    check_courses(check, result, name, k, p, ends[..., 0], ends[..., 1], np.zeros_like(mean))


def check_statistics(check, data, result, name, k, p, base, other, n, is_paired):
    """Same luck, unknown pairs: base and other are (scenario, point); n their runs."""
    if not is_paired:
        return
    mean, sd = read(data, f"{name}_mean"), read(data, f"{name}_sd")
    t = float(t_quantile(min(n) - 1)) if min(n) > 1 else np.nan
    half = t * (sd[base] / math.sqrt(n[0]) + sd[other] / math.sqrt(n[1]))
    difference = mean[other] - mean[base]
    check.same(f"{name}_difference", result[f"{name}_difference"][k, p], difference, 0)
    check.same(f"{name}_difference_interval", result[f"{name}_difference_interval"][k, p],
               np.stack([difference - half, difference + half], -1), 1e-8, 1e-13 * np.nanmax(np.abs(mean)))
    check.true(f"{name}_share_above is left out", f"{name}_share_above" not in result)


def measures(data):
    """What is recorded of each replicate: name -> [scenario, point, replicate, year, ...], totals with them."""
    found = {}
    for name, values in data.items():
        if isinstance(values, h5py.Dataset) and values.ndim >= 4 and f"{name}_mean" != name:
            dimensions = [values.dims[d].keys()[0] for d in range(values.ndim)]
            if dimensions[:4] == ["scenario", "point", "replicate", "year"]:
                found[name] = read(data, name)
                if dimensions[4:] == ["state", "partner"] and text(values.attrs["units"]) != "1":
                    there = (~np.isnan(found[name])).any(-1)
                    found[name + "_total"] = np.where(there, np.nansum(found[name], -1), np.nan)
    return found


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def names(data, name):
    return [text(value) for value in data[name][...]]


def check_all(case, output, against=0, points=None, is_paired=True, arguments=()):
    binary = sys.argv[1]
    result_path = output.with_suffix(".result.h5")
    printed = subprocess.run([binary, "compare", output, "-f", "-o", result_path, *arguments], check=True,
                             capture_output=True, text=True).stdout
    check = Check(case)
    with h5py.File(output) as data, h5py.File(result_path) as result:
        scenarios = names(data, "scenario")
        compared = [scenarios.index(name) for name in names(result, "scenario")]
        well = data["run_status"][...] == 0
        found = measures(data)
        for k, s in enumerate(compared):
            for p, point in enumerate(result["point"][...]):
                base, other = ((s, points[0]), (s, points[1])) if points else ((against, point), (s, point))
                check.same("pairs", result["pairs"][k, p], (well[base] & well[other]).sum())
                check.same("pairs_failed", result["pairs_failed"][k, p], (~well[base] | ~well[other]).sum())
                for name, values in found.items():
                    drop = [~well[base], ~well[other]]
                    if is_paired:
                        drop = [drop[0] | drop[1]] * 2
                    sides = [values[side].copy() for side in (base, other)]
                    for side, failed in zip(sides, drop):
                        side[failed] = np.nan
                    (check_pairs if is_paired else check_apart)(check, result, name, k, p, *sides)
                for name in [n[:-5] for n in data if n.endswith("_mean") and n[:-5] not in found]:
                    check_statistics(check, data, result, name, k, p, base, other, (well[base].sum(), well[other].sum()),
                                     is_paired)
        check.true("something was compared", check.n > 10)
    return check.finish(), printed


def run(folder, name, *arguments):
    output = folder / f"{name}.h5"
    subprocess.run([sys.argv[1], "run", *map(str, arguments), "-q", "-f", "-o", output], check=True)
    return output


def bits(path):
    with h5py.File(path) as data:
        return {name: data[name][...].tobytes() for name in data if data[name].dtype != object}


def fail_some(output):
    """Let some runs fail: in the base, in the other, in both."""
    with h5py.File(output, "r+") as data:
        status, cohesion = data["run_status"], data["cohesion"]
        fill = float(cohesion.attrs["_FillValue"])
        for scenario, replicate, year in ((0, 3, 5), (1, 7, 0), (0, 11, 2), (1, 11, 9)):
            status[scenario, 0, replicate] = 1
            cohesion[scenario, 0, replicate, year:] = fill


def check_openness(folder):
    """A scenario that only makes a state more open by 0.1 has an effect of 0.1 on that, in all pairs."""
    state = "\n".join(("base: {}", "name: open", "states: {{KAZ: {{openness: {}}}}}", ""))
    base = run(folder, "base", HISTORY, "-n", 5, "--set", "record.trajectories=[openness]")
    with h5py.File(base) as data:
        if "openness" not in data:
            raise SystemExit("openness is not recorded")
        kaz = names(data, "state").index("KAZ")
        value = float(data["openness"][0, 0, 0, 0, kaz])
    other = folder / "open.yaml"
    other.write_text(state.format(HISTORY, round(value + 0.1, 6)))
    output = run(folder, "open_too", HISTORY, other, "-n", 20, "--set", "record.trajectories=[openness, trade]")
    good, _ = check_all("a more open state", output)
    check = Check("an effect of 0.1")
    with h5py.File(output.with_suffix(".result.h5")) as result:
        wanted = np.zeros(result["openness_difference"].shape)
        wanted[..., kaz] = 0.1
        check.same("openness_difference", result["openness_difference"][...], wanted, 0, 1e-6)  # stored as float
        check.same("openness_difference_sd", result["openness_difference_sd"][...], 0, 0)
        check.same("openness_share_above", result["openness_share_above"][..., kaz], 1, 0)
        check.true("trade goes up", (result["trade_total_difference"][0, 0, 1:, kaz] > 0).all())
    return good & check.finish()


def check_same_bits(folder, output):
    """However many threads."""
    check = Check("threads")
    files = []
    for n in (1, 2, 3, 8):
        files.append(folder / f"threads_{n}.h5")
        subprocess.run([sys.argv[1], "compare", output, "-q", "-f", "-o", files[-1], "-t", str(n)], check=True)
    first = bits(files[0])
    for file in files[1:]:
        check.true(f"{file.name} has other bits", bits(file) == first)
    check.n += len(first)
    return check.finish()


EXPERIMENT = """
scenarios: [{0}, {1}]
vary: {{agenda.stride: [0.8, 1.14, 1.5]}}
replicates: 40
record: {{trajectories: [cohesion, vision], statistics: [depth, ambition]}}
{2}
"""


def main():
    good = True
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        three = run(folder, "three", HISTORY, WITHOUT, SCENARIOS / "without_both.yaml", "-n", 100)
        good &= check_all("three scenarios", three)[0]
        good &= check_all("against the second", three, against=1, arguments=["--against", "without_nine_eleven"])[0]
        good &= check_same_bits(folder, three)
        large = run(folder, "large", HISTORY, WITHOUT, "-n", 40000, "--set", "record.trajectories=[cohesion, threat]")
        good &= check_all("40,000 replicates", large)[0]
        good &= check_all("one replicate", run(folder, "one", HISTORY, WITHOUT, "-n", 1))[0]
        good &= check_all("two replicates", run(folder, "pair", HISTORY, WITHOUT, "-n", 2))[0]
        good &= check_all("without noise", run(folder, "calm", HISTORY, WITHOUT, "-n", 8, "--set", "noise=off"))[0]
        double = run(folder, "double", HISTORY, WITHOUT, "-n", 30, "--set", "record.precision=double")
        good &= check_all("doubles", double)[0]
        fail_some(three)
        good &= check_all("some runs fail", three)[0]
        seeded = folder / "seeded.yaml"
        seeded.write_text(f"base: {WITHOUT}\nname: seeded\nseed: 2\n")
        few = ["--set", "record.trajectories=[cohesion, vision, status]"]
        seeds = run(folder, "seeds", HISTORY, seeded, "-n", 50, *few)
        fail_some(seeds)
        good &= check_all("other seeds", seeds, is_paired=False)[0]
        statistics = run(folder, "statistics", HISTORY, WITHOUT, "-n", 64, "--set", "record.trajectories=none", "--set",
                         "record.statistics=[cohesion, vision, trade]")
        good &= check_all("statistics alone", statistics)[0]
        for luck in ("on", "off"):
            file = folder / f"experiment_{luck}.yaml"
            file.write_text(EXPERIMENT.format(HISTORY, WITHOUT, f"common_random_numbers: {luck}"))
            output = run(folder, f"experiment_{luck}", file)
            good &= check_all(f"points, common luck {luck}", output)[0]
            good &= check_all("one point", output, arguments=["--at", "2"])[0]
            good &= check_all("two points", output, points=(2, 0), is_paired=luck == "on", arguments=["--points", "2,0"])[0]
        good &= check_openness(folder)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
