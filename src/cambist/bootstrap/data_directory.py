"""The folder a market lives in: where its parts are, whether it can be used, and which market it belongs to."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import msgspec

from cambist.domain.errors import InputError, StorageFailure
from cambist.infrastructure.persistence.journal.local_disk import LocalDisk

_ORIGIN_NAME = "market.json"


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """What a data directory was first opened with: another market's orders must never be mixed into it."""

    source: str
    """`synthetic`, or `recording`."""
    seed: int = 0
    recording: str = ""
    """The file's fingerprint."""

    def describe(self) -> str:
        """In words."""
        return "a recording" if self.source == "recording" else f"the synthetic market of seed {self.seed}"


class DataDirectory:
    """One folder. `close` removes it where it is temporary."""

    def __init__(self, path: Path, *, is_temporary: bool) -> None:
        self.path = path
        self.is_temporary = is_temporary

    @property
    def journal(self) -> Path:
        """Segments, snapshots, mark and lock."""
        return self.path / "journal"

    @property
    def tables(self) -> Path:
        """The embedded database."""
        return self.path / "cambist.sqlite"

    def close(self) -> None:
        """Remove what is temporary."""
        if self.is_temporary:
            shutil.rmtree(self.path, ignore_errors=True)


def open_data_directory(path: Path | None, free_bytes_min: int) -> DataDirectory:
    """Make it where it is missing; a temporary one where `path` is None.

    Raises StorageFailure where it cannot be made or written, or its file system is nearly full.
    """
    try:
        if path is None:
            return DataDirectory(Path(tempfile.mkdtemp(prefix="cambist-")), is_temporary=True)
        path.mkdir(parents=True, exist_ok=True)
        free_bytes = shutil.disk_usage(path).free
    except OSError as error:
        raise _unusable(path, error) from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise StorageFailure(
            f"The data directory {path} cannot be written.", "Change its permissions or choose another."
        )
    if free_bytes < free_bytes_min:
        raise StorageFailure(
            f"The data directory {path} has {free_bytes >> 20} MiB left, less than {free_bytes_min >> 20} MiB.",
            "Free some space, choose another directory, or lower HFT_FREE_BYTES_MIN.",
        )
    return DataDirectory(path.absolute(), is_temporary=False)


def claim(directory: DataDirectory, wanted: Origin, *, any_seed: bool) -> Origin:
    """What the directory is for: `wanted` the first time, afterwards what it was made with, which must be the same
    (`any_seed`: but for the seed).

    Raises InputError where it belongs to another market, StorageFailure where it cannot be read or written.
    """
    place = directory.path / _ORIGIN_NAME
    try:
        if not place.exists():
            _write_durably(place, msgspec.json.encode(wanted))
        found = msgspec.json.decode(place.read_bytes(), type=Origin)
    except OSError as error:
        raise _unusable(directory.path, error) from error
    except msgspec.MsgspecError as error:
        raise StorageFailure(f"{place} is damaged: {error}.", "Restore it, or choose another directory.") from error
    if found == wanted or (any_seed and found.source == wanted.source == "synthetic"):
        return found
    raise InputError(
        f"The data directory {directory.path} belongs to {found.describe()}, not to {wanted.describe()}.",
        "Choose another directory with --data, or start with what it was made with.",
    )


def _write_durably(place: Path, content: bytes) -> None:
    """Whole or not at all, a power failure included: without this file a whole journal could not be opened."""
    temporary = place.with_suffix(".tmp")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(place)
    LocalDisk().sync_directory(place.parent)


def _unusable(path: Path | None, error: OSError) -> StorageFailure:
    name = path or Path(tempfile.gettempdir())
    reason = error.strerror or str(error)
    return StorageFailure(f"The data directory {name} cannot be used: {reason}.", "Choose another with --data.")
