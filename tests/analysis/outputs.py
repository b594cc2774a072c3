"""Small outputs for the tests of analysis/, made by the program that is tested."""
import importlib.util
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "configs" / "scenarios"
HISTORY, WITHOUT = SCENARIOS / "history.yaml", SCENARIOS / "without_nine_eleven.yaml"
sys.path.insert(0, str(ROOT / "analysis"))
GRID = f"""\
title: Vision and will, each taken away
scenarios: [{HISTORY}]
years: [2001, 2004]
vary: {{states.CHN.vision: [0.1, 0.35], states.CHN.will: [0.1, 0.4]}}
replicates: 8
record: {{trajectories: [cohesion, depth]}}
"""
MORRIS = f"""\
scenarios: [{HISTORY}]
years: [2001, 2004]
vary:
  states.CHN.will: {{uniform: [0.1, 0.9]}}
  agenda.stride: {{uniform: [0.5, 2]}}
design: {{morris: 6}}
replicates: 4
"""
SALTELLI = MORRIS.replace("morris: 6", "saltelli: 16")
CALIBRATION = f"""\
title: Two parameters of trade
scenarios: [{HISTORY}]
years: [2001, 2005]
vary:
  trade.constant: {{normal: [1.66, 0.3]}}
  trade.gap_kept: {{uniform: [0, 1]}}
calibration:
  targets: {{trade: {{scale: log, sd: 0.3, years: [2005]}}}}
  replicates: 16
  fit: {{starts: 1, steps: 30}}
  posterior: {{population: 50, generations: 5, tolerance: 2}}
"""
FORECAST = f"""\
title: Trade as it came
scenarios: [{HISTORY}]
years: [2001, 2008]
vary: {{trade.gap_kept: {{uniform: [0.2, 0.6]}}}}
design: {{sobol: 8}}
replicates: 8
common_random_numbers: off
record: {{trajectories: [trade, position_distance], statistics: none}}
score:
  after: 2003
  variables: {{trade: {{scale: log}}, position_distance: {{scale: linear}}}}
"""


def draw_without_window():
    """For tests that draw: matplotlib without a screen. Without matplotlib the test is skipped."""
    if not importlib.util.find_spec("matplotlib"):
        print("skipped: matplotlib is not installed")
        sys.exit(77)
    import matplotlib
    matplotlib.use("Agg")


class Outputs:
    """Files in a folder, by name, made when first asked for."""

    def __init__(self, binary, folder):
        self.binary, self.folder = binary, pathlib.Path(folder)

    def entente(self, *arguments):
        done = subprocess.run([self.binary, *map(str, arguments)], cwd=self.folder, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"entente {' '.join(map(str, arguments))}: {done.stderr}")
        return done.stdout

    def run(self, name, *arguments):
        path = self.folder / f"{name}.h5"
        if not path.exists():
            self.entente("run", *arguments, "-o", path)
        return path

    def plain(self, name="plain", seed=1, scenarios=(HISTORY, WITHOUT), years="2001:2005"):
        return self.run(name, *scenarios, "-n", 12, "--years", years, "--seed", seed)

    def experiment(self, name, text):
        (self.folder / f"{name}.yaml").write_text(text)
        return self.run(name, f"{name}.yaml")

    def findings(self, name, text):
        path = self.folder / f"{name}.sensitivity.h5"
        if not path.exists():
            self.entente("sensitivity", self.experiment(name, text))
        return path

    def calibration(self):
        path = self.folder / "trade.calibration.h5"
        if not path.exists():
            (self.folder / "trade.yaml").write_text(CALIBRATION)
            self.entente("calibrate", "trade.yaml", "-o", path)
        return path

    def scores(self):
        path = self.folder / "forecast.score.h5"
        if not path.exists():
            (self.folder / "forecast.yaml").write_text(FORECAST)
            self.entente("score", "forecast.yaml", "-o", path)
        return path
