"""Instruments spread over several engines: which one a command belongs to, and where their numbers begin.

A shard is an engine with a journal of its own. Its sequence begins at its number times 2^48, so that ids of orders,
trades and events never meet, and an order's id says where it lives. Every shard knows every account; money, positions,
limits and client_order_ids are kept per shard, so a deposit names the shard that it is for.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from cambist.domain.commands import AdjustBalance, CancelOrder, ReplaceOrder
from cambist.domain.errors import InputError
from cambist.domain.message import Command
from cambist.engine.kernel import ENGINE_VERSION
from cambist.protocols.snapshot import EngineRow, decode_snapshot, encode_snapshot

SEQUENCE_BITS = 48
SHARDS_MAX = 1 << 15


def shard_of_id(number: int) -> int:
    """The shard that gave an order, a trade, a command or an event its number."""
    return number >> SEQUENCE_BITS


def genesis(empty_snapshot: bytes, shard: int) -> bytes:
    """The snapshot that a shard begins with, from that of an empty engine.

    Raises InputError for a shard outside 0..32767.
    """
    if not 0 <= shard < SHARDS_MAX:
        raise InputError(f"There is no shard {shard}.", f"Number shards from 0 to {SHARDS_MAX - 1}.")
    _, sections = decode_snapshot(empty_snapshot)
    (engine,) = sections[EngineRow]
    base = shard << SEQUENCE_BITS
    begins = replace(engine, sequence=base, event_sequence=base, next_trade_id=base + engine.next_trade_id)
    return encode_snapshot(ENGINE_VERSION, {**sections, EngineRow: [begins]})


class ShardMap:
    """Where each instrument trades: as `placed` says, else its id modulo `count`."""

    def __init__(self, count: int, placed: Mapping[int, int] | None = None) -> None:
        self.count = count
        self._placed = dict(placed or {})
        beyond = [shard for shard in self._placed.values() if not 0 <= shard < count]
        if not 1 <= count <= SHARDS_MAX or beyond:
            raise InputError(f"{count} shards cannot hold shard {beyond[:1] or count}.", "Number them from 0.")

    def shard_of(self, instrument_id: int) -> int:
        """The shard of an instrument."""
        return self._placed.get(instrument_id, instrument_id % self.count)

    def route(self, command: Command) -> tuple[int, ...]:
        """The shards that a command is for: one where it names an instrument, an order or a trade, else all.

        Raises InputError where it names an order by client id alone, or moves money: neither says which shard.
        """
        if isinstance(command, AdjustBalance):
            raise InputError("A deposit is for one shard.", "Send it to the shard that it is for.")
        instrument_id = getattr(command, "instrument_id", 0)
        if instrument_id:
            return (self.shard_of(instrument_id),)
        number = getattr(command, "order_id", 0) or getattr(command, "trade_id", 0)
        if number:
            return (self._known(shard_of_id(number)),)
        if isinstance(command, CancelOrder | ReplaceOrder):
            raise InputError("A client_order_id does not say in which shard its order is.", "Name the order_id.")
        return tuple(range(self.count))

    def _known(self, shard: int) -> int:
        """A number that no shard has given goes to the first, which refuses it."""
        return shard if shard < self.count else 0
