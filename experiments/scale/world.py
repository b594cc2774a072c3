#!/usr/bin/env python3
"""A world of N states, all of it made up, to measure how time and memory grow with the number of states.

    world.py N > world.yaml

The numbers are drawn once and for all from a fixed seed (1), so that everybody's world of N states is the same:
- places lie anywhere on a square of 8,000 km, alike likely. The distance of two states is that between their places, 100 km at
  least; those less than 500 km apart are neighbours.
- a quarter of the states are members; one in sixteen is a power outside, which cannot join; the others can.
- GDP is between 1 and 3,162 billion US$, its logarithm equally likely; attributes are uniform in the ranges below.
- trade starts at its potential. Nothing follows a measured series, and there are no events. Parameters have their defaults.
"""
import random
import sys

SEED, SIDE, NEAREST, NEIGHBOURS, LOG_GDP = 1, 8000, 100, 500, (0, 3.5)  # km, km, km, log10 of billion US$
RANGES = {"vision": (.2, .6), "will": (.2, .6), "skills": (.2, .6), "threat": (0, .5), "insecurity": (0, .1),
          "alignment": (0, .4), "fragility": (0, 1), "commitment": (.1, .5), "sovereignty": (.3, .8)}


def state(draw, i):
    status, eligible = ("member" if i % 4 == 0 else "outsider"), str(i % 16 != 15).lower()
    gdp, security, economy = 10 ** draw.uniform(*LOG_GDP), draw.random(), draw.random()
    attributes = ", ".join(f"{name}: {draw.uniform(*ends):.3f}" for name, ends in RANGES.items())
    return (f"  S{i:04d}: {{name: State {i}, gdp: {gdp:.6g}, status: {status}, eligible: {eligible}, "
            f"position: {{security: {security:.3f}, economy: {economy:.3f}}}, {attributes}}}\n")


def dyad(places, i, j):
    (x, y), (a, b) = places[i], places[j]
    distance = max(NEAREST, ((x - a) ** 2 + (y - b) ** 2) ** 0.5)
    return f"  S{i:04d}-S{j:04d}: {{distance: {distance:.1f}, contiguous: {int(distance < NEIGHBOURS)}}}\n"


def write(file, n, last_year=2020):
    draw = random.Random(SEED)
    places = [(draw.random() * SIDE, draw.random() * SIDE) for _ in range(n)]
    file.write(f"name: world_{n}\nyears: [2001, {last_year}]\nreplicates: 100\nseed: 1\n"
               f"organization: {{name: A world of {n} states}}\nstates:\n")
    file.writelines(state(draw, i) for i in range(n))
    file.write("dyads:\n")
    file.writelines(dyad(places, i, j) for i in range(n) for j in range(i + 1, n))


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].isdigit():
        sys.exit(__doc__)
    write(sys.stdout, int(sys.argv[1]))
