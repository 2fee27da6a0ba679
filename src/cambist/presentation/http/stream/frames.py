"""Frames of `cambist.v1.json`, both ways."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from cambist.application.control_plane.refusal import Refusal, refusal
from cambist.domain.reasons import Reason

SUBPROTOCOL = "cambist.v1.json"
CHANNELS_PER_FRAME_MAX = 256
RequestId = Annotated[str, msgspec.Meta(max_length=64)] | int | None


class ResumePoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last frame a client has of a channel."""

    epoch: str
    seq: int


class ClientFrame(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a client asks for."""

    op: Literal["subscribe", "unsubscribe", "ping", "attach"]
    request_id: RequestId = None
    channels: Annotated[list[str], msgspec.Meta(max_length=CHANNELS_PER_FRAME_MAX)] = []
    resume: dict[str, ResumePoint] = {}
    account: str | None = None
    """Of attach: whose orders by hand depend on this connection."""


class Hello(msgspec.Struct, tag="hello", tag_field="type"):
    """The first frame of a connection."""

    epoch: str
    version: str
    kernel: str


class Answer(msgspec.Struct):
    """What became of a request: subscribed, unsubscribed or pong."""

    type: str
    request_id: RequestId
    channels: list[str]


class Attached(msgspec.Struct, tag="attached", tag_field="type"):
    """Orders by hand of the account end with the connection, where the account is armed."""

    request_id: RequestId
    account: str
    session: str


class ErrorFrame(msgspec.Struct, tag="error", tag_field="type"):
    """A request that was not granted; the connection stays."""

    request_id: RequestId
    code: str
    message: str
    action: str


class DataFrame(msgspec.Struct):
    """A snapshot carries seq S, updates go on from S + 1. time is the engine's."""

    type: Literal["snapshot", "update"]
    channel: str
    epoch: str
    seq: int
    time: str
    data: Any


_DECODER = msgspec.json.Decoder(ClientFrame)


def decode_frame(text: str | bytes) -> ClientFrame | Refusal:
    """A client's frame, or why it is none."""
    try:
        frame = _DECODER.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        return refusal(Reason.INVALID_REQUEST, f"The frame cannot be read: {error}.")
    if frame.op == "attach" and frame.account is None:
        return refusal(Reason.INVALID_REQUEST, "The frame names no account to attach to.")
    if frame.op in ("subscribe", "unsubscribe") and not frame.channels:
        return refusal(Reason.INVALID_REQUEST, f"The frame names no channels to {frame.op}.")
    return frame


def encode_error(request_id: RequestId, refused: Refusal) -> bytes:
    """An error frame."""
    return msgspec.json.encode(
        ErrorFrame(request_id=request_id, code=refused.code, message=refused.message, action=refused.action)
    )
