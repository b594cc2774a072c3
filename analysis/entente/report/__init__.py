"""One page about an output: what `entente report` writes, to be handed to a colleague.

    from entente.report import report
    report(["results/scenarios.h5"], "report.html")
"""
from __future__ import annotations

import argparse
import os
import pathlib
import sys
from typing import Callable, Optional, Sequence

import xarray

from ..choose import EntenteError, title_of
from ..files import open as open_output
from . import design, findings, page, run

MARK = b'<meta name="generator" content="entente report">'  # by which a page of ours is known
BESIDE = ("sensitivity", "compare")  # findings that commands write beside an output under a name of their own
YAML_WORDS = {"configuration": "Configuration: everything that was used", "experiment": "The experiment"}


def report(paths: Sequence["str | os.PathLike[str]"], output: "str | os.PathLike[str]") -> list[str]:
    """Write one page about these files; findings that lie beside an output are taken in.

    Returns
    -------
    the files that it tells of, in order

    Raises
    ------
    EntenteError
        if a file is missing or is no output of Entente
    """
    files = _with_findings([os.fspath(path) for path in paths])
    with page.for_the_page():
        text = _page(files)
    temporary = pathlib.Path(f"{os.fspath(output)}.tmp.{os.getpid()}")
    try:
        temporary.write_text(text, encoding="utf-8")
        os.replace(temporary, output)
    finally:
        temporary.unlink(missing_ok=True)
    return files


def _with_findings(paths: list[str]) -> list[str]:
    """The files, and after each the findings about it that are no older."""
    files = []
    for path in paths:
        files.append(path)
        stem = path[:-3] if path.endswith(".h5") else path
        for kind in BESIDE:
            beside = f"{stem}.{kind}.h5"
            if os.path.exists(beside) and os.path.exists(path) and os.path.getmtime(beside) >= os.path.getmtime(path):
                files.append(beside)
    return list(dict.fromkeys(files))


# -- the page -----------------------------------------------------------------------------------------------------------------


def _page(files: list[str]) -> str:
    sections, made, head, told = [], "", None, {}
    for file in files:
        with open_output(file) as data:
            if _kind(data) == "run" and not {"scenario", "replicate", "year"} <= set(data.dims):
                raise EntenteError(f"{file}: holds neither runs nor findings that a report tells of")
            head = head or (_title(data), _above(data), _below(data), _citation(data), _opening(data, file))
            sections += _sections(data)
            made += (page.heading(os.path.basename(file)) if len(files) > 1 else "") + _provenance(data, file, told)
            told = told or dict(data.attrs)
    title, above, below, citation, opening = head
    made = page.paragraph("The same configuration, version and seed give the same numbers, bit by bit, on any machine.") + made
    sections += [page.Section("How it was made", "made", made), page.Section("How to cite", "cite", citation),
                 page.Section("How to open it", "open", opening)]
    return page.assemble(title, above, _told_apart(sections), below)


def _told_apart(sections: list[page.Section]) -> list[page.Section]:
    """Sections whose links lead to different places."""
    seen: dict[str, int] = {}
    found = []
    for section in sections:
        seen[section.anchor] = seen.get(section.anchor, 0) + 1
        n = seen[section.anchor]
        found.append(page.Section(section.title, section.anchor if n == 1 else f"{section.anchor}-{n}", section.body))
    return found


def _kind(data: xarray.Dataset) -> str:
    """What a file holds: sensitivity, calibration, score, comparison, or a run."""
    for attribute in ("sensitivity", "calibration", "score"):
        if attribute in data.attrs:
            return attribute
    return "comparison" if "compared_file" in data.attrs else "run"


FINDINGS: dict[str, tuple[str, Callable[[xarray.Dataset], str]]] = {
    "sensitivity": ("Which factors matter", findings.sensitivity), "comparison": ("Differences, variable by variable",
                                                                                findings.comparison),
    "calibration": ("Which values agree with what was observed", findings.calibration),
    "score": ("How far the forecast can be trusted", findings.score)}


def _sections(data: xarray.Dataset) -> list[page.Section]:
    kind = _kind(data)
    if kind in FINDINGS:
        title, write = FINDINGS[kind]
        parts = [(title, kind, write)]
    elif data.sizes.get("point", 1) > 1:
        parts = [("What was run", "run", run.what_was_run), ("What was varied", "varied", design.what_was_varied),
                 ("How far the organization holds together", "cohesion", design.cohesion)]
    else:
        parts = [("What was run", "run", run.what_was_run), *run.SECTIONS]
    written = [page.Section(title, anchor, _or_why_not(write, data)) for title, anchor, write in parts]
    return [section for section in written if section.body]


def _or_why_not(write: Callable[[xarray.Dataset], str], data: xarray.Dataset) -> str:
    """A section; or, where the file has not what it needs, one line that says so."""
    try:
        return write(data)
    except EntenteError as error:
        return page.paragraph(f"This part is missing: {error}.", "note")


def _title(data: xarray.Dataset) -> str:
    if _kind(data) == "run" and data.sizes["scenario"] == 1 and data.sizes.get("point", 1) == 1:
        return title_of(data, run.names_of(data)[0])
    n = data.sizes.get("scenario", 1)
    if data.attrs.get("title") == f"{n} scenarios":  # no title but the number
        return f"“{title_of(data, run.names_of(data)[0])}” and {page.spelled(n - 1, 'other scenario')}"
    return str(data.attrs.get("title", "")) or "A report"


def _above(data: xarray.Dataset) -> str:
    years = f"{int(data['year'][0])}{page.DASH}{int(data['year'][-1])}" if "year" in data.coords else ""
    return ", ".join(text for text in (str(data.attrs.get("organization", "")), years) if text) or "Entente"


def _below(data: xarray.Dataset) -> str:
    return f"Written by Entente {data.attrs['entente_version']}. This page needs nothing but itself: no network, no other file."


# -- where it comes from ------------------------------------------------------------------------------------------------------


def _provenance(data: xarray.Dataset, file: str, told: dict) -> str:
    """Where a file comes from; `told` are the attributes of another, and what is the same there is not told again."""
    names = {"entente_version": "Entente", "entente_commit": "commit", "compiler": "compiler", "compiler_flags": "its flags",
             "libraries": "libraries", "command_line": "command", "seed": "seed", "noise": "noise", "started": "begun",
             "finished": "finished", "host": "computed on", "threads": "threads", "source": "made from", "compared_file": "made from"}
    attributes = {key: value for key, value in data.attrs.items() if str(value) and str(told.get(key, "")) != str(value)}
    known = [(name, attributes[key]) for key, name in names.items() if key in attributes]
    body = page.facts([("file", os.path.basename(file)), *known])
    for key, words in YAML_WORDS.items():
        if key in attributes:
            body += page.folded(words, page.code(str(attributes[key])))
    if "configuration" in data and "scenario" in data["configuration"].dims:
        for name in run.names_of(data):
            body += page.folded(f"{YAML_WORDS['configuration']} in “{title_of(data, name)}”",
                                page.code(str(data["configuration"].sel(scenario=name).values)))
    return body


def _citation(data: xarray.Dataset) -> str:
    commit = str(data.attrs.get("entente_commit", ""))[:12]
    text = f"The Entente developers. Entente: agent-based simulation of multilateral leadership. Version {data.attrs['entente_version']}"
    return (page.paragraph("Please cite the program, and the article whose theory it carries:")
            + page.paragraph(text + (f", commit {commit}." if commit and commit != "unknown" else "."))
            + page.paragraph("Jia, Qingguo. The Shanghai Cooperation Organization: China's Experiment in Multilateral Leadership.")
            + page.paragraph("What was observed belongs to its sources, which the configuration names beside the numbers."))


def _opening(data: xarray.Dataset, file: str) -> str:
    name = os.path.basename(file)
    there = [str(name) for name in data.data_vars if data[name].dtype.kind == "f"] or list(map(str, data.data_vars))
    wanted = next((name for name in ("cohesion", "cohesion_mean") if name in there), there[0])
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return (page.paragraph(f"All that is shown here, and all that is not, is in {name}: HDF5 that follows netCDF-4, which Python, R, "
                           "Julia, MATLAB and many others open. Each variable has its dimensions, unit and description.")
            + page.code(f'entente show {name}\n')
            + page.code(f'# Python\nimport xarray\nresults = xarray.open_dataset("{quoted}")\nresults["{wanted}"]\n')
            + page.code(f'# R (the order of dimensions is turned round)\nresults <- ncdf4::nc_open("{quoted}")\n'
                        f'ncdf4::ncvar_get(results, "{wanted}")\n'))


# -- the command --------------------------------------------------------------------------------------------------------------


def is_ours(path: "str | os.PathLike[str]") -> bool:
    """Is this file a page that was written here?"""
    with open(path, "rb") as file:
        return MARK in file.read(500)


def main(arguments: Sequence[str], program: Optional[str] = None) -> int:
    """python3 -m entente report OUT.h5 -o report.html; the exit code."""
    parser = argparse.ArgumentParser(f"{program or 'python3 -m entente'} report", description="Write one page about outputs.")
    parser.add_argument("output", nargs="+", help="file that `entente` wrote")
    parser.add_argument("-o", "--page", required=True, help="HTML file to write")
    parser.add_argument("-f", "--force", action="store_true", help="write over a page that is there")
    options = parser.parse_args(arguments)
    try:
        if os.path.exists(options.page) and not options.force:
            raise EntenteError(f"{options.page} exists already; --force writes over it")
        if os.path.exists(options.page) and os.path.getsize(options.page) and not is_ours(options.page):
            raise EntenteError(f"--force: '{options.page}' is no report of entente; it is not written over")
        files = report(options.output, options.page)
    except (EntenteError, OSError) as error:
        print(f"{program or 'entente'}: {'error: ' if program else ''}{str(error).splitlines()[0]}", file=sys.stderr)
        return 1
    if not program:  # `entente report` says so itself, when the page has its name
        print(f"{options.page}: {page.listed([os.path.basename(file) for file in files])}")
    return 0
