"""All collections of one folder, and the only process that may have it open.

    lock                            held (flock(2)) while the folder is open
    collections/<name>/collection.json, shard/
    making/<id>/                    a collection being created; swept at start
    trash/<id>/                     a collection being deleted; swept at start

A collection comes into being, and ceases to be, by one rename.
"""

import fcntl
import logging
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import msgspec

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.embedded import wire
from ocelli.edge.index.embedded.engine import durable
from ocelli.edge.index.embedded.engine.store import Store
from ocelli.edge.index.embedded.engine.tuning import Tuning
from ocelli.edge.index.schema import Collection

_LOCK_POLL_S = 0.02
_log = logging.getLogger(__name__)


class FolderTaken(Exception):  # noqa: N818  # reads as what happened
    """Another process has the folder open."""


class Catalogue:
    """The collections of a folder, by name. Shards are opened at first use.

    Opening late keeps one damaged shard, whatever it does to the process, from taking down the
    collections beside it at every start.

    Raises:
        FolderTaken: another process has the folder open, and kept it for `tuning.lock_timeout_s`.
    """

    def __init__(self, folder: Path, tuning: Tuning) -> None:
        self._folder = folder
        self._tuning = tuning
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = _lock(folder / "lock", tuning.lock_timeout_s)
        for name in ("collections", "making", "trash"):
            (folder / name).mkdir(exist_ok=True)
        for leftover in (*(folder / "making").iterdir(), *(folder / "trash").iterdir()):
            shutil.rmtree(leftover, ignore_errors=True)
        self._entries: dict[str, wire.Entry] = {}
        self._damaged: dict[str, OcelliError] = {}
        self._stores: dict[str, Store] = {}
        for place in sorted((folder / "collections").iterdir()):
            self._read(place)

    def create(self, collection: Collection) -> wire.Entry:
        """Makes an empty collection, durably."""
        name = collection.name
        if name in self._entries or name in self._damaged:
            raise OcelliError(
                Reason.COLLECTION_EXISTS,
                f"there is a collection {name!r}; choose another name or delete it first",
                resource=("collection", name),
            )
        entry = wire.Entry(collection, uuid.uuid4().hex)
        making = self._folder / "making" / entry.generation
        try:
            making.mkdir()
            (making / "collection.json").write_bytes(msgspec.json.encode(entry))
            Store.create(making / "shard", collection, self._tuning)
            durable.sync_tree(making)
            durable.move(making, self._place(name))
        except BaseException:
            shutil.rmtree(making, ignore_errors=True)
            raise
        self._entries[name] = entry
        return entry

    def describe(self, name: str) -> wire.Entry:
        """The collection of that name."""
        if name in self._damaged:
            raise self._damaged[name]
        if name not in self._entries:
            raise OcelliError(
                Reason.COLLECTION_NOT_FOUND,
                f"there is no collection {name[:80]!r}; create it, or list those that exist",
                resource=("collection", name),
            )
        return self._entries[name]

    def list(self) -> list[Collection]:
        """All collections that can be read, by name."""
        return [self._entries[name].collection for name in sorted(self._entries)]

    def drop(self, name: str) -> None:
        """Deletes a collection, durably; a damaged one too."""
        if name not in self._damaged:
            self.describe(name)
        self.close_store(name)
        trash = self._folder / "trash" / uuid.uuid4().hex
        durable.move(self._place(name), trash)
        self._entries.pop(name, None)
        self._damaged.pop(name, None)
        shutil.rmtree(trash, ignore_errors=True)

    def store(self, target: wire.Target) -> Store:
        """The open shard of a collection; COLLECTION_NOT_FOUND if it is not the one meant."""
        entry = self.describe(target.name)
        if entry.generation != target.generation:
            raise OcelliError(
                Reason.COLLECTION_NOT_FOUND,
                f"collection {target.name!r} was deleted and created anew; repeat the call",
                resource=("collection", target.name),
            )
        if target.name not in self._stores:
            self._stores[target.name] = Store.open(
                self._place(target.name) / "shard",
                entry.collection,
                self._tuning,
            )
        return self._stores[target.name]

    def stores(self) -> Iterator[tuple[str, Store]]:
        """Those that are open, by name. They may be closed meanwhile."""
        yield from tuple(self._stores.items())

    def close_store(self, name: str) -> None:
        """Closes a collection's shard, if it is open; its next use opens it again."""
        store = self._stores.pop(name, None)
        if store is not None:
            store.close()

    def close(self) -> None:
        """Closes all shards and lets go of the folder."""
        for name in tuple(self._stores):
            self.close_store(name)
        os.close(self._lock)

    def _place(self, name: str) -> Path:
        return self._folder / "collections" / name

    def _read(self, place: Path) -> None:
        try:
            description = (place / "collection.json").read_bytes()
            self._entries[place.name] = msgspec.json.decode(description, type=wire.Entry)
        except (OSError, msgspec.DecodeError) as error:
            self._damaged[place.name] = OcelliError(
                Reason.INDEX_UNAVAILABLE,
                f"collection {place.name!r} cannot be read ({error}); restore its folder from a "
                "copy, or delete the collection",
                resource=("collection", place.name),
            )
            _log.error("%s", self._damaged[place.name].message)


def _lock(path: Path, timeout_s: float) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    give_up_s = time.monotonic() + timeout_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() >= give_up_s:
                os.close(descriptor)
                raise FolderTaken(
                    f"another process has the folder {path.parent} open; stop it, or choose "
                    "another folder"
                ) from error
            time.sleep(_LOCK_POLL_S)
        else:
            return descriptor
