"""Puts a changed source into force in this process. Called in a process of its own, which ends afterwards.

Where only bodies of functions differ, the functions that are loaded get the new code, which takes a millisecond.
Otherwise the package is forgotten and imported anew with the changed file in place of the old one.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from types import CodeType, FunctionType, ModuleType

from cambist.testing.mutation.source_change import PACKAGE

_PACKAGE_NAME = "cambist"


def put_in_force(file: str, source: str) -> bool:
    """Make the loaded package behave as if `file` said `source`. True where modules were imported anew."""
    name = module_name(file)
    path = str(PACKAGE / file)
    old = compile((PACKAGE / file).read_text(), path, "exec", dont_inherit=True)
    new = compile(source, path, "exec", dont_inherit=True)
    module = sys.modules.get(name)
    if module is not None and _same_outside_functions(old, new):
        for function, code in _changed_functions(module, old, new):
            function.__code__ = code
        return False
    sys.meta_path.insert(0, _ChangedModule(name, source))
    for loaded in [loaded for loaded in sys.modules if loaded.split(".")[0] == _PACKAGE_NAME]:
        del sys.modules[loaded]
    return True


def module_name(file: str) -> str:
    """`engine/reference/gate.py` is cambist.engine.reference.gate."""
    return ".".join([_PACKAGE_NAME, *file.removesuffix(".py").removesuffix("/__init__").split("/")])


def _nested(code: CodeType) -> list[CodeType]:
    return [constant for constant in code.co_consts if isinstance(constant, CodeType)]


def _is_class_body(code: CodeType) -> bool:
    return "__qualname__" in code.co_names and "__module__" in code.co_names


def _same_outside_functions(old: CodeType, new: CodeType) -> bool:
    """True where both do the same but for what stands in the functions they define."""
    pairs = list(zip(_nested(old), _nested(new), strict=False))
    return (
        (old.co_code, old.co_names, _plain_constants(old)) == (new.co_code, new.co_names, _plain_constants(new))
        and [code.co_name for code in _nested(old)] == [code.co_name for code in _nested(new)]
        and all(
            _same_outside_functions(*pair) if _is_class_body(pair[0]) else pair[0].co_freevars == pair[1].co_freevars
            for pair in pairs
        )
    )


def _plain_constants(code: CodeType) -> list[object]:
    """In the order of first use, which is that of the source; with their types, as 1 == True."""
    return [(type(constant), constant) for constant in code.co_consts if not isinstance(constant, CodeType)]


def _changed_functions(owner: object, old: CodeType, new: CodeType) -> Iterator[tuple[FunctionType, CodeType]]:
    for before, after in zip(_nested(old), _nested(new), strict=True):
        if before == after:
            continue
        if _is_class_body(before):
            yield from _changed_functions(vars(owner)[before.co_name], before, after)
        else:
            yield _function(owner, before), after


def _function(owner: object, code: CodeType) -> FunctionType:
    """The loaded function made from `code`, wherever in a module or class it is."""
    for value in list(vars(owner).values()):
        for candidate in (value, *_inside(value)):
            if isinstance(candidate, FunctionType) and candidate.__code__ == code:
                return candidate
    kind = "module" if isinstance(owner, ModuleType) else "class"
    raise LookupError(f"No function of this {kind} was made from {code.co_qualname}.")


def _inside(value: object) -> Iterator[object]:
    """What a property, class method or static method wraps."""
    if isinstance(value, property):
        yield value.fget
    elif isinstance(value, classmethod | staticmethod):
        yield value.__func__


class _ChangedModule(MetaPathFinder, Loader):
    """Finds and loads the one module whose source is another."""

    def __init__(self, name: str, source: str) -> None:
        self._name = name
        self._source = source

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        """Of the one module."""
        return spec_from_loader(fullname, self) if fullname == self._name else None

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed source."""
        exec(compile(self._source, f"<changed {self._name}>", "exec", dont_inherit=True), vars(module))
