"""From what a strategy asks, in decimals, to an order in ticks and lots."""

from __future__ import annotations

from cambist.application.strategy import prices
from cambist.application.strategy.order_handle import OrderActions, OrderHandle
from cambist.application.strategy.order_options import OrderOptions
from cambist.application.strategy.pricing import Pricing
from cambist.domain.errors import StrategyError
from cambist.domain.grid import DecimalInput
from cambist.domain.instructions import Instructions
from cambist.domain.instrument import Instrument
from cambist.domain.order_amounts import OrderAmounts
from cambist.domain.vocabulary import OrderType, Side

Asked = tuple[Side, DecimalInput, DecimalInput | Pricing | None]
"""Side, quantity, price."""


def build_order(actions: OrderActions, instrument: Instrument, asked: Asked, options: OrderOptions) -> OrderHandle:
    """An order that is not sent yet; decimals off the grid are flagged, for the gate to refuse.

    Raises StrategyError where it cannot be one.
    """
    side, qty, price = asked
    if price is None:
        raise StrategyError(
            "The price is None: the book had none to compute it from.",
            "Check book.is_two_sided first, or leave the price out for a MARKET order.",
        )
    pricing = price if isinstance(price, Pricing) else Pricing(order_type=OrderType.LIMIT, limit=price)
    amounts = prices.amounts_of(instrument)
    return OrderHandle(
        actions,
        instrument,
        side=side,
        order_type=pricing.order_type,
        time_in_force=options.time_in_force(is_market=pricing.order_type is OrderType.MARKET),
        price_ticks=amounts.ticks(pricing.limit),
        qty_lots=amounts.lots(qty),
        instructions=_instructions(pricing, options, amounts),
        flags=options.flags() | amounts.flags,
        expire_ns=options.expire_ns,
        tag=options.tag,
    )


def _instructions(pricing: Pricing, options: OrderOptions, amounts: OrderAmounts) -> Instructions:
    return Instructions(
        trigger_source=pricing.trigger_source,
        offset_unit=pricing.offset_unit,
        peg_reference=pricing.peg_reference,
        contingency=options.contingency,
        display_qty=amounts.lots(options.display_qty),
        min_qty=amounts.lots(options.min_qty),
        trigger_price=amounts.ticks(pricing.trigger_price),
        offset=pricing.offset,
    )
