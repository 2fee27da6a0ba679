"""What changed since somebody last looked. Where nobody looks, a change costs nothing."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


class ChangeSet(Generic[Key]):
    """The keys that changed, each once, in the order of their first change."""

    def __init__(self) -> None:
        self._keys: dict[Key, None] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, key: Key) -> None:
        """Note a change."""
        self._keys[key] = None

    def take(self) -> list[Key]:
        """What changed since the last call."""
        keys = list(self._keys)
        self._keys.clear()
        return keys


class Watched(Generic[Key]):
    """A table that tells its watchers which keys changed."""

    def __init__(self) -> None:
        self._watchers: list[ChangeSet[Key]] = []

    def watch(self) -> ChangeSet[Key]:
        """Begin to collect changes."""
        changes: ChangeSet[Key] = ChangeSet()
        self._watchers.append(changes)
        return changes

    def unwatch(self, changes: ChangeSet[Key]) -> None:
        """Stop collecting."""
        self._watchers.remove(changes)

    def touch(self, key: Key) -> None:
        """Tell every watcher."""
        for changes in self._watchers:
            changes.add(key)
