"""An output file is what a notebook expects, in every library that scholars open it with.

open_in_python.py FILE FIRST_YEAR LAST_YEAR STATE,STATE,...   (with trajectories of all variables)

Opens the file in xarray (both engines), h5py, netCDF4 and ncdump, and checks names, units, years, identifiers and values.
Exit code 77 if the packages are not installed (see run.sh), so that ctest counts the test as skipped.
"""
import shutil
import subprocess
import sys
import tempfile
import warnings

warnings.filterwarnings("ignore")  # Debian's packages warn of numpy's ABI
try:
    import h5py
    import netCDF4
    import numpy
    import xarray
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

LEADING = ("scenario", "point", "replicate", "year")
ATTRIBUTES = ["Conventions", "title", "entente_version", "entente_commit", "compiler", "compiler_flags", "libraries",
              "seed", "noise", "command_line", "host", "started", "finished", "threads"]


def check(holds, what):
    if not holds:
        raise SystemExit(f"open_in_python: {what}")


def check_labels(data, years, states):
    check(data.scenario.dtype == object and isinstance(data.scenario.values[0], str), "scenario names are not text")
    check(list(data.year.values) == years, f"years are {data.year.values}")
    check(list(data.state.values) == states, f"states are {data.state.values}")
    check(list(data.partner.values) == states, f"partners are {data.partner.values}")
    check(list(data.area.values) == ["security", "economy"], f"areas are {data.area.values}")
    check("state_name" in data.coords and "scenario_title" in data.coords, "names and titles are not coordinates")
    check("base" not in data.configuration.values[0].split(":")[0], "the configuration is not resolved")


def check_attributes(data):
    for name in ATTRIBUTES:
        check(name in data.attrs, f"attribute {name} is missing")
    check(data.attrs["Conventions"] == "CF-1.8", "Conventions is not CF-1.8")
    check(data.attrs["seed"].isdigit(), f"seed is {data.attrs['seed']}")


def check_variables(data):
    recorded = [v for v in data.data_vars.values() if v.dims[:4] == LEADING]
    check(len(recorded) > 20, f"only {len(recorded)} variables have trajectories")
    for variable in recorded:
        check(variable.attrs.get("units"), f"{variable.name} has no units")
        check(variable.attrs.get("long_name"), f"{variable.name} has no long_name")
    check(data.cohesion.dims == LEADING, f"cohesion is over {data.cohesion.dims}")
    check(data.vision.dims == (*LEADING, "state"), f"vision is over {data.vision.dims}")
    check(data.position.dims == (*LEADING, "state", "area"), f"position is over {data.position.dims}")
    check(data.trade.dims == (*LEADING, "state", "partner"), f"trade is over {data.trade.dims}")
    check(data.status.attrs["flag_meanings"] == "outsider observer member", "status has no flags")
    check(set(numpy.unique(data.status)) <= {0, 1, 2}, "status is not 0, 1 or 2")


def check_values(data, states):
    one = data.trade.sel(state=states[0], partner=states[1])
    other = data.trade.sel(state=states[1], partner=states[0])
    check(numpy.array_equal(one, other), "trade is not symmetric")
    check(bool((one > 0).all()), "trade is not positive")
    check(bool(data.trade.sel(state=states[0], partner=states[0]).isnull().all()), "a state trades with itself")
    check(bool(((data.cohesion >= 0) & (data.cohesion <= 1)).all()), "cohesion is not within 0 .. 1")
    check(bool((data.run_status == 0).all()), "a run has failed")
    check(set(data.failed_variable.values.ravel()) == {""}, "failed_variable is not empty")


def check_engines(path, years, states):
    opened = {}
    for engine in ("netcdf4", "h5netcdf"):
        try:
            opened[engine] = xarray.open_dataset(path, engine=engine).load()
        except (ImportError, ValueError) as error:
            check(engine == "h5netcdf" and "h5netcdf" in str(error), f"{engine}: {error}")
            print("h5netcdf is not installed: that engine is not tried")
    for data in opened.values():
        check_labels(data, years, states)
        check_attributes(data)
        check_variables(data)
        check_values(data, states)
    if len(opened) == 2:
        xarray.testing.assert_equal(opened["netcdf4"], opened["h5netcdf"])
    frame = opened["netcdf4"].cohesion.isel(point=0).to_dataframe().cohesion.unstack("year")
    check(list(frame.columns) == years, "pandas does not have the years as columns")


def check_h5py(path, states):
    with h5py.File(path, "r") as file:
        check(list(file["state"].asstr()[:]) == states, "h5py does not read the identifiers")
        trade = file["trade"]
        check([d.label or list(d.keys())[0] for d in trade.dims] == [*LEADING, "state", "partner"], "h5py sees other dimensions")
        check(trade.attrs["_FillValue"] == trade.fillvalue, "_FillValue and HDF5's fill value differ")


def check_append(path):
    with tempfile.NamedTemporaryFile(suffix=".nc") as copy:
        shutil.copyfile(path, copy.name)
        with netCDF4.Dataset(copy.name, "a") as file:
            file.createVariable("twice", "f8", ("year",))[:] = 2 * file["year"][:]
        with netCDF4.Dataset(copy.name) as file:
            check(file["twice"][0] == 2 * file["year"][0], "netCDF4 cannot add a variable")


def check_ncdump(path):
    if not shutil.which("ncdump"):
        print("ncdump is not installed: it is not tried")
        return
    said = subprocess.run(["ncdump", "-h", path], capture_output=True, text=True)
    check(said.returncode == 0, f"ncdump: {said.stderr}")
    check("float trade(scenario, point, replicate, year, state, partner)" in said.stdout, "ncdump does not show trade")
    text = subprocess.run(["ncdump", "-v", "state,failed_variable", path], capture_output=True, text=True)
    check(text.returncode == 0, f"ncdump -v: {text.stderr}")


def main():
    path, first, last, states = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4].split(",")
    check_engines(path, list(range(first, last + 1)), states)
    check_h5py(path, states)
    check_append(path)
    check_ncdump(path)


main()
