"""Talks to a running server over loopback, with nothing but the standard library: it must start at once."""

from __future__ import annotations

import http.client
from typing import Any
from urllib.parse import urlencode

import msgspec

from cambist.domain.errors import RequestRefused, ServerUnreachable

_TIMEOUT_S = 15.0
"""Longer than the server lets a command wait, so that its own word on that is heard."""


class RestClient:
    """One server, named by its port."""

    def __init__(self, port: int) -> None:
        self._port = port

    def get(self, path: str, **query: str | int | None) -> dict[str, Any]:
        """The answer to GET. Raises ServerUnreachable, RequestRefused."""
        given = {name: value for name, value in query.items() if value is not None}
        return self._send("GET", f"{path}?{urlencode(given)}" if given else path, None)

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The answer to POST. Raises ServerUnreachable, RequestRefused."""
        return self._send("POST", path, msgspec.json.encode(body))

    def put(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The answer to PUT. Raises ServerUnreachable, RequestRefused."""
        return self._send("PUT", path, msgspec.json.encode(body))

    def _send(self, method: str, path: str, body: bytes | None) -> dict[str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_TIMEOUT_S)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"} if body is not None else {})
            response = connection.getresponse()
            status, content = response.status, response.read()
        except (OSError, http.client.HTTPException) as error:
            raise ServerUnreachable(
                f"Nothing answers on http://127.0.0.1:{self._port} ({error}).",
                "Start a market with 'cambist up', or name its port with --port.",
            ) from error
        finally:
            connection.close()
        return self._accepted(status, content)

    def _accepted(self, status: int, content: bytes) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = msgspec.json.decode(content, type=dict[str, Any])
        except msgspec.DecodeError as error:
            raise ServerUnreachable(
                f"What answers on port {self._port} is not Cambist.", "Name the port of a running market with --port."
            ) from error
        if status >= http.client.BAD_REQUEST:
            refusal = RequestRefused(str(answer.get("message", f"status {status}")), str(answer.get("action", "")))
            refusal.code = str(answer.get("code", refusal.code))
            raise refusal
        return answer
