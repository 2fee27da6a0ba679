"""Every public code in one list: for the API's page, and for docs/reason-codes.md.

`python -m cambist.presentation.http.codes` prints that document.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from inspect import getdoc

import msgspec

from cambist.domain.errors import CambistError
from cambist.domain.reasons import Reason
from cambist.presentation.http.problem import status_of

_FIRST_ENDING, _FIRST_EDGE = 100, 120
_INTRODUCTION = """# Reason codes

Made from `domain/reasons.py` and `domain/errors.py` by `python -m cambist.presentation.http.codes`; a test holds this
page to them. Codes are stable: they appear in REST answers, WebSocket frames, tables and logs.

## Refusals

Values, never exceptions. HTTP is the status the API answers a refusal with; an order that the gate or the venue
refused (422, or 409 for a duplicate) can be read afterwards under the `order_id` of the answer. Codes without a status
only appear as the reason why an order ended, or an instrument was halted.

| number | code | HTTP | what to do |
|---|---|---|---|
"""
_FAILURES = """
## Failures

Of the process or the world around it. Over HTTP they answer 503, or 400 where the input was to blame; as the end of a
command they are its exit code.

| code | exit code | what it is |
|---|---|---|
"""


class CodeRow(msgspec.Struct, frozen=True):
    """One reason as people look it up. `status` is None where it never answers a request."""

    number: int
    code: str
    status: int | None
    action: str


def reason_rows() -> list[CodeRow]:
    """All reasons but NONE, by number."""
    return [
        CodeRow(reason.value, reason.name, _status(reason), reason.action)
        for reason in sorted(Reason)
        if reason is not Reason.NONE
    ]


def error_classes(root: type[CambistError] = CambistError) -> Iterator[type[CambistError]]:
    """The tree of failures without its root, by name of the code."""
    for branch in sorted(root.__subclasses__(), key=lambda branch: branch.code):
        if branch.__module__ == CambistError.__module__:
            yield branch
            yield from error_classes(branch)


def codes_document() -> str:
    """docs/reason-codes.md."""
    reasons = [f"| {row.number} | `{row.code}` | {row.status or ''} | {row.action} |" for row in reason_rows()]
    failures = [
        f"| `{error.code}` | {error.exit_code} | {(getdoc(error) or '').splitlines()[0]} |" for error in error_classes()
    ]
    return _INTRODUCTION + "\n".join(reasons) + "\n" + _FAILURES + "\n".join(failures) + "\n"


def _status(reason: Reason) -> int | None:
    """A halt of the market ends no order and answers nobody, like the reasons why an order ended."""
    is_told_only = _FIRST_ENDING <= reason.value < _FIRST_EDGE or reason is Reason.CIRCUIT_BREAKER
    return None if is_told_only else status_of(reason.name)


if __name__ == "__main__":
    sys.stdout.write(codes_document())
