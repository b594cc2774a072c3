#!/usr/bin/env python3
"""The notebooks run from start to end, and the text they show is what is committed. Exit code 77 without nbconvert.

    notebook.py BINARY [--write]

--write puts what came out, pictures and all, into the notebooks.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
LARGEST = 300_000  # bytes of all pictures

os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # the kernel's debugger warns otherwise
try:
    import ipykernel  # noqa: F401
    import matplotlib  # noqa: F401
    import nbconvert  # noqa: F401
    import nbformat
    from nbconvert.preprocessors import ExecutePreprocessor
except ModuleNotFoundError as error:
    print(f"skipped: {error.name} is not installed")
    sys.exit(77)


def texts(notebook):
    """Words and numbers that each cell shows, in order."""
    return ["".join(output.get("text", "") or output.get("data", {}).get("text/plain", "") for output in cell.outputs
                    if "image/png" not in output.get("data", {})).split() for cell in notebook.cells if cell.cell_type == "code"]


def pictures(notebook):
    return sum("image/png" in output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", []))


def main():
    binary, is_writing = str(pathlib.Path(sys.argv[1]).resolve()), "--write" in sys.argv
    wrong, size = [], 0
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "project"  # as after ./run.sh
        shutil.copytree(ROOT / "analysis", copy / "analysis")
        (copy / "results").mkdir()
        subprocess.run([binary, "run", *sorted((ROOT / "configs" / "scenarios").glob("*.yaml")), "-o",
                        copy / "results" / "scenarios.h5"], check=True, stdout=subprocess.DEVNULL)
        for path in sorted((ROOT / "analysis" / "notebooks").glob("*.ipynb")):
            committed, notebook = nbformat.read(path, 4), nbformat.read(path, 4)
            runner = ExecutePreprocessor(timeout=120, kernel_name="python3", record_timing=False)
            runner.preprocess(notebook, {"metadata": {"path": copy / "analysis" / "notebooks"}})
            if is_writing:
                notebook.metadata.pop("widgets", None)
                nbformat.write(notebook, path)
                committed = notebook
            if texts(committed) != texts(notebook) or pictures(committed) != pictures(notebook):
                wrong.append(f"{path.name} shows what is no longer so; tests/analysis/notebook.py BINARY --write renews it: "
                             "then read whether its words are still true")
            calls = sum(".entente." in cell.source and cell.source.endswith(";") for cell in notebook.cells)
            if pictures(notebook) != calls:
                wrong.append(f"{path.name} shows {pictures(notebook)} pictures, must be {calls}: one each call")
            size += sum(3 * len(output["data"]["image/png"]) // 4 for cell in committed.cells  # base64
                        for output in cell.get("outputs", []) if "image/png" in output.get("data", {}))
    if size > LARGEST:
        wrong.append(f"pictures take {size} bytes, must be at most {LARGEST}")
    print(*wrong or [f"all run; pictures take {size} bytes"], sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
