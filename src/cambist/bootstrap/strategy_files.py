"""Finds strategies: the reference ones by entry point, others in a file of the user's."""

from __future__ import annotations

import sys
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

from cambist.application.strategy import Strategy
from cambist.domain.errors import StrategyError

ENTRY_POINT_GROUP = "cambist.strategies"


def reference_strategies() -> dict[str, type[Strategy]]:
    """Installed strategies by the name of their entry point, in alphabetical order."""
    found = sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda point: point.name)
    return {point.name: point.load() for point in found}


def load_strategy_file(path: Path) -> tuple[str, type[Strategy]]:
    """The one strategy that a Python file defines, under the file's name.

    Raises StrategyError where the file cannot be read, compiled or run, or defines none or several.
    """
    module = ModuleType(f"cambist_strategy_file_{path.stem}")
    module.__file__ = str(path)
    try:
        code = compile(path.read_bytes(), str(path), "exec")
        sys.modules[module.__name__] = module
        exec(code, module.__dict__)
    except OSError as error:
        raise StrategyError(
            f"The strategy file {path} cannot be read: {error.strerror}.", "Name an existing file."
        ) from error
    except SyntaxError as error:
        raise StrategyError(
            f"The strategy file {path} has a syntax error in line {error.lineno}: {error.msg}.", "Correct that line."
        ) from error
    except (Exception, SystemExit) as error:
        raise StrategyError(
            f"The strategy file {path} raised {type(error).__name__} when it was loaded: {error}.",
            f"Correct it; 'python {path.name}' shows where.",
        ) from error
    return path.stem.replace("_", "-"), _only_strategy(path, module)


def _only_strategy(path: Path, module: ModuleType) -> type[Strategy]:
    defined = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Strategy) and value.__module__ == module.__name__
    ]
    if len(defined) != 1:
        names = ", ".join(strategy.__name__ for strategy in defined) or "none"
        raise StrategyError(
            f"The strategy file {path} must define one subclass of Strategy; it defines {names}.",
            "Keep one strategy per file.",
        )
    return defined[0]
