#!/usr/bin/env python3
"""A notebook runs from start to end, and the text it shows is what is committed.

    notebook.py BINARY NAME... [--write]

NAME is that of a file in analysis/notebooks, with or without .ipynb. --write puts what came out, pictures and all, into it. What a cell shows that has the tag `varies` may differ, such as
times.
Exit code 77 without nbconvert, or without R for what is written in R.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "analysis" / "notebooks"
LARGEST_PICTURE, LARGEST = 120_000, 400_000  # bytes of one, and of a notebook with all that it shows
R_NEEDS = ("IRkernel", "ncdf4")
R = ["R", "--slave", "--no-init-file", "-e", "IRkernel::main()", "--args", "{connection_file}"]
PYTHON = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]

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


def language(notebook):
    return notebook.metadata.kernelspec.language


def lacks_r():
    """What R does not have of what notebooks in it need; nothing if it has all."""
    if not shutil.which("R"):
        return "R"
    load = "; ".join(f"loadNamespace('{name}')" for name in R_NEEDS)
    done = subprocess.run(["R", "--slave", "-e", load], capture_output=True, text=True)
    return f"{' or '.join(R_NEEDS)} of R" if done.returncode else None


def make_kernels(folder):
    """Kernels of our own: those that are installed may belong to another Python."""
    for name, arguments in (("python", PYTHON), ("R", R)):
        spec = folder / "kernels" / f"entente_{name.lower()}"
        spec.mkdir(parents=True)
        (spec / "kernel.json").write_text(json.dumps({"argv": arguments, "display_name": name, "language": name,
                                                      "env": {"PYTHONWARNINGS": "ignore"}}))  # of other people's packages
    os.environ["JUPYTER_PATH"] = str(folder)


def make_project(copy, binary):
    """What notebooks find: the project as it is after ./run.sh."""
    for name in ("analysis", "configs", "experiments"):
        shutil.copytree(ROOT / name, copy / name)
    (copy / "results").mkdir()
    (copy / "build" / "release").mkdir(parents=True)
    (copy / "build" / "release" / "entente").symlink_to(binary)
    subprocess.run([binary, "run", *sorted((copy / "configs" / "scenarios").glob("*.yaml")), "-o",
                    copy / "results" / "scenarios.h5"], check=True, stdout=subprocess.DEVNULL)


def images(cell):
    """The pictures of a cell, in base64."""
    return [data["image/png"] for data in (output.get("data", {}) for output in cell.get("outputs", [])) if "image/png" in data]


def texts(notebook):
    """Words and numbers that each cell shows, in order."""
    def of(output):
        data = output.get("data", {})
        return "" if "image/png" in data else output.get("text", "") or data.get("text/plain", "")
    return ["".join(map(of, cell.outputs)).split() for cell in notebook.cells
            if cell.cell_type == "code" and "varies" not in cell.metadata.get("tags", [])]


def numbers_of_images(notebook):
    return [len(images(cell)) for cell in notebook.cells]


def draws(cell):
    """Does a cell in Python draw? It then ends with a semicolon, so that the picture alone is shown."""
    return cell.cell_type == "code" and cell.source.endswith(";")


def flaws(name, committed, executed):
    """What is wrong with a notebook, given what it shows now."""
    if texts(committed) != texts(executed) or numbers_of_images(committed) != numbers_of_images(executed):
        yield (f"{name} shows what is no longer so; tests/analysis/notebook.py BINARY {name} --write renews it: "
               "then read whether its words are still true")
    for cell in executed.cells:
        if language(executed) == "python" and len(images(cell)) != draws(cell):
            yield f"{name} shows {len(images(cell))} pictures in a cell that must show {int(draws(cell))}: {cell.source}"
        if any(output.get("name") == "stderr" for output in cell.get("outputs", [])):
            yield f"{name} shows a warning below: {cell.source}"
    for size in (3 * len(image) // 4 for cell in committed.cells for image in images(cell)):  # base64
        if size > LARGEST_PICTURE:
            yield f"{name} has a picture of {size} bytes, must be at most {LARGEST_PICTURE}"
    if (size := len(nbformat.writes(committed))) > LARGEST:
        yield f"{name} takes {size} bytes, must be at most {LARGEST}"


def clean(notebook):
    """Leaves out what differs from machine to machine."""
    notebook.metadata.pop("widgets", None)
    notebook.metadata.get("language_info", {}).pop("version", None)


def check(path, folder, is_writing):
    committed, notebook = nbformat.read(path, 4), nbformat.read(path, 4)
    runner = ExecutePreprocessor(timeout=300, kernel_name=f"entente_{language(notebook).lower()}", record_timing=False)
    spec = notebook.metadata.kernelspec
    runner.preprocess(notebook, {"metadata": {"path": folder / "analysis" / "notebooks"}})
    notebook.metadata.kernelspec = spec  # not that of the test
    if is_writing:
        clean(notebook)
        nbformat.write(notebook, path)
        committed = notebook
    return list(flaws(path.stem, committed, notebook))


def main():
    binary, *names = (word for word in sys.argv[1:] if word != "--write")
    paths = [NOTEBOOKS / f"{name.removesuffix('.ipynb')}.ipynb" for name in names]
    if any(language(nbformat.read(path, 4)) == "R" for path in paths) and (missing := lacks_r()):
        print(f"skipped: {missing} is not installed")
        return 77
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        make_kernels(folder / "jupyter")
        make_project(folder / "project", pathlib.Path(binary).resolve())
        for path in paths:
            wrong += check(path, folder / "project", "--write" in sys.argv)
    print(*wrong or ["all run, and show what is committed"], sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
