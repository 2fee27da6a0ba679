"""Instruments spread over engines trade as they would in one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from msgspec.structs import replace

from cambist.application.data_plane.shard_group import ShardGroup
from cambist.domain.commands import AdjustBalance, CancelOrder, DefineInstrument, MassCancel, NewOrder, OpenAccount
from cambist.domain.errors import InputError
from cambist.domain.events import OrderSubmitted, Trade
from cambist.domain.message import Command, Message
from cambist.domain.vocabulary import Side
from cambist.domain.xorshift import Xorshift
from cambist.engine.kernel import Kernel
from cambist.engine.shards import ShardMap, genesis, shard_of_id
from cambist.protocols.records import decode_all, encode_all
from cambist.protocols.snapshot import RestingRow, decode_snapshot
from cambist.testing.builders import START_NS, define_instrument, limit_order, open_desk_account, open_member
from cambist.testing.kernel_factory import KernelFactory

INSTRUMENTS = tuple(range(1, 8))
ACCOUNTS = (1, 2, 3)


def opening() -> list[Command]:
    """Seven instruments, three members."""
    names = [define_instrument(number, f"COIN{number}") for number in INSTRUMENTS]
    return [*names, *(open_member(number, f"member{number}") for number in ACCOUNTS)]


def orders(count: int, seed: int) -> Iterator[NewOrder]:
    """Orders that meet, all over the instruments."""
    random = Xorshift(seed)
    for _ in range(count):
        side = Side.BUY if random.below(2) else Side.SELL
        yield limit_order(
            side,
            1 + random.below(9),
            95 + random.below(11),
            instrument_id=INSTRUMENTS[random.below(len(INSTRUMENTS))],
            account_id=ACCOUNTS[random.below(len(ACCOUNTS))],
        )


def prints(messages: Sequence[Message]) -> list[tuple[int, int, int]]:
    """Instrument, price and quantity of each trade, grouped by instrument."""
    trades = [message for message in messages if isinstance(message, Trade)]
    return sorted(((trade.instrument_id, trade.price, trade.qty) for trade in trades), key=lambda told: told[0])


def resting(kernels: Sequence[Kernel]) -> list[tuple[int, Side, int, int]]:
    """What rests, in priority order within each instrument and side."""
    rows = [row for kernel in kernels for row in decode_snapshot(kernel.snapshot())[1][RestingRow]]
    told = [(row.instrument_id, row.side, row.price, row.leaves_qty) for row in rows]
    return sorted(told, key=lambda row: row[:2])


@pytest.fixture
def group(kernel_factory: KernelFactory) -> Iterator[ShardGroup]:
    group = ShardGroup.empty(kernel_factory.name, ShardMap(3, placed={7: 0}))
    yield group
    group.close()


def test_instruments_trade_as_in_one_engine(kernel_factory: KernelFactory, group: ShardGroup) -> None:
    commands = [*opening(), *orders(2_000, seed=3)]
    streams = group.apply(commands, START_NS)
    alone = kernel_factory.empty()
    stamped = [replace(command, sequence=place, now_ns=START_NS) for place, command in enumerate(commands, 1)]
    expected = list(decode_all(alone.apply_batch(encode_all(stamped))))
    told = [message for stream in streams for message in decode_all(stream)]
    assert prints(told) == prints(expected)
    assert resting(group.kernels) == resting([alone])
    assert len(prints(told)) > 500


def test_ids_of_shards_never_meet_and_say_where_they_are_from(group: ShardGroup) -> None:
    streams = group.apply([*opening(), *orders(500, seed=4)], START_NS)
    numbers = [
        (shard, message.trade_id)
        for shard, stream in enumerate(streams)
        for message in decode_all(stream)
        if isinstance(message, Trade)
    ]
    assert {shard for shard, _ in numbers} == {0, 1, 2}
    assert all(shard_of_id(trade_id) == shard for shard, trade_id in numbers)
    assert len({trade_id for _, trade_id in numbers}) == len(numbers)


def test_an_order_is_found_by_its_id_alone(group: ShardGroup) -> None:
    group.apply([*opening(), limit_order(Side.BUY, 5, 100, instrument_id=2, account_id=1)], START_NS)
    order_id = group.kernels[2].sequence
    group.apply([CancelOrder(account_id=1, order_id=order_id)], START_NS)
    assert resting(group.kernels) == []


def test_what_names_no_instrument_reaches_every_shard(group: ShardGroup) -> None:
    group.apply([*opening(), *orders(200, seed=5)], START_NS)
    for account_id in ACCOUNTS:
        group.apply([MassCancel(account_id=account_id)], START_NS)
    assert resting(group.kernels) == []


def test_money_is_for_one_shard(group: ShardGroup) -> None:
    account, deposit = open_desk_account(1, "main", 1_000 * 100_000_000)[:2]
    assert isinstance(account, OpenAccount)
    assert isinstance(deposit, AdjustBalance)
    group.apply([*(c for c in opening() if isinstance(c, DefineInstrument)), account], START_NS)
    with pytest.raises(InputError):
        group.apply([deposit], START_NS)
    group.apply_to(1, [deposit], START_NS)
    streams = group.apply([limit_order(Side.BUY, 1, 100, instrument_id=n, account_id=1) for n in (1, 2)], START_NS)
    passed = [any(isinstance(message, OrderSubmitted) for message in decode_all(stream)) for stream in streams]
    assert passed == [False, True, False]


def test_a_client_id_alone_does_not_say_where_its_order_is(group: ShardGroup) -> None:
    with pytest.raises(InputError):
        group.apply([CancelOrder(account_id=1, client_order_id="x")], START_NS)


def test_a_shard_begins_with_numbers_of_its_own(kernel_factory: KernelFactory) -> None:
    nothing = kernel_factory.empty().snapshot()
    assert kernel_factory.restore(genesis(nothing, 5)).sequence == 5 << 48
    assert genesis(nothing, 0) == nothing
    with pytest.raises(InputError):
        genesis(nothing, 1 << 15)
