"""The one tree of failures.

    CambistError
    ├── InputError            a person or a program gave something unusable
    │   ├── ValueOutOfRange   a number that does not fit its declared width or grid
    │   ├── RecordingError    a recording that cannot be read
    │   ├── StrategyError     a strategy file that cannot be loaded, or code of a strategy that raised
    │   └── RequestRefused    a running server said no to what it was asked
    ├── EnvironmentFailure    the world around the process failed
    │   ├── StorageFailure    a write, sync, lock or open on the data directory
    │   ├── JournalCorrupt    bytes that were once valid are not any more
    │   ├── JournalVersion    the journal was written by another version of the engine or of the format
    │   ├── KernelUnusable    the Rust kernel is installed but broken or of another version
    │   ├── PortInUse         the address to listen on is taken
    │   ├── ServerUnreachable nothing answers where a running server was expected
    │   ├── EngineStopped     the engine is stopping or has stopped
    │   ├── EngineStuck       the engine could not be stopped in order: a strategy's hook does not return
    │   └── EngineBusy        the engine did not answer a command in time
    │       └── QueueFull     every place before the engine is taken: the command was not
    └── InvariantBroken       the program contradicts itself: the process stops
        └── EngineMismatch    replay produced other events than the journal holds

A refusal of the gate or the venue is never here: it is a value, see `reasons`.
"""

from __future__ import annotations


class CambistError(Exception):
    """The root. `code` is stable; `action` says what the operator does next."""

    code = "CAMBIST_ERROR"
    exit_code = 1

    def __init__(self, message: str, action: str) -> None:
        super().__init__(message)
        self.message = message
        self.action = action

    def __str__(self) -> str:
        return f"{self.message} {self.action}"


class InputError(CambistError):
    """A person or a program gave something unusable."""

    code = "INVALID_INPUT"
    exit_code = 2


class ValueOutOfRange(InputError):
    """A number that does not fit its declared width or grid."""

    code = "VALUE_OUT_OF_RANGE"


class RecordingError(InputError):
    """A recording that cannot be read."""

    code = "RECORDING_UNREADABLE"


class StrategyError(InputError):
    """A strategy that cannot be loaded, or that raised."""

    code = "STRATEGY_ERROR"


class RequestRefused(InputError):
    """A running server said no; `code` is the server's own where it gave one."""

    code = "REQUEST_REFUSED"
    exit_code = 9


class EnvironmentFailure(CambistError):
    """The world around the process failed."""

    code = "ENVIRONMENT_FAILURE"
    exit_code = 3


class StorageFailure(EnvironmentFailure):
    """A write, sync, lock or open on the data directory failed."""

    code = "STORAGE_FAILURE"
    exit_code = 4


class JournalCorrupt(EnvironmentFailure):
    """Bytes of the journal that were once valid are not any more."""

    code = "JOURNAL_CORRUPT"
    exit_code = 5


class JournalVersion(EnvironmentFailure):
    """The journal was written by another version of the engine or of the format."""

    code = "JOURNAL_VERSION"
    exit_code = 10


class KernelUnusable(EnvironmentFailure):
    """The Rust kernel is installed but broken or of another version."""

    code = "KERNEL_UNUSABLE"
    exit_code = 6


class PortInUse(EnvironmentFailure):
    """The address to listen on is taken."""

    code = "PORT_IN_USE"
    exit_code = 7


class ServerUnreachable(EnvironmentFailure):
    """Nothing answers where a running server was expected."""

    code = "SERVER_UNREACHABLE"
    exit_code = 8


class EngineStopped(EnvironmentFailure):
    """The engine is stopping or has stopped; nothing more is accepted."""

    code = "ENGINE_STOPPED"
    exit_code = 11


class EngineStuck(EnvironmentFailure):
    """The engine could not be stopped in order: a strategy's hook, or a write, does not return."""

    code = "ENGINE_STUCK"
    exit_code = 12


class EngineBusy(EnvironmentFailure):
    """The engine did not answer a command in time."""

    code = "ENGINE_BUSY"
    exit_code = 13


class QueueFull(EngineBusy):
    """Every place before the engine is taken; what was submitted was not, and has no effect."""

    code = "SYSTEM_BUSY"


class InvariantBroken(CambistError):
    """The program contradicts itself; going on would make it worse."""

    code = "INVARIANT_BROKEN"
    exit_code = 70


class EngineMismatch(InvariantBroken):
    """Replay produced other events than the journal holds."""

    code = "ENGINE_MISMATCH"
    exit_code = 71
