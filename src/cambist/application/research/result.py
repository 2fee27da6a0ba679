"""What came of a backtest."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from cambist.application.research.recorder import Recorder
from cambist.domain.events import OrderDenied, OrderFilled, OrderSubmitted
from cambist.domain.instrument import Instrument
from cambist.domain.reasons import Reason
from cambist.domain.vocabulary import Liquidity, OrderType, Side, TimeInForce
from cambist.engine.kernel import Kernel
from cambist.protocols.snapshot import AccountRow, PositionRow, StrategyRow, decode_snapshot


class OrderRecord(msgspec.Struct, frozen=True, kw_only=True):
    """An order as the strategy placed it."""

    order_id: int
    ts_ns: int
    symbol: str
    side: Side
    order_type: OrderType
    time_in_force: TimeInForce
    price: Decimal | None
    """None for MARKET."""
    qty: Decimal
    denied_because: Reason = Reason.NONE
    """NONE where it passed the gate."""


class FillRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One fill."""

    order_id: int
    ts_ns: int
    symbol: str
    side: Side
    price: Decimal
    qty: Decimal
    commission: Decimal
    is_maker: bool


class BacktestResult(msgspec.Struct, frozen=True, kw_only=True):
    """Amounts in the quote asset. pnl is net_pnl (realised less commission) plus unrealised_pnl at the last marks."""

    strategy: str
    kernel: str
    start_ns: int
    end_ns: int
    orders: tuple[OrderRecord, ...]
    """Those that the gate denied included."""
    fills: tuple[FillRecord, ...]
    denied: int
    rejected: int
    """By the venue."""
    pnl: Decimal
    net_pnl: Decimal
    unrealised_pnl: Decimal
    commission: Decimal
    max_drawdown: Decimal
    """Largest fall of the P&L from its peak."""
    volume: Decimal
    trades: int
    """Fills that closed something."""
    wins: int
    capital: Decimal
    """Balance at the end less what was earned: what it began with."""
    equity: tuple[tuple[int, Decimal], ...]
    """(ns since epoch, equity), once per second while it changed."""
    commands: int
    events: int
    state_hash: str
    errors: tuple[str, ...]
    """Why the strategy was stopped, where its code raised."""

    @property
    def win_rate(self) -> Decimal | None:
        """Share of trades with a profit, or None without any."""
        return Decimal(self.wins) / Decimal(self.trades) if self.trades else None

    @property
    def run_seconds(self) -> Decimal:
        """Engine time."""
        return Decimal(self.end_ns - self.start_ns).scaleb(-9)


def summarise(name: str, kernel: Kernel, recorder: Recorder, *, start_ns: int) -> BacktestResult:
    """The result of what was recorded and of the engine's own state at the end."""
    _, sections = decode_snapshot(kernel.snapshot())
    strategy: StrategyRow = sections[StrategyRow][0]
    account: AccountRow = next(row for row in sections[AccountRow] if row.account_id == strategy.account_id)
    unrealised = sum(_unrealised(row, recorder.instruments) for row in sections[PositionRow])
    return BacktestResult(
        strategy=name,
        kernel=kernel.name,
        start_ns=start_ns,
        end_ns=kernel.now_ns,
        orders=_orders(recorder),
        fills=tuple(_fill(event, recorder.instruments[event.instrument_id]) for event in recorder.fills),
        denied=len(recorder.denied),
        rejected=recorder.rejected,
        pnl=_money(strategy.net_pnl + unrealised),
        net_pnl=_money(strategy.net_pnl),
        unrealised_pnl=_money(unrealised),
        commission=_money(sum(event.commission for event in recorder.fills)),
        max_drawdown=_money(strategy.max_drawdown),
        volume=_money(strategy.volume),
        trades=strategy.trades,
        wins=strategy.wins,
        capital=_money(account.balance - strategy.net_pnl),
        equity=tuple((ts_ns, _money(equity)) for ts_ns, equity in recorder.equity),
        commands=recorder.commands,
        events=recorder.events,
        state_hash=kernel.state_hash(),
        errors=tuple(recorder.errors),
    )


def _orders(recorder: Recorder) -> tuple[OrderRecord, ...]:
    events: list[OrderSubmitted | OrderDenied] = [*recorder.orders.values(), *recorder.denied]
    events.sort(key=lambda event: event.order_id)
    return tuple(_order(event, recorder.instruments[event.instrument_id]) for event in events)


def _order(event: OrderSubmitted | OrderDenied, instrument: Instrument) -> OrderRecord:
    return OrderRecord(
        order_id=event.order_id,
        ts_ns=event.now_ns,
        symbol=instrument.symbol,
        side=event.side,
        order_type=event.order_type,
        time_in_force=event.time_in_force,
        price=Decimal(instrument.price_text(event.price)) if event.order_type is OrderType.LIMIT else None,
        qty=Decimal(instrument.qty_text(event.qty)),
        denied_because=Reason(event.reason) if isinstance(event, OrderDenied) else Reason.NONE,
    )


def _fill(event: OrderFilled, instrument: Instrument) -> FillRecord:
    return FillRecord(
        order_id=event.order_id,
        ts_ns=event.now_ns,
        symbol=instrument.symbol,
        side=event.side,
        price=Decimal(instrument.price_text(event.last_price)),
        qty=Decimal(instrument.qty_text(event.last_qty)),
        commission=_money(event.commission),
        is_maker=event.liquidity is Liquidity.MAKER,
    )


def _unrealised(row: PositionRow, instruments: dict[int, Instrument]) -> int:
    return row.qty * row.mark_price * instruments[row.instrument_id].unit_value - row.cost


def _money(amount_e8: int) -> Decimal:
    return Decimal(amount_e8).scaleb(-8)
