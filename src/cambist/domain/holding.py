"""What an account has of one asset, and how much of it its open orders may still take."""

from __future__ import annotations

from dataclasses import dataclass

MAX_ASSET_NAME_CHARACTERS = 16


@dataclass(slots=True)
class Holding:
    """In 1e-8 of the asset. Never less than nothing, and never less than what is reserved."""

    balance: int = 0
    reserved: int = 0

    @property
    def free(self) -> int:
        """What may be withdrawn, or reserved by another order."""
        return self.balance - self.reserved
