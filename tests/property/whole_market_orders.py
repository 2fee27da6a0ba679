"""Stories about orders: of every type, tied and alone, that meet, are amended, quoted and collected in auctions."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from whole_market import CASH, COIN, DESK, OUTSIDE, PLAIN, PRICE, SHARED, SPOT, WIDE, Story, World

from cambist.domain import commands
from cambist.domain import participant_commands as asked
from cambist.domain.commands import CancelOrder, NewInstructedOrder, NewOrder, ReplaceOrder, SetPhase, VenueReport
from cambist.domain.message import Command
from cambist.domain.vocabulary import (
    Contingency,
    OffsetUnit,
    OrderFlag,
    OrderType,
    PegReference,
    Phase,
    ReportKind,
    Side,
    TimeInForce,
    TriggerSource,
)
from cambist.protocols.quotes import QuoteEntry, encode_quotes

SECOND_NS = 10**9
TYPE, TIME, FLAG, PEG = OrderType, TimeInForce, OrderFlag, PegReference
SHAPES: list[dict[str, Any]] = [
    *({} for _ in range(12)),
    {"time_in_force": TIME.IOC},
    {"time_in_force": TIME.FOK},
    {"time_in_force": TIME.DAY},
    {"time_in_force": TIME.GTD},
    {"time_in_force": TIME.AT_OPEN},
    {"time_in_force": TIME.AT_CLOSE},
    {"order_type": TYPE.MARKET, "time_in_force": TIME.IOC},
    {"order_type": TYPE.MARKET, "time_in_force": TIME.FOK},
    {"order_type": TYPE.MARKET, "time_in_force": TIME.AT_OPEN},
    {"order_type": TYPE.MARKET, "time_in_force": TIME.AT_CLOSE},
    {"order_type": TYPE.MARKET_TO_LIMIT},
    {"flags": FLAG.POST_ONLY},
    {"flags": FLAG.POST_ONLY | FLAG.REPRICE},
    {"flags": FLAG.HIDDEN},
    {"flags": FLAG.HIDDEN | FLAG.POST_ONLY},
    {"flags": FLAG.REDUCE_ONLY},
    {"flags": FLAG.REDUCE_ONLY, "order_type": TYPE.MARKET, "time_in_force": TIME.IOC},
    {"display_qty": 2},
    {"display_qty": 1, "time_in_force": TIME.DAY},
    {"min_qty": 3, "time_in_force": TIME.IOC},
    {"min_qty": 2, "display_qty": 3},
    {"order_type": TYPE.STOP},
    {"order_type": TYPE.STOP, "flags": FLAG.REDUCE_ONLY, "trigger_source": TriggerSource.BID_ASK},
    {"order_type": TYPE.STOP_LIMIT, "trigger_source": TriggerSource.MARK},
    {"order_type": TYPE.STOP_LIMIT, "time_in_force": TIME.DAY, "display_qty": 2},
    {"order_type": TYPE.MARKET_IF_TOUCHED, "trigger_source": TriggerSource.BID_ASK},
    {"order_type": TYPE.LIMIT_IF_TOUCHED, "flags": FLAG.POST_ONLY | FLAG.REPRICE},
    {"order_type": TYPE.TRAILING_STOP, "offset": 2},
    {"order_type": TYPE.TRAILING_STOP, "offset": 150, "offset_unit": OffsetUnit.BASIS_POINTS},
    {"order_type": TYPE.TRAILING_STOP, "offset": 1, "trigger_source": TriggerSource.BID_ASK, "time_in_force": TIME.GTD},
    {"order_type": TYPE.PEGGED, "peg_reference": PEG.PRIMARY, "offset": 1},
    {"order_type": TYPE.PEGGED, "peg_reference": PEG.PRIMARY, "offset": -1, "flags": FLAG.HIDDEN},
    {"order_type": TYPE.PEGGED, "peg_reference": PEG.MID, "display_qty": 2},
    {"order_type": TYPE.PEGGED, "peg_reference": PEG.OPPOSITE, "offset": 0, "flags": FLAG.REDUCE_ONLY},
    {"order_type": TYPE.PEGGED, "peg_reference": PEG.OPPOSITE, "offset": 3, "time_in_force": TIME.DAY},
]
_PLAIN = {"order_type", "time_in_force", "flags"}
away = st.integers(-5, 5)
lots = st.integers(1, 14)
places = st.integers(0, 9)
sides = st.sampled_from(Side)
owners = st.sampled_from([(1, 0), (1, 0), (1, 1), (2, 0), (2, 2), (3, 0), (3, 0), (4, 0), (4, 0)])
"""Account and strategy."""
ours = st.sampled_from([PLAIN] * 5 + [SHARED] * 3 + [WIDE] * 2 + [SPOT] * 2)
contingencies = st.sampled_from([Contingency.NONE] * 4 + [Contingency.OCO, Contingency.CHILD, Contingency.PARENT])


def order(
    world: World,
    shape: dict[str, Any],
    owner: tuple[int, int],
    side: Side,
    ticks: int,
    qty: int,
    instrument_id: int = PLAIN,
    trigger: int = 0,
    tie: Contingency = Contingency.NONE,
    name: str = "",
) -> Command:
    """An order of a shape, so many ticks from where everything began."""
    fields = {"order_type": TYPE.LIMIT, "time_in_force": TIME.GTC, "flags": FLAG.NONE, **shape}
    order_type = fields["order_type"]
    if order_type.waits and order_type is not TYPE.TRAILING_STOP:
        fields["trigger_price"] = PRICE + trigger
    if owner[0] in DESK and tie:
        fields |= {"contingency": tie, "group_id": 1}
    kind = NewInstructedOrder if set(fields) - _PLAIN else NewOrder
    return kind(
        instrument_id=instrument_id,
        account_id=owner[0],
        strategy_id=owner[1],
        side=side,
        price=PRICE + ticks if order_type.is_priced else 0,
        qty=qty,
        expire_ns=world.now_ns + SECOND_NS if fields["time_in_force"] is TIME.GTD else 0,
        client_order_id=name,
        **fields,
    )


def _single(*asked_for: Any) -> Story:
    return lambda world: [order(world, *asked_for)]


def _meeting(first: Any, second: Any, side: Side, ticks: int, sizes: tuple[int, int], instrument_id: int) -> Story:
    """One rests, and another comes that reaches it."""
    (maker_shape, maker), (taker_shape, taker) = first, second
    away_qty, qty = sizes
    return lambda world: [
        order(world, maker_shape, maker, side, ticks, away_qty, instrument_id, ticks + 1),
        order(world, taker_shape, taker, side.opposite, ticks, qty, instrument_id, ticks - 1),
    ]


def _closing(owner: tuple[int, int], side: Side, instrument_id: int, ticks: int) -> Story:
    """Whatever position there is on this side goes to somebody who takes all of it."""
    takes_all = {"order_type": TYPE.MARKET, "time_in_force": TIME.IOC, "flags": FLAG.REDUCE_ONLY}
    return lambda world: [
        order(world, {}, (4, 0), side.opposite, ticks, 400, instrument_id),
        order(world, takes_all, owner, side, 0, 400, instrument_id),
    ]


def _bracket(
    owner: tuple[int, int], side: Side, filled: int, sizes: tuple[int, int, int], instrument_id: int, ends: bool
) -> Story:
    """Two exits and an entry, of which a part is filled; perhaps it is canceled then."""
    profit, stop, entry = sizes
    exits = side.opposite
    sign = 1 if side is Side.BUY else -1
    stop_shape = {"order_type": TYPE.STOP, "flags": FLAG.REDUCE_ONLY}

    def tell(world: World) -> list[Command | int]:
        child, parent = Contingency.CHILD, Contingency.PARENT
        told: list[Command | int] = [
            order(world, {}, owner, exits, 2 * sign, profit, instrument_id, 0, child),
            order(world, stop_shape, owner, exits, 0, stop, instrument_id, -3 * sign, child),
            order(world, {}, (3, 0), exits, 0, filled, instrument_id),
            order(world, {"time_in_force": TIME.IOC} if ends else {}, owner, side, 0, entry, instrument_id, 0, parent),
        ]
        return told

    return tell


def _amendment(place: int, ticks: int, qty: int, keeps_price: bool) -> Story:
    def tell(world: World) -> list[Command | int]:
        order_id, account_id = world.order(place)
        price = 0 if keeps_price else PRICE + ticks
        return [ReplaceOrder(account_id=account_id, order_id=order_id, price=price or PRICE, qty=qty)]

    return tell


def _cancel(place: int) -> Story:
    def tell(world: World) -> list[Command | int]:
        order_id, account_id = world.order(place)
        return [CancelOrder(account_id=account_id, order_id=order_id)]

    return tell


def _quote(owner: tuple[int, int], entries: list[QuoteEntry], instrument_id: int, flags: OrderFlag) -> Story:
    return lambda world: [
        asked.MassQuote(
            account_id=owner[0],
            strategy_id=owner[1],
            instrument_id=instrument_id,
            flags=flags,
            quotes=encode_quotes(entries),
        )
    ]


def _hit_quotes(owner: tuple[int, int], side: Side, instrument_id: int, max_fills: int, resets: bool) -> Story:
    """Quotes with a protection, and somebody who hits them."""
    account_id, strategy_id = owner
    entries = [
        QuoteEntry(quote_id=number, bid_price=PRICE - number, bid_qty=2, ask_price=PRICE + number, ask_qty=2)
        for number in (1, 2, 3)
    ]
    protection = asked.SetMarketMakerProtection(
        account_id=account_id, instrument_id=instrument_id, window_ns=SECOND_NS, max_fills=max_fills
    )
    quote = asked.MassQuote(
        account_id=account_id,
        strategy_id=strategy_id,
        instrument_id=instrument_id,
        flags=FLAG.NONE,
        quotes=encode_quotes(entries),
    )
    reset = [asked.ResetProtection(account_id=account_id, instrument_id=instrument_id)] if resets else []
    taker = (2, 0) if account_id == 1 else (1, 0)
    ticks = 3 if side is Side.BUY else -3
    return lambda world: [
        *(protection, quote, order(world, {"time_in_force": TIME.IOC}, taker, side, ticks, 5, instrument_id)),
        *(quote, *reset, quote),
    ]


def _auction(phase: Phase, instrument_id: int, orders: list[Any], then: Phase) -> Story:
    """Orders are collected, and what happens to them then."""
    return lambda world: [
        SetPhase(instrument_id=instrument_id, phase=phase),
        *(order(world, shape, owner, side, ticks, qty, instrument_id) for shape, owner, side, ticks, qty in orders),
        SetPhase(instrument_id=instrument_id, phase=then),
    ]


def _outside(ticks: int, owner: tuple[int, int], side: Side, place: int, report: ReportKind, qty: int) -> Story:
    """The outside market moves, an order goes there, and something is reported of one."""

    def tell(world: World) -> list[Command | int]:
        world.exec_id += 1
        price, sent = PRICE + ticks, world.outside_order(place)
        account_id = world.open_orders.get(sent, 1)
        changes = [
            CancelOrder(account_id=account_id, order_id=sent),
            ReplaceOrder(account_id=account_id, order_id=sent, price=price, qty=qty + 1),
        ]
        return [
            commands.MarketUpdate(instrument_id=OUTSIDE, bid_price=price - 1, ask_price=price + 1, last_price=price),
            order(world, {}, owner, side, ticks, qty, OUTSIDE),
            *(changes[place % 3 : place % 3 + 1]),
            VenueReport(order_id=sent, exec_id=world.exec_id, report=report, price=price, qty=qty),
        ]

    return tell


def _holding(account_id: int, asset_id: int, amount: int) -> Story:
    return lambda world: [commands.AdjustHolding(account_id=account_id, asset_id=asset_id, amount=amount * 10**8)]


shapes = st.sampled_from(SHAPES)
singles = st.builds(
    _single, shapes, owners, sides, away, lots, ours, away, contingencies, st.sampled_from(["", "", "", "a", "b", "c"])
)
sent = st.tuples(shapes, owners)
meetings = st.builds(_meeting, sent, sent, sides, away, st.tuples(lots, lots), ours)
brackets = st.builds(
    _bracket, st.sampled_from([(1, 0), (1, 1), (2, 0)]), sides, lots, st.tuples(lots, lots, lots), ours, st.booleans()
)
closings = st.builds(_closing, owners, sides, ours, away)
hit_quotes = st.builds(_hit_quotes, owners, sides, ours, st.integers(1, 3), st.booleans())
amendments = st.builds(_amendment, places, away, lots, st.booleans())
cancels = st.builds(_cancel, places)
entries = st.lists(
    st.builds(
        QuoteEntry,
        quote_id=st.integers(1, 3),
        bid_price=st.integers(PRICE - 5, PRICE),
        bid_qty=st.integers(0, 6),
        ask_price=st.integers(PRICE + 1, PRICE + 4),
        ask_qty=st.integers(0, 6),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda entry: entry.quote_id,
)
quotes = st.builds(
    _quote,
    owners,
    entries,
    ours,
    st.sampled_from([FLAG.NONE, FLAG.NONE, FLAG.POST_ONLY, FLAG.POST_ONLY | FLAG.REPRICE]),
)
auctions = st.builds(
    _auction,
    st.sampled_from([phase for phase in Phase if phase.is_auction]),
    ours,
    st.lists(st.tuples(shapes, owners, sides, away, lots), min_size=1, max_size=6),
    st.sampled_from([Phase.CONTINUOUS] * 3 + [Phase.HALTED, Phase.CLOSED, Phase.CLOSING_AUCTION]),
)
outside = st.builds(
    _outside, away, owners, sides, places, st.sampled_from([*ReportKind, ReportKind.ACCEPTED, ReportKind.FILLED]), lots
)
holdings = st.builds(_holding, st.sampled_from(DESK), st.sampled_from([COIN, CASH]), st.integers(-60, 200))
