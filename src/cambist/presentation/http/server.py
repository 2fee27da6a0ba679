"""The HTTP server on a thread of its own. The port is taken before anything else starts."""

from __future__ import annotations

import errno
import logging
import socket
import threading
from typing import Any, cast

import uvicorn

from cambist.domain.errors import EnvironmentFailure, InputError, PortInUse
from cambist.presentation.http.perimeter import AsgiApp, Message, Receive, Scope, Send, is_loopback

_LOG = logging.getLogger("cambist.http")
_BACKLOG = 128
_START_SECONDS_MAX = 15.0
_STOP_SECONDS_MAX = 10.0
_FRAME_BYTES_MAX = 65_536


class _WithoutDenials(logging.Filter):
    """A WebSocket refused with a response of ours is no failure, although uvicorn calls it one."""

    def filter(self, record: logging.LogRecord) -> bool:
        """False for that one sentence."""
        return record.msg != "ASGI callable returned without completing handshake."


class Server:
    """Takes its port at construction, serves from `start` to `stop`."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        """Port 0 is any free one. Raises InputError for an address that is not loopback, PortInUse where the port is
        taken.
        """
        self._socket = _listen(host, port)
        self.host, self.port = self._socket.getsockname()[:2]
        self._uvicorn: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._is_stopping = False
        self._cause: BaseException | None = None

    @property
    def failure(self) -> EnvironmentFailure | None:
        """Why it serves no longer although nobody stopped it; None where it serves, or need not."""
        if self._is_stopping or self._thread is None or self._thread.is_alive():
            return None
        cause = "it said no reason" if self._cause is None else repr(self._cause)
        return EnvironmentFailure(f"The HTTP server ended by itself: {cause}.", "Start again; the log says more.")

    @property
    def url(self) -> str:
        """Where the page is."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def start(self, app: AsgiApp) -> None:
        """Serve; returns once requests are answered. Raises EnvironmentFailure where that does not happen."""
        started = threading.Event()
        config = uvicorn.Config(
            cast(Any, _announcing(app, started)),
            loop="auto",
            http="auto",
            ws="websockets-sansio",
            ws_max_size=_FRAME_BYTES_MAX,
            ws_per_message_deflate=False,
            lifespan="on",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=2,
        )
        logging.getLogger("uvicorn.error").addFilter(_WITHOUT_DENIALS)
        self._uvicorn = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, args=(started,), name="http server", daemon=True)
        self._thread.start()
        if not started.wait(_START_SECONDS_MAX) or not self._thread.is_alive():
            raise EnvironmentFailure("The HTTP server did not start.", "The log says why.")

    def stop(self) -> None:
        """Finish open requests, close WebSockets, free the port. Twice is nothing."""
        self._is_stopping = True
        if self._uvicorn is not None and self._thread is not None:
            self._uvicorn.should_exit = True
            self._thread.join(_STOP_SECONDS_MAX)
        self._socket.close()

    def _serve(self, started: threading.Event) -> None:
        assert self._uvicorn is not None
        try:
            self._uvicorn.run(sockets=[self._socket])
        except BaseException as error:  # uvicorn exits where it cannot go on
            self._cause = error
            _LOG.exception("The HTTP server failed.")
        finally:
            started.set()


_WITHOUT_DENIALS = _WithoutDenials()


def _announcing(app: AsgiApp, started: threading.Event) -> AsgiApp:
    """The application, telling when its start-up is complete."""

    async def announced(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_and_tell(message: Message) -> None:
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                started.set()

        await app(scope, receive, send_and_tell if scope["type"] == "lifespan" else send)

    return announced


def _listen(host: str, port: int) -> socket.socket:
    if not is_loopback(host):
        raise InputError(
            f"The server does not listen on {host}: there are no users and roles yet.",
            "Use 127.0.0.1, and an SSH tunnel to reach it from another machine.",
        )
    if not 0 <= port <= 65_535:
        raise InputError(f"{port} is not a port.", "Use 1 to 65535, or 0 for any free one.")
    return _bind(host, port)


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortInUse(
                f"Port {port} on {host} is taken by another program.",
                "Stop that program, or choose another port with --port (0 takes any free one).",
            ) from error
        raise EnvironmentFailure(
            f"The server cannot listen on {host} port {port}: {error.strerror}.", "Choose another port with --port."
        ) from error
    return listener
