"""Every small change that a machine would make to a source file: comparisons turned, one too many, statements left out.

A change keeps the number of lines, so that everything else in the file stays as it was.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from cambist.testing.mutation.source_change import PACKAGE

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_SIMPLE = (ast.Expr, ast.Assign, ast.AugAssign, ast.Delete)


@dataclass(frozen=True, slots=True)
class RandomChange:
    """`name` says what is changed and where, and stays the same while other lines of the file change."""

    file: str
    name: str
    line: int
    source: str


def changes_of(file: str) -> Iterator[RandomChange]:
    """Of one file of the package, in its order."""
    source = (PACKAGE / file).read_text()
    text = _Text(source)
    seen: dict[str, int] = {}
    for function, qualified in _functions(ast.parse(source), ""):
        for kind, first, last, replacement in _edits(function, text):
            name = f"{file} {qualified}: {kind}: {text.lines[first.lineno - 1].strip()}"
            seen[name] = seen.get(name, 0) + 1
            if seen[name] > 1:
                name += f" (#{seen[name]})"
            yield RandomChange(file, name, first.lineno, text.replaced(first, last, replacement))


class _Text:
    """A source by lines, in which a run of nodes can be written anew."""

    def __init__(self, source: str) -> None:
        self.lines = source.splitlines()

    def of(self, node: ast.expr | ast.stmt) -> str:
        """What the node says."""
        return ast.unparse(node)

    def replaced(self, first: ast.expr | ast.stmt, last: ast.expr | ast.stmt, replacement: str) -> str:
        """The source with something else from one node to another, on as many lines."""
        end_line, end_column = last.end_lineno or last.lineno, last.end_col_offset or 0
        before = self.lines[first.lineno - 1].encode()[: first.col_offset].decode()
        after = self.lines[end_line - 1].encode()[end_column:].decode()
        missing = end_line - first.lineno - replacement.count("\n")
        lines = [*self.lines[: first.lineno - 1], f"{before}{replacement}{after}" + "\n" * missing]
        return "\n".join([*lines, *self.lines[end_line:], ""])


Edit = tuple[str, ast.expr | ast.stmt, ast.expr | ast.stmt, str]
"""Kind, first and last node that are replaced, and by what."""


def _functions(node: ast.AST, prefix: str) -> Iterator[tuple[ast.FunctionDef, str]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{prefix}{child.name}.")
        elif isinstance(child, ast.FunctionDef):
            yield child, f"{prefix}{child.name}"


def _edits(function: ast.FunctionDef, text: _Text) -> Iterator[Edit]:
    for node in (inner for statement in function.body for inner in _walk(statement)):
        if isinstance(node, ast.expr):
            yield from (edit for edit in _expression_edits(node) if node.lineno == node.end_lineno)
        for body in (getattr(node, field, None) for field in ("body", "orelse")):
            if isinstance(body, list):
                yield from _statement_edits(body, text)
    yield from _statement_edits(function.body, text)


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """All below a node but texts with holes, whose parts have no places of their own, and what stands in `raise`."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.JoinedStr | ast.Raise):
            yield from _walk(child)


def _expression_edits(node: ast.expr) -> Iterator[Edit]:
    match node:
        case ast.Compare(left, [operator, *_], comparators) if type(operator) in _COMPARISONS:
            turned = ast.Compare(left, [_COMPARISONS[type(operator)](), *node.ops[1:]], comparators)
            yield "comparison", node, node, f"({ast.unparse(turned)})"
        case ast.BoolOp(operator, values):
            other = ast.BoolOp(ast.Or() if isinstance(operator, ast.And) else ast.And(), values)
            yield "and/or", node, node, f"({ast.unparse(other)})"
        case ast.UnaryOp(ast.Not(), operand):
            yield "negation", node, node, f"({ast.unparse(operand)})"
        case ast.BinOp(left, ast.Add() | ast.Sub() as operator, right):
            opposite = ast.BinOp(left, ast.Sub() if isinstance(operator, ast.Add) else ast.Add(), right)
            yield "plus/minus", node, node, f"({ast.unparse(opposite)})"
        case ast.Constant(int() as value) if not isinstance(value, bool):
            yield "off by one", node, node, f"({value + 1})"
        case ast.Constant(bool() as value):
            yield "true/false", node, node, f"({not value})"
        case _:
            pass


def _statement_edits(body: list[ast.stmt], text: _Text) -> Iterator[Edit]:
    for statement, following in zip_longest(body, body[1:]):
        if not _is_simple(statement):
            continue
        yield "left out", statement, statement, "pass"
        if following is not None and _is_simple(following) and not _are_independent(statement, following):
            indent = " " * statement.col_offset
            yield "swapped", statement, following, f"{text.of(following)}\n{indent}{text.of(statement)}"


def _is_simple(statement: ast.stmt) -> bool:
    is_docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return isinstance(statement, _SIMPLE) and not is_docstring


def _are_independent(one: ast.stmt, other: ast.stmt) -> bool:
    """True for two assignments of which neither names what the other sets: their order says nothing."""
    if not isinstance(one, ast.Assign) or not isinstance(other, ast.Assign):
        return False
    return not _sets(one) & _names(other) and not _sets(other) & _names(one)


def _sets(assignment: ast.Assign) -> set[str]:
    parts = [part for target in assignment.targets for part in getattr(target, "elts", [target])]
    return {ast.unparse(part) for part in parts}


def _names(statement: ast.stmt) -> set[str]:
    return {ast.unparse(node) for node in ast.walk(statement) if isinstance(node, ast.Name | ast.Attribute)}
