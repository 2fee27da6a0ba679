"""Commands with sensible defaults: what backtests, measurements and tests ask for, in ticks and lots."""

from __future__ import annotations

from cambist.domain.commands import (
    AdjustBalance,
    CreateStrategy,
    DefineInstrument,
    NewOrder,
    OpenAccount,
    SetLimits,
    SetStrategyState,
)
from cambist.domain.limits import Limits
from cambist.domain.message import Command
from cambist.domain.vocabulary import (
    AccountKind,
    InstrumentKind,
    MatchingRule,
    OrderFlag,
    OrderType,
    Phase,
    Side,
    StrategyState,
    TimeInForce,
    VenueKind,
)

START_NS = 1_800_000_000_000_000_000
"""08:00 UTC on a day in 2027: far from a day's reset, on a whole second."""
E8 = 100_000_000


def define_instrument(
    instrument_id: int = 1,
    symbol: str = "BTC",
    *,
    venue: VenueKind = VenueKind.INTERNAL,
    phase: Phase = Phase.CONTINUOUS,
    unit_value: int = E8,
    min_notional: int = 0,
    max_order_qty: int = 1_000_000,
    price_band: int = 0,
    reference_price: int = 100,
    matching: MatchingRule = MatchingRule.PRICE_TIME,
    minimum_allocation: int = 0,
    top_order_priority: bool = False,
    assets: tuple[int, int] | None = None,
    max_fee: int = 0,
) -> DefineInstrument:
    """One tick of one lot is worth one unit of the quote asset; no band, no minimum. With `assets` (base, quote) it is
    SPOT.
    """
    return DefineInstrument(
        instrument_id=instrument_id,
        venue=venue,
        phase=phase,
        tick_size=E8,
        lot_size=E8,
        unit_value=unit_value,
        min_notional=min_notional,
        max_order_qty=max_order_qty,
        price_band=price_band,
        reference_price=reference_price,
        matching=matching,
        minimum_allocation=minimum_allocation,
        top_order_priority=top_order_priority,
        instrument_kind=InstrumentKind.SPOT if assets else InstrumentKind.PERPETUAL,
        base_asset_id=assets[0] if assets else 0,
        quote_asset_id=assets[1] if assets else 0,
        max_fee=max_fee,
        symbol=symbol,
    )


def open_desk_account(account_id: int = 1, name: str = "main", balance_e8: int = 1_000_000 * E8) -> list[Command]:
    """A desk account with money in it."""
    opened: list[Command] = [OpenAccount(account_id=account_id, account_kind=AccountKind.DESK, name=name)]
    return [*opened, AdjustBalance(account_id=account_id, amount=balance_e8)] if balance_e8 else opened


def open_member(account_id: int = 2, name: str = "member") -> OpenAccount:
    """A member of the venue."""
    return OpenAccount(account_id=account_id, account_kind=AccountKind.MEMBER, name=name)


def run_strategy(strategy_id: int = 1, account_id: int = 1, name: str = "maker") -> list[Command]:
    """A strategy that runs."""
    return [
        CreateStrategy(strategy_id=strategy_id, account_id=account_id, name=name),
        SetStrategyState(strategy_id=strategy_id, state=StrategyState.RUNNING, cause="start"),
    ]


def set_limits(account_id: int = 1, strategy_id: int = 0, limits: Limits | None = None) -> SetLimits:
    """All limits of a scope; none unless given."""
    given = limits or Limits()
    values = {name: getattr(given, name) for name in Limits.__struct_fields__}
    return SetLimits(account_id=account_id, strategy_id=strategy_id, **values)


def limit_order(
    side: Side,
    qty: int,
    price: int,
    *,
    account_id: int = 1,
    instrument_id: int = 1,
    strategy_id: int = 0,
    time_in_force: TimeInForce = TimeInForce.GTC,
    flags: OrderFlag = OrderFlag.NONE,
    expire_ns: int = 0,
    client_order_id: str = "",
) -> NewOrder:
    """Price in ticks, qty in lots."""
    return NewOrder(
        instrument_id=instrument_id,
        account_id=account_id,
        strategy_id=strategy_id,
        side=side,
        order_type=OrderType.LIMIT,
        time_in_force=time_in_force,
        flags=flags,
        price=price,
        qty=qty,
        expire_ns=expire_ns,
        client_order_id=client_order_id,
    )


def market_order(
    side: Side,
    qty: int,
    *,
    account_id: int = 1,
    instrument_id: int = 1,
    strategy_id: int = 0,
    time_in_force: TimeInForce = TimeInForce.IOC,
    flags: OrderFlag = OrderFlag.NONE,
    client_order_id: str = "",
) -> NewOrder:
    """Qty in lots."""
    return NewOrder(
        instrument_id=instrument_id,
        account_id=account_id,
        strategy_id=strategy_id,
        side=side,
        order_type=OrderType.MARKET,
        time_in_force=time_in_force,
        flags=flags,
        qty=qty,
        client_order_id=client_order_id,
    )
