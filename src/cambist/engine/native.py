"""The Rust kernel behind the Kernel protocol, where the distribution cambist-kernel is installed.

The module is imported when it is first needed, never before: without it everything else works.
"""

from __future__ import annotations

from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from cambist.domain.errors import InvariantBroken, KernelUnusable, ValueOutOfRange
from cambist.domain.message import Command, Event
from cambist.engine.kernel import ENGINE_VERSION
from cambist.engine.workload import OPERATION, WorkloadResult, WorkloadTimes
from cambist.protocols.records import decode_all, encode

if TYPE_CHECKING:
    import cambist_kernel
    from cambist_kernel import Engine

    JournalWriter: TypeAlias = cambist_kernel.JournalWriter
    MatchingBook: TypeAlias = cambist_kernel.MatchingBook
    Runtime: TypeAlias = cambist_kernel.Runtime

_MODULE = "cambist_kernel"
_REINSTALL = "Install the cambist-kernel of this version ('make kernel'), or remove it to run on the reference kernel."


class NativeKernel:
    """The engine in Rust. See `cambist.engine.kernel.Kernel` for what the methods promise."""

    name = "native"

    def __init__(self, engine: Engine | None = None) -> None:
        """An empty engine, unless one is given. Raises KernelUnusable."""
        self.engine: Any = load_module().Engine() if engine is None else engine
        """Where the state lives: in this thread's reach, or in the runtime that took it over (to be looked at only)."""

    @classmethod
    def restore(cls, snapshot: bytes) -> NativeKernel:
        """A kernel that carries on from a snapshot. Raises ValueOutOfRange for bytes it cannot read."""
        try:
            return cls(load_module().Engine.restore(snapshot))
        except ValueError as error:
            raise ValueOutOfRange(f"The bytes are not a snapshot: {error}.", "Use another snapshot.") from error

    @property
    def sequence(self) -> int:
        """Of the last applied command; 0 at first."""
        return cast(int, self.engine.sequence)

    @property
    def event_sequence(self) -> int:
        """Of the last event; 0 at first."""
        return cast(int, self.engine.event_sequence)

    @property
    def now_ns(self) -> int:
        """The engine's time."""
        return cast(int, self.engine.now_ns)

    def apply(self, command: Command) -> list[Event]:
        """Apply one stamped command. Raises InvariantBroken where sequence or time do not continue."""
        events = self.apply_packed(encode(command))
        return cast(list[Event], list(decode_all(events)))

    def apply_packed(self, command: bytes) -> bytes:
        """Apply one packed command and return its packed events, without the command."""
        try:
            return cast(bytes, self.engine.apply(command))
        except (ValueError, RuntimeError) as error:
            raise _translated(error) from error

    def apply_batch(self, commands: bytes) -> bytes:
        """Apply packed stamped commands: each comes back followed by its events. Refused bytes apply nothing."""
        try:
            return cast(bytes, self.engine.apply_batch(commands))
        except (ValueError, RuntimeError) as error:
            raise _translated(error) from error

    def pools(self) -> tuple[list[tuple[str, int, int, int, int, int]], int]:
        """Name, places, used, taken, reused and bytes of each pool of orders; bytes of the index over them."""
        return cast("tuple[list[tuple[str, int, int, int, int, int]], int]", self.engine.pools())

    def snapshot(self) -> bytes:
        """The whole state as canonical bytes."""
        return cast(bytes, self.engine.snapshot())

    def state_hash(self) -> str:
        """16 hex digits: the first 8 bytes of BLAKE2b over the snapshot."""
        return cast(str, self.engine.state_hash())


def is_installed() -> bool:
    """Whether there is a native kernel, usable or not."""
    return find_spec(_MODULE) is not None


def load_module() -> Any:
    """The module `cambist_kernel`, found fit. Raises KernelUnusable."""
    if not is_installed():
        raise KernelUnusable(
            "The native kernel is asked for and not installed.",
            "Install Rust and run 'make kernel', or choose the kernel 'python'.",
        )
    try:
        import cambist_kernel as module  # noqa: PLC0415
    except ImportError as error:
        raise KernelUnusable(f"The installed {_MODULE} cannot be loaded: {error}.", _REINSTALL) from error
    _check_versions(module)
    return module


def open_matching_book() -> MatchingBook:
    """An empty book without the desk: plain orders, price-time priority, one call each. Raises KernelUnusable.

    Numbers that are no ids, sides, prices or quantities of it are ValueError or OverflowError: its calls are as few
    instructions as can be, and translate nothing.
    """
    return cast("MatchingBook", load_module().MatchingBook())


def replay_workload(ops: bytes) -> WorkloadResult:
    """Run every operation on an empty book. Raises ValueOutOfRange where the bytes are not operations."""
    module = load_module()
    try:
        return _result(module.replay_workload(ops), ops)
    except ValueError as error:
        raise ValueOutOfRange(f"The bytes are not operations: {error}.", "Check the workload file.") from error


def measure_workload(ops: bytes, runs: int) -> tuple[WorkloadResult, WorkloadTimes]:
    """Run every operation `runs` times, by turns with a conventional engine. Raises ValueOutOfRange."""
    module = load_module()
    try:
        outcome, seconds, conventional_seconds, (p50_ns, p99_ns, p99_99_ns, timer_ns) = module.measure_workload(
            ops, runs
        )
    except ValueError as error:
        raise ValueOutOfRange(f"The bytes are not operations: {error}.", "Check the workload file.") from error
    times = WorkloadTimes(
        run_ns=tuple(int(run * 1_000_000_000) for run in seconds),
        conventional_run_ns=tuple(int(run * 1_000_000_000) for run in conventional_seconds),
        p50_ps=int(p50_ns * 1000),
        p99_ps=int(p99_ns * 1000),
        p99_99_ps=int(p99_99_ns * 1000),
        timer_ps=int(timer_ns * 1000),
    )
    return _result(outcome, ops), times


def _result(outcome: Any, ops: bytes) -> WorkloadResult:
    trades, volume, notional, missed, resting, trades_fnv, book_fnv, _ = outcome
    return WorkloadResult(
        ops=len(ops) // OPERATION.size,
        trades=trades,
        volume=volume,
        notional=notional,
        missed_cancels=missed,
        resting_orders=resting,
        trades_fnv=f"{trades_fnv:016x}",
        book_fnv=f"{book_fnv:016x}",
    )


def _check_versions(module: Any) -> None:
    expected = (version("cambist"), ENGINE_VERSION)
    try:
        found = (module.version(), module.engine_version())
    except AttributeError as error:
        raise KernelUnusable(f"The installed {_MODULE} is incomplete: {error}.", _REINSTALL) from error
    if found != expected:
        raise KernelUnusable(
            f"The installed {_MODULE} is version {found[0]} with engine version {found[1]}; "
            f"this is cambist {expected[0]} with engine version {expected[1]}.",
            _REINSTALL,
        )


def _translated(error: ValueError | RuntimeError) -> ValueOutOfRange | InvariantBroken:
    """Bad bytes are the caller's, everything else breaks an invariant."""
    if isinstance(error, ValueError):
        return ValueOutOfRange(f"The bytes are not commands, {error}.", "Check what produced them.")
    return InvariantBroken(f"The native kernel refuses: {error}.", "Restart from the journal.")
