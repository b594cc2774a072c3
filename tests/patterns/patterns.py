#!/usr/bin/env python3
"""Does the model show the eleven patterns that it is built to show?

    patterns.py BINARY [--scenarios FOLDER] [--replicates 1000] [--seed N] [--markdown | --json] [--set KEY=VALUE ...]

Runs history and its counterfactuals into one output, with the same luck in each, and tests P1 to P11 of models/ODD.md.
Exit code 0 if at least nine hold. As a module: `evaluate(ensemble)`.
"""
import argparse
import json
import math
import pathlib
import sys
import tempfile

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "reference"))
from output import Output, entente, resolved  # noqa: E402

HISTORY, WITHOUT_ATTACKS, WITHOUT_REVOLUTIONS, WITHOUT_BOTH = SCENARIOS = (
    "history", "without_nine_eleven", "without_colour_revolutions", "without_both")
RECORDED = ("cohesion shortfall ambition depth effective_leadership vision will skills resources leadership influence commitment "
            "expectation alignment status position trade").split()
ENOUGH = 9  # patterns that must hold

FOUNDERS = "CHN RUS KAZ KGZ TJK UZB".split()
CENTRAL_ASIA = "KAZ KGZ TJK UZB".split()
NEIGHBOURS = "MNG IND PAK IRN".split()
# China's trade, million US$, 2001 and 2005. Source: Ministry of Commerce of China, in the article's table.
TRADE = {"RUS": (10670.55, 29103.14), "KAZ": (1288.37, 6810.32), "KGZ": (118.86, 972.20), "TJK": (10.76, 157.94),
         "UZB": (58.30, 680.56)}
# Mean pairwise distance of the founders' ideal points in the UN General Assembly.
# Source: Bailey, Strezhnev & Voeten 2017, release of July 2025. Positions of the model are ideal points over 6.
VOTES = {2002: 0.66, 2003: 0.52, 2004: 0.37, 2005: 0.33}
POINTS_TO_POSITION = 6


class Ensemble:
    """What a run of the scenarios left: x(variable, scenario, year, state, area) over replicates."""

    def __init__(self, get, years, states, ceiling):
        self.get, self.years, self.states, self.ceiling = get, years, states, ceiling

    def x(self, variable, year, state=None, scenario=HISTORY, area=None):
        """[replicate] or, for a list of states, [replicate, state]; areas as they are (security, economy)."""
        values = self.get(variable, scenario)[:, self.years.index(year)]
        if state is not None:
            index = [self.states.index(i) for i in state] if isinstance(state, list) else self.states.index(state)
            values = values[:, index]
        return values if area is None else values[..., area]


def open_output(path, ceiling):
    output, memory = Output(path), {}

    def get(variable, scenario):
        if (variable, scenario) not in memory:
            memory[variable, scenario] = output.get(variable, scenario)
        return memory[variable, scenario]
    return Ensemble(get, output.years, output.states, ceiling)


class Check:
    """One inequality: `value` must be at least (or at most) `bound`. `scale` says what counts as a large miss."""

    def __init__(self, label, value, at_least=None, at_most=None, above=None, below=None, scale=0.1, digits=3):
        self.label, self.value, self.scale = label, float(value), scale
        bounds = (("≥", at_least), ("≤", at_most), (">", above), ("<", below))
        (self.sign, bound), = [b for b in bounds if b[1] is not None]
        self.bound, self.digits = float(bound), digits
        self.margin = (self.value - self.bound if self.sign in "≥>" else self.bound - self.value) / scale
        self.holds = self.margin >= 0 if self.sign in "≥≤" else self.margin > 0

    def __str__(self):
        return f"{self.label} {self.value:.{self.digits}g} ({self.sign} {self.bound:.{self.digits}g})"


class Pattern:
    def __init__(self, name, what, test, checks, notes=()):
        self.name, self.what, self.test, self.checks, self.notes = name, what, test, checks, list(notes)

    @property
    def holds(self):
        return all(check.holds for check in self.checks)

    def failing(self):
        return [str(check) for check in self.checks if not check.holds]

    def measured(self):
        return "; ".join([str(check) for check in self.checks] + self.notes)


def share(claims):
    return float(np.mean(claims))


# ---------------------------------------------------------------------------------------------------- the patterns

def p1(e):
    ratio = {k: e.x("trade", 2005, "CHN")[:, e.states.index(k)] / e.x("trade", 2001, "CHN")[:, e.states.index(k)] for k in TRADE}
    observed = {k: after / before for k, (before, after) in TRADE.items()}
    # a ratio of medians: trade of 2001 is the same in all replicates
    errors = {k: math.log(np.median(ratio[k]) / observed[k]) for k in TRADE}
    rmse = math.sqrt(np.mean([error ** 2 for error in errors.values()]))
    volume = sum(e.x("trade", 2005, "CHN")[:, e.states.index(k)] for k in TRADE)
    russia = np.median(e.x("trade", 2005, "CHN")[:, e.states.index("RUS")] / volume)
    checks = [Check("RMSE of log growth", rmse, at_most=0.30), Check("Russia's share in 2005", russia, above=0.70)]
    for k in TRADE:
        low, high = np.quantile(np.log(ratio[k]), [0.05, 0.95])
        inside = min(math.log(observed[k]) - low, high - math.log(observed[k]))
        checks.append(Check(f"{k} ×{np.median(ratio[k]):.2f} (observed ×{observed[k]:.2f}), log distance to the interval's nearer end",
                            inside, at_least=0))
    return Pattern("P1", "China's trade grew by 173 % (Russia) to 1,368 % (Tajikistan)",
                   "RMSE of log growth of medians ≤ 0.30; each observed ratio inside the 90 % interval; Russia keeps > 70 %", checks)


def p2(e):
    before, after = e.x("cohesion", 2001), e.x("cohesion", 2002)
    start = e.x("alignment", 2001, CENTRAL_ASIA, WITHOUT_ATTACKS)  # as nothing has touched it
    risen = e.x("alignment", 2002, CENTRAL_ASIA)
    checks = [Check("shortfall in 2001", e.x("shortfall", 2001).mean(), at_least=0.5),
              Check("cohesion 2002 over 2001", after.mean() / before.mean(), at_most=0.95, scale=0.05),
              Check("below the run without 9/11 in", share(after < e.x("cohesion", 2002, scenario=WITHOUT_ATTACKS)), at_least=0.95),
              Check("Central Asian alignment up by", (risen - start).mean(), at_least=0.1),
              Check("and over the run without 9/11 by",
                    (risen - e.x("alignment", 2002, CENTRAL_ASIA, WITHOUT_ATTACKS)).mean(), at_least=0.1)]
    return Pattern("P2", "9/11: no mechanism to respond, members deal with the US one by one",
                   "shortfall ≥ 0.5 in 2001; cohesion of 2002 ≥ 5 % below 2001, and below the run without 9/11 in ≥ 95 % of pairs; "
                   "Central Asian alignment up ≥ 0.1", checks)


def p3(e):
    growth = e.x("cohesion", 2005).mean() / e.x("cohesion", 2001).mean()
    return Pattern("P3", "it survived and grew", "cohesion of 2005 ≥ 1.1 × 2001",
                   [Check("cohesion 2005 over 2001", growth, at_least=1.1)])


def p4(e):
    def gain(state):
        return (e.x("commitment", 2006, state) - e.x("commitment", 2006, state, WITHOUT_REVOLUTIONS)).mean()

    def growth(state):
        return (e.x("commitment", 2006, state) - e.x("commitment", 2002, state)).mean()
    above = share(e.x("cohesion", 2006) > e.x("cohesion", 2006, scenario=WITHOUT_REVOLUTIONS))
    return Pattern("P4", "colour revolutions drove governments to the organization",
                   "cohesion of 2006 above the run without them in ≥ 95 % of pairs; Central Asian commitment gains more than China's",
                   [Check("cohesion of 2006 above in", above, at_least=0.95),
                    Check(f"Central Asia's gain in commitment by 2006 ({gain(CENTRAL_ASIA):.3f}) over China's ({gain('CHN'):.3f})",
                          gain(CENTRAL_ASIA) - gain("CHN"), above=0),
                    Check("and from 2002 to 2006", growth(CENTRAL_ASIA) - growth("CHN"), above=0)])


def p5(e):
    depth = {year: e.x("depth", year).mean() for year in range(2001, 2007)}
    rise = min(depth[year + 1] - depth[year] for year in range(2001, 2006))
    return Pattern("P5", "from no mechanism to Secretariat, Antiterrorist Structure, Business Council, Interbank",
                   "mean depth ≤ 0.1 in 2001, ≥ 0.15 in 2004, rising each year to 2006",
                   [Check("depth 2001", depth[2001], at_most=0.1), Check("2004", depth[2004], at_least=0.15),
                    Check("smallest yearly rise", rise, above=0, scale=0.02)], [f"2006 {depth[2006]:.3g}"])


def p6(e):
    checks = [Check(f"{n} observer in 2006", share(e.x("status", 2006, n) == 1), at_least=0.5) for n in NEIGHBOURS]
    joined = max(e.x("status", year, NEIGHBOURS).max() for year in range(2001, 2007))
    return Pattern("P6", "Mongolia, India, Pakistan, Iran observers by 2005",
                   "each an observer by 2006 in ≥ 50 % of runs, none a member",
                   checks + [Check("highest status to 2006", joined, below=2)],
                   ["by 2005 " + ", ".join(f"{n} {share(e.x('status', 2005, n) == 1):.2g}" for n in NEIGHBOURS)])


def p7(e):
    def rise(variable):
        return (e.x(variable, 2005, "CHN") - e.x(variable, 2001, "CHN")).mean()
    checks = [Check(f"China's {variable} up by", rise(variable), above=0, scale=0.02)
              for variable in ("resources", "vision", "will", "skills")]
    others = [i for i in FOUNDERS if i != "CHN"]
    lead = min(e.x("influence", year, "CHN").mean() - e.x("influence", year, others).mean(axis=0).max()
               for year in range(2001, 2006))
    return Pattern("P7", "China's capability for leadership grows",
                   "share of GDP, vision, will, skills each rise 2001→2005; China's influence is the largest",
                   checks + [Check("China's influence over the next", lead, above=0)])


def p8(e):
    vision = e.x("vision", 2005, "CHN")
    paths = {s: e.get("cohesion", s)[:, : e.years.index(2020) + 1] for s in SCENARIOS}
    low = min(path.mean(axis=0).min() for path in paths.values())
    high = max(path.mean(axis=0).max() for path in paths.values())
    runs = share(np.concatenate([((path >= 0.45) & (path <= 0.85)).all(axis=1) for path in paths.values()]))
    return Pattern("P8", "leadership stays limited",
                   "China's leadership < 0.6 in 2005, vision below its ceiling; cohesion within 0.45–0.85 to 2020 in all four scenarios",
                   [Check("China's leadership 2005", e.x("leadership", 2005, "CHN").mean(), below=0.6),
                    Check("vision", vision.mean(), below=e.ceiling),
                    Check("lowest mean cohesion", low, at_least=0.45), Check("highest", high, at_most=0.85)],
                   [f"single runs within in every year: {runs:.2g}"])


def p9(e):
    def rise(variable):
        later, earlier = (e.x(variable, year, None if variable == "ambition" else FOUNDERS) for year in (2005, 2002))
        return (later - earlier).mean()
    checks = [Check(f"{variable} 2002→2005 up by", rise(variable), above=0, scale=0.02) for variable in ("expectation", "will", "ambition")]
    steps = np.diff(e.get("ambition", HISTORY)[:, : e.years.index(2005) + 1], axis=1)
    return Pattern("P9", "expectations and commitment escalate together, step by step",
                   "expectation, will and ambition of 2005 above those of 2002; no yearly rise in ambition > 0.3",
                   checks + [Check("largest mean yearly rise in ambition", steps.mean(axis=0).max(), at_most=0.3)],
                   [f"in single runs to 2005: largest {steps.max():.2g}, above 0.3 in {share((steps > 0.3).any(axis=(1, 2))):.2g}"])


def p10(e):
    leadership = share(e.x("leadership", 2010, "CHN") > e.x("leadership", 2005, "CHN"))
    depth = share(e.x("depth", 2010).mean(axis=1) > e.x("depth", 2005).mean(axis=1))
    effective = share(e.x("effective_leadership", 2010) > e.x("effective_leadership", 2005))
    return Pattern("P10", "promising", "leadership and depth of 2010 above 2005 in ≥ 80 % of runs",
                   [Check("China's leadership higher in", leadership, at_least=0.8), Check("mean depth higher in", depth, at_least=0.8)],
                   [f"effective leadership higher in {effective:.2g}"])


def p11(e):
    def distance(year):
        x = e.x("position", year, FOUNDERS, area=0)
        pairs = [abs(x[:, i] - x[:, j]) for i in range(len(FOUNDERS)) for j in range(i)]
        return POINTS_TO_POSITION * np.mean(pairs, axis=0)
    rmse = math.sqrt(np.mean([(distance(year).mean() - observed) ** 2 for year, observed in VOTES.items()]))
    return Pattern("P11", "members' UN votes: apart in 2002, together by 2005 (not in the article)",
                   "6 × mean distance on security: RMSE 2002–2005 ≤ 0.12, higher in 2002 than in 2005 in ≥ 95 % of runs",
                   [Check("RMSE", rmse, at_most=0.12), Check("higher in 2002 in", share(distance(2002) > distance(2005)), at_least=0.95)],
                   [" ".join(f"{year}: {distance(year).mean():.2f} ({observed})" for year, observed in VOTES.items())])


def evaluate(ensemble):
    return [p(ensemble) for p in (p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11)]


# ---------------------------------------------------------------------------------------------------- running, printing

def run(binary, scenarios, replicates=1000, arguments=(), years="[2001, 2020]"):
    """Run the four scenarios of a folder and open what they left."""
    files = [pathlib.Path(scenarios) / f"{name}.yaml" for name in SCENARIOS]
    ceiling = resolved(binary, files[0], *arguments)["states"]["CHN"]["vision_ceiling"]
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "patterns.h5"
        entente(binary, "run", *files, "--replicates", replicates, "--set", f"years={years}", "--set",
                f"record={{trajectories: [{', '.join(RECORDED)}], statistics: none, final: none, precision: single}}",
                *arguments, "-o", path, "--quiet")
        ensemble = open_output(path, ceiling)
        for variable in RECORDED:  # into memory before the file goes
            for name in SCENARIOS:
                ensemble.get(variable, name)
    return ensemble


def markdown(patterns):
    lines = ["| | pattern | measured (what it must be) | holds |", "|---|---|---|---|"]
    lines += [f"| {p.name} | {p.what} | {p.measured()} | {'yes' if p.holds else '**no**'} |" for p in patterns]
    return "\n".join(lines) + "\n"


MARKERS = "<!-- patterns -->\n", "<!-- end patterns -->"


def readme_with(path, table):
    """The text of the README with `table` between the markers."""
    text = pathlib.Path(path).read_text()
    before, rest = text.split(MARKERS[0])
    return before + MARKERS[0] + table + MARKERS[1] + rest.split(MARKERS[1], 1)[1]


def print_plain(patterns):
    for p in patterns:
        print(f"{p.name:4}{'holds' if p.holds else 'FAILS':6} {p.what}\n           {p.measured()}")
    held = sum(p.holds for p in patterns)
    print(f"{held} of {len(patterns)} patterns hold")
    for p in patterns:
        if not p.holds:
            print(f"{p.name} does not: {'; '.join(p.failing())}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--scenarios", default=HERE.parent.parent / "configs" / "scenarios")
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--readme", metavar="FILE", help="fail unless the table in FILE is the one measured now")
    parser.add_argument("--update", metavar="FILE", help="write the table into FILE")
    options = parser.parse_args()
    arguments = [word for value in options.set for word in ("--set", value)]
    if options.seed is not None:
        arguments += ["--seed", options.seed]
    patterns = evaluate(run(options.binary, options.scenarios, options.replicates, arguments))
    if options.markdown:
        print(markdown(patterns), end="")
    elif options.json:
        json.dump([{"pattern": p.name, "what": p.what, "test": p.test, "holds": p.holds, "notes": p.notes,
                    "checks": [{"label": c.label, "value": c.value, "sign": c.sign, "bound": c.bound, "holds": bool(c.holds)}
                               for c in p.checks]} for p in patterns], sys.stdout, indent=1, ensure_ascii=False)
        print()
    else:
        print_plain(patterns)
    if options.update:
        text = readme_with(options.update, markdown(patterns))
        pathlib.Path(options.update).write_text(text)
    is_current = not options.readme or pathlib.Path(options.readme).read_text() == readme_with(options.readme, markdown(patterns))
    if not is_current:
        print(f"{options.readme} has another table; --update {options.readme} writes this one")
    return 0 if is_current and sum(p.holds for p in patterns) >= ENOUGH else 1


if __name__ == "__main__":
    sys.exit(main())
