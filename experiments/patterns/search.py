#!/usr/bin/env python3
"""Adjust free parameters until the model shows its patterns.

    search.py BINARY [--steps 400] [--replicates 500] [--seed 1] [--free NAME ...] [--fix NAME ...] [-o overlay.yaml]

What is free and what is not stands in README.md beside this file. Prints, and with -o writes, the YAML that puts the
best point over the defaults. The same seed gives the same point.
"""
import argparse
import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent.parent / "tests" / part) for part in ("patterns", "reference")]
import patterns  # noqa: E402
from output import resolved  # noqa: E402
from twin import flatten  # noqa: E402

SCENARIOS = HERE.parent.parent / "configs" / "scenarios"

# Where the search may go. Not here, and so never moved: gravity (trade.gdp, .price, .distance, .contiguity, .infrastructure,
# .depth, .commitment, .adjustment), which stays at the literature's values; weights and coded starts of states; rules.
FREE = {
    "alignment.uptake": (0.5, 1.0), "alignment.decay": (0.03, 0.3), "alignment.rebuff": (0.5, 4),
    "leadership.concentration": (1, 4), "leadership.tolerance": (0.2, 0.6),
    "payments.mobilisation": (0.0005, 0.005), "payments.scale": (0.01, 0.08),
    "needs.base_efficacy": (0.1, 0.6),
    "summit.temperature": (0.05, 0.4), "summit.base": (-0.5, 1.5), "summit.need": (0.5, 3), "summit.appeal": (0, 1.5),
    "summit.payment": (0, 1.5), "summit.expectation": (0, 2), "summit.sovereignty": (1, 6), "summit.outside": (0.5, 5),
    "agenda.stride": (0.3, 2), "agenda.quorum": (0.2, 0.6), "agenda.setback_security": (0.1, 1), "agenda.setback_economy": (0, 0.5),
    "institutions.building": (0.3, 3), "institutions.decay": (0.02, 0.25),
    "expectation.adjustment": (0.02, 0.5), "expectation.disappointment": (0, 0.4),
    "commitment.adjustment": (0.1, 0.9), "commitment.base": (-4, 0), "commitment.expectation": (0.5, 6),
    "commitment.dependence": (0, 3), "commitment.insecurity": (1, 6), "commitment.alignment": (0, 2), "commitment.participation": (0, 1),
    "insecurity.decay": (0.1, 0.6), "threat.recovery": (0.05, 0.4), "threat.relief": (0.2, 1.5),
    "positions.influence": (0.05, 0.6), "positions.outside_pull": (0.05, 0.6), "positions.stubbornness": (0.02, 0.3),
    "positions.noise": (0.002, 0.03),
    "learning.vision": (0.2, 3), "learning.will": (0.05, 1), "learning.aspiration": (0.15, 0.5), "learning.skills": (0.01, 0.15),
    "infrastructure.building": (0.2, 2), "infrastructure.decay": (0.01, 0.1),
    "trade.constant": (1.2, 2.1), "trade.gap_kept": (0.1, 0.9), "trade.noise": (0.05, 0.2),
    "membership.base": (-5, 0), "membership.trade": (0, 3), "membership.depth": (0, 5), "membership.cohesion": (0, 5),
    "membership.alignment": (0, 3), "membership.appeal": (0, 3), "membership.temperature": (0.1, 1),
}
SAFETY = 0.3   # by how much of its scale an inequality should hold, so that another seed does not break it
LENGTH = 0.02  # weight of the distance from the start: of two points as good, the nearer one


def violation(evaluated):
    """0 where every inequality of every pattern holds with the margin, rising smoothly."""
    return sum(min(max(SAFETY - check.margin, 0), 3) ** 2 for pattern in evaluated for check in pattern.checks)


class Search:
    """Random steps in a few coordinates at a time, kept when they are better; steps grow after a success and shrink after
    a failure such that about one in five succeeds (Rechenberg 1973)."""

    def __init__(self, evaluate, start, ranges, seed, say=print):
        self.evaluate, self.start, self.ranges, self.say = evaluate, dict(start), ranges, say
        self.random, self.names = np.random.default_rng(seed), sorted(ranges)
        self.best, self.step = dict(start), 0.15
        self.best_score = self.score(self.best)

    def score(self, point):
        evaluated = self.evaluate(point)
        away = sum(((point[n] - self.start[n]) / (self.ranges[n][1] - self.ranges[n][0])) ** 2 for n in self.names)
        self.held = sum(p.holds for p in evaluated)
        return violation(evaluated) + LENGTH * away

    def propose(self):
        point = dict(self.best)
        for name in self.random.choice(self.names, size=min(self.random.integers(1, 6), len(self.names)), replace=False):
            low, high = self.ranges[name]
            point[name] = float(np.clip(point[name] + self.step * (high - low) * self.random.standard_normal(), low, high))
        return point

    def run(self, steps):
        self.say(f"start: {self.best_score:.4f}, {self.held} patterns hold")
        for n in range(steps):
            point = self.propose()
            score = self.score(point)
            if score < self.best_score:
                self.best, self.best_score = point, score
                self.step = min(self.step * 1.5, 0.3)
                self.say(f"step {n + 1}: {score:.4f}, {self.held} patterns hold")
            else:
                self.step = max(self.step * 1.5 ** -0.25, 0.01)
        self.prune()
        return self.best

    def prune(self):
        """Take back every change that is not needed."""
        for name in sorted(self.names, key=lambda n: abs(self.best[n] - self.start[n]) / (self.ranges[n][1] - self.ranges[n][0])):
            if self.best[name] == self.start[name]:
                continue
            point = dict(self.best)
            point[name] = self.start[name]
            score = self.score(point)
            if score <= self.best_score + 0.001:
                self.best, self.best_score = point, min(score, self.best_score)
        self.say(f"after taking back what is not needed: {self.best_score:.4f}")


def rounded(point):
    return {name: float(f"{value:.3g}") for name, value in point.items()}


def overlay(best, start):
    """The YAML that puts what has changed over the defaults."""
    lines, group = ["parameters:"], None
    for name in sorted(name for name in best if best[name] != start[name]):
        head, tail = name.split(".")
        if head != group:
            lines.append(f"  {head}:")
            group = head
        lines.append(f"    {tail}: {best[name]:.6g}    # from {start[name]:.6g}")
    return "\n".join(lines) + "\n"


def is_named(parameter, names):
    """Whether a parameter, or the group it belongs to, is among the names; the name "" stands for all."""
    return any(name in ("", parameter) or parameter.startswith(name + ".") for name in names)


def arguments_of(point):
    return [word for name, value in point.items() for word in ("--set", f"{name}={value!r}")]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--scenarios", default=SCENARIOS)
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--replicates", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1, help="of the search and of the runs; the check at the end takes the next")
    parser.add_argument("--free", nargs="*", default=[""], metavar="NAME", help="parameters, or groups of them, that may move: all")
    parser.add_argument("--fix", nargs="*", default=[], metavar="NAME", help="parameters, or groups of them, that stay as they are")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="handed on to every run")
    parser.add_argument("-o", "--output", help="file for the overlay")
    options = parser.parse_args()

    # from the defaults, whatever the organization's file puts over them
    given = [word for value in ["parameters=~", *options.set] for word in ("--set", value)]
    defaults = flatten(resolved(options.binary, pathlib.Path(options.scenarios) / "history.yaml", *given)["parameters"])
    ranges = {name: bounds for name, bounds in FREE.items() if is_named(name, options.free) and not is_named(name, options.fix)}
    start = {name: float(defaults[name]) for name in ranges}

    def evaluate(point, replicates=options.replicates, seed=options.seed):
        return patterns.evaluate(patterns.run(options.binary, options.scenarios, replicates,
                                              [*given, *arguments_of(point), "--seed", seed]))
    search = Search(evaluate, start, ranges, options.seed, lambda line: print(line, file=sys.stderr, flush=True))
    best = rounded(search.run(options.steps))
    best = {name: start[name] if abs(best[name] - start[name]) < 1e-9 else best[name] for name in best}
    text = overlay(best, start)
    print(text)
    print("With luck that the search has not seen, 1,000 replicates:")
    patterns.print_plain(evaluate(best, 1000, options.seed + 1))
    if options.output:
        pathlib.Path(options.output).write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
