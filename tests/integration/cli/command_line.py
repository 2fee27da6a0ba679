"""What a command line answered, and how a refusal must look."""

from __future__ import annotations

from typing import NamedTuple


class Ran(NamedTuple):
    """How a command line ended."""

    code: int
    out: str
    err: str


def assert_refused(ran: Ran, code: int, name: str, words: str) -> None:
    """One line: a stable code and a sentence; nothing on standard output."""
    lines = ran.err.strip().splitlines()
    assert (ran.code, ran.out) == (code, "")
    assert len(lines) == 1, ran.err
    assert lines[0].startswith(f"{name} ")
    assert words in lines[0]
    assert lines[0].endswith((".", ")"))
