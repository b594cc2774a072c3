#!/usr/bin/env python3
"""The PAWN indices of the functions of `entente sensitivity --test`, by brute force; they stand in src/inference/functions.c.

    known_pawn.py [--write]         without it: compare, from fewer points

For each factor and each of ten slices of its range: the output at all points of a lattice (midpoints in the factor and in
the others, or their quantiles), sorted, against the output over the whole range.
"""
import pathlib
import re
import sys

import numpy as np

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent / "src" / "inference" / "functions.c"
SLICES = 10
A = [0, 1, 4.5, 9, 99, 99, 99, 99]


def middles(n):
    return (np.arange(n) + 0.5) / n


def lattice(n, dimensions, seed):
    """n points that fill a cube: Kronecker's, of the generalized golden ratio (Roberts 2018)"""
    phi = 2.0
    for _ in range(64):
        phi = (1 + phi) ** (1 / (dimensions + 1))
    steps = phi ** -np.arange(1.0, dimensions + 1)
    return (np.arange(1, n + 1)[:, None] * steps + np.random.default_rng(seed).random(dimensions)) % 1


def ishigami(x):
    a, b, c = (np.pi * (2 * x[:, k] - 1) for k in range(3))
    return np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)


def g(x):
    return np.prod([(np.abs(4 * x[:, k] - 2) + a) / (1 + a) for k, a in enumerate(A)], axis=0)


def pawn(function, dimensions, n):
    """median and largest distance of ten slices, of each factor"""
    x = lattice(n, dimensions, 1)
    every = np.sort(function(x))
    found = []
    for f in range(dimensions):
        apart = []
        for s in range(SLICES):
            inside = x.copy()
            inside[:, f] = (s + x[:, f]) / SLICES
            of_slice = np.sort(function(inside))
            both = np.concatenate([every, of_slice])
            apart.append(np.abs(np.searchsorted(every, both, side="right") -
                                np.searchsorted(of_slice, both, side="right")).max() / n)
        found.append((np.median(apart), max(apart)))
    return np.array(found)


def known(name):
    text = re.search(rf"{name}_pawn\[\w+\]\[2\] = (.*?);", SOURCE.read_text(), re.S).group(1)
    return np.array([float(v) for v in re.findall(r"\d+\.\d+", text)]).reshape(-1, 2)


def main(writes):
    is_wrong = False
    for name, function, dimensions in [("ishigami", ishigami, 3), ("g", g, 8)]:
        found = pawn(function, dimensions, 4_000_000 if writes else 300_000)
        if writes:
            print(f"{name}_pawn =", "{" + ", ".join(f"{{{a:.4f}, {b:.4f}}}" for a, b in found) + "}")
            continue
        far = np.abs(found - known(name)).max()
        print(f"{name}: {far:.4f} from what stands in {SOURCE.name}")
        is_wrong |= far > 0.004  # of 300,000 points
    sys.exit(int(is_wrong))


if __name__ == "__main__":
    main("--write" in sys.argv[1:])
