"""Opens outputs of Entente: one, or several joined along scenarios or points."""
from __future__ import annotations

import glob
import os
import pathlib
from typing import Optional, Sequence, Union

import numpy as np
import xarray

from .choose import EntenteError

Path = Union[str, "os.PathLike[str]"]
WITHOUT_DASK = 2e9  # bytes that several files may take in memory before we say that dask would help


def open(*paths: Path, along: Optional[str] = None, variables: Optional[Sequence[str]] = None) -> xarray.Dataset:  # noqa: A001
    """Open one output of `entente run`, `sensitivity` or `calibrate`, or several outputs as one.

    Values of one file are read when they are needed. Those of several are too if dask is installed, and else at once.

    Parameters
    ----------
    paths
        files; a pattern such as "runs/*.h5" stands for all files that match, in order of their names
    along
        the dimension along which several files are joined: "scenario" or "point". Default: "point" if all have the same
        scenarios and factors, else "scenario".
    variables
        only these, with their coordinates; default: all

    Returns
    -------
    Dataset; its tables and pictures are methods of `.entente`

    Raises
    ------
    EntenteError
        if a file is missing, is no output of Entente, or does not fit the others
    """
    files = [file for path in paths for file in _expand(path)]
    if not files:
        raise EntenteError("no file to open; name one, such as results/scenarios.h5")
    parts = [_decode(_open_one(file, lazily=len(files) > 1), variables) for file in files]
    return parts[0] if len(parts) == 1 else _join(parts, files, along)


def _expand(path: Path) -> list[str]:
    path = os.path.expanduser(os.fspath(path))
    if os.path.exists(path) or not glob.has_magic(path):
        return [path]
    found = sorted(glob.glob(path))
    if not found:
        raise EntenteError(f"{path}: no file matches")
    return found


def _has_dask() -> bool:
    try:
        import dask.array  # noqa: F401
    except ImportError:
        return False
    return True


def _open_one(file: str, lazily: bool) -> xarray.Dataset:
    if not os.path.exists(file):
        hint = f"; its parts are being computed, see `entente status {file}`" if os.path.isdir(file + ".parts") else ""
        raise EntenteError(f"{file}: no such file{hint}")
    try:
        data = xarray.open_dataset(file, chunks={} if lazily and _has_dask() else None)
    except (OSError, ValueError) as error:
        raise EntenteError(f"{file}: cannot be opened: {str(error).splitlines()[0]}") from error
    if "entente_version" not in data.attrs:
        data.close()
        raise EntenteError(f"{file}: no output of Entente: it has no attribute entente_version")
    return data


def _decode(data: xarray.Dataset, variables: Optional[Sequence[str]]) -> xarray.Dataset:
    """Names as coordinates, of partners too; of the variables those wanted."""
    data = data.set_coords([name for name in ("scenario_title", "state_name") if name in data.variables])
    if "state_name" in data.coords and "partner" in data.coords:
        names = dict(zip(data["state"].values, data["state_name"].values))
        partners = [names.get(code, code) for code in data["partner"].values]
        data = data.assign_coords(partner_name=("partner", np.array(partners, object),
                                                {"long_name": "name of the other state"}))
    if variables is None:
        return data
    missing = [name for name in variables if name not in data]
    if missing:
        raise EntenteError(f"no variable {missing[0]!r} here; there are: {', '.join(map(str, data.data_vars))}")
    always = [name for name in ("run_status", "observed_trade") if name in data]
    return data[list(dict.fromkeys([*variables, *always]))]


def _factors(data: xarray.Dataset) -> set[str]:
    return {str(name) for name in data.coords if data[name].dims == ("point",) and name != "point"}


def _join(parts: list[xarray.Dataset], files: list[str], along: Optional[str]) -> xarray.Dataset:
    for part, file in zip(parts, files):
        if "point" not in part.dims:
            raise EntenteError(f"{file}: findings are opened one file at a time")
    if along is None:
        same = all(list(part["scenario"].values) == list(parts[0]["scenario"].values)
                   and _factors(part) == _factors(parts[0]) for part in parts)
        along = "point" if same and _factors(parts[0]) else "scenario"
    if along not in ("scenario", "point"):
        raise EntenteError(f"along is {along!r}, must be 'scenario' or 'point'")
    size = sum(part.nbytes for part in parts)
    if size > WITHOUT_DASK and not _has_dask():
        raise EntenteError(f"all of these take {size / 1e9:.1f} GB of memory: name the variables= you need, or install dask "
                           "(on Debian: apt install python3-dask), with which they are read piece by piece")
    parts = _rename(parts, files) if along == "scenario" else _renumber(parts)
    try:
        joined = xarray.concat(parts, along, data_vars="minimal", coords="minimal", compat="equals", join="exact",
                               combine_attrs="drop_conflicts")
    except ValueError as error:
        raise EntenteError(f"{', '.join(files)}: cannot be joined along {along}, since they differ in something else: "
                           f"{_difference(parts, along) or str(error).splitlines()[0]}") from error
    return joined


def _rename(parts: list[xarray.Dataset], files: list[str]) -> list[xarray.Dataset]:
    """Scenarios of the same name are told apart by their file."""
    names = [str(name) for part in parts for name in part["scenario"].values]
    if len(set(names)) == len(names):
        return parts
    return [part.assign_coords(scenario=[f"{name} ({pathlib.Path(file).stem})" for name in part["scenario"].values])
            for part, file in zip(parts, files)]


def _renumber(parts: list[xarray.Dataset]) -> list[xarray.Dataset]:
    """Points are counted on from file to file."""
    begins = np.cumsum([0] + [part.sizes["point"] for part in parts])
    return [part.assign_coords(point=np.arange(begin, begin + part.sizes["point"])) for part, begin in zip(parts, begins)]


def _difference(parts: list[xarray.Dataset], along: str) -> str:
    """The first dimension in which two files differ, in words; nothing if there is none."""
    for part in parts[1:]:
        for name in parts[0].indexes:
            if name != along and name in part.indexes and not part.indexes[name].equals(parts[0].indexes[name]):
                return f"{name} ({parts[0].sizes[name]} and {part.sizes[name]})"
        odd = set(map(str, part.variables)) ^ set(map(str, parts[0].variables))
        if odd:
            return f"{sorted(odd)[0]} (one has it, one has not)"
    return ""
