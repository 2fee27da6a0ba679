"""Nothing reaches a venue without approval."""

from __future__ import annotations

import ast
from pathlib import Path

import cambist
from cambist.domain.order import Order
from cambist.domain.routed_order import Approved, RoutedOrder
from cambist.domain.vocabulary import Side
from cambist.testing.builders import limit_order


def _calls_of(name: str) -> set[str]:
    """The modules that construct something."""
    package = Path(cambist.__file__).parent
    return {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    }


def test_only_the_gate_approves() -> None:
    assert _calls_of("Approved") == {"engine/reference/gate.py"}


def test_a_routed_order_is_made_from_an_approved_one_or_by_a_member() -> None:
    command = limit_order(Side.BUY, 5, 100, client_order_id="x")
    routed = RoutedOrder.from_desk(Approved(Order.from_command(command, 100)))
    assert routed == RoutedOrder.from_member(command)
    assert _calls_of("RoutedOrder") == set()
