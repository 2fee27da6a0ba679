"""The projector's process: started again when it dies, never left behind, and it catches up."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cambist.bootstrap.data_directory import DataDirectory
from cambist.bootstrap.projector_process import ProjectorProcess
from cambist.domain.commands import OpenAccount
from cambist.domain.vocabulary import AccountKind
from cambist.engine.kernels import open_kernel
from cambist.infrastructure.persistence.journal import open_journal
from cambist.protocols.records import encode

PATIENCE_S = 30.0


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


class Writer:
    """Opens accounts, one command each, durably."""

    def __init__(self, directory: DataDirectory) -> None:
        self._kernel = open_kernel("python")
        self._journal = open_journal(directory.journal, kernel="python")

    def write(self) -> None:
        sequence = self._kernel.sequence + 1
        command = OpenAccount(
            sequence=sequence, now_ns=sequence, account_id=sequence, account_kind=AccountKind.DESK, name=f"a{sequence}"
        )
        self._journal.append(self._kernel.apply_batch(encode(command)))
        self._journal.commit()

    def close(self) -> None:
        self._journal.close()


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    return DataDirectory(tmp_path, is_temporary=False)


def projected(directory: DataDirectory) -> int:
    connection = sqlite3.connect(directory.path / "cambist.sqlite")
    try:
        row = connection.execute("SELECT sequence FROM hft_projection_offset").fetchone()
    finally:
        connection.close()
    return int(row[0]) if row else 0


def test_it_is_started_again_and_goes_on_where_it_was(directory: DataDirectory) -> None:
    writer = Writer(directory)
    writer.write()
    projector = ProjectorProcess(directory.path)
    assert projector.ready.wait(PATIENCE_S)
    until(lambda: projected(directory) == 1)
    os.kill(projector.pid, signal.SIGKILL)
    writer.write()
    until(lambda: projected(directory) == 2)
    assert projector.restarts == 1
    projector.stop()
    writer.close()


def test_it_is_ready_once_the_tables_hold_what_was_durable(directory: DataDirectory) -> None:
    writer = Writer(directory)
    for _ in range(300):
        writer.write()
    projector = ProjectorProcess(directory.path)
    assert projector.ready.wait(PATIENCE_S)
    assert projected(directory) == 300
    projector.stop()
    writer.close()


def test_stopping_projects_what_is_durable_first(directory: DataDirectory) -> None:
    writer = Writer(directory)
    writer.write()
    projector = ProjectorProcess(directory.path)
    for _ in range(50):
        writer.write()
    writer.close()
    projector.stop()
    assert projected(directory) == 51


def test_tables_that_were_deleted_are_built_again(directory: DataDirectory) -> None:
    writer = Writer(directory)
    for _ in range(3):
        writer.write()
    writer.close()
    for _ in range(2):
        ProjectorProcess(directory.path).stop()
        assert projected(directory) == 3
        for path in directory.path.glob("cambist.sqlite*"):
            path.unlink()
