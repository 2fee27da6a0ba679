"""The tables of a lively market: they agree with the engine's own state, and with those rebuilt from nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator

from database_kit import NewDatabase
from sqlalchemy import Engine, func, select

from cambist.application.ports.history import OrderFilter
from cambist.domain.message import Command
from cambist.domain.vocabulary import OrderFlag, OrderStatus, Side, TimeInForce
from cambist.engine.reference.kernel import ReferenceKernel
from cambist.infrastructure.persistence.projections.history import SqlHistory
from cambist.infrastructure.persistence.projections.projector import Projector
from cambist.infrastructure.persistence.projections.tables import metadata, orders, positions
from cambist.infrastructure.venues.synthetic import PROFILES, SyntheticMarket
from cambist.protocols.records import encode_all
from cambist.protocols.snapshot import OrderRow, PositionRow, decode_snapshot
from cambist.testing.builders import (
    START_NS,
    KernelDriver,
    limit_order,
    market_order,
    open_desk_account,
    run_strategy,
)

MINUTE_NS = 60_000_000_000


def a_traders_hand(random_source: random.Random, driver: KernelDriver) -> Command:
    """An order around the market, at times a nonsensical one."""
    side = random_source.choice(list(Side))
    instrument_id = random_source.randint(1, 3)
    reference_price = PROFILES[instrument_id - 1].reference_price
    if random_source.random() < 0.3:
        return market_order(side, random_source.randint(0, 50), instrument_id=instrument_id, strategy_id=1)
    return limit_order(
        side,
        random_source.randint(1, 60),
        random_source.choice([1 << 39, reference_price * random_source.randint(990, 1010) // 1000]),
        instrument_id=instrument_id,
        strategy_id=random_source.choice([0, 1]),
        time_in_force=random_source.choice([TimeInForce.GTC, TimeInForce.IOC]),
        flags=random_source.choice([OrderFlag.NONE, OrderFlag.POST_ONLY, OrderFlag.REDUCE_ONLY]),
        client_order_id=f"hand-{driver.kernel.sequence % 40}",
    )


def a_market_day(seed: int) -> tuple[ReferenceKernel, list[bytes]]:
    """A minute of the synthetic market with a trader in it: the kernel, and its records command by command."""
    random_source, market = random.Random(seed), SyntheticMarket(seed, START_NS, 100)
    driver = KernelDriver(ReferenceKernel(), START_NS)
    records: list[bytes] = []

    def apply(command: Command) -> None:
        events = driver.apply(command)
        records.append(encode_all([driver.commands[-1], *events]))
        market.on_events(events)

    for command in [*market.definitions(), *open_desk_account(), *run_strategy()]:
        apply(command)
    while (next_ns := market.next_ns()) is not None and next_ns < START_NS + MINUTE_NS // 3:
        driver.now_ns = max(driver.now_ns, next_ns)
        for command in market.advance(next_ns).commands:
            apply(command)
        if random_source.random() < 0.1:
            apply(a_traders_hand(random_source, driver))
    return driver.kernel, records  # type: ignore[return-value]


def in_chunks(records: list[bytes], seed: int) -> Iterator[bytes]:
    """The same records in groups of random size, as commits make them."""
    sizes = random.Random(seed)
    start = 0
    while start < len(records):
        end = start + sizes.randint(1, 400)
        yield b"".join(records[start:end])
        start = end


def contents(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    with engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
        }


def test_the_tables_agree_with_the_engine_and_with_a_rebuild(new_database: NewDatabase) -> None:
    kernel, records = a_market_day(seed=11)
    grown, rebuilt = new_database(), new_database()
    projector = Projector(grown)
    for number, chunk in enumerate(in_chunks(records, seed=5)):
        if number % 3 == 0:
            projector = Projector(grown)  # as after a restart
        projector.apply(chunk)
    Projector(rebuilt).apply(b"".join(records))
    assert contents(grown) == contents(rebuilt)

    _, sections = decode_snapshot(kernel.snapshot())
    open_statuses = frozenset(status for status in OrderStatus if not status.is_closed)
    found = SqlHistory(grown).orders(OrderFilter(statuses=open_statuses, limit=1000))
    expected = [
        (row.order_id, row.status, row.price, row.qty, row.filled_qty, row.filled_value, row.commission)
        for row in reversed(sections[OrderRow])
    ]
    assert expected
    assert [
        (view.order_id, view.status, view.price, view.qty, view.filled_qty, view.filled_value, view.commission)
        for view in found
    ] == expected

    with grown.connect() as connection:
        held = {
            (row.strategy_id, row.instrument_id): (row.cost_e8, row.realised_pnl_e8)
            for row in connection.execute(select(positions))
        }
        statuses = dict(connection.execute(select(orders.c.status, func.count()).group_by(orders.c.status)).all())
    assert held == {(row.strategy_id, row.instrument_id): (row.cost, row.realised_pnl) for row in sections[PositionRow]}
    assert held
    assert {"FILLED", "DENIED", "CANCELED"} <= statuses.keys()
