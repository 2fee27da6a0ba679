"""From the names people use to the ids the engine uses."""

from __future__ import annotations

from cambist.application.control_plane.account_table import AccountRecord
from cambist.application.control_plane.read_model import ReadModel
from cambist.application.control_plane.refusal import Refusal, refusal
from cambist.application.control_plane.strategy_table import StrategyRecord
from cambist.domain.instrument import Instrument
from cambist.domain.reasons import Reason


class Directory:
    """Looks names up; an unknown one is a refusal."""

    def __init__(self, model: ReadModel) -> None:
        self._model = model

    def instrument(self, symbol: str) -> Instrument | Refusal:
        """By symbol."""
        with self._model.reading() as model:
            found = model.instruments.by_symbol(symbol)
        return found or refusal(Reason.UNKNOWN_INSTRUMENT, f"There is no instrument {shown(symbol)}.")

    def instrument_by_id(self, instrument_id: int) -> Instrument:
        """Of an order that passed the gate: it exists."""
        with self._model.reading() as model:
            return model.instruments[instrument_id]

    def account(self, name: str | None) -> AccountRecord | Refusal:
        """By name; None is the desk's first account, the one for orders by hand."""
        with self._model.reading() as model:
            found = next(iter(model.accounts), None) if name is None else model.accounts.by_name(name)
        if found is None and name is None:
            return refusal(Reason.UNKNOWN_ACCOUNT, "The desk has no account yet.")
        return found or refusal(Reason.UNKNOWN_ACCOUNT, f"The desk has no account {shown(name or '')}.")

    def scope(self, name: str | None) -> AccountRecord | Refusal | None:
        """The account of a name; None, which is the whole firm, where none is named."""
        return None if name is None else self.account(name)

    def account_id(self, name: str | None) -> int | Refusal:
        """Its id."""
        account = self.account(name)
        return account if isinstance(account, Refusal) else account.account_id

    def asset_id(self, name: str) -> int | Refusal:
        """Of an asset, by name."""
        with self._model.reading() as model:
            found = model.holdings.asset_id(name)
        return found or refusal(Reason.UNKNOWN_ASSET, f"There is no asset {shown(name)}.")

    def strategy(self, name: str) -> StrategyRecord | Refusal:
        """By name."""
        with self._model.reading() as model:
            found = model.strategies.by_name(name)
        return found or refusal(Reason.UNKNOWN_STRATEGY, f"There is no strategy {shown(name)}.")

    def strategy_id(self, name: str) -> int | Refusal:
        """Its id."""
        strategy = self.strategy(name)
        return strategy if isinstance(strategy, Refusal) else strategy.strategy_id


def shown(name: str) -> str:
    """What somebody sent, fit for a sentence: quoted, escaped, short."""
    return ascii(name if len(name) <= 40 else name[:40] + "...")
