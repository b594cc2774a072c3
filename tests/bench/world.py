#!/usr/bin/env python3
"""world.py N: write a configuration of N states, drawn once and for all from a fixed seed, to measure larger worlds.
A quarter are members, one in sixteen is a power outside; nothing follows a series."""
import random
import sys

n, draw = int(sys.argv[1]), random.Random(1)
places = [(draw.random() * 8000, draw.random() * 8000) for _ in range(n)]
print(f"name: world_{n}\nyears: [2001, 2020]\nreplicates: 100\nseed: 1\norganization: {{name: A world of {n} states}}\nstates:")
for i in range(n):
    status, eligible = ("member" if i % 4 == 0 else "outsider"), 0 if i % 16 == 15 else 1
    print(f"  S{i:04d}: {{name: State {i}, gdp: {10 ** draw.uniform(0, 3.5):.6g}, status: {status}, eligible: {eligible}, "
          f"position: {{security: {draw.random():.3f}, economy: {draw.random():.3f}}}, vision: {draw.uniform(.2, .6):.3f}, "
          f"will: {draw.uniform(.2, .6):.3f}, skills: {draw.uniform(.2, .6):.3f}, threat: {draw.uniform(0, .5):.3f}, "
          f"insecurity: {draw.uniform(0, .1):.3f}, alignment: {draw.uniform(0, .4):.3f}, fragility: {draw.random():.3f}, "
          f"commitment: {draw.uniform(.1, .5):.3f}, sovereignty: {draw.uniform(.3, .8):.3f}}}")
print("dyads:")
for i in range(n):
    for j in range(i + 1, n):
        distance = max(100, ((places[i][0] - places[j][0]) ** 2 + (places[i][1] - places[j][1]) ** 2) ** 0.5)
        print(f"  S{i:04d}-S{j:04d}: {{distance: {distance:.1f}, contiguous: {int(distance < 500)}}}")
