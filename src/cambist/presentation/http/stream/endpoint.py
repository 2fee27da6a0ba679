"""The WebSocket at /api/v1/ws: one task reads requests, one sends frames."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import Any

from litestar.handlers import ASGIRouteHandler, asgi

from cambist.application.control_plane.refusal import Refusal, refusal
from cambist.domain.reasons import Reason
from cambist.presentation.http.perimeter import Receive, Scope, Send, deny
from cambist.presentation.http.problem import invalid
from cambist.presentation.http.request_metrics import RequestMetrics
from cambist.presentation.http.stream.frames import SUBPROTOCOL, decode_frame, encode_error
from cambist.presentation.http.stream.hub import Hub
from cambist.presentation.http.stream.session import Session

_LOG = logging.getLogger("cambist.http")
_CLOSED_BY_FAILURE = 1011
"""RFC 6455: the server met a condition that it did not expect."""


def stream_handler(hub: Hub, metrics: RequestMetrics) -> ASGIRouteHandler:
    """The route."""

    @asgi("/ws", copy_scope=False)
    async def stream(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "websocket":
            raise invalid(f"Open a WebSocket here, with the subprotocol {SUBPROTOCOL}.")
        refused = _refused(scope, hub)
        if refused is not None:
            metrics.errors[refused.code] += 1
            await deny(scope, receive, send, refused)
            return
        await receive()
        offered = scope.get("subprotocols", [])
        await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL if offered else None, "headers": []})
        await _serve(hub, metrics, receive, send)

    return stream


def _refused(scope: Scope, hub: Hub) -> Refusal | None:
    """Why the connection is not accepted, or None. A client that offers nothing gets the only one there is."""
    offered = scope.get("subprotocols", [])
    if offered and SUBPROTOCOL not in offered:
        return refusal(Reason.UNSUPPORTED_SUBPROTOCOL, "None of the offered subprotocols is spoken here.")
    if hub.is_full:
        return refusal(Reason.TOO_MANY_CONNECTIONS, "All connections are taken.")
    return None


async def _serve(hub: Hub, metrics: RequestMetrics, receive: Receive, send: Send) -> None:
    """Until the client leaves, or nothing more can be sent to it."""
    session = hub.enter()
    reader = asyncio.create_task(_read_frames(hub, metrics, session, receive), name="stream reader")
    sender = asyncio.create_task(_send_frames(hub, metrics, session, send), name="stream sender")
    try:
        await asyncio.wait((reader, sender), return_when=asyncio.FIRST_COMPLETED)
    finally:
        hub.leave(session)
        reader.cancel()
        sender.cancel()
        read, sent = await asyncio.gather(reader, sender, return_exceptions=True)
        await hub.end(session)
    for failure in (read, sent):
        # An OSError is a client that left in the middle of a frame.
        if isinstance(failure, Exception) and not isinstance(failure, OSError):
            _LOG.error("a stream was closed: it could not be served", exc_info=failure)
            await _close(send)
            return


async def _close(send: Send) -> None:
    """Tell the client, which then connects again; it may be gone already."""
    with suppress(OSError, RuntimeError):
        await send({"type": "websocket.close", "code": _CLOSED_BY_FAILURE, "reason": "The server failed."})


async def _send_frames(hub: Hub, metrics: RequestMetrics, session: Session, send: Send) -> None:
    while True:
        frame = await session.next_frame(hub.snapshot)
        await send({"type": "websocket.send", "text": frame.decode(), "bytes": None})
        metrics.frames += 1


async def _read_frames(hub: Hub, metrics: RequestMetrics, session: Session, receive: Receive) -> None:
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return
        text = message.get("text")
        frame = decode_frame(text if text is not None else message.get("bytes") or b"")
        if isinstance(frame, Refusal):
            metrics.errors[frame.code] += 1
            session.answer(encode_error(None, frame))
        else:
            hub.handle(session, frame)
        await session.wait_for_room()
