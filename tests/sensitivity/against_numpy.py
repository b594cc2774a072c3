#!/usr/bin/env python3
"""What `entente sensitivity` finds is what numpy finds in the same output.

    against_numpy.py BINARY

- Sobol indices of both orders, elementary effects (of factors, levels and groups), the share of chance, growing samples:
  each computed once more from the output and its coordinates, in the plainest way.
- A block with a failed run is left out of everything, one with a missing value of that output alone.
- PAWN indices of a factor with levels, of whole numbers and of others, in every design that has them, likewise.
- Intervals have the estimate in them, and the bits do not depend on threads.
- xarray opens the findings.
"""
import pathlib
import shutil
import sys
import tempfile

import h5py
import numpy as np
import xarray

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "reference"))
from output import entente  # noqa: E402

SMALL = pathlib.Path(__file__).resolve().parent.parent / "cli" / "files" / "small.yaml"
CALM = SMALL.with_name("calm.yaml")
SALTELLI = f"""\
scenarios: [{SMALL}, {CALM}]
replicates: 16
vary:
  agenda.stride: {{uniform: [0.5, 2]}}
  summit.sovereignty: {{uniform: [2, 5]}}
  states.AAA.will: {{uniform: [0, 1]}}
design: {{saltelli: 256, second_order: on}}
record: {{statistics: [cohesion, depth, trade, influence], precision: double}}
"""
MORRIS = f"""\
scenarios: [{SMALL}]
replicates: 8
common_random_numbers: off
vary:
  agenda.stride: {{uniform: [0.5, 2]}}
  summit.sovereignty: {{uniform: [2, 5], group: summits}}
  states.AAA.will: {{uniform: [0, 1]}}
  summit.base: {{uniform: [0.2, 0.8], group: summits}}
  mechanisms.learning: [on, off]
design: {{morris: 24, levels: 6}}
record: {{statistics: [cohesion, depth, trade], precision: double}}
"""
GIVEN = f"""\
scenarios: [{SMALL}]
replicates: 8
common_random_numbers: off
vary:
  agenda.stride: {{uniform: [0.5, 2]}}
  summit.sovereignty: {{log_uniform: [2, 5]}}
  states.AAA.will: [0, 0.25, 0.5, 1]
  events.attack.year: {{whole: [2001, 2003]}}
  mechanisms.learning: [on, off]
design: DESIGN
record: {{statistics: [cohesion, depth, n_members], precision: double}}
"""
GIVEN_DESIGNS = {"latin_hypercube": "{latin_hypercube: 240}", "random": "{random: 240}", "sobol": "{sobol: 256}"}
RANGES = {"agenda.stride": (0.5, 2), "summit.sovereignty": (2, 5), "states.AAA.will": (0, 1), "summit.base": (0.2, 0.8)}
wrong = []


def check(is_true, text):
    if not is_true:
        wrong.append(text)
        print("WRONG:", text, flush=True)


def text_of(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def numbers_of(dataset):
    """what is missing is NaN"""
    values = np.array(dataset[...], dtype=float)
    values[values == dataset.fillvalue] = np.nan
    return values


def is_near(a, b):
    """both are sums of some dozens of numbers in another order"""
    return np.allclose(a, b, rtol=1e-9, atol=1e-11, equal_nan=True)


def sobol(y, k):
    """first, total, second order of y[base point][row]; columns behind"""
    a, b = y[:, 0], y[:, -1]
    centre = np.concatenate([a, b]).mean(axis=0)
    a, b, y = a - centre, b - centre, y - centre
    variance = np.concatenate([a, b]).var(axis=0)
    variance[np.concatenate([a, b]).min(axis=0) == np.concatenate([a, b]).max(axis=0)] = np.nan
    first = np.array([(b * (y[:, 1 + i] - a)).mean(axis=0) for i in range(k)]) / variance
    total = np.array([((a - y[:, 1 + i]) ** 2).mean(axis=0) for i in range(k)]) / 2 / variance
    second = np.full((k, k) + variance.shape, np.nan)
    for i in range(k):
        for j in range(i + 1, k):
            both = (y[:, 1 + k + i] * y[:, 1 + j]).mean(axis=0) - (a * b).mean(axis=0)
            second[i, j] = second[j, i] = both / variance - first[i] - first[j]
    return first, total, second


def effects(y, moves, groups):
    """mu, mu*, sigma of y[trajectory][row]; moves[trajectory][row]: the group and the step"""
    found = {g: [] for g in groups}
    for of_trajectory, steps in zip(y, moves):
        for row, (group, step) in enumerate(steps):
            found[group].append((of_trajectory[row + 1] - of_trajectory[row]) / step)
    d = np.array([found[g] for g in groups])  # group, trajectory, columns
    alone = np.array([g != "summits" for g in groups]).reshape((-1,) + (1,) * (d.ndim - 2))
    return (np.where(alone, d.mean(axis=1), np.nan), np.abs(d).mean(axis=1),
            np.where(alone, d.std(axis=1, ddof=1), np.nan))


def moves_of(output, n_rows, groups):
    """from the coordinates of the factors"""
    names = list(RANGES) + ["mechanisms.learning"]
    order = [n for n in text_of(output.attrs["coordinates"]).split()]
    check(sorted(order) == sorted(names), "the factors are those of the experiment")
    shares = {}
    for name in order:
        values = output[name][...]
        if name in RANGES:
            low, high = RANGES[name]
            shares[name] = (values - low) / (high - low)
        else:
            shares[name] = np.array([0.0 if text_of(v) == "on" else 1.0 for v in values])
    delta = 6 / 2 / 5
    moves = []
    for first in range(0, len(output["point"]), n_rows):
        steps = []
        for point in range(first, first + n_rows - 1):
            moved = [n for n in order if shares[n][point + 1] != shares[n][point]]
            group = "summits" if len(moved) > 1 else moved[0]
            up = shares[moved[0]][point + 1] > shares[moved[0]][point]
            steps.append((group, delta if up or group == "summits" else -delta))
        moves.append(steps)
    return moves


def slices_of(values, has_levels, n_slices=10):
    """the slice of each point: a value each if there are no more of them, else equal numbers of points"""
    distinct, place = np.unique(values, return_inverse=True)
    if has_levels or len(distinct) <= n_slices:
        return place
    order = np.sort(values)
    middle = (np.searchsorted(order, values, "left") + np.searchsorted(order, values, "right")) * n_slices // (2 * len(values))
    return np.unique(middle, return_inverse=True)[1]


def pawn(y, slices):
    """median and largest distance of y[point], of each factor"""
    found = []
    for of_factor in slices:
        apart = [np.nan]
        for s in np.unique(of_factor):
            inside = np.sort(y[of_factor == s])
            if len(inside) >= 5:
                of_all = np.searchsorted(np.sort(y), y, "right") / len(y)
                apart.append(np.abs(np.searchsorted(inside, y, "right") / len(inside) - of_all).max())
        varies = len(y) > 0 and y.min() < y.max() and len(apart) > 1
        found.append((np.nanmedian(apart), np.nanmax(apart)) if varies else (np.nan, np.nan))
    return np.array(found).T


def check_pawn(output, findings, name, n_rows, has_failed):
    """of points that are independent: all of a given design, two of a base point of saltelli"""
    names = [text_of(f) for f in findings["factor"][...]]
    rows = [0, -1] if n_rows > 1 else [0]
    values = [np.array([text_of(v) for v in output[f][...]]) if output[f].dtype.kind == "O" else output[f][...] for f in names]
    has_levels = [f in ("states.AAA.will", "mechanisms.learning") and n_rows == 1 for f in names]
    slices = [slices_of(v.reshape(-1, n_rows)[:, rows].ravel(), h) for v, h in zip(values, has_levels)]
    means = numbers_of(output[f"{name}_mean"])
    for s in range(len(means)):
        for year in range(means.shape[2]):
            for cell in np.ndindex(means.shape[3:]):
                blocks = means[(s, slice(None), year) + cell].reshape(-1, n_rows)
                is_kept = np.isfinite(blocks).all(axis=1) & ~has_failed[s]
                kept = np.flatnonzero(np.repeat(is_kept, len(rows)))
                y, at = blocks[:, rows].ravel(), (s, slice(None), year) + cell
                what = f"{name} of scenario {s}, year {year}, cell {cell}"
                check(findings[f"{name}_kept"][(s, year) + cell] == is_kept.sum(), f"kept of {what}")
                for part, n in enumerate([len(kept) // 4, len(kept) // 2, len(kept)]):
                    expected = pawn(y[kept[:n]], [of_factor[kept[:n]] for of_factor in slices])
                    for measure, values_of in zip(["pawn_median", "pawn_max"], expected):
                        found = findings[f"{name}_{measure}_growing"][at + (part,)]
                        check(is_near(found, values_of), f"{measure} {part} of {what}: {found}, expected {values_of}")
                        if part < 2:
                            continue
                        check(is_near(findings[f"{name}_{measure}"][at], values_of), f"{measure} of {what}")
                        low, high = findings[f"{name}_{measure}_interval"][at].T
                        mean, highest = (findings[f"{name}_{measure}_{d}"][at] for d in ("dummy", "dummy_highest"))
                        there = np.isfinite(values_of)
                        check((np.isfinite(low) == there).all(), f"the interval of {measure} of {what} is there")
                        check((low[there] <= values_of[there]).all() and (values_of[there] <= high[there]).all(),
                              f"the interval of {measure} of {what} has it not in it")
                        check((0 < mean[there]).all() and (mean[there] <= highest[there]).all(), f"dummies of {measure} of {what}")


def check_given(path, found):
    with h5py.File(path) as output, h5py.File(found) as findings:
        failed = (output["run_status"][...] != 0).any(axis=2)
        check((findings["dropped"][...] == failed.sum(axis=1)).all(), "dropped points")
        check("cohesion_first" not in findings, "no Sobol indices")
        for name in ["cohesion", "depth", "n_members"]:
            check_pawn(output, findings, name, 1, failed)


def damage(path, output, has_two_failures=False):
    """a copy in which a run has failed, and at another point too, or the cohesion of 2003 is missing there"""
    shutil.copy(path, output)
    with h5py.File(output, "r+") as file:
        last = file["run_status"].shape[1] - 2
        file["run_status"][0, last, 3] = 1
        if has_two_failures:
            file["run_status"][0, 40, 0] = 1
        else:
            file["cohesion_mean"][0, 40, 2] = file["cohesion_mean"].fillvalue


def check_output(output, findings, name, estimate, measures, n_rows, has_failed):
    """all of an output, in all scenarios"""
    means, sds = numbers_of(output[f"{name}_mean"]), numbers_of(output[f"{name}_sd"])
    n_replicates = len(output["replicate"])
    for s in range(len(means)):
        for year in range(means.shape[2]):
            for cell in np.ndindex(means.shape[3:]):
                at = (s, slice(None), year) + cell
                y, sd = means[at].reshape(-1, n_rows), sds[at].reshape(-1, n_rows)
                kept = np.flatnonzero(np.isfinite(y).all(axis=1) & ~has_failed[s])
                what = f"{name} of scenario {s}, year {year}, cell {cell}"
                check(findings[f"{name}_kept"][(s, year) + cell] == len(kept), f"kept of {what}")
                if len(kept) == 0:
                    check(np.isnan(findings[f"{name}_{measures[1]}"][(s, slice(None), year) + cell]).all(), f"nothing of {what}")
                    continue
                varies = y[kept].min() < y[kept].max()
                chance = (sd[kept] ** 2).mean() / n_replicates / y[kept].var() if varies else np.nan
                check(is_near(findings[f"{name}_chance"][(s, year) + cell], chance), f"chance of {what}")
                for part, n in enumerate([len(kept) // 4, len(kept) // 2, len(kept)]):
                    for measure, expected in zip(measures, estimate(kept[:n], y)):
                        factors = (slice(None),) * (1 + (measure == "second"))
                        found = findings[f"{name}_{measure}_growing"][(s,) + factors + (year,) + cell + (part,)]
                        check(is_near(found, expected), f"{measure} {part} of {what}: {found}, expected {expected}")
                        if part < 2:
                            continue
                        found = findings[f"{name}_{measure}"][(s,) + factors + (year,) + cell]
                        check(is_near(found, expected), f"{measure} of {what}")
                        low, high = np.moveaxis(findings[f"{name}_{measure}_interval"][(s,) + factors + (year,) + cell], -1, 0)
                        there = np.isfinite(found)
                        slack = 1e-12  # indices of what has no part at all are rounding errors
                        check((low[there] <= found[there] + slack).all() and (found[there] <= high[there] + slack).all(),
                              f"the interval of {measure} of {what} has it not in it")


def check_saltelli(path, found):
    with h5py.File(path) as output, h5py.File(found) as findings:
        k, n_rows = 3, 8
        failed = (output["run_status"][...] != 0).any(axis=2).reshape(2, -1, n_rows).any(axis=2)
        check((findings["dropped"][...] == failed.sum(axis=1)).all(), "dropped base points")
        check([text_of(f) for f in findings["factor"][...]] == list(RANGES)[:3], "factors of saltelli")

        def estimate(kept, y):
            return sobol(y[kept][..., None], k)

        for name in ["cohesion", "depth", "trade", "influence"]:
            check_output(output, findings, name, lambda kept, y: [np.squeeze(m, -1) for m in estimate(kept, y)],
                         ["first", "total", "second"], n_rows, failed)
            check_pawn(output, findings, name, n_rows, failed)


def check_morris(path, found):
    with h5py.File(path) as output, h5py.File(found) as findings:
        groups, n_rows = ["agenda.stride", "summits", "states.AAA.will", "mechanisms.learning"], 5
        moves = moves_of(output, n_rows, groups)
        failed = (output["run_status"][...] != 0).any(axis=2).reshape(1, -1, n_rows).any(axis=2)
        check([text_of(f) for f in findings["factor"][...]] == groups, "groups of morris")
        for name in ["cohesion", "depth", "trade"]:
            check_output(output, findings, name, lambda kept, y: effects(y[kept], [moves[t] for t in kept], groups),
                         ["mu", "mu_star", "sigma"], n_rows, failed)


def same_bits(a, b):
    with h5py.File(a) as first, h5py.File(b) as second:
        names = [n for n in first if first[n].dtype.kind != "O"]
        return set(first) == set(second) and all(first[n][...].tobytes() == second[n][...].tobytes() for n in names)


def same_cohesion(a, b):
    """that of 2003 in the first scenario, all its indices with their intervals, to the bit"""
    with h5py.File(a) as first, h5py.File(b) as second:
        is_same = True
        for name in [n for n in first if n.startswith("cohesion_")]:
            before = (slice(None),) * (0 if name.endswith(("_chance", "_kept")) else 2 if "_second" in name else 1)
            at = (0,) + before + (2,)
            is_same &= first[name][at].tobytes() == second[name][at].tobytes()
        return is_same


def main(binary):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        given = [(name, GIVEN.replace("DESIGN", design), check_given) for name, design in GIVEN_DESIGNS.items()]
        for name, text, check_findings in [("saltelli", SALTELLI, check_saltelli), ("morris", MORRIS, check_morris)] + given:
            (folder / f"{name}.yaml").write_text(text)
            output, damaged = folder / f"{name}.h5", folder / "damaged.h5"
            entente(binary, "run", folder / f"{name}.yaml", "-o", output, "-q")
            damage(output, damaged)
            for path in output, damaged:
                found = path.with_suffix(".sensitivity.h5")
                table = entente(binary, "sensitivity", path, "--force", "--resamples", 200)
                check_findings(path, found)
                entente(binary, "sensitivity", path, "-q", "--resamples", 200, "--threads", 1, "-o", folder / "one.h5", "-f")
                check(same_bits(found, folder / "one.h5"), f"{path.name}: the bits depend on threads")
                again = entente(binary, "sensitivity", found)
                check(table.startswith(again), f"{path.name}: the table from the findings differs")
                xarray.open_dataset(found).close()
            damage(output, folder / "twice.h5", True)
            entente(binary, "sensitivity", folder / "twice.h5", "-qf", "--resamples", 200)
            check(same_cohesion(folder / "damaged.sensitivity.h5", folder / "twice.sensitivity.h5"),
                  f"{name}: a block without a value is left out otherwise than one with a failed run")
            check("since a run failed" in " ".join(table.split()), "the table tells what is left out")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).resolve())
