"""Shares of one arriving quantity among the orders of a level (docs/engine.md section 17)."""

from __future__ import annotations

from collections.abc import Sequence


def allocations(leaves: Sequence[int], qty: int, minimum: int, *, top_first: bool) -> list[int]:
    """How many of `qty` lots each order gets, oldest first. `qty` is less than the sum of `leaves`."""
    top = min(leaves[0], qty) if top_first else 0
    open_leaves = [leaves[0] - top, *leaves[1:]]
    rest, total = qty - top, sum(leaves) - top
    shares = [rest * wanted // total for wanted in open_leaves]
    shares = [share if share >= minimum else 0 for share in shares]
    rest -= sum(shares)
    for place, wanted in enumerate(open_leaves):
        more = min(wanted - shares[place], rest)
        shares[place] += more
        rest -= more
    shares[0] += top
    return shares
