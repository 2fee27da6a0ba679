"""The outer wall: who may talk to the server at all, and what a request looks like when it reaches the routes.

Loopback is not private: any web page a person opens can send requests to it. So Host and Origin must be a loopback
name with the server's own port, on HTTP and WebSocket alike, and a body must be JSON. Every response carries a
request id and the headers that keep a page's scripts its own.
"""

from __future__ import annotations

import ipaddress
import logging
import re
import time
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from cambist.application.control_plane.directory import shown
from cambist.application.control_plane.refusal import Refusal, refusal
from cambist.domain.reasons import Reason
from cambist.presentation.http.problem import REQUEST_ID_KEY, encode_problem, status_of
from cambist.presentation.http.request_metrics import RequestMetrics

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

_LOG = logging.getLogger("cambist.http")
BODY_BYTES_MAX = 1 << 20
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_LOOPBACK_NAMES = ("localhost", "localhost.")
_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_SAFETY_HEADERS = [
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]


class _BodyTooLarge(Exception):
    """Met while reading."""


class Perimeter:
    """Wraps the application."""

    def __init__(self, app: AsgiApp, metrics: RequestMetrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or connection."""
        if scope["type"] == "http":
            await self._serve_http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._serve_websocket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _serve_http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = _headers(scope)
        exchange = _Exchange(scope, _request_id(headers), send)
        try:
            refused = _foreign(scope, headers) or _unreadable(headers)
            if refused is None:
                body = await _read_body(headers, receive)
                await self._app(scope, _replay(body, receive), exchange.send)
            else:
                await exchange.refuse(refused)
        except _BodyTooLarge:
            await exchange.refuse(refusal(Reason.BODY_TOO_LARGE, "The body is larger than 1 MiB."))
        except Exception:
            _LOG.exception("request %s failed", exchange.request_id)
            await exchange.refuse(refusal(Reason.INTERNAL_ERROR, "The server failed to answer."))
        finally:
            exchange.count(self._metrics)

    async def _serve_websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A foreign page's connection is refused before it is accepted."""
        refused = _foreign(scope, _headers(scope))
        if refused is None:
            await self._app(scope, receive, send)
            return
        self._metrics.errors[refused.code] += 1
        await deny(scope, receive, send, refused)


class _Exchange:
    """One request and what was answered."""

    def __init__(self, scope: Scope, request_id: str, send: Send) -> None:
        self.request_id = request_id
        self._scope = scope
        self._send = send
        self._status = 0
        self._code = ""
        self._began_s = time.perf_counter()
        scope[REQUEST_ID_KEY] = request_id

    async def send(self, message: Message) -> None:
        """Pass on, with the request id and the safety headers."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            present = [(name.lower(), value) for name, value in message.get("headers", [])]
            names = {name for name, _ in present}
            added = [(b"x-request-id", self.request_id.encode()), *_SAFETY_HEADERS]
            headers = [*present, *(header for header in added if header[0] not in names)]
            message = {**message, "headers": headers}
        await self._send(message)

    async def refuse(self, refused: Refusal) -> None:
        """Answer with a problem, where nothing was answered yet."""
        if self._status:
            return
        self._code = refused.code
        status = status_of(refused.code)
        body = encode_problem(refused, self.request_id)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        if status == 413:
            headers.append((b"connection", b"close"))
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body, "more_body": False})

    def count(self, metrics: RequestMetrics) -> None:
        """Into the metrics, by route."""
        endpoint = str(self._scope.get("path_template") or "none")
        method = str(self._scope.get("method", ""))
        method = method if method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS") else "OTHER"
        metrics.record(method, endpoint, self._status, time.perf_counter() - self._began_s)
        code = self._code or str(self._scope.get("cambist.error_code", ""))
        if code:
            metrics.errors[code] += 1


async def deny(scope: Scope, receive: Receive, send: Send, refused: Refusal) -> None:
    """Refuse a WebSocket before it is accepted, with a problem as the answer where the server can send one."""
    await receive()
    if "websocket.http.response" not in (scope.get("extensions") or {}):
        await send({"type": "websocket.close", "code": 1008, "reason": refused.code})
        return
    request_id = uuid.uuid4().hex
    body = encode_problem(refused, request_id)
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"x-request-id", request_id.encode()),
    ]
    await send({"type": "websocket.http.response.start", "status": status_of(refused.code), "headers": headers})
    await send({"type": "websocket.http.response.body", "body": body, "more_body": False})


def is_loopback(host: str) -> bool:
    """True for a name or address that only this machine can mean."""
    if host.lower() in _LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _headers(scope: Scope) -> dict[str, str]:
    """Names in lower case; of repeated headers the values joined, so that a second Host never hides."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1").strip()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _request_id(headers: dict[str, str]) -> str:
    given = headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


def _foreign(scope: Scope, headers: dict[str, str]) -> Refusal | None:
    """Why the caller may not talk to this server, or None."""
    server = scope.get("server")
    port = server[1] if server else None
    host = headers.get("host", "")
    if not _is_own(f"http://{host}", port):
        return refusal(Reason.FOREIGN_ORIGIN, f"The Host {shown(host)} is not this server.")
    origin = headers.get("origin")
    if origin is not None and not (origin.startswith("http://") and _is_own(origin, port)):
        return refusal(Reason.FOREIGN_ORIGIN, f"The Origin {shown(origin)} is not this server's page.")
    return None


def _is_own(address: str, port: int | None) -> bool:
    """True where an address is nothing but a loopback name and the server's port."""
    try:
        parts = urlsplit(address)
        is_bare = not (parts.path or parts.query or parts.fragment or parts.username or parts.password)
        return is_bare and is_loopback(parts.hostname or "") and (parts.port or 80) == port
    except ValueError:
        return False


def _unreadable(headers: dict[str, str]) -> Refusal | None:
    """Why a body cannot be read, or None."""
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length[:20]) > BODY_BYTES_MAX:
        return refusal(Reason.BODY_TOO_LARGE, f"A body of {shown(length)} bytes is announced.")
    has_body = int(length) > 0 or "transfer-encoding" in headers
    media_type, _, parameters = headers.get("content-type", "").lower().partition(";")
    is_utf8 = parameters.replace(" ", "").replace('"', "") in ("", "charset=utf-8")
    if has_body and not (media_type.strip() == "application/json" and is_utf8):
        sent = headers.get("content-type", "")
        return refusal(Reason.UNSUPPORTED_MEDIA_TYPE, f"The body's Content-Type is {shown(sent)}.")
    return None


async def _read_body(headers: dict[str, str], receive: Receive) -> bytes:
    """The whole body, small as it must be."""
    if headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers:
        return b""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            break
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > BODY_BYTES_MAX:
            raise _BodyTooLarge
        chunks.append(chunk)
        if not message.get("more_body", False):
            break
    return b"".join(chunks)


def _replay(body: bytes, receive: Receive) -> Receive:
    """The body once, then whatever comes."""
    is_sent = False

    async def next_message() -> Message:
        nonlocal is_sent
        if is_sent:
            return await receive()
        is_sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return next_message
