"""The projected tables. One schema for SQLite and PostgreSQL; Alembic creates it, see `migrations`.

Amounts, prices and quantities are integers of 1e-8 (`*_e8`); times are ns since the epoch, UTC; enums are their
upper-case names. A price or quantity of a refused order that is beyond 9.2e10 is NULL here: the event beside it
keeps the original.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

metadata = MetaData()


def _id(name: str) -> Column[int]:
    """A primary key that the journal assigns."""
    return Column(name, BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False)


def _number(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


projection_offset = Table(
    "hft_projection_offset",
    metadata,
    Column("name", String(32), primary_key=True),
    _number("sequence"),
    _number("event_sequence"),
)
"""How far the tables have come: the last command whose events they hold, written in the same transaction."""

instruments = Table(
    "hft_instruments",
    metadata,
    _id("instrument_id"),
    Column("symbol", String(32), nullable=False, unique=True),
    Column("venue", String(16), nullable=False),
    _number("tick_size_e8"),
    _number("lot_size_e8"),
    _number("unit_value_e8"),
)

accounts = Table(
    "hft_accounts",
    metadata,
    _id("account_id"),
    Column("name", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
)

orders = Table(
    "hft_orders",
    metadata,
    _id("order_id"),
    Column("client_order_id", String(36), nullable=False),
    _number("account_id"),
    _number("strategy_id"),
    _number("instrument_id"),
    Column("symbol", String(32), nullable=False),
    Column("side", String(8), nullable=False),
    Column("order_type", String(24), nullable=False),
    Column("time_in_force", String(16), nullable=False),
    Column("post_only", Boolean, nullable=False),
    Column("reduce_only", Boolean, nullable=False),
    _number("flags"),
    _number("price_e8", nullable=True),
    _number("qty_e8", nullable=True),
    _number("filled_qty_e8"),
    _number("leaves_qty_e8", nullable=True),
    _number("filled_notional_e8"),
    _number("avg_price_e8", nullable=True),
    _number("commission_e8"),
    Column("status", String(24), nullable=False),
    Column("reason", String(40), nullable=True),
    _number("expire_ns"),
    _number("created_ns"),
    _number("updated_ns"),
    _number("arrival"),
    Index("hft_orders_by_arrival", "arrival"),
    Index("hft_orders_by_client_id", "account_id", "client_order_id"),
    Index("hft_orders_by_strategy", "strategy_id", "arrival"),
    Index("hft_orders_by_instrument", "instrument_id", "arrival"),
    Index("hft_orders_by_status", "status", "arrival"),
)
"""`arrival` orders them by their coming: the ids of orders that came of quotes are beyond all others."""

order_instructions = Table(
    "hft_order_instructions",
    metadata,
    _id("order_id"),
    _number("display_qty_e8", nullable=True),
    _number("min_qty_e8", nullable=True),
    _number("trigger_price_e8", nullable=True),
    Column("trigger_source", String(16), nullable=False),
    _number("offset_steps"),
    Column("offset_unit", String(16), nullable=False),
    Column("peg_reference", String(16), nullable=False),
    Column("contingency", String(16), nullable=False),
    _number("group_id"),
)
"""What an order asks beyond a plain one; a plain order has no row. offset_steps counts ticks or basis points."""

fills = Table(
    "hft_fills",
    metadata,
    _id("fill_id"),
    _number("order_id"),
    _number("trade_id"),
    _number("account_id"),
    _number("strategy_id"),
    _number("instrument_id"),
    Column("symbol", String(32), nullable=False),
    Column("side", String(8), nullable=False),
    _number("price_e8"),
    _number("qty_e8"),
    _number("commission_e8"),
    Column("liquidity", String(8), nullable=False),
    _number("ts_ns"),
    Column("adjustment", String(16), nullable=False),
    Index("hft_fills_by_order", "order_id"),
    Index("hft_fills_by_trade", "trade_id"),
    Index("hft_fills_by_strategy", "strategy_id", "fill_id"),
    Index("hft_fills_by_instrument", "instrument_id", "fill_id"),
)
"""`adjustment` is BUSTED where the trade never was: the numbers stay, to be read. A CORRECTED fill has the new ones."""

positions = Table(
    "hft_positions",
    metadata,
    _id("account_id"),
    _id("strategy_id"),
    _id("instrument_id"),
    Column("symbol", String(32), nullable=False),
    Column("side", String(8), nullable=False),
    _number("qty_e8"),
    _number("cost_e8"),
    _number("entry_price_e8", nullable=True),
    _number("realised_pnl_e8"),
    _number("opened_ns", nullable=True),
    _number("updated_ns"),
)

assets = Table(
    "hft_assets",
    metadata,
    _id("asset_id"),
    Column("name", String(16), nullable=False, unique=True),
)

holdings = Table(
    "hft_holdings",
    metadata,
    _id("account_id"),
    _id("asset_id"),
    _number("balance_e8", nullable=True),
    _number("updated_ns"),
)
"""What the desk's accounts hold of each asset."""

strategies = Table(
    "hft_strategies",
    metadata,
    _id("strategy_id"),
    Column("name", String(64), nullable=False),
    _number("account_id"),
    Column("state", String(16), nullable=False),
    Column("cause", Text, nullable=False),
    Column("parameters", Text, nullable=False),
    _number("net_pnl_e8"),
    _number("unrealised_pnl_e8"),
    _number("max_drawdown_e8"),
    _number("volume_e8"),
    _number("gross_profit_e8"),
    _number("gross_loss_e8"),
    _number("trades"),
    _number("wins"),
    _number("created_ns"),
    _number("updated_ns"),
)

account_values = Table(
    "hft_account_values",
    metadata,
    _id("event_sequence"),
    _number("account_id"),
    _number("ts_ns"),
    _number("equity_e8"),
    _number("balance_e8"),
    _number("unrealised_pnl_e8"),
    _number("margin_required_e8"),
    Index("hft_account_values_by_time", "account_id", "ts_ns"),
)

events = Table(
    "hft_events",
    metadata,
    _id("event_sequence"),
    _number("command_sequence"),
    Column("aggregate_id", String(48), nullable=False),
    _number("version"),
    Column("event_type", String(40), nullable=False),
    Column("event_data", Text, nullable=False),
    _number("ts_ns"),
    UniqueConstraint("aggregate_id", "version", name="hft_events_one_version"),
)
"""Every fact about the desk's own orders, positions, accounts, strategies and limits. The market's prints, books and
members stay in the journal."""

risk_events = Table(
    "hft_risk_events",
    metadata,
    _id("event_sequence"),
    _number("account_id"),
    _number("strategy_id"),
    Column("risk_type", String(40), nullable=False),
    Column("severity", String(16), nullable=False),
    Column("message", Text, nullable=False),
    _number("order_id", nullable=True),
    _number("ts_ns"),
    Index("hft_risk_events_by_time", "ts_ns"),
)
