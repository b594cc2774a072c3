"""The binary and its output files, as the tests that are written in Python see them: no library of ours between."""
import os
import re
import subprocess

import h5py
import numpy as np
import yaml


class Loader(yaml.SafeLoader):
    """PyYAML takes 1e-3 for a text; here it is a number, as everywhere else."""


Loader.yaml_implicit_resolvers = {key: list(value) for key, value in yaml.SafeLoader.yaml_implicit_resolvers.items()}
Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)|[0-9]+\.[0-9]*|\.[0-9]+|\.(?:inf|Inf|INF)|"
                             r"\.(?:nan|NaN|NAN))$"), list("-+0123456789."))


def entente(binary, *arguments, check=True):
    """Run a command of the binary and return what it prints."""
    done = subprocess.run([str(binary), *map(str, arguments)], capture_output=True, text=True,
                          env={**os.environ, "NO_COLOR": "1"})
    if check and done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, [binary, *arguments]))} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout


def resolved(binary, path, *arguments):
    """The complete configuration of a file."""
    return yaml.load(entente(binary, "check", "--resolved", path, *arguments), Loader)


def texts(dataset):
    return [value.decode() if isinstance(value, bytes) else str(value) for value in np.atleast_1d(dataset[()])]


class Output:
    """An output file: `get(variable, scenario)` is an array [replicate, year, ...], its later axes states, states and
    areas, areas, or a matrix of states with NaN on its diagonal. The first scenario is taken if none is named."""

    def __init__(self, path):
        self.file = h5py.File(path, "r")
        self.axes = {name: self.axes_of(data) for name, data in self.file.items() if isinstance(data, h5py.Dataset)}
        self.years = [int(year) for year in self.file["year"][()]]
        self.states = texts(self.file["state"])
        self.scenarios = texts(self.file["scenario"])

    @staticmethod
    def axes_of(data):
        return tuple(data.dims[n][0].name.rsplit("/", 1)[-1] if len(data.dims[n]) else f"?{n}" for n in range(data.ndim))

    def variables(self):
        """Those recorded for every year of every replicate."""
        return [name for name, axes in self.axes.items() if "replicate" in axes and "year" in axes and len(axes) > 1]

    def get(self, name, scenario=None):
        data, axes = self.file[name], self.axes[name]
        first = {"scenario": self.scenarios.index(scenario) if scenario is not None else 0, "point": 0}
        values = np.asarray(data[tuple(first.get(axis, slice(None)) for axis in axes)], dtype=float)
        if "_FillValue" in data.attrs:
            values[values == float(np.ravel(data.attrs["_FillValue"])[0])] = np.nan
        axes = tuple(axis for axis in axes if axis not in first)
        wanted = [axis for axis in ("replicate", "year") if axis in axes]
        order = [axes.index(axis) for axis in wanted + [axis for axis in axes if axis not in wanted]]
        return values.transpose(order)

    def close(self):
        self.file.close()
