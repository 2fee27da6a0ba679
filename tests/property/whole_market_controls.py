"""Stories about everything around orders: phases, calendars, guards, halts, risk, participants, trades undone, time."""

from __future__ import annotations

from hypothesis import strategies as st
from whole_market import DESK, MEMBERS, OURS, OUTSIDE, PLAIN, PRICE, SHARED, SPOT, WIDE, Story, World
from whole_market_orders import order, ours, owners, sides

from cambist.domain import commands
from cambist.domain import participant_commands as asked
from cambist.domain import session_commands as session
from cambist.domain.commands import ANY_ACCOUNT, ANY_SIDE, ANY_STRATEGY, SetPhase
from cambist.domain.durations import DAY_NS
from cambist.domain.fill import Fees, FeeTier
from cambist.domain.limits import Limits
from cambist.domain.message import Command
from cambist.domain.schedule import Step, pack_steps
from cambist.domain.vocabulary import Phase, SelfTradeMode, Side, StrategyState, TradingState
from cambist.protocols.fee_tiers import encode_tiers
from cambist.testing.builders import set_limits

SECOND_NS = 10**9
HOUR_NS = 3_600 * SECOND_NS
E8 = 10**8
_DAY = (Phase.OPENING_AUCTION, Phase.CONTINUOUS, Phase.CLOSING_AUCTION, Phase.CLOSED, Phase.PRE_OPEN, Phase.CONTINUOUS)
accounts = st.sampled_from([*DESK, *DESK, *MEMBERS])
scopes = st.sampled_from([(0, 0), (1, 0), (1, 1), (2, 0), (2, 2)])


def told(*given: Command | int) -> Story:
    """The same in every world."""
    return lambda _: list(given)


def _waits(pause_ns: int) -> Story:
    return told(pause_ns, commands.AdvanceTime())


def _midnight(offset_ns: int) -> Story:
    """So long before or after the next reset of the day."""
    return lambda world: [max(0, -world.now_ns % DAY_NS + offset_ns), commands.AdvanceTime()]


def _sweep(instrument_id: int, side: Side, qty: int, ticks: int, then_ns: int, guard: bool) -> Story:
    """A ladder of orders, and somebody who goes through all of it: what guards and breakers are there for."""
    sign = 1 if side is Side.BUY else -1

    def tell(world: World) -> list[Command | int]:
        rungs = [order(world, {}, (3, 0), side.opposite, step * sign, 2, instrument_id) for step in range(ticks)]
        taker = order(world, {}, (4, 0), side, ticks * sign, qty, instrument_id)
        return [*([_guard(instrument_id, 20_000, 0)] if guard else []), *rungs, taker, then_ns, commands.AdvanceTime()]

    return tell


def _at_the_limit(instrument_id: int, side: Side, pause_ns: int) -> Story:
    """A one-sided book that runs into the price limit."""
    sign = 1 if side is Side.BUY else -1
    clear = commands.MassCancel(
        account_id=ANY_ACCOUNT, strategy_id=ANY_STRATEGY, instrument_id=instrument_id, side=ANY_SIDE
    )
    return lambda world: [
        clear,
        _guard(instrument_id, 0, 20_000),
        *(order(world, {}, (3, 0), side, step * sign, 1, instrument_id) for step in range(-1, 5)),
        *(pause_ns, commands.AdvanceTime()),
    ]


def _guard(instrument_id: int, dynamic_band: int, limit_band: int) -> Command:
    return session.SetVolatilityGuard(
        instrument_id=instrument_id,
        dynamic_band=dynamic_band,
        auction_ns=SECOND_NS if dynamic_band else 0,
        limit_band=limit_band,
        limit_state_ns=SECOND_NS // 2 if limit_band else 0,
        pause_ns=SECOND_NS if limit_band else 0,
    )


def _calendar(instrument_id: int, hours: int, extension_ns: int) -> Story:
    steps = [Step(place * hours * HOUR_NS, _DAY[place % len(_DAY)]) for place in range(1, 168 // hours)]
    packed = pack_steps(steps) if hours < 9 else b""
    return told(
        session.SetSchedule(instrument_id=instrument_id, extension_ns=extension_ns, extension_band=10_000, steps=packed)
    )


def _breaker(instrument_id: int, level: int) -> Story:
    levels = {"level_1": level, "level_2": level * 2, "level_3": level * 3}
    return told(
        session.SetCircuitBreaker(
            instrument_id=instrument_id, cool_down_1_ns=SECOND_NS, cool_down_2_ns=2 * SECOND_NS, **levels
        )
    )


def _correction(back: int, ticks: int | None) -> Story:
    """A trade of not long ago is undone or gets another price."""

    def tell(world: World) -> list[Command | int]:
        trade_id = max(1, world.trades - back)
        if ticks is None:
            return [asked.BustTrade(trade_id=trade_id, cause="drill")]
        return [asked.CorrectTrade(trade_id=trade_id, price=PRICE + ticks, cause="drill")]

    return tell


def _protection(account_id: int, instrument_id: int, max_fills: int, max_qty: int, max_delta: int) -> Story:
    protection = asked.SetMarketMakerProtection(
        account_id=account_id,
        instrument_id=instrument_id,
        window_ns=SECOND_NS,
        max_fills=max_fills,
        max_qty=max_qty,
        max_delta=max_delta,
    )
    return told(protection)


def _stop(scope: tuple[int, int], state: TradingState, latched: bool) -> Story:
    account_id, strategy_id = scope
    if latched:
        return told(commands.Kill(account_id=account_id, strategy_id=strategy_id, cause="drill"))
    return told(commands.SetTradingState(account_id=account_id, strategy_id=strategy_id, state=state, cause="drill"))


def _limits(scope: tuple[int, int], money: int, few: int, name: str) -> Story:
    """One limit that binds soon."""
    amounts = (
        {"max_daily_loss": few * E8, "max_drawdown": few * 5} if name in ("max_daily_loss", "max_drawdown") else {}
    )
    value = amounts.get(name, money * E8 if name.endswith("notional") else few)
    return told(set_limits(max(1, scope[0]), scope[1], Limits(**{name: value})))


def _loss(instrument_id: int, account_id: int, qty: int) -> Story:
    """A position that loses more than its account may lose on a day."""
    return lambda world: [
        set_limits(account_id, 0, Limits(max_daily_loss=E8, max_drawdown=2)),
        order(world, {}, (3, 0), Side.SELL, 4, qty, instrument_id),
        order(world, {}, (account_id, 0), Side.BUY, 4, qty, instrument_id),
        order(world, {}, (3, 0), Side.BUY, -4, 60, instrument_id),
        order(world, {}, (4, 0), Side.SELL, -4, 60, instrument_id),
        *(SECOND_NS, commands.AdvanceTime()),
    ]


def _notes(number: int, text: str) -> Story:
    """What strategies keep."""
    return told(
        commands.SetStrategyParameters(strategy_id=number, parameters=text),
        commands.SaveState(slot=number, state=text.encode()),
    )


def _tiers(account_id: int, volume: int, rate: int) -> Story:
    tiers = [FeeTier(0, Fees(0, 500)), FeeTier(volume * E8, Fees(-rate, rate))]
    return told(asked.SetFeeTiers(account_id=account_id, tiers=encode_tiers(tiers) if rate else b""))


def _all_clear(_: World) -> list[Command | int]:
    """Whatever was stopped runs again."""
    scope_ids = ((0, 0), (1, 0), (2, 0), (1, 1), (2, 2))
    return [
        *(commands.ResetKill(account_id=account, strategy_id=strategy, cause="") for account, strategy in scope_ids),
        *(
            commands.SetTradingState(account_id=account, strategy_id=strategy, state=TradingState.ACTIVE, cause="")
            for account, strategy in scope_ids
        ),
        *(set_limits(account, strategy) for account, strategy in scope_ids[1:]),
        *(commands.SetStrategyState(strategy_id=number, state=StrategyState.STOPPED, cause="") for number in (1, 2)),
        *(commands.SetStrategyState(strategy_id=number, state=StrategyState.RUNNING, cause="") for number in (1, 2)),
        *(asked.SetThrottle(account_id=account_id, messages_per_second=0) for account_id in (*DESK, *MEMBERS)),
        *(SetPhase(instrument_id=instrument_id, phase=Phase.CONTINUOUS) for instrument_id in OURS),
    ]


pauses_ns = st.sampled_from([1, SECOND_NS // 3, SECOND_NS, 3 * SECOND_NS, HOUR_NS, 5 * HOUR_NS, 40 * HOUR_NS])
levels = st.sampled_from([0, 10_000, 20_000])
time = st.one_of(st.builds(_waits, pauses_ns), st.builds(_midnight, st.sampled_from([-1, 0, SECOND_NS])))
phases = st.builds(
    lambda instrument_id, phase: told(SetPhase(instrument_id=instrument_id, phase=phase)),
    ours,
    st.sampled_from([*Phase, *[Phase.CONTINUOUS] * 5]),
)
sweeps = st.builds(
    _sweep,
    st.sampled_from([PLAIN, SHARED, WIDE, SPOT]),
    sides,
    st.integers(4, 16),
    st.integers(3, 7),
    st.sampled_from([0, SECOND_NS, 2 * SECOND_NS]),
    st.booleans(),
)
limit_states = st.builds(_at_the_limit, ours, sides, st.sampled_from([0, SECOND_NS // 2, 2 * SECOND_NS]))
guards = st.builds(
    lambda instrument_id, dynamic_band, limit_band: told(_guard(instrument_id, dynamic_band, limit_band)),
    ours,
    st.sampled_from([0, 10_000, 30_000]),
    st.sampled_from([0, 20_000, 40_000]),
)
calendars = st.builds(_calendar, ours, st.sampled_from([1, 2, 5, 9]), st.sampled_from([0, 10 * SECOND_NS]))
halts = st.builds(
    lambda instrument_id, duration_ns: told(
        session.HaltInstrument(instrument_id=instrument_id, duration_ns=duration_ns, cause="drill")
    ),
    st.one_of(st.just(0), ours),
    st.sampled_from([0, SECOND_NS]),
)
breakers = st.builds(_breaker, st.sampled_from([0, PLAIN, SHARED]), levels)
corrections = st.builds(_correction, st.integers(0, 5), st.one_of(st.none(), st.integers(-6, 6)))
protections = st.builds(
    _protection,
    accounts,
    st.sampled_from([0, PLAIN, SHARED, SPOT]),
    st.integers(1, 3),
    st.sampled_from([0, 5]),
    st.sampled_from([0, 4]),
)
resets = st.builds(
    lambda account_id, instrument_id: told(asked.ResetProtection(account_id=account_id, instrument_id=instrument_id)),
    accounts,
    st.sampled_from([0, PLAIN, SHARED, SPOT]),
)
stops = st.builds(_stop, scopes, st.sampled_from(TradingState), st.booleans())
strategies = st.builds(
    lambda number, state: told(commands.SetStrategyState(strategy_id=number, state=state, cause="drill")),
    st.sampled_from([1, 2]),
    st.sampled_from(StrategyState),
)
limits = st.builds(
    _limits, scopes, st.integers(100, 3_000), st.integers(1, 6), st.sampled_from(Limits.__struct_fields__)
)
losses = st.builds(_loss, st.sampled_from([PLAIN, SHARED, WIDE]), st.sampled_from(DESK), st.integers(1, 20))
notes = st.builds(_notes, st.sampled_from([1, 2]), st.sampled_from(["", "größe"]))
self_trades = st.builds(
    lambda account_id, mode, group_id: told(
        commands.SetSelfTradePrevention(account_id=account_id, mode=mode, group_id=group_id)
    ),
    accounts,
    st.sampled_from(SelfTradeMode),
    st.sampled_from([0, 7]),
)
mass_cancels = st.builds(
    lambda account_id, instrument_id, side: told(
        commands.MassCancel(account_id=account_id, strategy_id=ANY_STRATEGY, instrument_id=instrument_id, side=side)
    ),
    st.one_of(st.sampled_from([0, ANY_ACCOUNT]), accounts),
    st.one_of(st.just(0), ours),
    st.sampled_from([0, 1, ANY_SIDE]),
)
departures = st.builds(
    lambda owner, strategy_id: told(
        asked.SetCancelOnDisconnect(account_id=owner[0], armed=True),
        asked.EndSession(account_id=owner[0], strategy_id=strategy_id, session="fix-1"),
    ),
    owners,
    st.sampled_from([0, 1, ANY_STRATEGY]),
)
throttles = st.builds(
    lambda account_id, rate: told(asked.SetThrottle(account_id=account_id, messages_per_second=rate)),
    accounts,
    st.sampled_from([0, 1, 3]),
)
tiers = st.builds(_tiers, st.one_of(st.just(0), accounts), st.integers(1, 2_000), st.sampled_from([0, 100, 300]))
permissions = st.builds(
    lambda account_id, instrument_id, allowed: told(
        commands.SetSymbolPermission(account_id=account_id, instrument_id=instrument_id, allowed=allowed)
    ),
    st.sampled_from(DESK),
    st.sampled_from([PLAIN, OUTSIDE, SPOT]),
    st.booleans(),
)
all_clear = st.just(_all_clear)
