"""What a venue's operator asks and puts right: `participants`, `quotes`, `cancel`, `bust`, `correct`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from cyclopts import App, Parameter

from cambist.domain.errors import InputError
from cambist.presentation.cli.console import results, write_json
from cambist.presentation.cli.operations import Operations
from cambist.presentation.cli.options import AsJson, OfAccount, OfStrategy, Port
from cambist.presentation.cli.rest_client import RestClient
from cambist.presentation.cli.tables import table

Client = Callable[[int | None], RestClient]
OfSymbol = Annotated[str | None, Parameter(name="--symbol", help="Of one instrument only.")]


def register(app: App, operations: Operations) -> None:
    """Add the commands."""

    def client(port: int | None) -> RestClient:
        return RestClient(operations.server_port() if port is None else port)

    _add_lists(app, client)
    _add_corrections(app, client)


def _add_lists(app: App, client: Client) -> None:
    @app.command
    def participants(*, port: Port = None, as_json: AsJson = False) -> None:
        """List members and the desk's accounts: throttles, fees, what a lost session does, protections."""
        answer = client(port).get("/api/v1/participants")
        if as_json:
            write_json(answer)
            return
        rows = [_participant(each) for each in answer["participants"]]
        columns = ("account", "kind", "messages_per_second", "maker_fee", "taker_fee", "on_disconnect", "protections")
        results().print(table("Participants", rows, *columns))

    @app.command
    def quotes(
        *,
        account: OfAccount = None,
        strategy: OfStrategy = None,
        symbol: OfSymbol = None,
        port: Port = None,
        as_json: AsJson = False,
    ) -> None:
        """List the quotes of the desk that stand."""
        answer = client(port).get("/api/v1/quotes", account=account, strategy=strategy, symbol=symbol)
        if as_json:
            write_json(answer)
            return
        columns = ("account", "strategy", "symbol", "quote_id", "bid_qty", "bid_price", "ask_price", "ask_qty")
        results().print(table("Quotes", answer["quotes"], *columns))

    @app.command
    def cancel(
        *,
        account: OfAccount = None,
        strategy: OfStrategy = None,
        symbol: OfSymbol = None,
        side: Annotated[str | None, Parameter(help="BUY or SELL only.")] = None,
        everything: Annotated[bool, Parameter(name="--all", negative=(), help="Without any filter.")] = False,
        port: Port = None,
        as_json: AsJson = False,
    ) -> None:
        """Cancel every open order of the desk that passes all filters that are given."""
        filters = {"account": account, "strategy": strategy, "symbol": symbol, "side": side}
        if everything is any(filters.values()):
            raise InputError("Which orders?", "Give at least one filter, or --all and none.")
        answer = client(port).post("/api/v1/orders/cancel-all", filters)
        if as_json:
            write_json(answer)
        else:
            results().print(f"{len(answer['canceled'])} orders were canceled.")


def _add_corrections(app: App, client: Client) -> None:
    @app.command
    def bust(trade_id: str, cause: str, *, port: Port = None, as_json: AsJson = False) -> None:
        """Undo a trade of our venue for both of its sides."""
        answer = client(port).post(f"/api/v1/trades/{_number(trade_id)}/bust", {"cause": cause})
        _print_put_right(answer, as_json)

    @app.command
    def correct(trade_id: str, price: str, cause: str, *, port: Port = None, as_json: AsJson = False) -> None:
        """Give a trade of our venue another price, for both of its sides."""
        body = {"price": price, "cause": cause}
        _print_put_right(client(port).post(f"/api/v1/trades/{_number(trade_id)}/correct", body), as_json)


def _number(trade_id: str) -> str:
    if not trade_id.isascii() or not trade_id.isdigit():
        raise InputError(f"{trade_id[:40]!r} is no trade_id.", "Fills name theirs: GET /api/v1/fills.")
    return trade_id


def _participant(found: dict[str, Any]) -> dict[str, Any]:
    return {
        **found,
        "on_disconnect": "cancel" if found["cancel_on_disconnect"] else None,
        "protections": ", ".join(_protection(each) for each in found["protections"]),
    }


def _protection(protection: dict[str, Any]) -> str:
    return f"{protection['symbol'] or 'all'}{' TRIGGERED' if protection['triggered'] else ''}"


def _print_put_right(answer: dict[str, Any], as_json: bool) -> None:
    if as_json:
        write_json(answer)
        return
    trade = answer["trade"]
    became = "is busted" if trade["busted"] else f"is at {trade['price']}"
    columns = ("account", "strategy", "side", "qty", "price", "commission")
    results().print(f"Trade {trade['trade_id']} of {trade['qty']} {trade['symbol']} {became}.")
    results().print(table("Adjustments", answer["adjustments"], *columns))
