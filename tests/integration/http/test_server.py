"""The port: taken first, loopback only, given back."""

from __future__ import annotations

import socket
from contextlib import ExitStack

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from cambist.domain.errors import EnvironmentFailure, InputError, PortInUse
from cambist.presentation.http.server import Server
from cambist.presentation.http.stream.frames import SUBPROTOCOL
from cambist.testing.served_desk import served_desk


def test_port_zero_is_any_free_one_and_is_told() -> None:
    server = Server(0)
    assert server.port > 0
    assert server.url == f"http://127.0.0.1:{server.port}"
    server.stop()


def test_a_taken_port_is_named_with_what_to_do() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortInUse, match=rf"Port {port} .*--port"):
            Server(port)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.org", ""])
def test_an_address_that_others_can_reach_is_refused(host: str) -> None:
    with pytest.raises(InputError, match="Use 127"):
        Server(0, host)


@pytest.mark.parametrize("port", [-1, 65_536, 10**9])
def test_a_number_that_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(InputError, match="1 to 65535"):
        Server(port)


def test_a_stopped_server_gives_its_port_back() -> None:
    with served_desk() as desk:
        port = desk.port
        assert httpx.get(f"{desk.url}/ready").status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/ready")
    Server(port).stop()


def test_stopping_closes_open_streams_and_says_so() -> None:
    with ExitStack() as client:
        with served_desk() as desk:
            url = f"ws://127.0.0.1:{desk.port}/api/v1/ws"
            stream = client.enter_context(connect(url, subprotocols=[Subprotocol(SUBPROTOCOL)], proxy=None))
            stream.recv(timeout=10)
        with pytest.raises(ConnectionClosed) as closed:
            stream.recv(timeout=10)
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 1012


def test_stopping_twice_is_nothing() -> None:
    server = Server(0)
    server.stop()
    server.stop()


def test_the_other_loopback_can_be_listened_on() -> None:
    try:
        server = Server(0, "::1")
    except EnvironmentFailure as failure:
        pytest.skip(f"no IPv6 here: {failure}")
    assert server.url == f"http://[::1]:{server.port}"
    server.stop()


def test_a_server_that_ends_by_itself_says_so() -> None:
    with served_desk() as desk:
        assert desk.server.failure is None
        desk.server._uvicorn.should_exit = True  # type: ignore[union-attr]
        desk.server._thread.join(30)  # type: ignore[union-attr]
        failure = desk.server.failure
    assert isinstance(failure, EnvironmentFailure) and "ended by itself" in failure.message


def test_a_stopped_server_has_not_failed() -> None:
    with served_desk() as desk:
        server = desk.server
    assert server.failure is None
