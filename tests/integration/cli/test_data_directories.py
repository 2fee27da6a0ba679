"""Data directories that cannot, or must not, be used: each is refused with its code, and nothing in it is changed."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Ran, assert_refused

RUN = ("up", "--seed", "7", "--for", "2s", "--speed", "max", "--port", "0", "--json")


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "sqlite" not in path.name
    }


@pytest.fixture
def made(cambist: Callable[..., Ran]) -> Path:
    """A directory in which a market ran for two seconds."""
    assert cambist(*RUN, "--data", "d").code == 0
    return Path("d").absolute()


def segment_of(directory: Path) -> Path:
    return max((directory / "journal").glob("*.seg*"), key=lambda path: path.stat().st_size)


def test_a_path_through_a_file(cambist: Callable[..., Ran]) -> None:
    Path("file").write_text("")
    assert_refused(cambist(*RUN, "--data", "file/d"), 4, "STORAGE_FAILURE", "cannot be used")
    assert_refused(cambist(*RUN, "--data", "file"), 4, "STORAGE_FAILURE", "cannot be used")


def test_a_file_system_that_cannot_be_written(cambist: Callable[..., Ran]) -> None:
    assert_refused(cambist(*RUN, "--data", "/proc/cambist"), 4, "STORAGE_FAILURE", "/proc/cambist")


def test_a_file_system_that_is_nearly_full(cambist: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HFT_FREE_BYTES_MIN", str(1 << 62))
    assert_refused(cambist(*RUN, "--data", "d"), 4, "STORAGE_FAILURE", "left")


def test_another_seed(cambist: Callable[..., Ran], made: Path) -> None:
    before = contents(made)
    other = (*RUN[:2], "8", *RUN[3:])
    assert_refused(cambist(*other, "--data", made), 2, "INVALID_INPUT", "seed 7, not to the synthetic market of seed 8")
    assert contents(made) == before


def test_a_directory_in_use(cambist: Callable[..., Ran], made: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-m", "cambist.bootstrap.main", "up", "--port", "0", "--data", str(made)],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    assert holder.stderr is not None
    try:
        while "Ctrl-C" not in (line := holder.stderr.readline().decode()):
            assert line
        assert_refused(cambist(*RUN, "--data", made), 4, "STORAGE_FAILURE", str(holder.pid))
    finally:
        holder.send_signal(signal.SIGTERM)
        _, rest = holder.communicate(timeout=60)
    assert (holder.returncode, rest.decode()) == (0, "")


def test_damage_in_the_middle(cambist: Callable[..., Ran], made: Path) -> None:
    segment = segment_of(made)
    data = bytearray(segment.read_bytes())
    data[len(data) // 2] ^= 0xFF
    segment.write_bytes(data)
    before = contents(made)
    assert_refused(cambist(*RUN, "--data", made), 5, "JOURNAL_CORRUPT", segment.name)
    assert contents(made) == before
    verified = cambist("journal", "verify", "--data", made, "--json")
    assert verified.code == 5
    assert segment.name in json.loads(verified.out)["problems"][0]


def test_damage_at_the_end_is_no_torn_tail_where_it_was_acknowledged(cambist: Callable[..., Ran], made: Path) -> None:
    segment = segment_of(made)
    segment.write_bytes(segment.read_bytes()[:-9])
    assert_refused(cambist(*RUN, "--data", made), 5, "JOURNAL_CORRUPT", "durable")


def test_an_unfinished_write_is_cut_and_the_market_carries_on(cambist: Callable[..., Ran], made: Path) -> None:
    before = json.loads(cambist("journal", "head", "--data", made, "--json").out)
    segment = segment_of(made)
    with segment.open("ab") as file:
        file.write(b"CMBBLOCK half a block")
    assert json.loads(cambist("journal", "verify", "--data", made, "--json").out)["unfinished_bytes"] == 21
    summary = json.loads(cambist(*RUN, "--data", made).out)
    assert summary["sequence"] > before["last_sequence"]
    assert json.loads(cambist("journal", "verify", "--data", made, "--json").out)["unfinished_bytes"] == 0


def test_a_description_that_was_changed(cambist: Callable[..., Ran], made: Path) -> None:
    (made / "market.json").write_text("{")
    assert_refused(cambist(*RUN, "--data", made), 4, "STORAGE_FAILURE", "market.json is damaged")


def test_a_restart_carries_on_where_the_last_run_stopped(cambist: Callable[..., Ran], made: Path) -> None:
    head = json.loads(cambist("journal", "head", "--data", made, "--json").out)
    again = cambist(*RUN, "--data", made)
    summary = json.loads(again.out)
    assert f"carries on after command {head['last_sequence']:,}" in again.err
    assert summary["engine_time"] == "2026-01-01T00:00:04+00:00"


def test_without_a_seed_a_directory_keeps_its_own(cambist: Callable[..., Ran], made: Path) -> None:
    without = (RUN[0], *RUN[3:])
    assert json.loads(cambist(*without, "--data", made).out)["engine_time"] == "2026-01-01T00:00:04+00:00"


def test_a_temporary_directory_is_removed(cambist: Callable[..., Ran]) -> None:
    ran = cambist(*RUN)
    place = next(line.split()[2] for line in ran.err.splitlines() if " data " in line)
    assert json.loads(ran.out)["data_dir"] is None
    assert not Path(place).exists()


def test_a_recording_trades_from_its_first_seconds_and_leaves_nothing(
    cambist: Callable[..., Ran], marketdata: Path
) -> None:
    recording = marketdata / "btcusdt_20240808.gz"
    ran = cambist("up", "--recording", recording, "--for", "20s", "--speed", "max", "--port", "0", "--json")
    summary = json.loads(ran.out)
    assert summary["orders"] > 0
    assert summary["fills"] > 0
    assert summary["data_dir"] is None
    assert not Path("data").exists()


def test_the_projector_leaves_no_process_behind(cambist: Callable[..., Ran], made: Path) -> None:
    deadline = time.monotonic() + 10
    while (found := _processes_of(made)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert found == []


def _processes_of(directory: Path) -> list[int]:
    return [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and str(directory).encode() in _command_line(entry)
    ]


def _command_line(entry: Path) -> bytes:
    try:
        return (entry / "cmdline").read_bytes()
    except OSError:
        return b""


def test_a_journal_that_ends_before_what_the_tables_hold(cambist: Callable[..., Ran], made: Path) -> None:
    shutil.rmtree(made / "journal")
    assert_refused(cambist(*RUN, "--data", made), 5, "JOURNAL_CORRUPT", "the tables hold what was durable through")
    (made / "cambist.sqlite").unlink()
    assert cambist(*RUN, "--data", made).code == 0


def test_tables_that_are_no_database_are_named_and_the_market_trades_without_them(
    cambist: Callable[..., Ran], made: Path
) -> None:
    (made / "cambist.sqlite").write_bytes(bytes(range(256)) * 16)
    ran = cambist(*RUN[:4], "4s", *RUN[5:], "--data", made)
    assert ran.code == 0
    told = [line for line in ran.err.splitlines() if line.startswith("STORAGE_FAILURE")]
    assert told and "cambist.sqlite cannot be used: file is not a database. Remove it" in told[0]
    assert "Fatal Python error" not in ran.err


def test_what_reads_a_journal_says_where_there_is_none(cambist: Callable[..., Ran]) -> None:
    for command in ("verify", "dump", "head"):
        assert_refused(cambist("journal", command, "--data", "none"), 4, "STORAGE_FAILURE", "There is no journal at")
