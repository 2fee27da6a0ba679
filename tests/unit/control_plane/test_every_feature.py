"""Whatever is asked of the engine, of every kind: a model that followed equals one that was restored."""

from __future__ import annotations

import pytest
from test_read_model import SECOND_NS, state_of

from cambist.application.control_plane.holding_view import view_holdings
from cambist.application.control_plane.read_model import ReadModel
from cambist.application.control_plane.restoration import restore
from cambist.application.ports.engine_host import Commit, Receipt
from cambist.domain.commands import AdvanceTime
from cambist.domain.holding import Holding
from cambist.domain.message import Command
from cambist.engine.kernel import Kernel
from cambist.engine.reference.kernel import ReferenceKernel
from cambist.testing.builders import START_NS
from cambist.testing.random_commands import RandomCommands


class Follower:
    """A kernel, and a model that hears of each command."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.model = ReadModel()

    def apply(self, command: Command) -> None:
        """Apply a stamped command."""
        receipt = Receipt(command, tuple(self.kernel.apply(command)))
        self.model.on_commit(Commit(command.now_ns, (receipt,), ()))

    def value(self) -> None:
        """Let a second pass: results of strategies and accounts are stated then."""
        now_ns = self.kernel.now_ns + SECOND_NS
        self.apply(AdvanceTime(sequence=self.kernel.sequence + 1, now_ns=now_ns))


@pytest.mark.parametrize("seed", range(12))
def test_a_model_that_followed_everything_equals_one_that_was_restored(seed: int) -> None:
    follower = Follower(ReferenceKernel())
    for command in RandomCommands(seed).stream(700, START_NS):
        follower.apply(command)
    for _ in range(2):
        follower.value()
    restored = ReadModel()
    restore(restored, follower.kernel.snapshot(), None)
    assert state_of(follower.model) == state_of(restored)


@pytest.mark.parametrize("seed", range(20, 28))
def test_what_orders_reserve_of_holdings_is_what_the_engine_reserves(seed: int) -> None:
    kernel = ReferenceKernel()
    follower = Follower(kernel)
    for command in RandomCommands(seed).stream(400, START_NS):
        follower.apply(command)
        with follower.model.reading() as model:
            shown = {(view.account_id, view.asset_id): view.holding for view in view_holdings(model)}
        assert shown == {key: held for key, held in kernel._state.holdings.items() if key in shown}
        assert all(held == Holding() for key, held in kernel._state.holdings.items() if key not in shown)
