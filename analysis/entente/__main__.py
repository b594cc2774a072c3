"""The tables and pictures, as a command: python3 -m entente fan results/scenarios.h5 -o fan.png"""
from __future__ import annotations

import argparse
import inspect
import sys
from typing import Optional, Sequence

from .accessor import Entente
from .choose import EntenteError
from .files import open as open_output

PICTURES = ("fan", "difference", "pairs", "trade_growth", "leadership", "positions", "network", "sensitivity", "indices",
            "surface", "posterior", "widths", "pit", "shapley", "membership")
TABLES = ("scenarios", "told", "scores")
TEXT = ("scenario", "against", "variable", "state", "partner", "area", "colour", "index", "across", "up")
NUMBERS = ("year", "point", "largest")


def _parser(program: Optional[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(program or "python3 -m entente", description="Draw or tell what Entente computed.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("report", help="One page about outputs, to be handed to a colleague.", add_help=False)
    for name in (*PICTURES, *TABLES):
        method = getattr(Entente, name)
        first = inspect.getdoc(method).splitlines()[0]
        command = commands.add_parser(name.replace("_", "-"), help=first.replace("%", "%%"), description=first)
        command.add_argument("output", nargs="+", help="file that `entente` wrote; several are joined")
        for option, parameter in inspect.signature(method).parameters.items():
            default = parameter.default
            says = None if default in (None, inspect.Parameter.empty) else f"default: {default}"
            if option in TEXT:
                takes_several = "Names" in str(parameter.annotation)
                command.add_argument(f"--{option}", required=default is inspect.Parameter.empty, help=says,
                                     action="append" if takes_several else "store")
            elif option in NUMBERS:
                command.add_argument(f"--{option}", type=int, help=says)
            elif option == "factors":
                command.add_argument("--factors", nargs="+")
        if name in PICTURES:
            command.add_argument("-o", "--picture", default=f"{name}.png",
                                 help="PNG, SVG or PDF, by its ending; default: %(default)s")
    return parser


def main(arguments: Optional[Sequence[str]] = None, program: Optional[str] = None) -> int:
    """Do what the arguments of the command line say; the exit code."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    if arguments[:1] == ["report"]:
        return _report(arguments[1:], program)
    options = vars(_parser(program).parse_args(arguments))
    name, paths = options.pop("command").replace("-", "_"), options.pop("output")
    picture = options.pop("picture", None)
    given = {key: value for key, value in options.items() if value is not None}
    try:
        if picture:
            _draw_without_window()
        with open_output(*paths) as data:
            found = getattr(data.entente, name)(**given)
            if picture:
                getattr(found, "figure", found).savefig(picture, dpi=150)
    except (EntenteError, OSError, ValueError) as error:
        print(f"{program or 'entente'}: {str(error).splitlines()[0]}", file=sys.stderr)
        return 1
    print(picture or found.to_string(float_format=lambda x: f"{x:.4g}"))
    return 0


def _report(arguments: Sequence[str], program: Optional[str]) -> int:
    try:
        _draw_without_window()
        from . import report
    except ModuleNotFoundError as error:
        print(f"{program or 'entente'}: a report needs {error.name}", file=sys.stderr)
        return 1
    return report.main(arguments, program)


def _draw_without_window() -> None:
    try:
        import matplotlib
    except ModuleNotFoundError:
        return  # the method says what is missing
    matplotlib.use("Agg")


if __name__ == "__main__":
    sys.exit(main())
