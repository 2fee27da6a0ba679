"""What the API takes about participants: mass quotes, protection, throttles, sessions, fees, trades to put right."""

from __future__ import annotations

from typing import Annotated

import msgspec

from cambist.application.control_plane.quote_service import QuoteRequest
from cambist.domain.durations import MILLISECOND_NS
from cambist.domain.fill import Fees, FeeTier
from cambist.domain.grid import exact_e8
from cambist.domain.instrument import Instrument
from cambist.domain.protection import MAX_FILLS, Protection
from cambist.domain.vocabulary import OrderFlag
from cambist.presentation.http.problem import invalid
from cambist.presentation.http.requests import (
    Body,
    Cause,
    Milliseconds,
    Name,
    amount,
    optional_amount,
    signed_fraction,
)
from cambist.presentation.http.words import SelfTradeMode
from cambist.protocols.fee_tiers import TIERS_MAX
from cambist.protocols.quotes import QUOTES_MAX

QuoteId = Annotated[int, msgspec.Meta(ge=1, lt=1 << 32)]


class QuoteBody(Body, frozen=True, kw_only=True):
    """One two-sided quote: the open quantities wanted; a side without one is taken back."""

    quote_id: QuoteId
    bid_price: str | None = None
    bid_qty: str | None = None
    ask_price: str | None = None
    ask_qty: str | None = None

    def request(self) -> QuoteRequest:
        """Raises NotGranted where an amount is no number, or a side has a price or a quantity alone."""
        for side, price, qty in (("bid", self.bid_price, self.bid_qty), ("ask", self.ask_price, self.ask_qty)):
            if (price is None) is not (qty is None):
                raise invalid(f"Quote {self.quote_id} needs {side}_price and {side}_qty together, or neither.")
        return QuoteRequest(
            quote_id=self.quote_id,
            bid_price=optional_amount("bid_price", self.bid_price),
            bid_qty=optional_amount("bid_qty", self.bid_qty),
            ask_price=optional_amount("ask_price", self.ask_price),
            ask_qty=optional_amount("ask_qty", self.ask_qty),
        )


class MassQuoteBody(Body, frozen=True, kw_only=True):
    """Up to 100 quotes on one instrument; those that are not named stand."""

    symbol: Name
    quotes: Annotated[list[QuoteBody], msgspec.Meta(min_length=1, max_length=QUOTES_MAX)]
    post_only: bool = False
    reprice: bool = False
    account: Name | None = None

    @property
    def flags(self) -> OrderFlag:
        """Of every order that comes of it."""
        return OrderFlag.asked(post_only=self.post_only, reprice=self.reprice)


class CancelQuotesBody(Body, frozen=True, kw_only=True):
    """Which quotes by hand to take back on an instrument; without ids all of them."""

    symbol: Name
    quote_ids: Annotated[list[QuoteId], msgspec.Meta(min_length=1)] | None = None
    account: Name | None = None


class ThrottleBody(Body, frozen=True, kw_only=True):
    """How many messages per second an account may send; null for no limit."""

    messages_per_second: Annotated[int, msgspec.Meta(ge=1, lt=1 << 53)] | None


class CancelOnDisconnectBody(Body, frozen=True, kw_only=True):
    """Whether the end of an attached session cancels an account's open orders."""

    armed: bool


class SelfTradePreventionBody(Body, frozen=True, kw_only=True):
    """What happens where an account's orders would meet its own, and those of which group count as its own too."""

    mode: SelfTradeMode
    group: Annotated[int, msgspec.Meta(ge=1, lt=1 << 32)] | None = None


class FeesBody(Body, frozen=True, kw_only=True):
    """Rates as fractions, negative for a rebate; on all instruments without rates of their own where none is named."""

    maker_fee: str
    taker_fee: str
    symbol: Name | None = None

    def fees(self) -> Fees:
        """Raises NotGranted where a rate is no fraction."""
        return Fees(signed_fraction("maker_fee", self.maker_fee), signed_fraction("taker_fee", self.taker_fee))


class FeeTierBody(Body, frozen=True, kw_only=True):
    """Rates from a volume of 30 days on."""

    volume: str
    maker_fee: str
    taker_fee: str

    def tier(self) -> FeeTier:
        """Raises NotGranted where a rate is no fraction."""
        fees = Fees(signed_fraction("maker_fee", self.maker_fee), signed_fraction("taker_fee", self.taker_fee))
        return FeeTier(exact_e8(amount("volume", self.volume)), fees)


class FeeTiersBody(Body, frozen=True, kw_only=True):
    """A schedule by rising volume, the first from 0; without tiers there is none."""

    tiers: Annotated[list[FeeTierBody], msgspec.Meta(max_length=TIERS_MAX)]


class ProtectionBody(Body, frozen=True, kw_only=True):
    """Limits in a rolling window, on one instrument or over all together; a window of 0 takes the protection away.

    Over all together max_qty and max_delta count lots.
    """

    window_ms: Milliseconds
    max_fills: Annotated[int, msgspec.Meta(ge=1, le=MAX_FILLS)] | None = None
    max_qty: str | None = None
    max_delta: str | None = None
    symbol: Name | None = None

    def protection(self, instrument: Instrument | None) -> Protection | None:
        """None where it is to be taken away. Raises NotGranted where a limit is no quantity."""
        if self.window_ms == 0:
            return None
        if self.max_fills is None:
            raise invalid(f"A protection needs max_fills, from 1 to {MAX_FILLS}.")
        return Protection(
            window_ns=self.window_ms * MILLISECOND_NS,
            max_fills=self.max_fills,
            max_qty=_lots("max_qty", self.max_qty, instrument),
            max_delta=_lots("max_delta", self.max_delta, instrument),
        )


class ResetProtectionBody(Body, frozen=True, kw_only=True):
    """Which protection to reset: an instrument's, or that over all together."""

    symbol: Name | None = None


class BustBody(Body, frozen=True, kw_only=True):
    """Why a trade is undone."""

    cause: Cause


class CorrectBody(Body, frozen=True, kw_only=True):
    """The price that a trade should have had, and why."""

    price: str
    cause: Cause


def _lots(name: str, text: str | None, instrument: Instrument | None) -> int:
    """0 where there is no limit."""
    if text is None:
        return 0
    lot_size = 10**8 if instrument is None else instrument.lot_size
    lots, rest = divmod(exact_e8(amount(name, text)), lot_size)
    if rest or lots < 1:
        unit = "a whole number of lots" if instrument is None else "a positive multiple of the lot_size"
        raise invalid(f"{name} is {text}; write {unit}, or null for no limit.")
    return lots
