"""Makes empty databases, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine

NewDatabase = Callable[..., Engine]
"""Makes one with the tables of a revision, `head` unless told otherwise."""
