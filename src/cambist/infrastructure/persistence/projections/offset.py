"""How far the tables are, for whoever must not take away what they have yet to see."""

from __future__ import annotations

from sqlalchemy import Engine, func, select

from cambist.infrastructure.persistence.projections.tables import projection_offset


def projected_sequence(engine: Engine) -> int:
    """The last command whose events every projection holds; 0 where none has begun. Raises DBAPIError."""
    with engine.connect() as connection:
        return int(connection.execute(select(func.min(projection_offset.c.sequence))).scalar() or 0)
