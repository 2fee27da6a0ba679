"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _create_account_values() -> None:
    op.create_table(
        "hft_account_values",
        sa.Column("event_sequence", _KEY, autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("ts_ns", sa.BigInteger(), nullable=False),
        sa.Column("equity_e8", sa.BigInteger(), nullable=False),
        sa.Column("balance_e8", sa.BigInteger(), nullable=False),
        sa.Column("unrealised_pnl_e8", sa.BigInteger(), nullable=False),
        sa.Column("margin_required_e8", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("event_sequence"),
    )
    op.create_index("hft_account_values_by_time", "hft_account_values", ["account_id", "ts_ns"], unique=False)


def _create_accounts() -> None:
    op.create_table(
        "hft_accounts",
        sa.Column("account_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("account_id"),
    )


def _create_events() -> None:
    op.create_table(
        "hft_events",
        sa.Column("event_sequence", _KEY, autoincrement=False, nullable=False),
        sa.Column("command_sequence", sa.BigInteger(), nullable=False),
        sa.Column("aggregate_id", sa.String(length=48), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("event_type", sa.String(length=40), nullable=False),
        sa.Column("event_data", sa.Text(), nullable=False),
        sa.Column("ts_ns", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("event_sequence"),
        sa.UniqueConstraint("aggregate_id", "version", name="hft_events_one_version"),
    )


def _create_fills() -> None:
    op.create_table(
        "hft_fills",
        sa.Column("fill_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("trade_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("strategy_id", sa.BigInteger(), nullable=False),
        sa.Column("instrument_id", sa.BigInteger(), nullable=False),
        sa.Column("symbol", sa.String(length=32), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("price_e8", sa.BigInteger(), nullable=False),
        sa.Column("qty_e8", sa.BigInteger(), nullable=False),
        sa.Column("commission_e8", sa.BigInteger(), nullable=False),
        sa.Column("liquidity", sa.String(length=8), nullable=False),
        sa.Column("ts_ns", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("fill_id"),
    )
    op.create_index("hft_fills_by_instrument", "hft_fills", ["instrument_id", "fill_id"], unique=False)
    op.create_index("hft_fills_by_order", "hft_fills", ["order_id"], unique=False)
    op.create_index("hft_fills_by_strategy", "hft_fills", ["strategy_id", "fill_id"], unique=False)


def _create_instruments() -> None:
    op.create_table(
        "hft_instruments",
        sa.Column("instrument_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("symbol", sa.String(length=32), nullable=False),
        sa.Column("venue", sa.String(length=16), nullable=False),
        sa.Column("tick_size_e8", sa.BigInteger(), nullable=False),
        sa.Column("lot_size_e8", sa.BigInteger(), nullable=False),
        sa.Column("unit_value_e8", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("instrument_id"),
        sa.UniqueConstraint("symbol"),
    )


def _create_orders() -> None:
    op.create_table(
        "hft_orders",
        sa.Column("order_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("client_order_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("strategy_id", sa.BigInteger(), nullable=False),
        sa.Column("instrument_id", sa.BigInteger(), nullable=False),
        sa.Column("symbol", sa.String(length=32), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("order_type", sa.String(length=24), nullable=False),
        sa.Column("time_in_force", sa.String(length=16), nullable=False),
        sa.Column("post_only", sa.Boolean(), nullable=False),
        sa.Column("reduce_only", sa.Boolean(), nullable=False),
        sa.Column("flags", sa.BigInteger(), nullable=False),
        sa.Column("price_e8", sa.BigInteger(), nullable=True),
        sa.Column("qty_e8", sa.BigInteger(), nullable=True),
        sa.Column("filled_qty_e8", sa.BigInteger(), nullable=False),
        sa.Column("leaves_qty_e8", sa.BigInteger(), nullable=True),
        sa.Column("filled_notional_e8", sa.BigInteger(), nullable=False),
        sa.Column("avg_price_e8", sa.BigInteger(), nullable=True),
        sa.Column("commission_e8", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("expire_ns", sa.BigInteger(), nullable=False),
        sa.Column("created_ns", sa.BigInteger(), nullable=False),
        sa.Column("updated_ns", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("order_id"),
    )
    op.create_index("hft_orders_by_client_id", "hft_orders", ["account_id", "client_order_id"], unique=False)
    op.create_index("hft_orders_by_instrument", "hft_orders", ["instrument_id", "order_id"], unique=False)
    op.create_index("hft_orders_by_status", "hft_orders", ["status", "order_id"], unique=False)
    op.create_index("hft_orders_by_strategy", "hft_orders", ["strategy_id", "order_id"], unique=False)


def _create_positions() -> None:
    op.create_table(
        "hft_positions",
        sa.Column("account_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("strategy_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("instrument_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("symbol", sa.String(length=32), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("qty_e8", sa.BigInteger(), nullable=False),
        sa.Column("cost_e8", sa.BigInteger(), nullable=False),
        sa.Column("entry_price_e8", sa.BigInteger(), nullable=True),
        sa.Column("realised_pnl_e8", sa.BigInteger(), nullable=False),
        sa.Column("opened_ns", sa.BigInteger(), nullable=True),
        sa.Column("updated_ns", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "strategy_id", "instrument_id"),
    )


def _create_projection_offset() -> None:
    op.create_table(
        "hft_projection_offset",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("event_sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _create_risk_events() -> None:
    op.create_table(
        "hft_risk_events",
        sa.Column("event_sequence", _KEY, autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("strategy_id", sa.BigInteger(), nullable=False),
        sa.Column("risk_type", sa.String(length=40), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("ts_ns", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("event_sequence"),
    )
    op.create_index("hft_risk_events_by_time", "hft_risk_events", ["ts_ns"], unique=False)


def _create_strategies() -> None:
    op.create_table(
        "hft_strategies",
        sa.Column("strategy_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("net_pnl_e8", sa.BigInteger(), nullable=False),
        sa.Column("unrealised_pnl_e8", sa.BigInteger(), nullable=False),
        sa.Column("max_drawdown_e8", sa.BigInteger(), nullable=False),
        sa.Column("volume_e8", sa.BigInteger(), nullable=False),
        sa.Column("gross_profit_e8", sa.BigInteger(), nullable=False),
        sa.Column("gross_loss_e8", sa.BigInteger(), nullable=False),
        sa.Column("trades", sa.BigInteger(), nullable=False),
        sa.Column("wins", sa.BigInteger(), nullable=False),
        sa.Column("created_ns", sa.BigInteger(), nullable=False),
        sa.Column("updated_ns", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("strategy_id"),
    )


def upgrade() -> None:
    """Create every table."""
    _create_account_values()
    _create_accounts()
    _create_events()
    _create_fills()
    _create_instruments()
    _create_orders()
    _create_positions()
    _create_projection_offset()
    _create_risk_events()
    _create_strategies()


def downgrade() -> None:
    """Drop them; the journal can bring them back."""
    for name in (
        "hft_account_values",
        "hft_accounts",
        "hft_events",
        "hft_fills",
        "hft_instruments",
        "hft_orders",
        "hft_positions",
        "hft_projection_offset",
        "hft_risk_events",
        "hft_strategies",
    ):
        op.drop_table(name)
