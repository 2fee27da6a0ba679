"""A market, a desk and a plane on them, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from cambist.application.data_plane.pacing import Unpaced
from cambist.application.data_plane.plane import DataPlane, PlaneOptions
from cambist.application.ports.engine_host import Commit, Receipt
from cambist.application.ports.journal import Journal
from cambist.application.ports.pacer import Pacer
from cambist.application.ports.source import Source
from cambist.application.strategy import Mode, Strategy
from cambist.application.strategy.deployment import Deployment
from cambist.application.strategy.executor import Executor
from cambist.application.strategy.runner import Runner
from cambist.domain.commands import AdjustBalance, NewOrder, OpenAccount, SetFees
from cambist.domain.message import Command, Event
from cambist.domain.vocabulary import AccountKind, OrderType, Side, TimeInForce
from cambist.engine.kernel import Kernel
from cambist.engine.reference.kernel import ReferenceKernel
from cambist.infrastructure.persistence.journal.memory_journal import MemoryJournal
from cambist.infrastructure.venues.synthetic.market import SyntheticMarket
from cambist.protocols.records import encode_all

SECOND_NS = 1_000_000_000
START_NS = 1_800_000_000 * SECOND_NS
DESK = 1
DEFINITIONS: tuple[Command, ...] = (
    OpenAccount(account_id=DESK, account_kind=AccountKind.DESK, name="desk"),
    AdjustBalance(account_id=DESK, amount=10**14),
    SetFees(account_id=DESK, instrument_id=0, maker_fee=0, taker_fee=200),
)


def market(seed: int = 7, rate: int = 200) -> SyntheticMarket:
    return SyntheticMarket(seed, START_NS, rate)


def deployed(*strategies: Strategy, mode: Mode = Mode.SIMULATION) -> list[Deployment]:
    return [
        Deployment(
            strategy=strategy,
            strategy_id=number,
            account_id=DESK,
            name=f"{type(strategy).__name__}-{number}",
            mode=mode,
        )
        for number, strategy in enumerate(strategies, start=1)
    ]


def limit_order(price: int = 500_000, qty: int = 10, side: Side = Side.BUY, **fields: object) -> NewOrder:
    """A manual order in BTCUSDT, far below the market unless told otherwise."""
    values: dict[str, object] = {
        "instrument_id": 1,
        "account_id": DESK,
        "strategy_id": 0,
        "side": side,
        "order_type": OrderType.LIMIT,
        "time_in_force": TimeInForce.GTC,
        "price": price,
        "qty": qty,
    }
    return NewOrder(**{**values, **fields})


@dataclass
class World:
    """A plane with everything it was made of, and what it published."""

    plane: DataPlane
    kernel: Kernel
    executor: Executor
    commits: list[Commit] = field(default_factory=list)

    @property
    def receipts(self) -> list[Receipt]:
        return [receipt for commit in self.commits for receipt in commit.receipts]

    def events(self, kind: type[Event]) -> list[Event]:
        return [event for receipt in self.receipts for event in receipt.events if isinstance(event, kind)]

    def runner(self, number: int = 1) -> Runner:
        return self.executor.runners[number - 1]


def world(
    *strategies: Strategy,
    mode: Mode = Mode.SIMULATION,
    sources: Sequence[Source] | None = None,
    journal: Journal | None = None,
    pacer: Pacer | None = None,
    kernel: Kernel | None = None,
    tail: Sequence[Receipt] = (),
    options: PlaneOptions | None = None,
    after_snapshot: Callable[[], None] = lambda: None,
) -> World:
    kernel = kernel or ReferenceKernel()
    executor = Executor(deployed(*strategies, mode=mode), seed=7)
    plane = DataPlane(
        kernel,
        journal or MemoryJournal(),
        [market()] if sources is None else sources,
        executor,
        pacer or Unpaced(),
        definitions=DEFINITIONS,
        start_ns=START_NS,
        tail=tail,
        options=options,
        after_snapshot=after_snapshot,
    )
    made = World(plane, kernel, executor)
    plane.subscribe(made.commits.append)
    return made


def journal_of(receipts: Sequence[Receipt]) -> MemoryJournal:
    """A journal that ends where these receipts end."""
    journal = MemoryJournal()
    for receipt in receipts:
        journal.append(encode_all([receipt.command, *receipt.events]))
    journal.commit()
    return journal


def ran(made: World, seconds: int) -> World:
    """Run for that much engine time, and see that nothing failed."""
    made.plane.run(made.plane.start_ns + seconds * SECOND_NS)
    if made.plane.failure is not None:
        raise made.plane.failure
    return made
