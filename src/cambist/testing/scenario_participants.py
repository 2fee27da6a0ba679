"""The words of a scenario about participants: sessions, throttles, quotes, trades and fees, asked and stated."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cambist.domain import participant_commands as asked
from cambist.domain import participant_events as stated
from cambist.domain.commands import ANY_STRATEGY
from cambist.domain.fill import Fees, FeeTier
from cambist.domain.grid import e8_text, exact_e8
from cambist.domain.message import Command, Event
from cambist.domain.reasons import Reason
from cambist.domain.vocabulary import OrderFlag, Side
from cambist.protocols.fee_tiers import decode_tiers, encode_tiers
from cambist.protocols.quotes import QuoteEntry, decode_quotes, encode_quotes, quote_order_id
from cambist.testing.scenario_world import World, duration_ns

if TYPE_CHECKING:
    from cambist.testing.scenario_commands import Line


def _arm(line: Line, world: World) -> Command:
    account_id = world.account_id(line.word(1))
    return asked.SetCancelOnDisconnect(account_id=account_id, armed=line.word(0) == "arm")


def _end_session(line: Line, world: World) -> Command:
    strategy = line.options.get("strategy")
    return asked.EndSession(
        account_id=world.account_id(line.word(1)),
        strategy_id=world.strategy_id(strategy) if strategy else 0 if "by_hand" in line.words else ANY_STRATEGY,
        session="scenario",
    )


def _throttle(line: Line, world: World) -> Command:
    return asked.SetThrottle(account_id=world.account_id(line.word(1)), messages_per_second=int(line.word(2)))


def _quote(line: Line, world: World) -> Command:
    """`LABEL: quote SCOPE SYMBOL ID/QTY@PRICE/QTY@PRICE ...`, a side that is to be none as `-`."""
    account_id, strategy_id = world.scope_ids(line.word(1))
    flags = OrderFlag.NONE
    for flag in OrderFlag:
        if (flag.name or "").lower() in line.words:
            flags |= flag
    return asked.MassQuote(
        account_id=account_id,
        strategy_id=strategy_id,
        instrument_id=world.instrument_id(line.word(2)),
        flags=flags,
        quotes=encode_quotes(_entry(word) for word in line.words if "/" in word and word != line.word(1)),
    )


def _protect(line: Line, world: World) -> Command:
    symbol = line.word(2)
    return asked.SetMarketMakerProtection(
        account_id=world.account_id(line.word(1)),
        instrument_id=world.instrument_id(symbol) if symbol else 0,
        window_ns=duration_ns(line.options.get("window", "0s")),
        max_fills=line.int_option("fills", 1_000),
        max_qty=line.int_option("qty"),
        max_delta=line.int_option("delta"),
    )


def _reset_protection(line: Line, world: World) -> Command:
    symbol = line.word(2)
    return asked.ResetProtection(
        account_id=world.account_id(line.word(1)), instrument_id=world.instrument_id(symbol) if symbol else 0
    )


def _fee_tiers(line: Line, world: World) -> Command:
    """`fee_tiers SCOPE VOLUME/MAKER/TAKER ...`."""
    name = line.word(1)
    return asked.SetFeeTiers(
        account_id=0 if name == "all" else world.account_id(name),
        tiers=encode_tiers(
            FeeTier(exact_e8(volume), Fees(int(maker), int(taker)))
            for volume, maker, taker in (word.split("/") for word in line.words[2:])
        ),
    )


def _bust(line: Line, world: World) -> Command:  # noqa: ARG001
    return asked.BustTrade(trade_id=int(line.word(1)), cause="scenario")


def _correct(line: Line, world: World) -> Command:  # noqa: ARG001
    return asked.CorrectTrade(trade_id=int(line.word(1)), price=int(line.after("@")), cause="scenario")


def _adjusted(event: stated.FillAdjusted, world: World) -> str:
    scope = world.scope(event.account_id, event.strategy_id)
    return (
        f"adjusted {event.trade_id} {scope} {event.side.name.lower()} {event.qty} @ {event.price} "
        f"commission {e8_text(event.commission)}"
    )


def _instrument_words(instrument_id: int, world: World) -> str:
    return world.symbol(instrument_id) if instrument_id else "all"


def _entry(word: str) -> QuoteEntry:
    quote_id, *sides = word.split("/")
    (bid_qty, bid_price), (ask_qty, ask_price) = (
        (0, 0) if side == "-" else [int(number) for number in side.split("@")] for side in sides
    )
    return QuoteEntry(
        quote_id=int(quote_id), bid_price=bid_price, bid_qty=bid_qty, ask_price=ask_price, ask_qty=ask_qty
    )


def label_quotes(command: asked.MassQuote, label: str, account: str, sequence: int, world: World) -> None:
    """The orders of a labelled mass quote are LABEL, quote_id, and b for the bid or a for the ask."""
    for place, entry in enumerate(decode_quotes(command.quotes) or []):
        for side, letter in ((Side.BUY, "b"), (Side.SELL, "a")):
            name = f"{label}{entry.quote_id}{letter}"
            world.orders[name] = quote_order_id(sequence, place, side)
            world.order_accounts[name] = account


def _quote_accepted(event: stated.QuoteAccepted, world: World) -> str:
    ids = (event.bid_order_id, event.ask_order_id)
    bid, ask = (world.order(order_id) if order_id else "-" for order_id in ids)
    return f"quoted {event.quote_id} {bid} {ask}"


PARTICIPANT_VERBS: dict[str, Callable[[Line, World], Command]] = {
    "arm": _arm,
    "disarm": _arm,
    "end_session": _end_session,
    "throttle": _throttle,
    "quote": _quote,
    "bust": _bust,
    "correct": _correct,
    "fee_tiers": _fee_tiers,
    "protect": _protect,
    "reset_protection": _reset_protection,
}

PARTICIPANT_WORDS: dict[type[Event], Callable[[Any, World], str]] = {
    stated.CancelOnDisconnectChanged: lambda event, world: (
        f"{'armed' if event.armed else 'disarmed'} {world.account(event.account_id)}"
    ),
    stated.SessionEnded: lambda event, world: f"session_ended {world.account(event.account_id)}",
    stated.QuoteAccepted: _quote_accepted,
    stated.MarketMakerProtectionChanged: lambda event, world: (
        f"protected {world.account(event.account_id)} {_instrument_words(event.instrument_id, world)} "
        f"fills {event.max_fills} qty {event.max_qty} delta {event.max_delta}"
    ),
    stated.ProtectionTriggered: lambda event, world: (
        f"triggered {world.account(event.account_id)} {_instrument_words(event.instrument_id, world)} "
        f"fills {event.fills} qty {event.qty} delta {event.delta}"
    ),
    stated.FeeTiersChanged: lambda event, world: (
        f"fee_tiers {world.account(event.account_id) if event.account_id else 'all'} "
        f"{len(decode_tiers(event.tiers) or [])}"
    ),
    stated.FeeTierReached: lambda event, world: (
        f"fee_tier {world.account(event.account_id)} volume {e8_text(event.volume)} "
        f"maker {event.maker_fee} taker {event.taker_fee}"
    ),
    stated.TradeBusted: lambda event, world: f"busted {event.trade_id} {event.qty} @ {event.price}",  # noqa: ARG005
    stated.TradeCorrected: lambda event, world: (  # noqa: ARG005
        f"corrected {event.trade_id} {event.qty} @ {event.price} was {event.previous_price}"
    ),
    stated.FillAdjusted: _adjusted,
    stated.ProtectionReset: lambda event, world: (
        f"protection_reset {world.account(event.account_id)} {_instrument_words(event.instrument_id, world)}"
    ),
    stated.QuoteRejected: lambda event, world: f"quote_rejected {Reason(event.reason).name}",  # noqa: ARG005
    stated.ThrottleChanged: lambda event, world: (
        f"throttle {world.account(event.account_id)} {event.messages_per_second}"
    ),
}
