"""Rows of a snapshot about participants: their throttles, quotes, protections, fees and trades."""

from __future__ import annotations

from cambist.domain.vocabulary import Side
from cambist.domain.widths import I64, U32, U64, Flag, Lots, Ppm, Ticks, TimeNs, WideMoneyE8
from cambist.protocols.snapshot_row import Row


class ThrottleRow(Row, frozen=True, gc=False, kw_only=True):
    """By account_id; only where there is a throttle."""

    account_id: U32
    messages_per_second: I64
    paid_until_ns: TimeNs


class QuoteRow(Row, frozen=True, gc=False, kw_only=True):
    """By account_id, strategy_id, instrument_id, quote_id: the open orders that stand for a quote's sides, 0 for none;
    only where there is one.
    """

    account_id: U32
    strategy_id: U32
    instrument_id: U32
    quote_id: U32
    bid_order_id: U64
    ask_order_id: U64


class ProtectionRow(Row, frozen=True, gc=False, kw_only=True):
    """By account_id, instrument_id (0: all)."""

    account_id: U32
    instrument_id: U32
    window_ns: TimeNs
    max_fills: I64
    max_qty: Lots
    max_delta: Lots
    triggered: Flag


class ProtectionFillRow(Row, frozen=True, gc=False, kw_only=True):
    """By account_id, instrument_id, then oldest first: fills that a protection counts, at most 4,096 each. qty is
    negative where lots were sold.
    """

    account_id: U32
    instrument_id: U32
    filled_ns: TimeNs
    qty: Lots


class FeeTierRow(Row, frozen=True, gc=False, kw_only=True):
    """By account_id (0: all without a schedule of their own), volume."""

    account_id: U32
    volume: I64
    maker_fee: Ppm
    taker_fee: Ppm


class VolumeRow(Row, frozen=True, gc=False, kw_only=True):
    """By account_id, day (since the epoch): what an account traded, today and on the 30 days before; only where it
    traded.
    """

    account_id: U32
    day: I64
    volume: WideMoneyE8


class TradeRow(Row, frozen=True, gc=False, kw_only=True):
    """By trade_id without gaps: the last trades of our venue, at most 16,384. Fees are the rates its fills paid."""

    trade_id: U64
    instrument_id: U32
    maker_account_id: U32
    maker_strategy_id: U32
    taker_account_id: U32
    taker_strategy_id: U32
    aggressor: Side
    in_auction: Flag
    busted: Flag
    price: Ticks
    qty: Lots
    maker_fee: Ppm
    taker_fee: Ppm
