"""The one list of reasons why something was refused, canceled or stopped.

A reason is a value, never an exception. Its name is stable and public (REST, WebSocket, FIX, SQL);
its number is stable in packed records. `action` says what the person who meets it does next.
"""

from __future__ import annotations

from enum import IntEnum


class Reason(IntEnum):
    """Why the desk denied, the venue rejected, or an order ended."""

    action: str

    def __new__(cls, code: int, action: str = "") -> Reason:
        """Attach the operator's next step to the number."""
        member = int.__new__(cls, code)
        member._value_ = code
        member.action = action
        return member

    NONE = 0, "Nothing to do."

    # What a command names does not exist or does not fit.
    UNKNOWN_INSTRUMENT = 1, "Check the symbol; GET /api/v1/instruments lists what can be traded."
    UNKNOWN_ACCOUNT = 2, "Check the account; it must be opened before it is used."
    UNKNOWN_STRATEGY = 3, "Check the strategy; GET /api/v1/strategies lists those that exist."
    ORDER_NOT_OPEN = 4, "The order has ended or never existed; read its state before acting on it."
    ALREADY_EXISTS = 5, "Choose another id; this one is taken by a different definition."
    INVALID_DEFINITION = 6, "Correct the definition: sizes must be positive and within the documented bounds."
    INVALID_TRANSITION = 7, "Read the present state first; this step is not allowed from it."
    ACCOUNT_NOT_DESK = 8, "Use one of the desk's accounts; members of the venue have no limits or positions here."
    REPORT_OVERFILL = 9, "The venue reported more than was ordered: halt, and reconcile with the venue's own record."

    # Form of an order.
    INVALID_CLIENT_ORDER_ID = 20, "Use 1 to 36 printable ASCII characters without spaces."
    DUPLICATE_CLIENT_ORDER_ID = 21, "This client_order_id was used for a different order: choose a new one."
    INVALID_PRICE = 22, "A LIMIT order needs a positive price below 2^40 ticks; a MARKET order has none."
    INVALID_QTY = 23, "Use a positive quantity below 2^40 lots."
    PRICE_PRECISION = 24, "Round the price to a multiple of the instrument's tick_size."
    QTY_PRECISION = 25, "Round the quantity to a multiple of the instrument's lot_size."
    INVALID_TIME_IN_FORCE = (
        26,
        "MARKET orders are IOC, FOK, AT_OPEN or AT_CLOSE, MARKET_TO_LIMIT and PEGGED orders none of them; orders that "
        "wait for a trigger are neither AT_OPEN nor AT_CLOSE.",
    )
    INVALID_FLAGS = (
        27,
        "post_only needs a LIMIT order that may rest, hidden any that may; neither goes with AT_OPEN or AT_CLOSE; "
        "reprice needs post_only.",
    )
    INVALID_EXPIRY = 28, "GTD needs an expiry in the future; no other time in force takes one."
    NOT_OFFERED = (
        29,
        "Outside venues take plain orders only, a spot purchase that waits needs a price, and spot trades stand.",
    )
    INVALID_DISPLAY_QTY = (
        30,
        "display_qty needs an order that may rest and is not hidden; show at least a thousandth of the order.",
    )
    INVALID_MIN_QTY = 31, "min_qty is at most the quantity, and goes neither with FOK nor with post_only."
    INVALID_INSTRUCTION = 32, "Leave out what the order's type does not take; docs/orders/ says what each takes."
    INVALID_TRIGGER = (
        33,
        "Give a positive trigger_price, but none and an offset to a TRAILING_STOP; only that takes an offset.",
    )
    INVALID_OFFSET = 34, "Follow at least one tick or basis point behind, by less than the whole price."
    INVALID_CONTINGENCY = (
        35,
        "A contingency and a group_id go together; groups are the desk's, of 16 open orders at most.",
    )

    # The desk's state.
    TRADING_HALTED = 40, "Trading is halted; only cancels pass. When the cause is settled: `cambist resume`."
    TRADING_REDUCING = 41, "Only orders that reduce a position pass; lower the size or resume trading."
    STRATEGY_NOT_RUNNING = 42, "Start or resume the strategy first."
    SYMBOL_NOT_ALLOWED = 43, "This account may not trade this symbol; PUT /api/v1/risk/symbols changes that."
    KILL_SWITCH_ENGAGED = 44, "Reset the kill switch before making trading active again."
    MESSAGE_RATE_LIMIT = 46, "Slow down: the account's throttle lets no more messages per second pass."

    # Limits.
    ORDER_QTY_LIMIT = 60, "Send a smaller order; the instrument caps a single order."
    MIN_NOTIONAL = 61, "Send a larger order; the instrument has a minimum notional."
    PRICE_BAND = 62, "Bring the price closer to the mark; it is outside the instrument's band."
    REDUCE_ONLY = 63, "There is no opposite position left to reduce."
    ORDER_NOTIONAL_LIMIT = 64, "Send a smaller order or raise max_order_notional."
    OPEN_ORDERS_LIMIT = 65, "Cancel an open order or raise max_open_orders."
    ORDER_RATE_LIMIT = 66, "Slow down or raise max_orders_per_second."
    POSITION_LIMIT = 67, "Reduce the position or raise max_position_notional."
    EXPOSURE_LIMIT = 68, "Reduce exposure or raise max_exposure_notional."
    INSUFFICIENT_MARGIN = 69, "Reduce exposure or add funds; the margin does not cover this order."
    DAILY_LOSS_LIMIT = 70, "The day's loss has reached its limit; only reducing orders pass until 00:00 UTC."
    DRAWDOWN_LIMIT = 71, "The drawdown has reached its limit; only reducing orders pass until it is reset."
    NOTIONAL_OVERFLOW = 72, "Price times quantity is beyond what the system can hold; send a smaller order."

    # Spot.
    INSUFFICIENT_BALANCE = 77, "Deposit the asset that the order would pay with, or cancel an order that holds it."
    UNKNOWN_ASSET = 78, "Check the asset; it must be defined before it is held or traded."

    # The venue.
    MARKET_NOT_OPEN = 80, "Wait until the instrument takes orders: in an auction or in its CONTINUOUS phase."
    POST_ONLY_WOULD_CROSS = 81, "Price the order behind the opposite best, or drop post_only."
    QTY_BELOW_FILLED = 82, "The new total must exceed what is already filled; cancel instead."
    VENUE_REJECTED = 83, "The venue refused the order; its own message says why."
    VENUE_UNKNOWN_ORDER = 84, "The venue does not know the order; reconcile before sending it again."
    NOT_IN_AUCTION = 87, "An auction collects LIMIT orders that may rest and MARKET orders, never FOK or post_only."
    AUCTION_NOT_OPEN = 88, "AT_OPEN orders are taken while the opening auction collects; send it then."
    OUTSIDE_PRICE_LIMITS = (
        89,
        "Bring the price closer to the last trade; nothing trades beyond the price limits.",
    )
    INVALID_QUOTE = 91, "Send 1 to 100 quotes with ids of their own from 1 on, each bid below its ask."
    QUOTES_PROTECTED = 92, "Quotes were pulled by market-maker protection: look at the fills, then reset it."
    UNKNOWN_TRADE = 93, "Only the last 16,384 trades of our venue can be busted or corrected; check the trade_id."
    TRADE_BUSTED = 94, "Nothing to do: the trade was busted before."

    # Why an order ended.
    REQUESTED = 100, "Nothing to do: it was asked for."
    UNFILLED_REMAINDER = 101, "The rest found no counterparty at an allowed price."
    FOK_UNFILLABLE = 102, "The whole quantity was not available at once."
    SELF_TRADE = 103, "The order would have met one of the same account's own."
    POSITION_REDUCED = 104, "The position the order was to reduce is gone."
    TRADING_STOPPED = 105, "Open orders were canceled because trading was halted or killed."
    STRATEGY_STOPPED = 106, "Open orders were canceled because their strategy left RUNNING."
    MIN_QTY_UNAVAILABLE = 107, "Less than min_qty was available at once; lower it, or send the order again later."
    GROUP_ENDED = 109, "Another order of its group has ended, and ends the others with it."
    GROUP_FILLED = 110, "Other orders of its group were filled in its place."
    PARENT_UNFILLED = 111, "Its parent ended without a fill."
    AUCTION_ENDED = 113, "The auction that the order was for is over; what it did not execute is gone."
    VOLATILITY_INTERRUPTION = (
        114,
        "The price moved too far at once, an auction finds it: send a LIMIT order that may rest.",
    )
    SESSION_ENDED = 116, "Open orders were canceled because their session ended; connect and send them again."
    PROTECTION_TRIGGERED = 117, "Fills reached a limit of market-maker protection; reset it to quote again."
    QUOTE_REPLACED = 118, "Nothing to do: a newer quote took its place."

    # Why an instrument was halted.
    CIRCUIT_BREAKER = 90, "The whole market fell too far: trading goes on after the cool-down, by an auction."
    LIMIT_STATE = 115, "The price stood at its limit too long: trading goes on after the pause, by an auction."

    # What an edge refuses before it reaches the engine: never in a record.
    INVALID_REQUEST = 120, "Correct the request; /api/docs lists the fields and their types."
    NOT_FOUND = 121, "Check the path; /api/docs lists what there is."
    METHOD_NOT_ALLOWED = 122, "Use a method that the path takes; /api/docs lists them."
    FOREIGN_ORIGIN = 123, "Call the server by its own loopback address, from a page that it served itself."
    BODY_TOO_LARGE = 124, "Send at most 1 MiB."
    UNSUPPORTED_MEDIA_TYPE = 125, "Send the body as JSON, with Content-Type: application/json."
    UNKNOWN_ORDER = 126, "Check the order_id; GET /api/v1/orders lists the orders."
    INVALID_PARAMETERS = 127, "Correct the value; GET /api/v1/strategies lists parameters, types and bounds."
    UNKNOWN_CHANNEL = 128, "Check the channel's name; docs/api.md lists the channels."
    UNSUPPORTED_SUBPROTOCOL = 129, "Offer the subprotocol cambist.v1.json, or none."
    TOO_MANY_CONNECTIONS = 130, "Close a connection first; the server holds at most 100."
    INTERNAL_ERROR = 131, "Report it with the request_id and the log; the engine is not affected."
    SYSTEM_BUSY = 132, "Nothing was taken: send it again in a moment, and fewer at once."
    STRATEGY_NOT_LOADED = 133, "Its code is not in this process: restart with `cambist up --strategy FILE`."


_UNKNOWN = "REASON_"
_ACTION_OF_UNKNOWN = "Ask the venue what the number means; it is not one of ours."


def reason_name(code: int) -> str:
    """The public name of a number; a venue may send numbers that are unknown here."""
    return Reason(code).name if _is_known(code) else f"{_UNKNOWN}{code}"


def reason_code(name: str) -> int:
    """The number that `reason_name` gave this name to. Raises KeyError for any other text."""
    number = name.removeprefix(_UNKNOWN)
    return int(number) if number != name and number.isdecimal() else int(Reason[name])


def reason_action(code: int) -> str:
    """What the person who meets it does next."""
    return Reason(code).action if _is_known(code) else _ACTION_OF_UNKNOWN


def known_reason(code: int) -> Reason:
    """The reason behind a number; one that only the venue knows is VENUE_REJECTED here."""
    return Reason(code) if _is_known(code) else Reason.VENUE_REJECTED


def _is_known(code: int) -> bool:
    return code in Reason._value2member_map_
