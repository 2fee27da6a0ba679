"""Snapshot and diffs become one book without holes."""

from __future__ import annotations

import pytest

from cambist.protocols.binance import DepthDiff, DepthPicture, DepthSynchroniser, SyncState


def diff(first: int, last: int, previous: int) -> DepthDiff:
    return DepthDiff(1, first, last, previous, (), (), 0)


def picture(last: int) -> DepthPicture:
    return DepthPicture(1, last, (), (), 0)


def test_diffs_before_the_snapshot_are_kept_and_the_older_ones_dropped() -> None:
    chain = DepthSynchroniser()
    early, joining, later = diff(1, 5, 0), diff(6, 10, 5), diff(11, 15, 10)
    assert [chain.on_diff(one) for one in (early, joining, later)] == [(), (), ()]
    assert chain.needs_snapshot
    assert chain.on_snapshot(picture(8)) == (joining, later)
    assert (chain.state, chain.last_update_id, chain.dropped_diffs) == (SyncState.SYNCHRONISED, 15, 1)


def test_a_snapshot_newer_than_all_diffs_waits_for_the_one_that_continues_it() -> None:
    chain = DepthSynchroniser()
    chain.on_diff(diff(1, 5, 0))
    assert chain.on_snapshot(picture(12)) == ()
    assert chain.state is SyncState.JOINING
    assert chain.on_diff(diff(6, 10, 5)) == ()
    joining = diff(11, 15, 10)
    assert chain.on_diff(joining) == (joining,)
    assert chain.state is SyncState.SYNCHRONISED


@pytest.mark.parametrize(("first", "last"), [(8, 10), (5, 8), (8, 8)])
def test_the_first_diff_must_reach_across_the_snapshot(first: int, last: int) -> None:
    chain = DepthSynchroniser()
    chain.on_diff(diff(first, last, first - 1))
    assert chain.on_snapshot(picture(8)) is not None
    assert chain.state is SyncState.SYNCHRONISED


def test_a_snapshot_older_than_the_buffer_is_refused_and_another_one_wanted() -> None:
    chain = DepthSynchroniser()
    kept = diff(10, 12, 9)
    chain.on_diff(kept)
    assert chain.on_snapshot(picture(8)) is None
    assert chain.needs_snapshot
    assert chain.refused_snapshots == 1
    assert chain.on_snapshot(picture(11)) == (kept,)


def test_a_gap_voids_the_book_until_the_next_snapshot() -> None:
    chain = DepthSynchroniser()
    chain.on_snapshot(picture(8))
    chain.on_diff(diff(8, 10, 7))
    lost = diff(15, 20, 14)
    assert chain.on_diff(lost) == ()
    assert chain.needs_snapshot
    assert chain.gaps == 1
    assert chain.on_snapshot(picture(17)) == (lost,)
    assert chain.state is SyncState.SYNCHRONISED


def test_a_first_diff_beyond_the_snapshot_is_a_gap_too() -> None:
    chain = DepthSynchroniser()
    chain.on_snapshot(picture(8))
    assert chain.on_diff(diff(10, 12, 9)) == ()
    assert (chain.gaps, chain.needs_snapshot) == (1, True)


def test_a_hole_among_the_buffered_diffs_is_found() -> None:
    chain = DepthSynchroniser()
    joining, beyond = diff(6, 10, 5), diff(12, 15, 11)
    chain.on_diff(joining)
    chain.on_diff(beyond)
    assert chain.on_snapshot(picture(8)) == (joining,)
    assert (chain.gaps, chain.needs_snapshot) == (1, True)


def test_a_snapshot_is_of_no_use_while_the_book_is_in_order() -> None:
    chain = DepthSynchroniser()
    chain.on_snapshot(picture(8))
    chain.on_diff(diff(8, 10, 7))
    assert chain.on_snapshot(picture(20)) is None
    assert chain.last_update_id == 10


def test_the_buffer_is_bounded_and_says_what_it_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cambist.protocols.binance.depth_synchroniser.BUFFERED_DIFFS_MAX", 2)
    chain = DepthSynchroniser()
    for number in range(4):
        chain.on_diff(diff(number, number, number - 1))
    assert chain.dropped_diffs == 2
