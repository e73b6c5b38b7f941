"""The command line: the only reader of arguments, environment and clock. It parses, calls, prints; nothing else."""

import traceback
from collections.abc import Sequence

import typer

# Imported for their commands, in the order `exchange --help` shows them.
# isort: off
from exchange.cli import months, files, proof, delivery, identity, review, simulation  # noqa: F401

# isort: on
from exchange.cli.base import app, err
from exchange.model.errors import ExchangeError

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code. Errors of ours are told in two lines, without a traceback."""
    try:
        result = app(args=list(argv) if argv is not None else None, standalone_mode=False)
    except ExchangeError as error:
        err.print(f"exchange: {error}\n  → {error.remedy}", markup=False, soft_wrap=True)
        return error.exit_code
    except typer.Exit as stop:
        return stop.exit_code
    except typer.Abort:
        err.print("exchange: stopped")
        return 130
    except KeyboardInterrupt:
        err.print("exchange: stopped")
        return 130
    except Exception as error:
        if hasattr(error, "show") and hasattr(error, "exit_code"):  # click's own usage errors
            error.show()
            return int(error.exit_code)
        # A library's words may quote a cell: where it happened is printed, what it said is not.
        err.print(f"exchange: a defect of the program ({type(error).__name__}) at", markup=False)
        err.print("".join(traceback.format_tb(error.__traceback__)), markup=False, soft_wrap=True)
        return 70
    return int(result) if isinstance(result, int) else 0
