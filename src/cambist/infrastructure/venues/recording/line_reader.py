"""The lines of a recording file: `<receive time ns> <json as received>`, plain or gzip.

What is wrong from the beginning raises at once; what turns out later (a file cut short, a damaged line) ends the
lines and is kept in `failure`, so that everything whole before it can be played and the run ends in order.
"""

from __future__ import annotations

import gzip
import weakref
import zlib
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from cambist.domain.errors import RecordingError

GZIP_MAGIC = b"\x1f\x8b"
FINGERPRINT_BYTES = 1 << 16
EARLIEST_NS = 10**18
"""September 2001: a smaller number is not in nanoseconds since the epoch."""
LATEST_NS = (1 << 63) - 1
_FORMAT_HINT = "Each line must be `<receive time in ns> <json as received>`, as a recorder of USD-M streams writes it."


class LineReader:
    """Reads one file from its beginning. `line_number` is that of the line read last."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.line_number = 0
        self.failure: RecordingError | None = None
        self._is_ended = False
        try:
            self._file = self._open()
        except OSError as error:
            raise RecordingError(
                f"The recording {path} cannot be opened: {error.strerror or error}.",
                "Check the path and that it is a readable file.",
            ) from error
        # Sources have no end of life of their own: the file closes with whoever reads it.
        self._closer = weakref.finalize(self, self._file.close)

    def _open(self) -> BinaryIO:
        with self.path.open("rb") as file:
            magic = file.read(len(GZIP_MAGIC))
        if magic == GZIP_MAGIC:
            return cast(BinaryIO, gzip.open(self.path))
        return self.path.open("rb")

    def read(self) -> tuple[int, bytes] | None:
        """Receive time in ns and frame of the next line; None at the end, or where `failure` says why."""
        while not self._is_ended:
            line = self._line()
            if line is None:
                break
            self.line_number += 1
            if not line.strip():
                continue
            return self._parsed(line)
        self.close()
        return None

    def close(self) -> None:
        """Read no more."""
        self._is_ended = True
        self._closer()

    def _line(self) -> bytes | None:
        try:
            return self._file.readline() or None
        except EOFError:
            self._fail("is cut short: its gzip data ends", "Record it again, or repair it: gzip -dc FILE > whole.")
        except (OSError, zlib.error) as error:
            self._fail(f"is damaged ({error})", "Copy or record it again; `gzip -t FILE` finds the damage.")
        return None

    def _parsed(self, line: bytes) -> tuple[int, bytes] | None:
        stamp, _, frame = line.partition(b" ")
        if not line.endswith(b"\n") and not _is_json(frame):
            self.line_number -= 1
            self._fail("is cut short: its last line ends", "Remove that line, or record it again.")
        elif not (stamp.isdigit() and EARLIEST_NS <= int(stamp) <= LATEST_NS and frame.startswith(b"{")):
            self._fail("has another format", _FORMAT_HINT, self.line_number)
        else:
            return int(stamp), frame
        self.close()
        return None

    def _fail(self, what: str, action: str, at_line: int = 0) -> None:
        where = f"at line {at_line}" if at_line else f"after line {self.line_number}"
        self.failure = RecordingError(f"The recording {self.path} {what} {where}.", action)


def _is_json(frame: bytes) -> bool:
    try:
        msgspec.json.decode(frame)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True


def fingerprint(path: Path) -> str:
    """Tells one recording from another: its size and a hash of its beginning."""
    with path.open("rb") as file:
        beginning = file.read(FINGERPRINT_BYTES)
    return f"{path.stat().st_size}-{blake2b(beginning, digest_size=8).hexdigest()}"
