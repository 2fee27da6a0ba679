"""What the engine knows about participants, as rows of a snapshot and back."""

from __future__ import annotations

from cambist.domain.account import Account
from cambist.domain.durations import DAY_NS
from cambist.domain.fill import Fees, FeeTier
from cambist.domain.limits import RateBucket
from cambist.domain.past_trade import PastTrade, TradeSide
from cambist.domain.protection import Protection
from cambist.domain.throttle import Throttle
from cambist.domain.vocabulary import Liquidity, Side
from cambist.engine.reference.state import EngineState
from cambist.protocols.participant_rows import (
    FeeTierRow,
    ProtectionFillRow,
    ProtectionRow,
    QuoteRow,
    ThrottleRow,
    TradeRow,
    VolumeRow,
)
from cambist.protocols.snapshot import Sections

_QUOTE_KEY = ("account_id", "strategy_id", "instrument_id", "quote_id")


def participant_rows(state: EngineState, accounts: list[Account]) -> Sections:
    """Their sections; `accounts` by id."""
    return {
        ThrottleRow: [_throttle_row(account) for account in accounts if account.throttle.is_set],
        QuoteRow: [
            QuoteRow(**dict(zip(_QUOTE_KEY, key, strict=True)), bid_order_id=bid, ask_order_id=ask)
            for key, bid, ask in state.quotes.open()
        ],
        ProtectionRow: [_protection_row(key, state.protections[key]) for key in sorted(state.protections)],
        ProtectionFillRow: [
            ProtectionFillRow(account_id=key[0], instrument_id=key[1], filled_ns=filled_ns, qty=qty)
            for key in sorted(state.protections)
            for filled_ns, qty in state.protections[key].fills
        ],
        FeeTierRow: [
            FeeTierRow(account_id=key, volume=tier.volume, maker_fee=tier.fees.maker_fee, taker_fee=tier.fees.taker_fee)
            for key in sorted(state.fees.schedules)
            for tier in state.fees.schedules[key]
        ],
        VolumeRow: _volume_rows(accounts, state.timers.next_day_ns // DAY_NS - 1),
        TradeRow: [_trade_row(trade) for trade in state.past_trades],
    }


def restore_participants(state: EngineState, sections: Sections) -> None:
    """Once accounts, strategies and instruments are there."""
    for row in sections[ThrottleRow]:
        state.accounts[row.account_id].throttle = Throttle(row.messages_per_second, RateBucket(row.paid_until_ns))
    trade_ids = [row.trade_id for row in sections[TradeRow]]
    if trade_ids != list(range(state.next_trade_id - len(trade_ids), state.next_trade_id)):
        raise ValueError("of the last trades some are missing")
    for row in sections[TradeRow]:
        state.past_trades.put(_past_trade_of(row))
    for row in sections[FeeTierRow]:
        tier = FeeTier(row.volume, Fees(row.maker_fee, row.taker_fee))
        state.fees.schedules.setdefault(row.account_id, []).append(tier)
    for row in sections[VolumeRow]:
        _restore_volume(state, row)
    for row in sections[ProtectionRow]:
        state.protections[row.account_id, row.instrument_id] = Protection(
            window_ns=row.window_ns,
            max_fills=row.max_fills,
            max_qty=row.max_qty,
            max_delta=row.max_delta,
            is_triggered=row.triggered,
        )
    for row in sections[ProtectionFillRow]:
        state.protections[row.account_id, row.instrument_id].fills.append((row.filled_ns, row.qty))
    for row in sections[QuoteRow]:
        key = (row.account_id, row.strategy_id, row.instrument_id, row.quote_id)
        state.quotes.put(key, Side.BUY, row.bid_order_id)
        state.quotes.put(key, Side.SELL, row.ask_order_id)


def _throttle_row(account: Account) -> ThrottleRow:
    return ThrottleRow(
        account_id=account.account_id,
        messages_per_second=account.throttle.messages_per_second,
        paid_until_ns=account.throttle.bucket.paid_until_ns,
    )


def _protection_row(key: tuple[int, int], protection: Protection) -> ProtectionRow:
    return ProtectionRow(
        account_id=key[0],
        instrument_id=key[1],
        window_ns=protection.window_ns,
        max_fills=protection.max_fills,
        max_qty=protection.max_qty,
        max_delta=protection.max_delta,
        triggered=protection.is_triggered,
    )


def _volume_rows(accounts: list[Account], today: int) -> list[VolumeRow]:
    return [
        VolumeRow(account_id=account.account_id, day=day, volume=volume)
        for account in accounts
        for day, volume in (*account.traded.days.items(), (today, account.traded.today))
        if volume
    ]


def _trade_row(trade: PastTrade) -> TradeRow:
    maker, taker = trade.sides
    return TradeRow(
        trade_id=trade.trade_id,
        instrument_id=trade.instrument_id,
        maker_account_id=maker.account_id,
        maker_strategy_id=maker.strategy_id,
        taker_account_id=taker.account_id,
        taker_strategy_id=taker.strategy_id,
        aggressor=taker.side,
        in_auction=taker.liquidity is Liquidity.AUCTION,
        busted=trade.is_busted,
        price=trade.price,
        qty=trade.qty,
        maker_fee=maker.fee,
        taker_fee=taker.fee,
    )


def _past_trade_of(row: TradeRow) -> PastTrade:
    maker = TradeSide(
        account_id=row.maker_account_id,
        strategy_id=row.maker_strategy_id,
        side=row.aggressor.opposite,
        liquidity=Liquidity.AUCTION if row.in_auction else Liquidity.MAKER,
        fee=row.maker_fee,
    )
    taker = TradeSide(
        account_id=row.taker_account_id,
        strategy_id=row.taker_strategy_id,
        side=row.aggressor,
        liquidity=Liquidity.AUCTION if row.in_auction else Liquidity.TAKER,
        fee=row.taker_fee,
    )
    return PastTrade(
        trade_id=row.trade_id,
        instrument_id=row.instrument_id,
        price=row.price,
        qty=row.qty,
        sides=[maker, taker],
        is_busted=row.busted,
    )


def _restore_volume(state: EngineState, row: VolumeRow) -> None:
    traded = state.accounts[row.account_id].traded
    if row.day == state.timers.next_day_ns // DAY_NS - 1:
        traded.today = row.volume
    else:
        traded.days[row.day] = row.volume
