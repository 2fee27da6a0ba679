"""Random commands about assets and holdings: deposits and withdrawals that matter, and definitions that are wrong."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from msgspec.structs import replace

from cambist.domain.commands import AdjustHolding, DefineAsset
from cambist.domain.message import Command
from cambist.domain.widths import MAX_I64
from cambist.testing.builders import E8, define_instrument

SPOT = 5
COIN, CASH = 1, 2
MAX_FEE = 700


def spot_opening() -> list[Command]:
    """Two assets, the instrument that trades one for the other, and some of both on two desk accounts."""
    return [
        DefineAsset(asset_id=COIN, name="COIN"),
        DefineAsset(asset_id=CASH, name="CASH"),
        define_instrument(SPOT, "COINCASH", price_band=90_000, assets=(COIN, CASH), max_fee=MAX_FEE),
        *(AdjustHolding(account_id=account_id, asset_id=COIN, amount=15 * E8) for account_id in (1, 2)),
        *(AdjustHolding(account_id=account_id, asset_id=CASH, amount=1_500 * E8) for account_id in (1, 2)),
    ]


class SpotCommands:
    """What `RandomCommands` mixes in."""

    def __init__(self, random: Random, account: Callable[[], int]) -> None:
        self._random = random
        self._account = account

    def weights(self) -> list[tuple[Callable[[], Command], int]]:
        """How often each is wanted."""
        return [(self._holding, 6), (self._asset, 1), (self._instrument, 1)]

    def _holding(self) -> Command:
        random = self._random
        asset_id = random.choice((COIN, COIN, CASH, CASH, CASH, 9 if random.randrange(8) == 0 else COIN))
        amounts = (4 * E8, -3 * E8, -9 * E8, 1) if asset_id == COIN else (400 * E8, -50 * E8, -900 * E8, 7)
        amount = random.choice((MAX_I64 + 1, -MAX_I64 - 1, 0)) if random.randrange(25) == 0 else random.choice(amounts)
        return AdjustHolding(
            account_id=self._account(),
            asset_id=asset_id,
            amount=amount,
            client_adjustment_id=random.choice(("", "", "", "pay-1", "pay-2", "pay-3", "two words")),
        )

    def _asset(self) -> Command:
        name = self._random.choice(("COIN", "CASH", "GOLD", "", "two words", "x" * 17))
        return DefineAsset(asset_id=self._random.choice((0, COIN, CASH, 3)), name=name)

    def _instrument(self) -> Command:
        """The one there is, or one that something is wrong with."""
        right = define_instrument(SPOT, "COINCASH", price_band=90_000, assets=(COIN, CASH), max_fee=MAX_FEE)
        wrong = (
            {"quote_asset_id": COIN},
            {"base_asset_id": 0},
            {"unit_value": E8 + 1},
            {"price_band": 0},
            {"max_fee": 1_000_001},
            {"max_fee": 600},
            {"instrument_id": 6, "symbol": "NEW/CASH", "base_asset_id": 77},
        )
        return replace(right, **self._random.choice(({}, *wrong)))
