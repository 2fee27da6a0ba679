"""Commands with sensible defaults, and a driver that stamps and applies them to any kernel."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from cambist.domain.commands import (
    AdjustBalance,
    AdvanceTime,
    CancelOrder,
    CreateStrategy,
    DefineInstrument,
    NewOrder,
    OpenAccount,
    ReplaceOrder,
    SetLimits,
    SetStrategyState,
)
from cambist.domain.limits import Limits
from cambist.domain.message import Command, Event
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
from cambist.engine.kernel import Kernel

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


class KernelDriver:
    """The sequencer of a test: stamps commands with the next sequence and its clock, and keeps all that happened."""

    def __init__(self, kernel: Kernel, now_ns: int = START_NS) -> None:
        self.kernel = kernel
        self.now_ns = max(now_ns, kernel.now_ns)
        self.commands: list[Command] = []
        self.events: list[Event] = []

    def apply(self, command: Command) -> list[Event]:
        """Stamp a command, apply it and return its events."""
        stamped = replace(command, sequence=self.kernel.sequence + 1, now_ns=self.now_ns)
        events = self.kernel.apply(stamped)
        self.commands.append(stamped)
        self.events += events
        return events

    def apply_all(self, commands: Iterable[Command]) -> list[Event]:
        """Apply several, one after the other."""
        return [event for command in commands for event in self.apply(command)]

    def advance(self, duration_ns: int) -> list[Event]:
        """Let time pass."""
        self.now_ns += duration_ns
        return self.apply(AdvanceTime())

    def place(self, order: NewOrder) -> int:
        """Apply an order and return its order_id."""
        self.apply(order)
        return self.kernel.sequence

    def cancel(self, order_id: int, account_id: int = 1) -> list[Event]:
        """Cancel by order_id."""
        return self.apply(CancelOrder(account_id=account_id, order_id=order_id))

    def replace(self, order_id: int, qty: int, price: int, account_id: int = 1) -> list[Event]:
        """Amend to a new total in lots and a price in ticks."""
        return self.apply(ReplaceOrder(account_id=account_id, order_id=order_id, price=price, qty=qty))
