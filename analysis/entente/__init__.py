"""What Entente computed, opened and drawn.

    import entente
    results = entente.open("results/scenarios.h5")     # an xarray Dataset
    results.entente.scenarios()                        # a table: how each scenario came out
    results.entente.fan("cohesion")                    # a picture

    entente.command("run my.yaml -o my.h5")            # the program, as from a terminal

All pictures and tables are methods of `results.entente`: see `help(entente.Entente)`.
"""
from .accessor import Entente
from .choose import EntenteError
from .command import begin, command, output, program
from .files import open  # noqa: A001 (as in xarray: it is called entente.open)

__version__ = "0.1.0"
__all__ = ["Entente", "EntenteError", "begin", "command", "open", "output", "program"]
