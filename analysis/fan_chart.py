#!/usr/bin/env python3
"""Fan chart of one variable by year, a panel a scenario, from an output file of `entente run`.

    fan_chart.py OUTPUT [--variable cohesion] [--state CHN] [--area security] [--partner RUS] [-o chart.png]

The line is the median replicate; the bands hold the middle 50 and 90 % of replicates. Needs xarray and matplotlib. The same
as `PYTHONPATH=analysis python3 -m entente fan OUTPUT`, which has more commands.
"""
import sys

from entente.__main__ import main

if __name__ == "__main__":
    arguments = sys.argv[1:]
    if not {"-o", "--picture"} & set(arguments):
        arguments += ["-o", "fan_chart.png"]
    sys.exit(main(["fan", *arguments], "fan_chart.py"))
