"""Events in the words of a scenario. A scenario may leave out words at the end of a line, never in the middle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cambist.domain import events
from cambist.domain.grid import e8_text
from cambist.domain.message import Event
from cambist.domain.reasons import Reason
from cambist.domain.vocabulary import Side
from cambist.protocols.snapshot import OrderRow, PositionRow, RestingRow, WaitingRow
from cambist.testing.scenario_instructions import instruction_words
from cambist.testing.scenario_participants import PARTICIPANT_WORDS
from cambist.testing.scenario_sessions import SESSION_WORDS
from cambist.testing.scenario_world import World


def words_of(event: Event, world: World) -> str:
    """The line that a scenario expects for an event."""
    return _WORDS[type(event)](event, world)


def reason_name(code: int) -> str:
    """The name of a reason, or its number where it has none."""
    return Reason(code).name if code in Reason.__members__.values() else str(code)


def resting_words(row: RestingRow, world: World) -> str:
    """An order in the book, and what it shows where that is less."""
    text = f"{_side(row.side)} {world.order(row.order_id)} {row.leaves_qty} @ {row.price}"
    return f"{text} shows {row.displayed_qty}" if row.displayed_qty < row.leaves_qty else text


def waiting_words(row: WaitingRow, world: World) -> str:
    """An order that waits for its trigger."""
    text = f"{_side(row.side)} {world.order(row.order_id)} {row.qty} {row.order_type.name.lower()}"
    return f"{text} trigger {row.trigger_price} best {row.best_price}"


def order_words(row: OrderRow, world: World) -> str:
    """An open order of the desk."""
    return (
        f"{world.order(row.order_id)} {row.status.name} {row.filled_qty} of {row.qty} @ {row.price} "
        f"pending {row.pending_qty} @ {row.pending_price}"
    )


def position_words(row: PositionRow, world: World) -> str:
    """A position that ever had a fill."""
    scope = world.scope(row.account_id, row.strategy_id)
    return (
        f"{scope} {world.symbol(row.instrument_id)} {row.qty:+d} cost {e8_text(row.cost)} "
        f"realised {e8_text(row.realised_pnl)} commission {e8_text(row.commission)} mark {row.mark_price}"
    )


def _side(side: Side) -> str:
    return side.name.lower()


def _order_and_reason(verb: str) -> Callable[[Any, World], str]:
    return lambda event, world: f"{verb} {world.order(event.order_id)} {reason_name(event.reason)}"


def _order_only(verb: str) -> Callable[[Any, World], str]:
    return lambda event, world: f"{verb} {world.order(event.order_id)}"


def _position(verb: str) -> Callable[[Any, World], str]:
    return lambda event, world: (
        f"{verb} {world.scope(event.account_id, event.strategy_id)} {world.symbol(event.instrument_id)} "
        f"{event.qty:+d} cost {e8_text(event.cost)} realised {e8_text(event.realised_pnl)} "
        f"total {e8_text(event.total_realised_pnl)} balance {e8_text(event.balance)}"
    )


def _filled(event: events.OrderFilled, world: World) -> str:
    return (
        f"filled {world.order(event.order_id)} {event.last_qty} @ {event.last_price} {event.liquidity.name.lower()} "
        f"leaves {event.leaves_qty} commission {e8_text(event.commission)}"
    )


def _replaced(event: events.OrderReplaced, world: World) -> str:
    priority = "kept" if event.kept_priority else "lost"
    return (
        f"replaced {world.order(event.order_id)} {event.qty} @ {event.price} leaves {event.leaves_qty} "
        f"priority {priority}"
    )


def _level(event: events.BookDelta, world: World) -> str:
    symbol = world.symbol(event.instrument_id)
    return f"level {symbol} {_side(event.side)} {event.qty} @ {event.price} orders {event.order_count}"


def _valued(event: events.AccountValued, world: World) -> str:
    return (
        f"valued {world.account(event.account_id)} equity {e8_text(event.equity)} balance {e8_text(event.balance)} "
        f"unrealised {e8_text(event.unrealised_pnl)} peak {e8_text(event.peak_equity)} "
        f"day_start {e8_text(event.day_start_equity)} positions {e8_text(event.position_notional)} "
        f"orders {e8_text(event.order_notional)} margin {e8_text(event.margin_required)}"
    )


def _strategy_valued(event: events.StrategyValued, world: World) -> str:
    return (
        f"strategy_valued {world.strategy(event.strategy_id)} net {e8_text(event.net_pnl)} "
        f"unrealised {e8_text(event.unrealised_pnl)} peak {e8_text(event.peak_pnl)} "
        f"drawdown {e8_text(event.max_drawdown)} volume {e8_text(event.volume)} "
        f"profit {e8_text(event.gross_profit)} loss {e8_text(event.gross_loss)} "
        f"trades {event.trades} wins {event.wins}"
    )


def _breached(event: events.LimitBreached, world: World) -> str:
    in_ppm = event.reason == Reason.DRAWDOWN_LIMIT
    value, limit = (f"{number}ppm" if in_ppm else e8_text(number) for number in (event.value, event.limit))
    scope = world.scope(event.account_id, event.strategy_id)
    return f"breached {scope} {reason_name(event.reason)} {value} limit {limit}"


def _trading(event: events.TradingStateChanged, world: World) -> str:
    scope = world.scope(event.account_id, event.strategy_id)
    return f"trading {scope} {event.state.name}{' killed' if event.killed else ''}"


def _permission(event: events.SymbolPermissionChanged, world: World) -> str:
    verb = "allowed" if event.allowed else "forbidden"
    return f"{verb} {world.account(event.account_id)} {world.symbol(event.instrument_id)}"


def _fees(event: events.FeesChanged, world: World) -> str:
    symbol = world.symbol(event.instrument_id) if event.instrument_id else "all"
    return f"fees {world.account(event.account_id)} {symbol} maker {event.maker_fee} taker {event.taker_fee}"


_WORDS: dict[type[Event], Callable[[Any, World], str]] = {
    events.OrderSubmitted: _order_only("submitted"),
    events.OrderDenied: _order_and_reason("denied"),
    events.OrderRepeated: _order_only("repeated"),
    events.OrderAccepted: _order_only("accepted"),
    events.OrderRejected: _order_and_reason("rejected"),
    events.OrderFilled: _filled,
    events.OrderCanceled: lambda event, world: (
        f"canceled {world.order(event.order_id)} {event.canceled_qty} {reason_name(event.reason)}"
    ),
    events.OrderExpired: lambda event, world: f"expired {world.order(event.order_id)} {event.canceled_qty}",
    events.OrderReplaced: _replaced,
    events.CancelRejected: _order_and_reason("cancel_rejected"),
    events.ReplaceRejected: _order_and_reason("replace_rejected"),
    events.CancelSubmitted: _order_only("cancel_submitted"),
    events.ReplaceSubmitted: lambda event, world: (
        f"replace_submitted {world.order(event.order_id)} {event.qty} @ {event.price}"
    ),
    events.Trade: lambda event, world: (
        f"trade {event.qty} @ {event.price} taker {world.order(event.taker_order_id)} "
        f"maker {world.order(event.maker_order_id)}"
    ),
    events.BookDelta: _level,
    events.PositionOpened: _position("opened"),
    events.PositionChanged: _position("changed"),
    events.PositionClosed: _position("closed"),
    events.BalanceChanged: lambda event, world: (
        f"balance {world.account(event.account_id)} {e8_text(event.balance)} by {e8_text(event.amount)}"
    ),
    events.AccountValued: _valued,
    events.LimitBreached: _breached,
    events.TradingStateChanged: _trading,
    events.PhaseChanged: lambda event, world: f"phase {world.symbol(event.instrument_id)} {event.phase.name}",
    events.InstrumentDefined: lambda event, world: f"defined {world.symbol(event.instrument_id)}",
    events.AssetDefined: lambda event, world: f"asset {world.asset(event.asset_id)}",
    events.HoldingChanged: lambda event, world: (
        f"holding {world.account(event.account_id)} {e8_text(event.balance)} {world.asset(event.asset_id)} "
        f"by {e8_text(event.amount)}"
    ),
    events.AccountOpened: lambda event, world: f"account {world.account(event.account_id)} {event.account_kind.name}",
    events.FeesChanged: _fees,
    events.LimitsChanged: lambda event, world: f"limits {world.scope(event.account_id, event.strategy_id)}",
    events.SymbolPermissionChanged: _permission,
    events.StrategyCreated: lambda event, world: (
        f"strategy {world.strategy(event.strategy_id)} on {world.account(event.account_id)}"
    ),
    events.StrategyStateChanged: lambda event, world: (
        f"strategy {world.strategy(event.strategy_id)} {event.previous.name} -> {event.state.name}"
    ),
    events.StrategyParametersChanged: lambda event, world: (
        f"parameters {world.strategy(event.strategy_id)} {event.parameters}"
    ),
    events.CommandRejected: lambda event, world: f"refused {reason_name(event.reason)}",  # noqa: ARG005
    events.StrategyValued: _strategy_valued,
    events.SelfTradePreventionChanged: lambda event, world: (
        f"self_trade {world.account(event.account_id)} {event.mode.name} group {event.group_id}"
    ),
    events.OrderTriggered: lambda event, world: (
        f"triggered {world.order(event.order_id)} @ {event.trigger_price} seen {event.seen_price}"
    ),
    events.OrderSuspended: _order_only("suspended"),
    events.OrderReleased: lambda event, world: f"released {world.order(event.order_id)} {event.qty}",
    events.OrderInstructed: lambda event, world: f"instructed {world.order(event.order_id)} {instruction_words(event)}",
    **PARTICIPANT_WORDS,
    **SESSION_WORDS,
}
