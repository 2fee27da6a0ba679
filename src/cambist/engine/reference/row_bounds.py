"""What each row of a snapshot must be by itself. Our own snapshots always are: bytes that were damaged, or made up, are
found out here, and by `row_references` (docs/engine.md section 12).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cambist.domain.durations import DAY_NS
from cambist.domain.rounding import MILLION
from cambist.domain.vocabulary import OrderType, VenueKind
from cambist.domain.widths import MAX_PRICE, MAX_QTY
from cambist.protocols.participant_rows import (
    FeeTierRow,
    ProtectionFillRow,
    ThrottleRow,
    TradeRow,
    VolumeRow,
)
from cambist.protocols.session_rows import HeldRow, PhaseRow, ScheduleRow, SessionRow
from cambist.protocols.snapshot import (
    AccountRow,
    EngineRow,
    FeeRow,
    HoldingRow,
    InstrumentRow,
    LimitsRow,
    OrderRow,
    PeggedRow,
    PositionRow,
    RestingRow,
    Sections,
    StrategyRow,
    WaitingRow,
)
from cambist.protocols.snapshot_row import Row

MONEY_MAX = 1 << 120
"""Sums of money are far below: they grow by an i64 for each command at most."""
COUNT_MAX = 1 << 62
"""Ids and sequences count from 1."""
TIME_MAX_NS = (1 << 62) + (1 << 53)
"""No command is later than 2^62, and no deadline lies more than weeks behind one."""
VOLUME_MAX = 1 << 110


def are_rows_within_bounds(sections: Sections) -> bool:
    """True where every number is. What is only stored and compared has no bounds but its width."""
    return all(is_within(row) for kind, is_within in _BOUNDS.items() for row in sections[kind])


def is_price(price: int) -> bool:
    """0 for none."""
    return 0 <= price <= MAX_PRICE


def is_qty(qty: int) -> bool:
    """In lots."""
    return 1 <= qty <= MAX_QTY


def _are_money(*amounts: int) -> bool:
    return all(abs(amount) <= MONEY_MAX for amount in amounts)


def _are_times(*times_ns: int) -> bool:
    return all(0 <= time_ns <= TIME_MAX_NS for time_ns in times_ns)


def _are_rates(row: FeeRow | FeeTierRow | TradeRow) -> bool:
    return all(-MILLION <= rate <= MILLION for rate in (row.maker_fee, row.taker_fee))


def _engine(row: EngineRow) -> bool:
    counts = (row.sequence, row.event_sequence, row.next_trade_id)
    times = (row.now_ns, row.next_valuation_ns, row.next_day_ns)
    return all(count <= COUNT_MAX for count in counts) and _are_times(*times) and row.next_trade_id > 0


def _instrument(row: InstrumentRow) -> bool:
    is_quoted_outside = row.venue is VenueKind.EXTERNAL or row.bid_price == row.ask_price == 0
    return is_quoted_outside and all(map(is_price, (row.bid_price, row.ask_price, row.last_price)))


def _account(row: AccountRow) -> bool:
    return _are_money(row.balance, row.peak_equity, row.day_start_equity) and _are_times(row.rate_ns)


def _limits(row: LimitsRow) -> bool:
    names = (name for name in LimitsRow.__struct_fields__ if name not in ("account_id", "strategy_id"))
    return all(getattr(row, name) >= 0 for name in names) and row.max_drawdown <= MILLION


def _strategy(row: StrategyRow) -> bool:
    results = (row.net_pnl, row.peak_pnl, row.max_drawdown, row.day_start_pnl, row.volume)
    is_counted = max(row.trades, row.wins) <= COUNT_MAX
    return _are_money(*results, row.gross_profit, row.gross_loss) and _are_times(row.rate_ns) and is_counted


def _position(row: PositionRow) -> bool:
    is_held = is_price(row.mark_price) and abs(row.qty) <= COUNT_MAX
    return is_held and _are_money(row.cost, row.realised_pnl, row.commission)


def _order(row: OrderRow) -> bool:
    prices = (row.price, row.first_price, row.gate_price, row.pending_price)
    quantities = is_qty(row.qty) and is_qty(row.first_qty) and 0 <= row.pending_qty <= MAX_QTY
    is_filled_in_part = 0 <= row.filled_qty < row.qty and _are_money(row.filled_value, row.commission)
    return quantities and is_filled_in_part and all(map(is_price, prices)) and row.expire_ns >= 0


def _resting(row: RestingRow) -> bool:
    is_shown = 0 <= row.displayed_qty <= row.leaves_qty
    return _leaves(row) and is_shown and is_price(row.price) and row.expire_ns >= 0


def _held(row: HeldRow) -> bool:
    is_priced = row.order_type is not OrderType.MARKET or row.price == 0
    return _leaves(row) and is_priced and is_price(row.price)


def _pegged(row: PeggedRow) -> bool:
    return _leaves(row) and is_price(row.limit_price) and row.expire_ns >= 0


def _leaves(row: RestingRow | HeldRow | PeggedRow) -> bool:
    return is_qty(row.qty) and 1 <= row.leaves_qty <= row.qty


def _waiting(row: WaitingRow) -> bool:
    """A trailing stop may trail by any distance."""
    is_triggerable = -MAX_PRICE <= row.trigger_price <= 2 * MAX_PRICE
    prices = is_price(row.price) and is_price(row.best_price)
    return is_qty(row.qty) and prices and is_triggerable and row.expire_ns >= 0


def _session(row: SessionRow) -> bool:
    prices = is_price(row.reference_price) and is_price(row.day_price)
    return prices and _are_times(row.due_ns, row.next_step_ns)


def _trade(row: TradeRow) -> bool:
    return 1 <= row.price <= MAX_PRICE and is_qty(row.qty) and _are_rates(row)


_BOUNDS: dict[type[Row], Callable[[Any], bool]] = {
    EngineRow: _engine,
    InstrumentRow: _instrument,
    AccountRow: _account,
    FeeRow: _are_rates,
    LimitsRow: _limits,
    StrategyRow: _strategy,
    PositionRow: _position,
    OrderRow: _order,
    RestingRow: _resting,
    WaitingRow: _waiting,
    ThrottleRow: lambda row: row.messages_per_second > 0 and _are_times(row.paid_until_ns),
    ProtectionFillRow: lambda row: abs(row.qty) <= MAX_QTY and _are_times(row.filled_ns),
    HeldRow: _held,
    SessionRow: _session,
    FeeTierRow: _are_rates,
    VolumeRow: lambda row: 0 <= row.volume <= VOLUME_MAX,
    ScheduleRow: lambda row: 0 <= row.extension_ns <= DAY_NS and 0 <= row.extension_band <= MILLION,
    TradeRow: _trade,
    HoldingRow: lambda row: _are_money(row.balance),
    PeggedRow: _pegged,
    PhaseRow: lambda row: _are_times(row.since_ns),
}
