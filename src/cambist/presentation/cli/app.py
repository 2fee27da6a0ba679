"""The command tree of `cambist`, and the one place where failures become exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError

from cambist.domain.errors import CambistError, InputError
from cambist.presentation.cli import kill_switch, research, server, setup, up, venue
from cambist.presentation.cli.bench import bench_app
from cambist.presentation.cli.console import report_failure
from cambist.presentation.cli.journal import journal_app
from cambist.presentation.cli.operations import Operations
from cambist.presentation.cli.session import session_app

EXIT_OK = 0
EXIT_INTERRUPTED = 130
_HELP = "A trading venue, a desk and strategies on one machine. Exit codes: docs/cli.md."


def build_app(operations: Operations, version: str) -> App:
    """Every command, bound to what does its work."""
    app = App(name="cambist", help=_HELP, version=version, result_action="return_value", help_on_error=False)
    up.register(app, operations)
    server.register(app, operations)
    kill_switch.register(app, operations)
    venue.register(app, operations)
    setup.register(app, operations)
    app.command(session_app(operations))
    app.command(journal_app(operations))
    research.register(app, operations)
    app.command(bench_app(operations))
    return app


def run(operations: Operations, version: str, arguments: Sequence[str]) -> int:
    """Carry out one command line and return its exit code."""
    app = build_app(operations, version)
    try:
        code = app(arguments, exit_on_error=False, print_error=False)
        sys.stdout.flush()
    except CycloptsError as error:
        return report_failure(InputError(_sentence(str(error)), "'cambist --help' lists commands and options."))
    except CambistError as error:
        return report_failure(error)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        _forget_standard_output()
        return EXIT_OK
    return code if isinstance(code, int) else EXIT_OK


def _sentence(text: str) -> str:
    """Cyclopts' message on one line, with its full stop."""
    line = " ".join(text.split())
    return line if line.endswith((".", "?", "!")) else f"{line}."


def _forget_standard_output() -> None:
    """The reader (a pager, `head`) is gone: keep the interpreter from complaining about it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
