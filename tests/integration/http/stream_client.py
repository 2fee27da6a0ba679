"""A client of the stream, for tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from websockets.sync.client import ClientConnection, connect

from cambist.testing.served_desk import ServedDesk

SUBPROTOCOL = "cambist.v1.json"
WAIT_S = 10


class Stream:
    """A client of the stream."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    def ask(self, **frame: Any) -> None:
        self.socket.send(json.dumps(frame))

    def next(self) -> dict[str, Any]:
        return dict(json.loads(self.socket.recv(timeout=WAIT_S)))

    def next_of(self, channel: str) -> dict[str, Any]:
        while True:
            frame = self.next()
            if frame.get("channel") == channel:
                return frame

    def subscribe(self, *channels: str, **more: Any) -> list[dict[str, Any]]:
        """The snapshots, in the order asked for."""
        self.ask(op="subscribe", channels=channels, **more)
        assert self.next()["channels"] == list(channels)
        return [self.next_of(channel) for channel in channels]


@contextmanager
def stream(desk: ServedDesk, **options: Any) -> Iterator[Stream]:
    options = {"subprotocols": [SUBPROTOCOL], "proxy": None, "address": ("127.0.0.1", desk.port)} | options
    with connect(f"ws://{options.pop('name', '127.0.0.1')}:{desk.port}/api/v1/ws", **options) as socket:
        client = Stream(socket)
        assert client.next()["type"] == "hello"
        yield client
