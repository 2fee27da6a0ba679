"""`cambist session`: phases of instruments, halts, calendars, guards, and the market as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from cyclopts import App, Parameter

from cambist.domain.durations import MILLISECOND_NS
from cambist.domain.errors import InputError
from cambist.presentation.cli.console import results, write_json
from cambist.presentation.cli.durations import parse_duration_ns
from cambist.presentation.cli.operations import Operations
from cambist.presentation.cli.options import AsJson, Port
from cambist.presentation.cli.rest_client import RestClient
from cambist.presentation.cli.tables import table

_SESSIONS = "/api/v1/sessions"
_BREAKER = "/api/v1/circuit-breaker"
Duration = Annotated[
    str | None, Parameter(name="--for", help="How long, such as 30s or 5m; until it is resumed if left out.")
]
Definition = Annotated[
    Path | None, Parameter(name="--set", help="A file with the JSON body of the PUT request (docs/api.md).")
]


def session_app(operations: Operations) -> App:
    """The commands under one name."""
    app = App(name="session", help="Phases of instruments, halts, calendars, and what guards prices.")
    _add_steps(app, operations)
    _add_definitions(app, operations)
    return app


def _client(operations: Operations, port: int | None) -> RestClient:
    return RestClient(operations.server_port() if port is None else port)


def _add_steps(app: App, operations: Operations) -> None:
    @app.command(name="list")
    def list_sessions(*, port: Port = None, as_json: AsJson = False) -> None:
        """List the phase of each instrument, what comes next, and what its auction indicates."""
        _print_sessions(_client(operations, port).get(_SESSIONS), as_json)

    @app.command
    def phase(symbol: str, phase: str, *, port: Port = None, as_json: AsJson = False) -> None:
        """Move an instrument to a phase, such as OPENING_AUCTION or CLOSED."""
        answer = _client(operations, port).post(f"{_path(symbol)}/phase", {"phase": phase})
        _print_session(answer, as_json)

    @app.command
    def halt(
        symbol: str,
        cause: str = "halted by hand",
        *,
        duration: Duration = None,
        port: Port = None,
        as_json: AsJson = False,
    ) -> None:
        """Halt an instrument: its orders stay, none trades."""
        body = {"cause": cause, "duration_ms": _milliseconds(duration)}
        _print_session(_client(operations, port).post(f"{_path(symbol)}/halt", body), as_json)

    @app.command
    def resume(symbol: str, phase: str = "CONTINUOUS", *, port: Port = None, as_json: AsJson = False) -> None:
        """End the halt of an instrument."""
        _print_session(_client(operations, port).post(f"{_path(symbol)}/resume", {"phase": phase}), as_json)

    @app.command
    def trip(
        cause: str = "halted by hand", *, duration: Duration = None, port: Port = None, as_json: AsJson = False
    ) -> None:
        """Halt the whole market: every instrument of ours that takes orders."""
        body = {"cause": cause, "duration_ms": _milliseconds(duration)}
        _print_sessions(_client(operations, port).post(f"{_BREAKER}/trip", body), as_json)

    @app.command
    def lift(phase: str = "CONTINUOUS", *, port: Port = None, as_json: AsJson = False) -> None:
        """End the halt of every instrument that is HALTED."""
        _print_sessions(_client(operations, port).post(f"{_BREAKER}/lift", {"phase": phase}), as_json)


def _add_definitions(app: App, operations: Operations) -> None:
    @app.command
    def calendar(symbol: str, *, definition: Definition = None, port: Port = None) -> None:
        """Print, or set, when an instrument changes its phase, week by week. JSON both ways."""
        _print_definition(_client(operations, port), f"{_path(symbol)}/calendar", definition)

    @app.command
    def guard(symbol: str, *, definition: Definition = None, port: Port = None) -> None:
        """Print, or set, the volatility guard and limit bands of an instrument. JSON both ways."""
        _print_definition(_client(operations, port), f"{_path(symbol)}/volatility-guard", definition)

    @app.command
    def breaker(*, definition: Definition = None, port: Port = None) -> None:
        """Print, or set, the circuit breaker of the market. JSON both ways."""
        _print_definition(_client(operations, port), _BREAKER, definition)


def _path(symbol: str) -> str:
    if not symbol or "/" in symbol:
        raise InputError(f"{symbol[:40]!r} is no symbol.", "'cambist session list' lists the instruments.")
    return f"{_SESSIONS}/{quote(symbol, safe='')}"


def _milliseconds(duration: str | None) -> int:
    """Raises InputError where there is none, or it is shorter than one."""
    if duration is None:
        return 0
    milliseconds, rest = divmod(parse_duration_ns(duration), MILLISECOND_NS)
    if rest:
        raise InputError(f"{duration} is no whole number of milliseconds.", "Write it like 250ms, 30s or 5m.")
    return milliseconds


def _print_definition(server: RestClient, path: str, definition: Path | None) -> None:
    if definition is None:
        write_json(server.get(path))
        return
    try:
        body = msgspec.json.decode(definition.read_bytes(), type=dict[str, Any])
    except OSError as error:
        raise InputError(
            f"{definition} cannot be read: {error.strerror}.", "Name a file with a JSON object."
        ) from error
    except (msgspec.DecodeError, UnicodeError) as error:
        raise InputError(f"{definition} is no JSON object: {error}.", "docs/api.md lists its fields.") from error
    write_json(server.put(path, body))


def _print_session(session: dict[str, Any], as_json: bool) -> None:
    if as_json:
        write_json(session)
    else:
        results().print(f"{session['symbol']} is [bold]{session['phase']}[/].")


def _print_sessions(answer: dict[str, Any], as_json: bool) -> None:
    if as_json:
        write_json(answer)
        return
    columns = ("symbol", "phase", "next_phase", "indicated", "imbalance")
    results().print(table("Sessions", [_in_brief(session) for session in answer["sessions"]], *columns))


def _in_brief(session: dict[str, Any]) -> dict[str, Any]:
    auction = session["auction"] or {}
    price, side = auction.get("price"), auction.get("imbalance_side")
    return {
        **session,
        "indicated": f"{auction['qty']} @ {price}" if price else None,
        "imbalance": f"{side} {auction['imbalance_qty']}" if side else None,
    }
