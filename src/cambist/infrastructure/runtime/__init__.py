"""The native runtime behind the plane's `Sequencer`: engine and journal on threads of their own, outside Python."""

from cambist.infrastructure.runtime.native_sequencer import JournalParts, NativeSequencer, RuntimeOptions, RuntimeWriter

__all__ = ["JournalParts", "NativeSequencer", "RuntimeOptions", "RuntimeWriter"]
