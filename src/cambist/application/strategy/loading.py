"""Finds a strategy's class: in a file of its author, or by the name under which a package offers it."""

from __future__ import annotations

import importlib.util
import inspect
import sys
import traceback
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

from cambist.application.strategy.author import Strategy
from cambist.application.strategy.parameters import parameters_of
from cambist.domain.errors import StrategyError

ENTRY_POINT_GROUP = "cambist.strategies"


def load_strategy(path_or_name: str | Path) -> type[Strategy]:
    """The class in a file with exactly one Strategy subclass, or the one a package offers under this name.

    Raises StrategyError with the line and what to do about it.
    """
    path = Path(path_or_name)
    is_file = path.suffix == ".py" or path.is_file()
    owner = _from_file(path) if is_file else _from_entry_point(str(path_or_name))
    for parameter in parameters_of(owner).values():
        parameter.spec()
    return owner


def offered_strategies() -> list[str]:
    """Names that installed packages offer."""
    return sorted(point.name for point in entry_points(group=ENTRY_POINT_GROUP))


def _from_entry_point(name: str) -> type[Strategy]:
    for point in entry_points(group=ENTRY_POINT_GROUP):
        if point.name == name:
            owner = point.load()
            if inspect.isclass(owner) and issubclass(owner, Strategy):
                return owner
            raise StrategyError(f"{point.value} is not a Strategy.", "Correct the entry point of that package.")
    raise StrategyError(
        f"There is no strategy file or strategy named {name!r}.",
        f"Give a path that ends in .py, or one of: {', '.join(offered_strategies()) or 'none is installed'}.",
    )


def _from_file(path: Path) -> type[Strategy]:
    module = _import_file(path)
    found = [
        member
        for member in vars(module).values()
        if inspect.isclass(member) and issubclass(member, Strategy) and member.__module__ == module.__name__
    ]
    leaves = [owner for owner in found if not any(other is not owner and issubclass(other, owner) for other in found)]
    if not leaves:
        raise StrategyError(
            f"{path.name} has no strategy in it.", "Write one class that inherits from cambist.Strategy."
        )
    if len(leaves) > 1:
        named = " and ".join(f"{owner.__name__} (line {_line_of(owner)})" for owner in leaves)
        raise StrategyError(f"{path.name} has {len(leaves)} strategies: {named}.", "Keep one per file.")
    return leaves[0]


def _import_file(path: Path) -> ModuleType:
    """Run the file as a module of its own."""
    try:
        source = path.read_bytes()
    except OSError as error:
        raise StrategyError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
    name = f"cambist_strategy_{path.stem}_{abs(hash(str(path.resolve())))}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None:
        raise StrategyError(f"{path.name} is no Python file.", "Give a file that ends in .py.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        exec(compile(source, str(path), "exec"), module.__dict__)
    except SyntaxError as error:
        raise StrategyError(
            f"{path.name} has a syntax error in line {error.lineno}: {error.msg}.", "Correct that line."
        ) from error
    except StrategyError as error:
        raise StrategyError(f"{path.name}, line {_line_in(path, error)}: {error.message}", error.action) from error
    except (Exception, SystemExit) as error:
        raise StrategyError(
            f"{path.name} raises {type(error).__name__} in line {_line_in(path, error)} when it is loaded: {error}.",
            "Correct that line; if a package is missing, install it in the environment of cambist.",
        ) from error
    return module


def _line_in(path: Path, error: BaseException) -> int:
    """The last line of the file that the error passed."""
    lines = [frame.lineno or 0 for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return lines[-1] if lines else 0


def _line_of(owner: type[Strategy]) -> int:
    try:
        return inspect.getsourcelines(owner)[1]
    except (OSError, TypeError):
        return 0
