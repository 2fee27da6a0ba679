"""What `cambist journal verify`, `dump` and `head` say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cambist.domain.commands import NewOrder
from cambist.domain.errors import StorageFailure
from cambist.domain.events import OrderDenied
from cambist.domain.reasons import Reason
from cambist.domain.vocabulary import OrderFlag, OrderType, Side, TimeInForce
from cambist.infrastructure.persistence.journal import dump, head, message_row, open_journal, verify
from cambist.testing.record_streams import RecordStream


def written(directory: Path) -> str:
    stream, journal = RecordStream(8), open_journal(directory, segment_bytes=1_500)
    for _ in range(6):
        journal.append(stream.take(4))
        journal.commit()
    journal.save_snapshot(24, b"state")
    journal.close()
    return journal.head()


def test_a_sound_journal_is_counted(tmp_path: Path) -> None:
    chain = written(tmp_path)
    stream = RecordStream(8)
    stream.take(24)
    calls: list[tuple[int, int]] = []
    report = verify(tmp_path, progress=lambda done, whole: calls.append((done, whole)))
    assert report.is_sound
    assert (report.blocks, report.commands, report.events) == (6, 24, stream.event_sequence)
    assert (report.first_sequence, report.last_sequence, report.head) == (1, 24, chain)
    assert [snapshot.sequence for snapshot in report.snapshots] == [24]
    assert report.torn_tail is None
    assert head(tmp_path) == (24, chain)
    assert calls[-1][0] == calls[-1][1] > 0


def test_verify_works_beside_a_running_writer(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    journal.append(RecordStream(8).take(3))
    journal.commit()
    assert verify(tmp_path).last_sequence == 3
    journal.close()


def test_every_problem_has_its_place_and_a_next_step(tmp_path: Path) -> None:
    written(tmp_path)
    victims = sorted(tmp_path.glob("*.seg"))[:2]
    for victim in victims:
        content = bytearray(victim.read_bytes())
        content[150] ^= 1
        victim.write_bytes(content)
    report = verify(tmp_path)
    assert not report.is_sound
    assert [(problem.file, problem.offset) for problem in report.problems] == [(victim.name, 96) for victim in victims]
    assert all(problem.action for problem in report.problems)


def test_a_damaged_snapshot_is_reported_and_the_journal_still_opens(tmp_path: Path) -> None:
    written(tmp_path)
    snapshot = next(tmp_path.glob("*.snap"))
    snapshot.write_bytes(snapshot.read_bytes()[:-1])
    report = verify(tmp_path)
    assert not report.is_sound
    assert not report.problems
    assert "does not match its digest" in report.snapshots[0].problem
    open_journal(tmp_path).close()


@pytest.mark.parametrize("look", [verify, head, lambda directory: list(dump(directory))])
def test_a_directory_without_a_journal_is_named(tmp_path: Path, look) -> None:
    with pytest.raises(StorageFailure, match=f"There is no journal at {tmp_path}"):
        look(tmp_path)
    with pytest.raises(StorageFailure, match="nowhere"):
        look(tmp_path / "nowhere")


def test_dump_gives_commands_with_their_events(tmp_path: Path) -> None:
    written(tmp_path)
    rows = list(dump(tmp_path, from_sequence=5, limit=3))
    assert [row["sequence"] for row in rows if row["record"] == "command"] == ["5", "6", "7"]
    everything = list(dump(tmp_path))
    assert [row for row in everything if row["record"] == "command"][-1]["sequence"] == "24"
    assert json.loads(json.dumps(everything)) == everything


def test_rows_show_names_and_numbers_that_survive_a_browser() -> None:
    order = NewOrder(
        sequence=7,
        now_ns=1 << 60,
        instrument_id=1,
        account_id=2,
        strategy_id=0,
        side=Side.SELL,
        order_type=OrderType.LIMIT,
        time_in_force=TimeInForce.GTC,
        flags=OrderFlag.POST_ONLY | OrderFlag.REDUCE_ONLY,
        price=5,
        qty=6,
        client_order_id="mine",
    )
    row = message_row(order)
    assert row["type"] == "NewOrder"
    assert (row["side"], row["flags"], row["price"], row["now_ns"]) == (
        "SELL",
        "POST_ONLY|REDUCE_ONLY",
        "5",
        str(1 << 60),
    )
    fields = {name: getattr(order, name) for name in OrderDenied.__struct_fields__ if hasattr(order, name)}
    denied = OrderDenied(**fields, order_id=7, reason=Reason.PRICE_BAND)
    assert message_row(denied)["reason"] == "PRICE_BAND"
