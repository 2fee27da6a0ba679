"""A request that was understood and not granted: a value, with what the person does next."""

from __future__ import annotations

import msgspec

from cambist.domain.errors import CambistError
from cambist.domain.reasons import Reason, reason_name


class Refusal(msgspec.Struct, frozen=True):
    """Why not. `code` is the public name of the reason; `order_id` is set where a refused order can be read."""

    code: str
    message: str
    action: str
    order_id: int | None = None


def refusal(reason: int, message: str, order_id: int | None = None) -> Refusal:
    """A refusal for a reason, with the reason's own next step."""
    code = reason_name(reason)
    action = Reason[code].action if code in Reason.__members__ else "Read the venue's own message."
    return Refusal(code, message, action, order_id)


def refusal_of(error: CambistError) -> Refusal:
    """A failure as an answer."""
    return Refusal(error.code, error.message, error.action)
