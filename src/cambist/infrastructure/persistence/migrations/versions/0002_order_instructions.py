"""What orders ask beyond a plain one: a table of its own, with rows for those only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "hft_order_instructions",
        sa.Column("order_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("display_qty_e8", sa.BigInteger(), nullable=True),
        sa.Column("min_qty_e8", sa.BigInteger(), nullable=True),
        sa.Column("trigger_price_e8", sa.BigInteger(), nullable=True),
        sa.Column("trigger_source", sa.String(length=16), nullable=False),
        sa.Column("offset_steps", sa.BigInteger(), nullable=False),
        sa.Column("offset_unit", sa.String(length=16), nullable=False),
        sa.Column("peg_reference", sa.String(length=16), nullable=False),
        sa.Column("contingency", sa.String(length=16), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("order_id"),
    )


def downgrade() -> None:
    """Drop it: what orders asked beyond a plain one stays in the journal."""
    op.drop_table("hft_order_instructions")
