"""Several engines at work at once, each with the instruments of its shard."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from msgspec.structs import replace

from cambist.domain.message import Command
from cambist.engine.kernel import Kernel
from cambist.engine.kernels import open_kernel
from cambist.engine.shards import ShardMap, genesis
from cambist.protocols.records import encode


class ShardGroup:
    """Stamps and applies commands, each in the shard or shards that it is for. One thread at a time may use it.

    Shards share nothing, so what each does depends on its own commands only, however the threads run.
    """

    def __init__(self, kernels: Sequence[Kernel], shards: ShardMap) -> None:
        self.kernels = tuple(kernels)
        self._map = shards
        self._threads = ThreadPoolExecutor(max_workers=shards.count, thread_name_prefix="shard")

    @classmethod
    def empty(cls, choice: str, shards: ShardMap) -> ShardGroup:
        """New engines. `choice` is auto, native or python, see `open_kernel` for what it raises."""
        nothing = open_kernel(choice).snapshot()
        return cls([open_kernel(choice, genesis(nothing, shard)) for shard in range(shards.count)], shards)

    def apply(self, commands: Sequence[Command], now_ns: int) -> list[bytes]:
        """Apply unstamped commands at one engine time; each shard's stream of commands and events.

        Raises InputError where one does not say which shard it is for; then nothing is applied.
        """
        return self.run(self.pack(commands, now_ns))

    def pack(self, commands: Sequence[Command], now_ns: int) -> list[bytes]:
        """One batch per shard, stamped to be applied next. Raises InputError as `apply` does."""
        batches: list[list[Command]] = [[] for _ in self.kernels]
        for command in commands:
            for shard in self._map.route(command):
                batches[shard].append(command)
        return [_packed(kernel, batch, now_ns) for kernel, batch in zip(self.kernels, batches, strict=True)]

    def run(self, batches: Sequence[bytes]) -> list[bytes]:
        """Apply packed batches, one per shard, all at once: the native kernel works outside the interpreter's lock."""
        answers = [
            self._threads.submit(kernel.apply_batch, batch) for kernel, batch in zip(self.kernels, batches, strict=True)
        ]
        return [answer.result() for answer in answers]

    def apply_to(self, shard: int, commands: Sequence[Command], now_ns: int) -> bytes:
        """Apply unstamped commands in one shard: deposits, above all."""
        kernel = self.kernels[shard]
        return kernel.apply_batch(_packed(kernel, commands, now_ns))

    def close(self) -> None:
        """End its threads."""
        self._threads.shutdown()


def _packed(kernel: Kernel, commands: Sequence[Command], now_ns: int) -> bytes:
    first = kernel.sequence + 1
    stamped = (replace(command, sequence=first + place, now_ns=now_ns) for place, command in enumerate(commands))
    return b"".join(map(encode, stamped))
