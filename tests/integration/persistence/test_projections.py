"""The SQL tables hold what the journal's events say, and can be rebuilt from them."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from database_kit import NewDatabase
from sqlalchemy import Engine, inspect, select

from cambist.application.ports.history import OrderFilter
from cambist.domain.commands import AdvanceTime
from cambist.domain.errors import InvariantBroken, StorageFailure
from cambist.domain.events import (
    AccountOpened,
    AccountValued,
    InstrumentDefined,
    LimitBreached,
    OrderAccepted,
    OrderCanceled,
    OrderDenied,
    OrderFilled,
    OrderRejected,
    OrderSubmitted,
    PositionClosed,
    PositionOpened,
    ReplaceRejected,
    StrategyCreated,
    StrategyStateChanged,
    TradingStateChanged,
)
from cambist.domain.message import Event
from cambist.domain.reasons import Reason
from cambist.domain.vocabulary import (
    AccountKind,
    Liquidity,
    OrderFlag,
    OrderStatus,
    OrderType,
    Phase,
    Side,
    StrategyState,
    TimeInForce,
    TradingState,
    VenueKind,
)
from cambist.infrastructure.persistence.projections.database import connect, migrate
from cambist.infrastructure.persistence.projections.history import SqlHistory
from cambist.infrastructure.persistence.projections.projector import Projector
from cambist.infrastructure.persistence.projections.tables import metadata, risk_events
from cambist.protocols.records import encode_all

DESK, MEMBER = 1, 1001
BTC = 1


class Stream:
    """Numbers events as the engine would: one command for each call."""

    def __init__(self) -> None:
        self._commands = itertools.count(1)
        self._events = itertools.count(1)

    def of(self, *events: Event) -> bytes:
        command = next(self._commands)
        now_ns = command * 1_000_000_000
        stamped = [msgspec.structs.replace(event, sequence=next(self._events), now_ns=now_ns) for event in events]
        return encode_all([AdvanceTime(sequence=command, now_ns=now_ns), *stamped])


def definitions() -> list[Event]:
    return [
        InstrumentDefined(
            instrument_id=BTC,
            venue=VenueKind.INTERNAL,
            phase=Phase.CONTINUOUS,
            tick_size=10_000_000,
            lot_size=100_000,
            unit_value=10_000,
            min_notional=0,
            max_order_qty=10**9,
            price_band=100_000,
            reference_price=600_000,
            symbol="BTCUSDT",
        ),
        AccountOpened(account_id=DESK, account_kind=AccountKind.DESK, name="main"),
        AccountOpened(account_id=MEMBER, account_kind=AccountKind.MEMBER, name="maker-1"),
        StrategyCreated(strategy_id=1, account_id=DESK, name="maker"),
        StrategyStateChanged(
            strategy_id=1, previous=StrategyState.STOPPED, state=StrategyState.RUNNING, cause="started"
        ),
    ]


def submitted(order_id: int, account_id: int = DESK, price: int = 600_000, qty: int = 10) -> OrderSubmitted:
    return OrderSubmitted(
        order_id=order_id,
        instrument_id=BTC,
        account_id=account_id,
        strategy_id=1,
        side=Side.BUY,
        order_type=OrderType.LIMIT,
        time_in_force=TimeInForce.GTC,
        flags=OrderFlag.POST_ONLY,
        price=price,
        qty=qty,
        expire_ns=0,
        client_order_id=f"c-{order_id}",
    )


def denied(order_id: int, price: int) -> OrderDenied:
    fields = msgspec.structs.asdict(submitted(order_id, price=price))
    return OrderDenied(**fields, reason=Reason.PRICE_BAND)


def filled(order_id: int, price: int, qty: int, leaves: int) -> OrderFilled:
    return OrderFilled(
        order_id=order_id,
        trade_id=7,
        instrument_id=BTC,
        account_id=DESK,
        strategy_id=1,
        side=Side.BUY,
        liquidity=Liquidity.MAKER,
        last_price=price,
        last_qty=qty,
        leaves_qty=leaves,
        commission=5,
    )


def position(kind: type[PositionOpened] | type[PositionClosed], qty: int, cost: int) -> Event:
    return kind(
        instrument_id=BTC,
        account_id=DESK,
        strategy_id=1,
        qty=qty,
        cost=cost,
        realised_pnl=0,
        total_realised_pnl=0,
        balance=10**14,
    )


def a_day() -> list[bytes]:
    stream = Stream()
    accepted = OrderAccepted(order_id=2, instrument_id=BTC, account_id=DESK)
    return [
        stream.of(*definitions()),
        stream.of(submitted(2), accepted),
        stream.of(
            filled(2, 600_000, 4, 6), position(PositionOpened, 4, 600_000 * 4 * 10_000), filled(2, 599_990, 3, 3)
        ),
        stream.of(denied(4, price=1 << 39)),
        stream.of(OrderAccepted(order_id=5, instrument_id=BTC, account_id=MEMBER)),
        stream.of(
            OrderCanceled(order_id=2, instrument_id=BTC, account_id=DESK, reason=Reason.REQUESTED, canceled_qty=3),
            position(PositionClosed, 0, 0),
        ),
        stream.of(TradingStateChanged(account_id=0, state=TradingState.HALTED, killed=True, cause="drill")),
        stream.of(
            AccountValued(
                account_id=DESK,
                balance=10**14,
                unrealised_pnl=0,
                equity=10**14,
                peak_equity=10**14,
                day_start_equity=10**14,
                position_notional=0,
                order_notional=0,
                margin_required=0,
            )
        ),
    ]


def contents(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    with engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
        }


def test_a_number_that_only_the_venue_knows_is_kept_and_read_back(database: Engine) -> None:
    projector, history, stream = Projector(database), SqlHistory(database), Stream()
    refused = OrderRejected(order_id=2, instrument_id=BTC, account_id=DESK, reason=7_001)
    breach = LimitBreached(account_id=DESK, strategy_id=0, reason=7_002, value=5, limit=4)
    strange = msgspec.structs.replace(denied(4, price=5), reason=7_003)
    projector.apply(b"".join([stream.of(*definitions()), stream.of(submitted(2), refused, breach, strange)]))
    order = history.order(2)
    assert order is not None and (order.status, order.reason) == (OrderStatus.REJECTED, 7_001)
    with database.connect() as connection:
        rows = connection.execute(select(risk_events).order_by(risk_events.c.event_sequence)).all()
    assert [row.risk_type for row in rows] == ["REASON_7002", "REASON_7003"]
    assert "Ask the venue" in rows[0].message


def test_an_order_is_readable_through_its_whole_life(database: Engine) -> None:
    projector, history = Projector(database), SqlHistory(database)
    steps = a_day()
    for step in steps[:2]:
        projector.apply(step)
    order = history.order(2)
    assert order is not None
    assert (order.status, order.price, order.qty) == (OrderStatus.NEW, 600_000, 10)
    projector.apply(steps[2])
    order = history.order_by_client_id(DESK, "c-2")
    assert order is not None
    assert (order.status, order.filled_qty, order.commission) == (OrderStatus.PARTIALLY_FILLED, 7, 10)
    assert order.filled_value == 600_000 * 4 + 599_990 * 3
    for step in steps[3:]:
        projector.apply(step)
    order = history.order(2)
    assert order is not None
    assert (order.status, order.reason) == (OrderStatus.CANCELED, Reason.REQUESTED)
    assert [fill.price for fill in history.fills(OrderFilter(strategy_id=1))] == [599_990, 600_000]
    assert len(history.equity_series(DESK, 0, 10)) == 1


def test_an_order_that_ended_stays_ended_whatever_is_refused_afterwards(database: Engine) -> None:
    stream, projector = Stream(), Projector(database)
    late = ReplaceRejected(order_id=2, account_id=DESK, reason=Reason.ORDER_NOT_OPEN, client_order_id="")
    projector.apply(
        stream.of(*definitions()) + stream.of(submitted(2), filled(2, 600_000, 10, 0)) + stream.of(late)
    )  # in one flush, so that the row is still at hand
    order = SqlHistory(database).order(2)
    assert order is not None
    assert order.status is OrderStatus.FILLED


def test_a_refused_order_is_kept_even_where_its_price_fits_no_column(database: Engine) -> None:
    projector = Projector(database)
    for step in a_day():
        projector.apply(step)
    order = SqlHistory(database).order(4)
    assert order is not None
    assert (order.status, order.reason) == (OrderStatus.DENIED, Reason.PRICE_BAND)
    row = next(row for row in contents(database)["hft_orders"] if row[0] == 4)
    assert row[12] == (1 << 39) * 10_000_000


def test_what_members_do_stays_out_of_the_desks_tables(database: Engine) -> None:
    projector = Projector(database)
    for step in a_day():
        projector.apply(step)
    tables = contents(database)
    assert {row[0] for row in tables["hft_orders"]} == {2, 4}
    assert not any(row[2] == "order:5" for row in tables["hft_events"])


def test_each_aggregate_has_versions_without_gaps(database: Engine) -> None:
    projector = Projector(database)
    for step in a_day():
        projector.apply(step)
    versions: dict[object, list[object]] = {}
    for row in contents(database)["hft_events"]:
        versions.setdefault(row[2], []).append(row[3])
    assert all(found == list(range(1, len(found) + 1)) for found in versions.values())
    assert versions["order:2"] == [1, 2, 3, 4, 5]


def test_tables_rebuilt_from_nothing_equal_those_grown_step_by_step(new_database: NewDatabase) -> None:
    grown, rebuilt = new_database(), new_database()
    for step in a_day():
        Projector(grown).apply(step)  # a new one each time: nothing is kept in memory alone
    Projector(rebuilt).apply(b"".join(a_day()))
    assert contents(grown) == contents(rebuilt)


def test_commands_already_projected_are_passed_over(database: Engine) -> None:
    projector = Projector(database)
    projector.apply(b"".join(a_day()))
    before = contents(database)
    projector.apply(b"".join(a_day()))
    assert contents(database) == before


def test_a_gap_in_the_stream_is_refused(database: Engine) -> None:
    steps = a_day()
    projector = Projector(database)
    projector.apply(steps[0])
    with pytest.raises(InvariantBroken, match="go"):
        projector.apply(steps[2])


def test_a_projector_that_another_has_overtaken_writes_nothing_more(database: Engine) -> None:
    steps = a_day()
    older, newer = Projector(database), Projector(database)
    newer.apply(b"".join(steps[:3]))
    before = contents(database)
    for step in (steps[0], b"".join(steps)):
        with pytest.raises(StorageFailure, match="from command 0 to 3"):
            older.apply(step)
    assert contents(database) == before
    newer.apply(steps[3])
    assert Projector(database).sequence == 4


def test_of_two_projectors_at_once_exactly_one_goes_on(database: Engine, new_database: NewDatabase) -> None:
    def follow(projector: Projector) -> int:
        try:
            for step in a_day():
                projector.apply(step)
        except StorageFailure:
            return 0
        return projector.sequence

    projectors = [Projector(database), Projector(database)]
    with ThreadPoolExecutor(2) as threads:
        reached = list(threads.map(follow, projectors))
    assert sorted(reached) == [0, len(a_day())]
    alone = new_database()
    Projector(alone).apply(b"".join(a_day()))
    assert contents(database) == contents(alone)


def test_migrations_go_up_and_down(database: Engine) -> None:
    migrate(database, "base")
    assert set(inspect(database).get_table_names()) <= {"alembic_version"}
    migrate(database)
    assert "hft_orders" in inspect(database).get_table_names()


def test_migrations_lead_to_the_tables_the_code_writes(database: Engine) -> None:
    with database.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_database_that_cannot_be_opened_is_a_storage_failure(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'missing' / 'tables.sqlite'}")
    with pytest.raises(StorageFailure, match="writable"):
        migrate(engine)
