"""Commands to a market that is already running: `status`, `orders`, `holdings`."""

from __future__ import annotations

from typing import Annotated, Any

from cyclopts import App, Parameter
from rich.table import Table

from cambist.domain.errors import InputError
from cambist.presentation.cli.console import results, write_json
from cambist.presentation.cli.operations import Operations
from cambist.presentation.cli.options import AsJson, OfAccount, Port
from cambist.presentation.cli.rest_client import RestClient
from cambist.presentation.cli.tables import table

_ORDERS_MAX = 1000


def register(app: App, operations: Operations) -> None:
    """Add the commands."""

    def client(port: int | None) -> RestClient:
        return RestClient(operations.server_port() if port is None else port)

    @app.command
    def status(*, port: Port = None, as_json: AsJson = False) -> None:
        """Show how the running market is doing: the firm's money, positions, strategies, trading state."""
        report = _status(client(port))
        if as_json:
            write_json(report)
        else:
            _print_status(report)

    @app.command
    def orders(
        *,
        status: Annotated[str | None, Parameter(help="open, closed, or one status such as FILLED.")] = None,
        symbol: Annotated[str | None, Parameter(help="Of one instrument only.")] = None,
        strategy: Annotated[str | None, Parameter(help="Of one strategy only.")] = None,
        limit: Annotated[int, Parameter(help="At most so many, up to 1000.")] = 20,
        port: Port = None,
        as_json: AsJson = False,
    ) -> None:
        """List orders, newest first."""
        if not 1 <= limit <= _ORDERS_MAX:
            raise InputError(f"A limit of {limit} is not possible.", f"Use 1 to {_ORDERS_MAX}.")
        query = {"status": status, "symbol": symbol, "strategy": strategy, "limit": limit}
        answer = client(port).get("/api/v1/orders", **query)
        if as_json:
            write_json(answer)
        else:
            results().print(_orders_table(answer["orders"]))

    @app.command
    def holdings(*, account: OfAccount = None, port: Port = None, as_json: AsJson = False) -> None:
        """List what accounts hold of each asset, and how much of it open spot orders have set aside."""
        answer = client(port).get("/api/v1/holdings", account=account)
        if as_json:
            write_json(answer)
        else:
            results().print(table("Holdings", answer["holdings"], "account", "asset", "balance", "reserved", "free"))


def _status(server: RestClient) -> dict[str, Any]:
    """Everything that fits on one screen."""
    return {
        "stats": server.get("/admin/stats")["stats"],
        "account": server.get("/api/v1/account"),
        "risk": server.get("/api/v1/risk"),
        "strategies": server.get("/api/v1/strategies")["strategies"],
        "positions": server.get("/api/v1/positions")["positions"],
    }


def _print_status(report: dict[str, Any]) -> None:
    console = results()
    stats, account, risk = report["stats"], report["account"], report["risk"]
    held = [f"{each['account']} {each['trading_state']}" for each in risk["accounts"] if _is_held(each, risk)]
    console.print(
        f"[bold]{' '.join([risk['trading_state'], *held])}[/]  equity {account['equity']}  day {account['daily_pnl']}  "
        f"open orders {account['open_orders']}  margin {account['margin_required']}  "
        f"{stats['events_per_second']} events/s on the {stats['kernel']} kernel"
    )
    console.print(
        table("Strategies", report["strategies"], "name", "state", "pnl", "trades", "win_rate", "open_orders")
    )
    columns = ("strategy", "symbol", "side", "qty", "entry_price", "mark_price", "unrealised_pnl", "realised_pnl")
    console.print(table("Positions", report["positions"], *columns))


def _is_held(account: dict[str, Any], firm: dict[str, Any]) -> bool:
    """Whether an account may do less than the firm."""
    return bool(account["trading_state"] != firm["trading_state"])


def _orders_table(orders: list[dict[str, Any]]) -> Table:
    """Narrow enough for 80 columns: an order without a price shows its type there."""
    columns = ("order_id", "strategy", "symbol", "side", "price", "filled_of_qty", "status")
    return table("Orders", [_in_brief(order) for order in orders], *columns)


def _in_brief(order: dict[str, Any]) -> dict[str, Any]:
    return {
        **order,
        "price": order["price"] or order["order_type"],
        "filled_of_qty": f"{order['filled_qty']}/{order['qty']}",
        "status": f"{order['status']} {order['reason'] or ''}".strip(),
    }
