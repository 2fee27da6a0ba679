"""The tiers of a fee schedule, as they lie in the command's blob: 24 little-endian bytes each.

volume i64 | maker_fee i64 | taker_fee i64
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

from cambist.domain.errors import ValueOutOfRange
from cambist.domain.fill import Fees, FeeTier

TIERS_MAX = 16
_TIER = struct.Struct("<qqq")


def encode_tiers(tiers: Iterable[FeeTier]) -> bytes:
    """The blob. Raises ValueOutOfRange where a number does not fit its width."""
    try:
        return b"".join(_TIER.pack(tier.volume, tier.fees.maker_fee, tier.fees.taker_fee) for tier in tiers)
    except struct.error as error:
        raise ValueOutOfRange(f"A tier holds a number beyond its width: {error}.", "Send a smaller one.") from error


def decode_tiers(tiers: bytes) -> list[FeeTier] | None:
    """The tiers, none where the schedule is empty; None where there are too many, or a part of one."""
    if len(tiers) % _TIER.size or len(tiers) // _TIER.size > TIERS_MAX:
        return None
    return [FeeTier(volume, Fees(maker_fee, taker_fee)) for volume, maker_fee, taker_fee in _TIER.iter_unpack(tiers)]
