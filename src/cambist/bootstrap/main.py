"""The console script `cambist`: builds what does the work and hands it to the command line."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.metadata import version

from cambist.bootstrap.operations import LocalOperations
from cambist.presentation.cli.app import run


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command line; the exit code."""
    return run(LocalOperations(), version("cambist"), sys.argv[1:] if arguments is None else arguments)


if __name__ == "__main__":
    sys.exit(main())
