"""Alembic runs this. The connection is handed over by `projections.database.migrate`."""

from __future__ import annotations

from alembic import context

from cambist.infrastructure.persistence.projections.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
