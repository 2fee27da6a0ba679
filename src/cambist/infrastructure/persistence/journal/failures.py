"""From an OSError to the sentence an operator can act on."""

from __future__ import annotations

import errno
from pathlib import Path

from cambist.domain.errors import StorageFailure

_ACTIONS = {
    errno.EACCES: "Give this user write access to the directory, or choose another data directory.",
    errno.EPERM: "Give this user write access to the directory, or choose another data directory.",
    errno.EROFS: "Mount the file system writable, or choose another data directory.",
    errno.ENOSPC: "Free space on this file system, then start again: nothing acknowledged is lost.",
    errno.EDQUOT: "Raise the quota or free space, then start again: nothing acknowledged is lost.",
    errno.ENOTDIR: "Name a directory: a file stands where the data directory or one of its parents should be.",
    errno.EEXIST: "Name a directory: a file stands where the data directory or one of its parents should be.",
    errno.EIO: "Check the disk and its cables, then start again: nothing acknowledged is lost.",
    errno.EMFILE: "Raise the limit on open files (ulimit -n), then start again.",
}


def storage_failure(error: OSError, path: Path) -> StorageFailure:
    """The failure of a file operation under `path`."""
    reason = error.strerror or str(error)
    action = _ACTIONS.get(error.errno or 0, "Check the disk under it, then start again.")
    return StorageFailure(f"The journal at {path} cannot be used: {reason}.", action)
