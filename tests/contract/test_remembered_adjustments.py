"""How many adjustments of holdings a kernel remembers, and that a restart changes nothing about it."""

from __future__ import annotations

from msgspec.structs import replace

from cambist.domain.commands import AdjustHolding, DefineAsset
from cambist.domain.events import CommandRejected, HoldingChanged
from cambist.protocols.records import encode_all
from cambist.testing.builders import START_NS, KernelDriver, open_desk_account
from cambist.testing.kernel_factory import KernelFactory

REMEMBERED = 65_536


def deposit(number: int, amount: int = 1) -> AdjustHolding:
    return AdjustHolding(account_id=1, asset_id=1, amount=amount, client_adjustment_id=f"pay-{number}")


def test_the_last_ones_are_remembered_over_a_restart_and_older_ones_are_not(kernel_factory: KernelFactory) -> None:
    driver = KernelDriver(kernel_factory.empty())
    driver.apply_all([*open_desk_account(), DefineAsset(asset_id=1, name="CASH")])
    first = driver.kernel.sequence + 1
    taken = [replace(deposit(number), sequence=first + number, now_ns=START_NS) for number in range(REMEMBERED + 1)]
    driver.kernel.apply_batch(encode_all(taken))
    for kernel in (driver.kernel, kernel_factory.restore(driver.kernel.snapshot())):
        again = KernelDriver(kernel)
        assert again.apply(deposit(REMEMBERED)) == again.apply(deposit(1)) == []
        assert [type(event) for event in again.apply(deposit(2, amount=2))] == [CommandRejected]
        assert [type(event) for event in again.apply(deposit(0))] == [HoldingChanged], "the oldest made room"
