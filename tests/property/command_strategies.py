"""Hypothesis strategies for commands of every kind: near the market mostly, nonsense sometimes.

Few instruments, accounts, prices and names, so that orders meet and ids collide.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from cambist.domain import commands
from cambist.domain.commands import ANY_ACCOUNT, ANY_SIDE, ANY_STRATEGY
from cambist.domain.message import Command
from cambist.domain.schedule import Step, pack_steps
from cambist.domain.vocabulary import (
    Contingency,
    MatchingRule,
    OffsetUnit,
    OrderFlag,
    OrderType,
    PegReference,
    Phase,
    ReportKind,
    SelfTradeMode,
    Side,
    StrategyState,
    TimeInForce,
    TradingState,
    TriggerSource,
    VenueKind,
)
from cambist.domain.widths import MAX_I64, MAX_PRICE, MAX_QTY
from cambist.testing.builders import E8, define_instrument, open_desk_account, open_member, run_strategy

OUTSIDE, SPOT = 3, 5
SECOND_NS = 10**9

MARKET: list[Command] = [
    define_instrument(1, "AAA", price_band=100_000, min_notional=150 * E8, max_order_qty=60),
    define_instrument(
        2, "BBB", unit_value=3, price_band=77_777, matching=MatchingRule.PRO_RATA, top_order_priority=True
    ),
    define_instrument(OUTSIDE, "CCC", venue=VenueKind.EXTERNAL, price_band=200_000),
    define_instrument(
        4, "DDD", unit_value=10**15, max_order_qty=MAX_QTY, matching=MatchingRule.PRO_RATA, minimum_allocation=3
    ),
    commands.DefineAsset(asset_id=1, name="COIN"),
    commands.DefineAsset(asset_id=2, name="CASH"),
    define_instrument(SPOT, "EEE", price_band=60_000, assets=(1, 2), max_fee=900),
    *open_desk_account(1, "main", 30_000 * E8),
    *open_desk_account(2, "other", 8_000 * E8),
    open_member(7, "maker"),
    open_member(70_001, "taker"),
    *run_strategy(1, 1, "first"),
    *run_strategy(90_000, 2, "second"),
    *(
        commands.AdjustHolding(account_id=account_id, asset_id=asset_id, amount=amount * E8)
        for account_id in (1, 2)
        for asset_id, amount in ((1, 25), (2, 2_500))
    ),
]
"""A world in which orders can meet."""

odd_numbers = st.sampled_from(
    [0, -1, 1, 10**6, 10**6 + 1, 10**15, 10**15 + 1, MAX_PRICE, MAX_PRICE + 1, MAX_I64, -MAX_I64 - 1]
)


def mostly(usual: st.SearchStrategy[int]) -> st.SearchStrategy[int]:
    """The usual, and one time in ten a number that breaks things."""
    return st.integers(0, 9).flatmap(lambda chance: odd_numbers if chance == 9 else usual)


prices = mostly(st.integers(94, 106))
quantities = mostly(st.integers(1, 30))
accounts = st.sampled_from([1, 1, 1, 2, 2, 7, 70_001, 0, 5])
instruments = st.sampled_from([1, 1, 2, OUTSIDE, OUTSIDE, 4, SPOT, SPOT, 9])
strategies = st.sampled_from([0, 0, 1, 1, 90_000, 77])
CALENDARS = [
    pack_steps([Step(hour * 3_600 * SECOND_NS, phases[hour % len(phases)]) for hour in range(168)])
    for phases in (
        (Phase.OPENING_AUCTION, Phase.CONTINUOUS, Phase.CLOSING_AUCTION, Phase.CLOSED),
        (Phase.CONTINUOUS, Phase.PRE_OPEN, Phase.CLOSED, Phase.CLOSING_AUCTION, Phase.CONTINUOUS),
    )
]
causes = st.sampled_from(["", "drill", "größe"])
names = st.sampled_from(["first", "two words", "", "x" * 64, "x" * 65, "é"])
client_ids = st.sampled_from(["", "", "", "", "a", "b", "c", "d", "y" * 36, "y" * 37, "two words", "é"])
money = mostly(st.integers(1, 3_000).map(lambda whole: whole * E8))
limits = st.one_of(st.just(0), st.just(0), money)
order_ids = st.integers(0, 80)
flags = st.sampled_from([0, 0, 0, 0, 0, 0, 1, 2, 2, 3, 4, 8, 15, 16, 16, 17, 18, 32, 33, 33, 33, 35, 49]).map(OrderFlag)


instructions: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"display_qty": st.sampled_from([0, 1, 1, 2, 3, 5, 9])},
    optional={
        "min_qty": mostly(st.integers(0, 9)),
        "trigger_price": st.sampled_from([0, 0, 0, 100]),
        "group_id": st.sampled_from([0, 0, 0, 1]),
    },
)
triggers: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"trigger_source": st.sampled_from(TriggerSource), "trigger_price": mostly(st.integers(95, 105))},
    optional={"min_qty": st.integers(1, 4), "display_qty": st.integers(1, 4), "offset": st.sampled_from([0, 0, 1])},
)
trails: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "trigger_source": st.sampled_from(TriggerSource),
        "offset": mostly(st.sampled_from([1, 1, 2, 3, 100, 250])),
        "offset_unit": st.sampled_from(OffsetUnit),
    },
    optional={"min_qty": st.integers(1, 4), "trigger_price": st.sampled_from([0, 0, 0, 100])},
)


ties: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"contingency": st.sampled_from([*Contingency, Contingency.OCO, Contingency.CHILD]), "group_id": st.integers(0, 2)}
)


pegs: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"peg_reference": st.sampled_from(PegReference)},
    optional={
        "offset": st.one_of(st.integers(-4, 4), st.sampled_from([MAX_PRICE, MAX_PRICE + 1, -MAX_I64 - 1])),
        "display_qty": st.integers(1, 4),
        "min_qty": st.sampled_from([0, 0, 0, 1]),
    },
)


def asked_by(order_type: OrderType) -> st.SearchStrategy[dict[str, Any]]:
    """What an order of a type says beyond a plain one."""
    if order_type.waits:
        return trails if order_type is OrderType.TRAILING_STOP else triggers
    if order_type is OrderType.PEGGED:
        return st.one_of(st.just({}), pegs, pegs, pegs)
    return st.one_of(st.just({}), st.just({}), instructions)


@st.composite
def new_orders(draw: st.DrawFn, now_ns: int) -> Command:
    """Of any type; expiry in the next seconds for GTD."""
    waiting = draw(st.sampled_from([order_type for order_type in OrderType if order_type.waits]))
    usual_types = [*[OrderType.LIMIT] * 4, OrderType.MARKET, OrderType.MARKET_TO_LIMIT]
    order_type = draw(st.sampled_from([*usual_types, waiting, waiting, OrderType.PEGGED, OrderType.PEGGED]))
    is_limit = order_type.is_priced
    is_market = order_type is OrderType.MARKET
    market_times = [TimeInForce.IOC, TimeInForce.FOK, TimeInForce.GTC, TimeInForce.AT_OPEN, TimeInForce.AT_CLOSE]
    usual = market_times if is_market else [*TimeInForce, *[TimeInForce.GTC] * 4]
    time_in_force = draw(st.sampled_from(usual))
    has_expiry = time_in_force is TimeInForce.GTD or draw(st.integers(0, 30)) == 0
    strategy_id = draw(strategies)
    account_id = {1: 1, 90_000: 2}.get(strategy_id) if draw(st.integers(0, 9)) else None
    asked = draw(asked_by(order_type)) | draw(st.one_of(st.just({}), st.just({}), ties))
    kind = commands.NewInstructedOrder if asked else commands.NewOrder
    return kind(
        instrument_id=draw(instruments),
        account_id=account_id or draw(accounts),
        strategy_id=strategy_id,
        side=draw(st.sampled_from(list(Side))),
        order_type=order_type,
        time_in_force=time_in_force,
        flags=draw(flags),
        price=draw(prices) if is_limit else draw(mostly(st.just(0))),
        qty=draw(quantities),
        expire_ns=now_ns + draw(st.integers(0, 3 * SECOND_NS)) if has_expiry else 0,
        client_order_id=draw(client_ids),
        **asked,
    )


market_updates = st.builds(
    commands.MarketUpdate,
    instrument_id=st.sampled_from([OUTSIDE, OUTSIDE, OUTSIDE, 1, 9]),
    bid_price=prices,
    ask_price=prices,
    last_price=st.one_of(st.just(0), prices),
)
mass_cancels = st.builds(
    commands.MassCancel,
    account_id=st.one_of(accounts, st.just(ANY_ACCOUNT)),
    strategy_id=st.one_of(st.just(ANY_STRATEGY), strategies),
    instrument_id=st.one_of(st.just(0), instruments),
    side=st.sampled_from([0, 1, ANY_SIDE, ANY_SIDE, 9]),
)
limit_changes = st.builds(
    commands.SetLimits,
    account_id=accounts,
    strategy_id=strategies,
    max_order_notional=limits,
    max_position_notional=limits,
    max_exposure_notional=limits,
    max_daily_loss=limits,
    max_drawdown=st.one_of(st.just(0), st.integers(1, 20_000), odd_numbers),
    leverage=mostly(st.integers(0, 20)),
    max_open_orders=st.one_of(st.just(0), mostly(st.integers(1, 8))),
    max_orders_per_second=st.one_of(st.just(0), mostly(st.integers(1, 8))),
)
controls: st.SearchStrategy[Command] = st.one_of(
    st.builds(
        commands.SetTradingState,
        account_id=accounts,
        strategy_id=strategies,
        state=st.sampled_from(TradingState),
        cause=causes,
    ),
    st.builds(commands.Kill, account_id=accounts, strategy_id=strategies, cause=causes),
    st.builds(commands.ResetKill, account_id=accounts, strategy_id=strategies, cause=causes),
    st.builds(commands.SetPhase, instrument_id=instruments, phase=st.sampled_from(Phase)),
    st.builds(
        commands.SetVolatilityGuard,
        instrument_id=instruments,
        dynamic_band=st.sampled_from([0, 10_000, 30_000]),
        auction_ns=st.sampled_from([0, SECOND_NS // 3, SECOND_NS]),
        limit_band=st.sampled_from([0, 20_000, 50_000]),
        limit_state_ns=st.sampled_from([1, SECOND_NS]),
        pause_ns=st.sampled_from([1, SECOND_NS]),
    ),
    st.builds(
        commands.SetSchedule,
        instrument_id=instruments,
        extension_ns=st.sampled_from([0, SECOND_NS]),
        extension_band=st.sampled_from([0, 20_000, 1_000_001]),
        steps=st.one_of(st.binary(max_size=40), st.sampled_from(CALENDARS)),
    ),
    st.builds(commands.HaltInstrument, instrument_id=instruments, duration_ns=st.integers(0, SECOND_NS), cause=causes),
    st.builds(
        commands.SetCircuitBreaker,
        instrument_id=st.one_of(st.just(0), instruments),
        level_1=st.sampled_from([0, 5_000, 20_000]),
        level_2=st.sampled_from([0, 30_000]),
        level_3=st.sampled_from([0, 40_000]),
        cool_down_1_ns=st.sampled_from([0, 1, SECOND_NS]),
        cool_down_2_ns=st.just(SECOND_NS),
    ),
    st.builds(commands.SetStrategyState, strategy_id=strategies, state=st.sampled_from(StrategyState), cause=causes),
    st.builds(
        commands.SetSelfTradePrevention,
        account_id=accounts,
        mode=st.sampled_from(SelfTradeMode),
        group_id=st.sampled_from([0, 1, 1, 4_000_000_000]),
    ),
    st.builds(commands.SetSymbolPermission, account_id=accounts, instrument_id=instruments, allowed=st.booleans()),
)
definitions: st.SearchStrategy[Command] = st.one_of(
    st.builds(commands.AdjustBalance, account_id=accounts, amount=mostly(st.integers(-9_000 * E8, 9_000 * E8))),
    st.builds(
        commands.SetFees,
        account_id=accounts,
        instrument_id=st.one_of(st.just(0), instruments),
        maker_fee=mostly(st.integers(-500, 500)),
        taker_fee=mostly(st.integers(-500, 2_000)),
    ),
    st.builds(commands.CreateStrategy, strategy_id=strategies, account_id=accounts, name=names),
    st.builds(commands.SetStrategyParameters, strategy_id=strategies, parameters=causes),
    st.builds(commands.SaveState, slot=st.integers(0, 2), state=st.binary(max_size=20)),
    st.sampled_from(MARKET),
    st.builds(
        define_instrument,
        st.sampled_from([0, 1, 6]),
        st.sampled_from(["AAA", "EEE", "two words", "s" * 33]),
        unit_value=odd_numbers,
        min_notional=mostly(st.just(0)),
        max_order_qty=odd_numbers,
        price_band=mostly(st.just(1_000)),
        reference_price=odd_numbers,
        matching=st.sampled_from(MatchingRule),
        minimum_allocation=mostly(st.just(0)),
        top_order_priority=st.booleans(),
    ),
)
pauses_ns = st.sampled_from(
    [0, 1, 10**6, SECOND_NS // 3, SECOND_NS, 5 * SECOND_NS // 2, 3_600 * SECOND_NS, 90_000 * SECOND_NS]
)


def cancels(ids: st.SearchStrategy[int]) -> st.SearchStrategy[Command]:
    """By order_id or by client_order_id."""
    return st.builds(commands.CancelOrder, account_id=accounts, order_id=ids, client_order_id=client_ids)


def replaces(ids: st.SearchStrategy[int]) -> st.SearchStrategy[Command]:
    """To any price and quantity."""
    return st.builds(
        commands.ReplaceOrder,
        account_id=accounts,
        flags=flags,
        order_id=ids,
        price=prices,
        qty=quantities,
        client_order_id=client_ids,
    )


def reports(ids: st.SearchStrategy[int]) -> st.SearchStrategy[Command]:
    """Of every kind; exec_ids repeat and step back."""
    return st.builds(
        commands.VenueReport,
        order_id=ids,
        exec_id=st.integers(0, 30),
        report=st.sampled_from([*ReportKind, *[ReportKind.FILLED] * 3]),
        is_maker=st.booleans(),
        reason=st.sampled_from([0, 83, 4_000_000_000]),
        price=prices,
        qty=quantities,
    )
