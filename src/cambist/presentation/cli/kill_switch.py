"""`cambist kill` and `cambist resume`: stop the firm, an account or a strategy, and let it trade again."""

from __future__ import annotations

from typing import Any

from cyclopts import App

from cambist.domain.errors import RequestRefused
from cambist.domain.reasons import Reason
from cambist.presentation.cli.console import results, write_json
from cambist.presentation.cli.operations import Operations
from cambist.presentation.cli.options import AsJson, OfAccount, OfStrategy, Port
from cambist.presentation.cli.rest_client import RestClient


def register(app: App, operations: Operations) -> None:
    """Add the commands."""

    def client(port: int | None) -> RestClient:
        return RestClient(operations.server_port() if port is None else port)

    @app.command(name=["kill", "halt"])
    def kill(
        cause: str = "halted by hand",
        *,
        account: OfAccount = None,
        strategy: OfStrategy = None,
        port: Port = None,
        as_json: AsJson = False,
    ) -> None:
        """Engage the kill switch of the firm, an account or a strategy: cancel its open orders and admit nothing but
        cancels until `resume`.
        """
        body = {"cause": cause, "account": account, "strategy": strategy}
        _print_risk(client(port).post("/api/v1/risk/kill", body), strategy, as_json)

    @app.command
    def resume(
        cause: str = "resumed by hand",
        *,
        account: OfAccount = None,
        strategy: OfStrategy = None,
        port: Port = None,
        as_json: AsJson = False,
    ) -> None:
        """Reset the kill switch of the firm, an account or a strategy, and make its trading ACTIVE again."""
        server = client(port)
        body = {"cause": cause, "account": account, "strategy": strategy}
        try:
            server.post("/api/v1/risk/kill/reset", body)
        except RequestRefused as refused:
            if refused.code != Reason.INVALID_TRANSITION.name:  # the latch was not set
                raise
        risk = server.post("/api/v1/risk/trading-state", {"state": "ACTIVE", **body})
        _print_risk(risk, strategy, as_json)


def _print_risk(risk: dict[str, Any], strategy: str | None, as_json: bool) -> None:
    if as_json:
        write_json(risk)
        return
    whose, scope = ("", risk)
    if strategy is not None:
        whose = f" of {strategy}"
        scope = next(each for each in risk["strategies"] if each["strategy"] == strategy)
    elif risk["account"] != "firm":
        whose = f" in {risk['account']}"
    killed = ", the kill switch is engaged" if scope["killed"] else ""
    results().print(f"Trading{whose} is [bold]{scope['trading_state']}[/]{killed}.")
