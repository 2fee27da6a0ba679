"""Alembic migrations of the projected tables."""
