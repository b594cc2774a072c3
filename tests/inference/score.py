#!/usr/bin/env python3
"""Does `entente score` find what numpy finds?

    score.py BINARY

Scores some experiments, runs the same with `common_random_numbers: off`, whose luck is that of the score, and computes
every number again from the trajectories, the plain way: all pairs of runs, all values one by one. Exit code 0 if all
agree.
"""
import csv
import math
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np
import yaml

PROJECT = pathlib.Path(__file__).resolve().parents[2]
SCENARIOS = PROJECT / "configs" / "scenarios"
# Sums are taken in another order here, and logarithms are a library's; a skill is a difference from 1.
RELATIVE, OF_SKILL = 1e-10, 1e-9
SHARES, LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95), (0.5, 0.8, 0.9)
FORECASTS = ("model", "last_value", "growth", "gravity")
Z = 1.959963984540054

TABLE = """\
variable,state,partner,area,year,value
trade,CHN,RUS,,1998,5480
trade,RUS,CHN,,1999,5720
trade,CHN,RUS,,2002,11927
trade,CHN,RUS,,2003,15758

trade,CHN,RUS,,2004,21000
trade,KAZ,CHN,,2002,1955
trade,KAZ,CHN,,2003,3292
depth,,,economy,2003,0.1
depth,,,economy,2002,0.08
depth,,,economy,2001,0.07
depth,,,economy,2004,0.2
depth,,,security,2005,0.25
influence,CHN,,,2004,0.6
position,RUS,,security,2004,0.5
cohesion,,,,2005,0.7
cohesion,,,,2004,0.65
"""

USUAL = {
    "scenarios": [str(SCENARIOS / "history.yaml"), str(SCENARIOS / "without_nine_eleven.yaml")],
    "years": [2001, 2006], "replicates": 12, "seed": 5, "record": {"trajectories": "all", "precision": "double"},
    "vary": {"trade.gdp": {"uniform": [0.5, 0.9]}, "mechanisms.learning": [True, False]},
    "design": {"random": 7},
    "score": {"after": 2003, "observed": "table.csv",
              "variables": {"trade": {"scale": "log"}, "depth": {"scale": "linear"}, "influence": {"scale": "log"},
                            "position": {}, "cohesion": {"years": [2005]}}},
}
# A world in which some runs overflow
WILD = {
    "scenarios": [str(SCENARIOS / "history.yaml")],
    "set": {"drivers.gdp.CHN": None, "drivers.price.CHN": None, "states.CHN.gdp": 1339,
            "states.CHN.long_run_growth": 1, "trade.gdp": 3, "trade.adjustment": 1, "trade.noise": 5},
    "years": [2001, 2012], "replicates": 24,
    "record": {"trajectories": ["trade"], "precision": "double"},  # what is not computed cannot fail
    "vary": {"economy.trade": [0.05, 0.5, 1, 5]}, "design": "grid",
    "score": {"after": 2003, "observed": "wild.csv", "variables": {"trade": {"scale": "log", "of": ["CHN-RUS"]}}},
}
LATER = USUAL | {"score": USUAL["score"] | {"variables": {"trade": {"scale": "log"}, "depth": {}}}}
ONE_POINT = {key: value for key, value in USUAL.items() if key not in ("vary", "design")} | {"replicates": 30}
CASES = {"points": (USUAL, "history", []), "another scenario": (USUAL, "without_nine_eleven", []),
         "one point": (ONE_POINT, "history", []), "runs that fail": (WILD, "history", []),
         "without later GDP": (LATER, "history", ["drivers.until=2003"]),
         "later": (LATER, "history", ["score.after=2004"])}


class Check:
    def __init__(self, case):
        self.case, self.n, self.wrong = case, 0, []

    def same(self, name, found, wanted, relative=RELATIVE):
        self.n += 1
        found, wanted = np.broadcast_arrays(np.asarray(found, float), np.asarray(wanted, float))
        far = ~(np.abs(found - wanted) <= relative * np.maximum(np.abs(wanted), 1e-3)) & ~(np.isnan(found) & np.isnan(wanted))
        if far.any():
            at = tuple(np.argwhere(far)[0])
            self.wrong.append(f"{name}{list(map(int, at))}: {found[at]!r}, not {wanted[at]!r} ({far.sum()} of {far.size})")

    def true(self, name, holds):
        self.n += 1
        if not holds:
            self.wrong.append(name)

    def finish(self):
        print(f"{self.case}: {self.n} checks{''.join(chr(10) + '  ' + line for line in self.wrong[:8])}")
        return not self.wrong


def normal_below(z):
    return math.erfc(-z / math.sqrt(2)) / 2


def normal_quantile(share):
    low, high = -10.0, 10.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if normal_below(middle) < share else (low, middle)
    return (low + high) / 2


def normal_crps(mean, sd, y):
    if not sd > 0:
        return abs(y - mean)
    z = (y - mean) / sd
    return sd * (z * (2 * normal_below(z) - 1) + 2 * math.exp(-z * z / 2) / math.sqrt(2 * math.pi) - 1 / math.sqrt(math.pi))


class Forecast:
    """quantiles, score and whether there are intervals, on the scale that is judged; NaN if there is none"""

    def __init__(self, quantiles, crps, has_spread):
        self.quantiles, self.crps, self.has_spread = np.asarray(quantiles, float), crps, has_spread
        self.median = self.quantiles[3]

    @classmethod
    def of_runs(cls, runs, y):
        n = len(runs)
        apart = np.abs(runs[:, None] - runs[None, :]).sum() / (n * (n - 1))
        quantiles = np.quantile(runs, SHARES, method="weibull")
        return cls(quantiles, np.abs(runs - y).mean() - apart / 2, True)

    @classmethod
    def normal(cls, mean, sd, y):
        if math.isnan(mean):
            return cls([math.nan] * 7, math.nan, False)
        if math.isnan(sd):
            return cls([math.nan] * 3 + [mean] + [math.nan] * 3, abs(y - mean), False)
        return cls([mean + sd * normal_quantile(share) for share in SHARES], normal_crps(mean, sd, y), True)


def spread(years, values):
    """standard deviation of a yearly change about the mean"""
    if len(years) < 4:
        return math.nan
    drift = (values[-1] - values[0]) / (years[-1] - years[0])
    return math.sqrt(sum((values[k] - values[k - 1] - (years[k] - years[k - 1]) * drift) ** 2 / (years[k] - years[k - 1])
                         for k in range(1, len(years))) / (len(years) - 2))


class Gravity:
    def __init__(self, resolved):
        self.parameters, self.drivers = resolved["parameters"]["trade"], resolved["drivers"]

    def value(self, name, state, year):
        series, first = self.drivers[name].get(state, []), self.drivers[name]["first_year"]
        return series[year - first] if 0 <= year - first < len(series) else math.nan

    def explain(self, states, year):
        return sum(self.parameters[name] * sum(math.log(self.value(name, state, year)) for state in states)
                   for name in ("gdp", "price"))


def naive_forecasts(known, year, y, gravity, states):
    """known: [(year, value)] on the scale that is judged"""
    none = Forecast.normal(math.nan, math.nan, y)
    if not known:
        return [none] * 3
    years, values = [k[0] for k in known], [k[1] for k in known]
    lead, root = year - years[-1], math.sqrt(year - years[-1])
    last = Forecast.normal(values[-1], spread(years, values) * root, y)
    growth = none
    if len(known) > 1:
        drift = (values[-1] - values[0]) / (years[-1] - years[0])
        growth = Forecast.normal(values[-1] + drift * lead, spread(years, values) * root, y)
    by_gravity = none
    if gravity and not math.isnan(gravity.explain(states, years[-1])):
        told = [k for k in known if not math.isnan(gravity.explain(states, k[0]))]
        rest = [value - gravity.explain(states, when) for when, value in told]
        change = gravity.explain(states, year) - gravity.explain(states, years[-1])
        by_gravity = Forecast.normal(values[-1] + change, spread([k[0] for k in told], rest) * root, y)
    return [last, growth, by_gravity]


def collect(table, resolved):
    """(variable, element) -> year -> value, elements as the score names them"""
    order = list(resolved["states"])
    observed = {}

    def put(variable, parts, year, value, wins):
        states = sorted((p for p in parts if p in order), key=order.index)
        series = observed.setdefault((variable, tuple(states + [p for p in parts if p not in order])), {})
        if wins or year not in series:
            series[year] = value

    with open(table) as lines:
        for row in csv.DictReader(lines):
            parts = [row[column] for column in ("state", "partner", "area") if row[column]]
            put(row["variable"], parts, int(row["year"]), float(row["value"]), True)
    for variable, what in resolved.get("observed", {}).items():
        for element, values in what["values"].items():
            if isinstance(values, dict):
                for year, value in values.items():
                    put(variable, str(element).split("-"), int(year), float(value), False)
            else:
                put(variable, [], int(element), float(values), False)
    return observed


def runs_of(output, scenario, variable, parts, year):
    """all runs in the order of points"""
    data = output[variable][...].astype(float)
    data[data == float(output[variable].attrs["_FillValue"])] = np.nan
    names = [dimension[0].name.strip("/") for dimension in output[variable].dims]
    index = []
    left = list(parts)
    for name in names:
        labels = [v.decode() if isinstance(v, bytes) else v for v in output[name][...]]
        if name == "scenario":
            index.append(labels.index(scenario))
        elif name == "year":
            index.append(labels.index(year))
        elif name in ("state", "partner", "area"):
            index.append(labels.index(left.pop(0)))
        else:
            index.append(slice(None))
    return data[tuple(index)].ravel()


def wilson(hits, n):
    share = hits / n
    middle = (share + Z * Z / 2 / n) / (1 + Z * Z / n)
    half = Z * math.sqrt(share * (1 - share) / n + Z * Z / 4 / n / n) / (1 + Z * Z / n)
    return [0 if hits == 0 else middle - half, 1 if hits == n else middle + half]


def scores_of(forecasts, observed):
    """count, those with spread, RMSE, bias, CRPS, hits"""
    there = [(f, y) for f, y in zip(forecasts, observed) if not math.isnan(f.median)]
    if not there:
        return 0, 0, math.nan, math.nan, math.nan, []
    errors = np.array([f.median - y for f, y in there])
    wide = [(f, y) for f, y in there if f.has_spread]
    hits = [sum(f.quantiles[2 - level] <= y <= f.quantiles[4 + level] for f, y in wide) for level in range(3)]
    return len(there), len(wide), math.sqrt((errors ** 2).mean()), errors.mean(), np.mean([f.crps for f, _ in there]), hits


def skill(own, other):
    return 1 - own / other if other > 0 else math.nan


def check_scores(check, score, v, lead, rows):
    """rows: (observed, [forecasts]) of a variable"""
    observed = [row[0] for row in rows]
    for f in range(4):
        at = (v, lead, f)
        mine = [row[1][f] for row in rows]
        n, n_wide, rmse, bias, crps, hits = scores_of(mine, observed)
        there = [k for k, forecast in enumerate(mine) if not math.isnan(forecast.median)]
        beside = scores_of([rows[k][1][0] for k in there], [observed[k] for k in there])
        check.same("values", score["values"][at], n)
        check.same("values_with_spread", score["values_with_spread"][at], n_wide)
        check.same("rmse", score["rmse"][at], rmse)
        check.same("bias", score["bias"][at], bias)
        check.same("mean_crps", score["mean_crps"][at], crps)
        check.same("skill_rmse", score["skill_rmse"][at], skill(beside[2], rmse), OF_SKILL)
        check.same("skill_crps", score["skill_crps"][at], skill(beside[4], crps), OF_SKILL)
        check.same("coverage", score["coverage"][at], [h / n_wide for h in hits] if n_wide else [math.nan] * 3)
        check.same("coverage_interval", score["coverage_interval"][at],
                   [wilson(h, n_wide) for h in hits] if n_wide else [[math.nan] * 2] * 3)


def check_case(entente, folder, case, experiment, scenario, settings):
    check = Check(case)
    path = folder / "experiment.yaml"
    path.write_text(yaml.safe_dump(experiment, sort_keys=False))
    changes = [word for setting in settings for word in ("--set", setting)]
    subprocess.run([entente, "score", path, "-fq", "-t", "2", "-o", folder / "two.h5", "--scenario", scenario, *changes], check=True)
    subprocess.run([entente, "score", path, "-fq", "-t", "1", "-o", folder / "one.h5", "--scenario", scenario, *changes], check=True)
    apart = folder / "apart.yaml"
    apart.write_text(yaml.safe_dump(experiment | {"common_random_numbers": False}, sort_keys=False))
    of_scenarios = [word for setting in settings if not setting.startswith("score.") for word in ("--set", setting)]
    subprocess.run([entente, "run", apart, "-fq", "-o", folder / "runs.h5", *of_scenarios], check=False, stderr=subprocess.DEVNULL)
    checked = subprocess.run([entente, "check", "--resolved", path], check=True, capture_output=True, text=True).stdout
    documents = {document["name"]: document for document in yaml.safe_load_all(checked)}
    observed = collect(folder / experiment["score"]["observed"], documents["history"])
    gravity = Gravity(documents["history"])
    with h5py.File(folder / "one.h5") as score, h5py.File(folder / "two.h5") as other, h5py.File(folder / "runs.h5") as output:
        for name in score:
            if score[name].dtype.kind == "f":
                check.true(f"{name} has the same bits with another number of threads",
                           score[name][...].tobytes() == other[name][...].tobytes())
        after = int(score.attrs["after"])
        names = [name.decode() for name in score["value"][...]]
        judged = [name.decode() for name in score["variable"][...]]
        leads = score["lead"][...]
        status = output["run_status"][...]
        place = [n.decode() if isinstance(n, bytes) else n for n in output["scenario"][...]].index(scenario)
        check.same("well", score.attrs["well"], (status[place] == 0).sum())
        wanted = []
        rows = {}
        for v, variable in enumerate(judged):
            said = experiment["score"]["variables"][variable]
            is_log = said.get("scale") == "log"
            check.same("variable_is_log", score["variable_is_log"][v], is_log)
            for (of, parts), series in observed.items():
                if of != variable or ("of" in said and "-".join(parts) not in said["of"]):
                    continue
                scale = math.log if is_log else float
                known = sorted((year, scale(value)) for year, value in series.items() if year <= after)
                for year, value in series.items():
                    if year <= after or year not in said.get("years", [year]):
                        continue
                    name = " ".join([variable, "-".join(parts), str(year)] if parts else [variable, str(year)])
                    wanted.append(name)
                    if name not in names:
                        continue
                    k = names.index(name)
                    raw = runs_of(output, scenario, variable, parts, year)
                    raw = raw[(status[place] == 0).ravel()]
                    runs = np.array([scale(x) for x in raw])
                    y = scale(value)
                    forecasts = [Forecast.of_runs(runs, y)] + naive_forecasts(
                        known, year, y, gravity if variable == "trade" and is_log else None, parts)
                    rows[k] = (v, year - after, y, forecasts)
                    back = np.exp if is_log else np.asarray
                    check.same(f"observed {name}", score["observed"][k], value, 0)
                    check.same(f"year {name}", score["value_year"][k], year)
                    check.same(f"predicted {name}", score["predicted"][k], [back(f.quantiles) for f in forecasts])
                    check.same(f"crps {name}", score["crps"][k], [f.crps for f in forecasts])
                    check.same(f"mean {name}", score["mean"][k], raw.mean())
                    check.same(f"pit {name}", score["pit"][k],
                               ((runs < y).sum() + (runs == y).sum() / 2 + 0.5) / (len(runs) + 1))
                    check.same(f"runs {name}", score["runs"][k], len(runs))
        check.true(f"the values held out are {sorted(wanted)}, not {sorted(names)}", sorted(wanted) == sorted(names))
        check.same("leads", leads, [0] + sorted({row[1] for row in rows.values()}))
        for v in range(len(judged)):
            for number, lead in enumerate(leads):
                check_scores(check, score, v, number, [(row[2], row[3]) for _, row in sorted(rows.items())
                                                       if row[0] == v and lead in (0, row[1])])
        if case == "runs that fail":
            check.true("some runs fail, and some do not", 0 < (status != 0).sum() < status.size)
        if case == "without later GDP":
            check.true("gravity knows it", (score["values"][0, 0, 3] > 0))
        if case == "points":
            check.true("some naive forecasts have a spread", (score["values_with_spread"][0, 0, 1:] > 0).any())
            check.true("and some have none", (score["values_with_spread"][0, 0, 1:] < score["values"][0, 0, 1:]).any())
    return check.finish()


def main():
    entente = sys.argv[1]
    good = True
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "table.csv").write_text(TABLE)
        (folder / "wild.csv").write_text("variable,state,partner,area,year,value\ntrade,CHN,RUS,,2007,100000\n"
                                         "trade,CHN,RUS,,2012,1e8\n")
        for case, (experiment, scenario, settings) in CASES.items():
            good &= check_case(entente, folder, case, experiment, scenario, settings)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
