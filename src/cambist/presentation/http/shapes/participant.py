"""Participants: who they are, and what holds for them; quotes that stand, and trades that were put right."""

from __future__ import annotations

import msgspec

from cambist.application.control_plane.participant_table import ALL_INSTRUMENTS, EVERYONE, ParticipantRecord
from cambist.application.control_plane.quote_table import StandingQuote
from cambist.application.control_plane.read_model import ReadModel
from cambist.application.control_plane.trade_service import Corrected
from cambist.application.control_plane.trade_table import TradeView
from cambist.domain.fill import Fees, FeeTier
from cambist.domain.grid import e8_text
from cambist.domain.participant_events import FillAdjusted
from cambist.domain.protection import Protection
from cambist.domain.vocabulary import Side
from cambist.presentation.http.shapes.text import fraction_text, milliseconds


class InstrumentFees(msgspec.Struct, kw_only=True):
    """Rates on one instrument."""

    symbol: str
    maker_fee: str
    taker_fee: str


class Tier(msgspec.Struct, kw_only=True):
    """Rates from a volume of 30 days on."""

    volume: str
    maker_fee: str
    taker_fee: str


class Protected(msgspec.Struct, kw_only=True):
    """A market-maker protection; symbol null: over all instruments together, and then limits count lots."""

    symbol: str | None
    window_ms: int
    max_fills: int
    max_qty: str | None
    max_delta: str | None
    triggered: bool


class Participant(msgspec.Struct, kw_only=True):
    """An account of a member or of the desk. Fees are those of today, on instruments without rates of their own."""

    account: str
    kind: str
    messages_per_second: int | None
    cancel_on_disconnect: bool
    self_trade_prevention: str
    self_trade_group: int | None
    maker_fee: str
    taker_fee: str
    fees: list[InstrumentFees]
    fee_tiers: list[Tier]
    protections: list[Protected]


class Quote(msgspec.Struct, kw_only=True):
    """A quote that stands, and the open orders of its sides; null for an empty side."""

    account: str
    strategy: str | None
    symbol: str
    quote_id: int
    bid_order_id: str | None
    bid_price: str | None
    bid_qty: str | None
    ask_order_id: str | None
    ask_price: str | None
    ask_qty: str | None


class PastTrade(msgspec.Struct, kw_only=True):
    """One of the last trades of our venue, at its present price."""

    trade_id: str
    symbol: str
    price: str
    qty: str
    busted: bool


class Adjustment(msgspec.Struct, kw_only=True):
    """What one side gave back (negative qty and commission), or took at the new price."""

    account: str
    strategy: str | None
    side: str
    price: str
    qty: str
    commission: str


class PutRight(msgspec.Struct, kw_only=True):
    """A trade after a bust or a correction, and what its sides gave back and took instead."""

    trade: PastTrade
    adjustments: list[Adjustment]


def participant_shape(model: ReadModel, found: ParticipantRecord) -> Participant:
    """Call while reading the model."""
    present = found.present_fees
    return Participant(
        account=found.name,
        kind=found.kind.name,
        messages_per_second=found.messages_per_second or None,
        cancel_on_disconnect=found.is_armed,
        self_trade_prevention=found.self_trade_mode.name,
        self_trade_group=found.group_id or None,
        maker_fee=fraction_text(present.maker_fee),
        taker_fee=fraction_text(present.taker_fee),
        fees=[_fees(model, key, fees) for key, fees in sorted(found.fees.items()) if key != ALL_INSTRUMENTS],
        fee_tiers=[tier_shape(tier) for tier in model.participants.schedule(found.account_id)],
        protections=[_protected(model, key, each) for key, each in sorted(found.protections.items())],
    )


def everyones_tiers(model: ReadModel) -> list[Tier]:
    """The schedule of all without one of their own. Call while reading the model."""
    return [tier_shape(tier) for tier in model.participants.schedule(EVERYONE)]


def tier_shape(tier: FeeTier) -> Tier:
    """A tier."""
    maker_fee, taker_fee = fraction_text(tier.fees.maker_fee), fraction_text(tier.fees.taker_fee)
    return Tier(volume=e8_text(tier.volume), maker_fee=maker_fee, taker_fee=taker_fee)


def quote_shape(model: ReadModel, quote: StandingQuote) -> Quote:
    """Call while reading the model."""
    account_id, strategy_id, instrument_id, quote_id = quote.key
    strategy = model.strategies.get(strategy_id)
    sides = zip(("bid", "ask"), (quote.bid_order_id, quote.ask_order_id), strict=True)
    fields = {f"{side}_{name}": value for side, order_id in sides for name, value in _side(model, order_id).items()}
    return Quote(
        account=model.accounts.name_of(account_id),
        strategy=strategy.name if strategy else None,
        symbol=model.instruments[instrument_id].symbol,
        quote_id=quote_id,
        **fields,
    )


def trade_shape(model: ReadModel, trade: TradeView) -> PastTrade:
    """Call while reading the model."""
    instrument = model.instruments[trade.instrument_id]
    return PastTrade(
        trade_id=str(trade.trade_id),
        symbol=instrument.symbol,
        price=instrument.price_text(trade.price),
        qty=instrument.qty_text(trade.qty),
        busted=trade.is_busted,
    )


def put_right_shape(model: ReadModel, corrected: Corrected) -> PutRight:
    """Call while reading the model."""
    return PutRight(
        trade=trade_shape(model, corrected.trade),
        adjustments=[_adjustment(model, event) for event in corrected.adjustments],
    )


def _side(model: ReadModel, order_id: int) -> dict[str, str | None]:
    order = model.orders.get(order_id) if order_id else None
    if order is None:
        return {"order_id": None, "price": None, "qty": None}
    instrument = model.instruments[order.instrument_id]
    leaves = instrument.qty_text(order.qty - order.filled_qty)
    return {"order_id": str(order_id), "price": instrument.price_text(order.price), "qty": leaves}


def _fees(model: ReadModel, instrument_id: int, fees: Fees) -> InstrumentFees:
    return InstrumentFees(
        symbol=model.instruments[instrument_id].symbol,
        maker_fee=fraction_text(fees.maker_fee),
        taker_fee=fraction_text(fees.taker_fee),
    )


def _protected(model: ReadModel, instrument_id: int, protection: Protection) -> Protected:
    instrument = model.instruments[instrument_id] if instrument_id != ALL_INSTRUMENTS else None
    max_qty, max_delta = [
        (instrument.qty_text(lots) if instrument else str(lots)) if lots else None
        for lots in (protection.max_qty, protection.max_delta)
    ]
    return Protected(
        symbol=instrument.symbol if instrument else None,
        window_ms=milliseconds(protection.window_ns),
        max_fills=protection.max_fills,
        max_qty=max_qty,
        max_delta=max_delta,
        triggered=protection.is_triggered,
    )


def _adjustment(model: ReadModel, event: FillAdjusted) -> Adjustment:
    instrument = model.instruments[event.instrument_id]
    strategy = model.strategies.get(event.strategy_id)
    return Adjustment(
        account=model.participants[event.account_id].name,
        strategy=strategy.name if strategy else None,
        side=Side(event.side).name,
        price=instrument.price_text(event.price),
        qty=instrument.qty_text(event.qty),
        commission=e8_text(event.commission),
    )
