"""Fills that were busted or corrected say so, holdings have a table, and orders of quotes stand where they came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_BY_ARRIVAL = {"strategy": "strategy_id", "instrument": "instrument_id", "status": "status"}
_ARRIVALS = (
    "UPDATE hft_orders SET arrival = CASE WHEN order_id >= 4611686018427387904 "
    "THEN order_id - 4611686018427387904 ELSE order_id * 256 END"
)
"""As protocols.quotes.arrival_of has it."""


def upgrade() -> None:
    """Add columns, table and indexes. Fills of before are taken as they were told."""
    with op.batch_alter_table("hft_fills") as fills:
        fills.add_column(sa.Column("adjustment", sa.String(length=16), nullable=False, server_default="NONE"))
    op.create_index("hft_fills_by_trade", "hft_fills", ["trade_id"], unique=False)
    with op.batch_alter_table("hft_orders") as orders:
        orders.add_column(sa.Column("arrival", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute(_ARRIVALS)
    _order_by("arrival")
    op.create_index("hft_orders_by_arrival", "hft_orders", ["arrival"], unique=False)
    op.create_table(
        "hft_assets",
        sa.Column("asset_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("asset_id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "hft_holdings",
        sa.Column("account_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("asset_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("balance_e8", sa.BigInteger(), nullable=True),
        sa.Column("updated_ns", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "asset_id"),
    )


def downgrade() -> None:
    """Take them away again: what they said stays in the journal."""
    op.drop_table("hft_holdings")
    op.drop_table("hft_assets")
    op.drop_index("hft_orders_by_arrival", "hft_orders")
    _order_by("order_id")
    with op.batch_alter_table("hft_orders") as orders:
        orders.drop_column("arrival")
    op.drop_index("hft_fills_by_trade", "hft_fills")
    with op.batch_alter_table("hft_fills") as fills:
        fills.drop_column("adjustment")


def _order_by(column: str) -> None:
    for name, first in _BY_ARRIVAL.items():
        op.drop_index(f"hft_orders_by_{name}", "hft_orders")
        op.create_index(f"hft_orders_by_{name}", "hft_orders", [first, column], unique=False)
