"""Strategies that state all their quotes at once: what stands, what they hear, and what survives a restart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from plane_kit import DESK, SECOND_NS, START_NS, World, journal_of, limit_order, ran, world
from test_strategies_on_the_plane import Scripted, set_state

from cambist import Strategy, TwoSidedQuote, every
from cambist.application.strategy import Mode
from cambist.domain.commands import AdvanceTime, OpenAccount
from cambist.domain.errors import StrategyError
from cambist.domain.events import OrderSubmitted
from cambist.domain.message import Command, Event
from cambist.domain.participant_commands import MassQuote, ResetProtection, SetMarketMakerProtection
from cambist.domain.reasons import Reason
from cambist.domain.vocabulary import AccountKind, Side, StrategyState, VenueKind
from cambist.engine.reference.kernel import ReferenceKernel
from cambist.protocols.participant_rows import QuoteRow
from cambist.protocols.snapshot import decode_snapshot
from cambist.testing.builders import define_instrument

MEMBER = 50


class Lonely(Scripted):
    """A market of which nobody but the strategy and the test are part: UNIT, prices in whole ticks."""

    def __init__(self, *script: tuple[float, Command], venue: VenueKind = VenueKind.INTERNAL) -> None:
        super().__init__(*script)
        self._venue = venue

    def definitions(self) -> list[Command]:
        return [
            define_instrument(symbol="UNIT", venue=self._venue),
            OpenAccount(account_id=MEMBER, account_kind=AccountKind.MEMBER, name="taker"),
        ]


class Maker(Strategy):
    """States whatever the test tells it, every second, and writes down what it hears."""

    symbols = ("UNIT",)
    script: tuple[list[TwoSidedQuote], ...] = ()

    def on_start(self) -> None:
        self.heard: list[str] = []
        self.protected_ns: list[int] = []
        self.turn = 0

    @every("1s")
    def act(self) -> None:
        if self.turn < len(self.script):
            self.mass_quote("UNIT", self.script[self.turn])
        self.turn += 1

    def on_order(self, order: Any, event: Event) -> None:
        if not isinstance(event, OrderSubmitted):
            self.heard.append(f"{order.side.name} {order.price} {order.status.name} {order.reason.name}")

    def on_fill(self, fill: Any) -> None:
        self.heard.append(f"fill {fill.order.side.name} {fill.qty} leaves {fill.order.leaves_qty}")

    def on_reject(self, order: Any, reason: Reason) -> None:
        self.heard.append(f"reject {order.side.name} {order.price} {reason.name}")

    def on_quotes_refused(self, symbol: str, reason: Reason) -> None:
        self.heard.append(f"refused {symbol} {reason.name}")

    def on_protection(self, symbol: str, is_triggered: bool) -> None:
        self.heard.append(f"protection {symbol} {is_triggered}")
        self.protected_ns.append(self.clock.now_ns())


def pair(bid: int | str | None, ask: int | str | None, size: int | str = 5) -> TwoSidedQuote:
    return TwoSidedQuote(bid=bid, ask=ask, size=size)


def saying(*script: list[TwoSidedQuote]) -> Maker:
    made = Maker()
    made.script = script
    return made


def alone(strategy: Strategy, *script: tuple[float, Command], mode: Mode = Mode.SIMULATION) -> World:
    """Nobody else trades; the script is the test's own."""
    return ran(world(strategy, sources=[Lonely(*script)], mode=mode), 8)


def taken(second: float, qty: int, price: int, side: Side = Side.BUY) -> tuple[float, Command]:
    return second, limit_order(price, qty, side, account_id=MEMBER)


def sent(made: World) -> list[MassQuote]:
    return [receipt.command for receipt in made.receipts if isinstance(receipt.command, MassQuote)]


def standing(made: World) -> set[tuple[str, int, int]]:
    return {(order.side.name, order.price_ticks, order.leaves_lots) for order in made.runner().desk.orders("UNIT")}


def quoted_orders(made: World) -> set[int]:
    """Ids of the orders that stand for quotes, by the engine's own word."""
    rows = decode_snapshot(made.kernel.snapshot())[1][QuoteRow]
    return {order_id for row in rows for order_id in (row.bid_order_id, row.ask_order_id) if order_id}


def test_all_quotes_stand_after_one_message_and_their_orders_are_known() -> None:
    made = alone(saying([pair(98, 102), pair(97, 103, 8)]))
    assert standing(made) == {("BUY", 98, 5), ("SELL", 102, 5), ("BUY", 97, 8), ("SELL", 103, 8)}
    assert {order.order_id for order in made.runner().desk.orders("UNIT")} == quoted_orders(made)
    assert len(sent(made)) == 1
    assert {order.tag for order in made.runner().desk.orders("UNIT")} == {"quote"}


def test_where_everything_stands_already_nothing_is_sent() -> None:
    made = alone(saying(*[[pair(98, 102)]] * 5))
    assert len(sent(made)) == 1


def test_quotes_that_are_not_stated_again_go_and_what_shrinks_keeps_its_order() -> None:
    strategy = saying([pair(98, 102), pair(97, 103)], [TwoSidedQuote(bid=98, bid_size=3, ask=101, ask_size=5)])
    made = alone(strategy)
    assert standing(made) == {("BUY", 98, 3), ("SELL", 101, 5)}
    first, second = sent(made)
    kept = next(order for order in made.runner().desk.orders("UNIT") if order.side is Side.BUY)
    assert kept.order_id >> 8 == (1 << 54) + first.sequence and second.sequence > first.sequence
    assert strategy.heard[4:] == [
        "BUY 98 NEW NONE",
        "SELL 102 CANCELED QUOTE_REPLACED",
        "BUY 97 CANCELED REQUESTED",
        "SELL 103 CANCELED REQUESTED",
        "SELL 101 NEW NONE",
    ]


def test_quotes_cross_their_own_old_prices_in_one_step() -> None:
    made = alone(saying([pair(98, 99)], [pair(100, 101)]))
    assert standing(made) == {("BUY", 100, 5), ("SELL", 101, 5)}


def test_an_empty_list_pulls_everything() -> None:
    made = alone(saying([pair(98, 102), pair(97, 103)], [], []))
    assert (standing(made), quoted_orders(made), len(sent(made))) == (set(), set(), 2)


def test_a_fill_is_heard_and_the_next_statement_fills_the_quote_up() -> None:
    strategy = saying([pair(98, 102)], [pair(98, 102)])
    made = alone(strategy, taken(1.5, 2, 102))
    assert strategy.heard[2:4] == ["fill SELL 2 leaves 3", "SELL 102 CANCELED QUOTE_REPLACED"]
    assert standing(made) == {("BUY", 98, 5), ("SELL", 102, 5)}
    assert made.runner().strategy.position("UNIT").lots == -2


def test_protection_pulls_the_quotes_and_says_so_until_it_is_reset() -> None:
    protect = SetMarketMakerProtection(account_id=DESK, instrument_id=1, window_ns=SECOND_NS, max_fills=1)
    strategy = saying(*[[pair(98, 102)]] * 4)
    made = alone(
        strategy,
        (0.5, protect),
        taken(1.5, 1, 102),
        (3.5, ResetProtection(account_id=DESK, instrument_id=1)),
    )
    assert strategy.heard[2:] == [
        "fill SELL 1 leaves 0",
        "protection UNIT True",
        "BUY 98 CANCELED PROTECTION_TRIGGERED",
        "SELL 102 CANCELED PROTECTION_TRIGGERED",
        "refused UNIT QUOTES_PROTECTED",
        "refused UNIT QUOTES_PROTECTED",
        "protection UNIT False",
        "BUY 98 NEW NONE",
        "SELL 102 NEW NONE",
    ]
    assert standing(made) == {("BUY", 98, 5), ("SELL", 102, 5)}


def test_one_reset_of_two_protections_does_not_let_quotes_come_again() -> None:
    def protect(instrument_id: int) -> Command:
        return SetMarketMakerProtection(account_id=DESK, instrument_id=instrument_id, window_ns=SECOND_NS, max_fills=1)

    strategy = saying([pair(98, 102)])
    alone(
        strategy,
        (0.4, protect(0)),
        (0.5, protect(1)),
        taken(1.5, 1, 102),
        (2.5, ResetProtection(account_id=DESK, instrument_id=1)),
        (3.5, SetMarketMakerProtection(account_id=DESK, instrument_id=0, window_ns=0, max_fills=0)),
    )
    assert [line for line in strategy.heard if "protection" in line] == [
        "protection UNIT True",
        "protection UNIT False",
    ]
    assert strategy.protected_ns == [START_NS + int(1.5 * SECOND_NS), START_NS + int(3.5 * SECOND_NS)]


@pytest.mark.parametrize(
    ("quotes", "reason"),
    [
        ([pair(98, 102), pair(103, 101)], Reason.INVALID_QUOTE),
        ([pair("98.005", 102)], Reason.PRICE_PRECISION),
        ([pair(98, 102, "0.5")], Reason.QTY_PRECISION),
        ([pair(-98, 102)], Reason.INVALID_PRICE),
    ],
)
def test_a_statement_with_a_fault_is_refused_whole_and_changes_nothing(
    quotes: list[TwoSidedQuote], reason: Reason
) -> None:
    strategy = saying([pair(96, 104)], quotes)
    made = alone(strategy)
    assert strategy.heard[2:] == [f"refused UNIT {reason.name}"]
    assert standing(made) == {("BUY", 96, 5), ("SELL", 104, 5)}


def test_a_side_that_would_cross_is_refused_for_itself() -> None:
    strategy = saying([pair(98, 102)])
    made = alone(strategy, taken(0.5, 1, 101, Side.SELL), taken(0.6, 1, 98, Side.SELL))
    assert strategy.heard == ["reject BUY 98 POST_ONLY_WOULD_CROSS", "SELL 102 NEW NONE"]
    assert standing(made) == {("SELL", 102, 5)}


def test_a_venue_that_takes_no_quotes_says_so() -> None:
    strategy = saying([pair(98, 102)])
    made = ran(world(strategy, sources=[Lonely(venue=VenueKind.EXTERNAL)]), 3)
    assert strategy.heard == ["refused UNIT NOT_OFFERED"]
    assert made.runner().cause == "started when deployed"


class Changing(Maker):
    """Thinks better of it within one hook."""

    def __init__(self, then: Callable[[Changing], None]) -> None:
        self._then = then

    def on_start(self) -> None:
        super().on_start()
        self.mass_quote("UNIT", [pair(98, 102), pair(97, 103)])
        self._then(self)


@pytest.mark.parametrize(
    ("then", "messages", "stands"),
    [
        (lambda s: s.mass_quote("UNIT", [pair(98, 102), pair(97, 103)]), 1, {98, 102, 97, 103}),
        (lambda s: s.mass_quote("UNIT", [pair(99, 101)]), 2, {99, 101}),
        (lambda s: s.mass_quote("UNIT", []), 2, set()),
        (lambda s: s.cancel_all("UNIT"), 1, set()),
        (lambda s: s.flatten(), 1, set()),
        (lambda s: (s.cancel_all(), s.mass_quote("UNIT", [pair(96, 104)])), 2, {96, 104}),
        (lambda s: (s.buy("UNIT", 1, 90), s.cancel_all()), 1, set()),
    ],
)
def test_what_was_just_stated_may_be_taken_back_in_the_same_hook(
    then: Callable[[Changing], None], messages: int, stands: set[int]
) -> None:
    made = alone(Changing(then))
    assert len(sent(made)) == messages
    assert {price for _, price, _ in standing(made)} == stands
    assert len(quoted_orders(made)) == len(stands)
    assert made.runner().cause == "started when deployed"


def test_orders_of_quotes_may_be_amended_and_canceled_one_by_one() -> None:
    class Trimming(Maker):
        @every("3s")
        def trim(self) -> None:
            for order in self.orders("UNIT"):
                order.amend(price=97) if order.side is Side.BUY else order.cancel()

    made = alone(Trimming(), (0.1, AdvanceTime()))
    assert standing(made) == set()
    strategy = Trimming()
    strategy.script = ([pair(98, 102)],)
    made = alone(strategy)
    assert standing(made) == {("BUY", 97, 5)}
    assert "SELL 102 CANCELED REQUESTED" in strategy.heard


def test_a_hook_that_raises_after_a_statement_sends_none_of_it() -> None:
    def fail(_: Changing) -> None:
        raise RuntimeError("the author made a mistake")

    made = alone(Changing(fail), (2.0, set_state(StrategyState.STOPPED)), (3.0, set_state(StrategyState.RUNNING)))
    assert sent(made) == []
    assert made.runner().state is StrategyState.ERROR


def test_observation_writes_down_what_it_would_have_quoted() -> None:
    quotes = [pair(98, 102)], [pair(98, 103, 3)], []
    made = alone(saying(*quotes), mode=Mode.OBSERVATION)
    observed = made.runner().desk.observed
    assert observed is not None and sent(made) == []
    assert [(each.action, each.side.name, each.price, each.qty) for each in observed.requests] == [
        ("PLACE", "BUY", 98, 5),
        ("PLACE", "SELL", 102, 5),
        ("AMEND", "BUY", 98, 3),
        ("CANCEL", "SELL", 102, 5),
        ("PLACE", "SELL", 103, 3),
        ("CANCEL", "BUY", 98, 3),
        ("CANCEL", "SELL", 103, 3),
    ]


def test_after_a_restart_it_knows_what_stands_and_takes_it_back() -> None:
    first = ran(world(saying([pair(98, 102), pair(97, 103)]), sources=[Lonely()]), 2)
    protect = SetMarketMakerProtection(account_id=DESK, instrument_id=1, window_ns=SECOND_NS, max_fills=1)
    script = saying([pair(98, 102), pair(97, 103)], [pair(98, 102)])
    second = world(
        script,
        sources=[Lonely((3.5, protect), taken(5.5, 1, 102))],
        kernel=ReferenceKernel.restore(first.kernel.snapshot()),
        journal=journal_of(first.receipts),
    )
    ran(second, 6)
    assert len(sent(second)) == 1, "what stood already was not sent again"
    assert "BUY 97 CANCELED REQUESTED" in script.heard and "fill SELL 1 leaves 0" in script.heard
    third = world(
        saying([pair(98, 102)]),
        sources=[Lonely((9.5, ResetProtection(account_id=DESK, instrument_id=1)))],
        kernel=ReferenceKernel.restore(second.kernel.snapshot()),
        journal=journal_of([*first.receipts, *second.receipts]),
    )
    heard = ran(third, 5).runner().strategy.heard  # type: ignore[attr-defined]
    assert heard == ["refused UNIT QUOTES_PROTECTED", "protection UNIT False"]


@pytest.mark.parametrize(
    "quotes",
    [
        [pair(98, 102)] * 101,
        [TwoSidedQuote(bid=98)],
        [TwoSidedQuote(bid=98.0, size=1)],  # type: ignore[arg-type]
        [pair(98, 102, "much")],
    ],
)
def test_what_cannot_be_a_quote_at_all_is_the_authors_error(quotes: list[TwoSidedQuote]) -> None:
    class Wrong(Maker):
        def on_start(self) -> None:
            super().on_start()
            with pytest.raises(StrategyError):
                self.mass_quote("UNIT", quotes)

    assert alone(Wrong()).runner().state is StrategyState.RUNNING
