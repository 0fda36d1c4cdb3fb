"""All collections of one folder, and the only process that may have it open.

    lock                                 held while the folder is open
    aliases.json                         other names of collections
    collections/<name>/collection.json   what the collection is
    collections/<name>/shard[-<id>]/     its points, once something was stored; the file names it
    making/<id>/                         a collection being created; swept at start
    trash/<id>/                          a collection being deleted; swept at start

A collection comes into being, and ceases to be, by one rename. Its shard, which costs the engine a
hundred fsyncs, is made when it is first written to, and counts once `collection.json` says so.
"""

import contextlib
import logging
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import msgspec

from ocelli.edge.errors import OcelliError, Reason, quote
from ocelli.edge.index import answer_size
from ocelli.edge.index.embedded import wire
from ocelli.edge.index.embedded.engine import document, durable
from ocelli.edge.index.embedded.engine.aliases import Aliases
from ocelli.edge.index.embedded.engine.document import Document
from ocelli.edge.index.embedded.engine.folder_lock import lock
from ocelli.edge.index.embedded.engine.open_stores import OpenStores
from ocelli.edge.index.embedded.engine.shards import Shard
from ocelli.edge.index.embedded.engine.store import Store
from ocelli.edge.index.embedded.engine.tuning import Tuning
from ocelli.edge.index.schema import Collection

_MAX_NAME_CHARS = 80
"""What is repeated of a name that no collection has."""
_log = logging.getLogger(__name__)


class StaleTarget(Exception):  # noqa: N818  # an event, and no fault
    """The collection of that name is another one than the call was made for."""


class Catalogue:
    """The collections of a folder, by name. Shards are opened at first use, some at a time.

    Opening late keeps one damaged shard, whatever it does to the process, from taking down the
    collections beside it at every start; and a start takes no longer for what nobody uses. (What
    takes long to open is opened ahead of its use: `warm_up`.)

    Raises:
        FolderTaken: another process has the folder open, and kept it for `tuning.lock_timeout_s`.
        FormatTooNew: a newer version wrote to the folder, of which nothing is touched.
    """

    def __init__(self, folder: Path, tuning: Tuning) -> None:
        self._folder = folder
        self._tuning = tuning
        self._documents: dict[str, Document] = {}
        self._damaged: dict[str, OcelliError] = {}
        self._stores = OpenStores(tuning.max_open_shards)
        self._aliases: Aliases
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = lock(folder, tuning.lock_timeout_s)
        try:
            self._open()
        except BaseException:
            os.close(self._lock)
            raise

    def create(self, collection: Collection) -> wire.Entry:
        """Makes an empty collection, durably."""
        name = collection.name
        self._check_free(name)
        aliased = self._aliases.collection(name)
        if aliased is not None:
            raise OcelliError(
                Reason.COLLECTION_EXISTS,
                f"{name!r} is an alias of collection {aliased!r}; choose another name or delete "
                "the alias first",
                resource=("alias", name),
            )
        described = Document.of(collection, uuid.uuid4().hex)
        making = self._folder / "making" / described.generation
        with _writing(name, "be created"):
            try:
                making.mkdir()
                (making / "collection.json").write_bytes(document.encode(described))
                durable.sync_tree(making)
                durable.move(making, self._path(name))
            except BaseException:
                shutil.rmtree(making, ignore_errors=True)
                raise
        self._documents[name] = described
        return described.entry

    def describe(self, name: str) -> wire.Entry:
        """The collection of that name, or that an alias of that name points to."""
        if name not in self._documents and name not in self._damaged:
            collection = self._aliases.collection(name)
            if collection is not None:
                return msgspec.structs.replace(self._find(collection).entry, alias=name)
        return self._find(name).entry

    def set_alias(self, alias: str, collection: str) -> str:
        """Points an alias to a collection, durably; returns where it pointed before, or ""."""
        self._check_free(alias)
        return self._aliases.set(alias, collection, self._find(collection).generation)

    def delete_alias(self, alias: str) -> None:
        """Takes an alias away, durably."""
        self._aliases.delete(alias)

    def list_aliases(self, call: wire.ListAliases) -> wire.ListedAliases:
        """The next aliases, by name."""
        return self._aliases.list(call.after, call.limit)

    def list(self, call: wire.List) -> wire.Listed:
        """The next collections that can be read, by name."""
        names = sorted(name for name in self._documents if name > call.after)
        found: list[Collection] = []
        size_bytes = 0
        for name in names[: call.limit]:
            collection = self._documents[name].collection
            size_bytes += answer_size.of_collection(collection)
            if found and size_bytes > call.max_bytes:
                break
            found.append(collection)
        return wire.Listed(found, len(found) < len(names))

    def size(self) -> wire.Size:
        """How much there is, as far as is known without opening anything."""
        points = sum(store.points for _, store in self._stores.items())
        return wire.Size(len(self._documents), points)

    def change(self, described: Document) -> None:
        """Describes a collection anew, durably."""
        path = self._path(described.name) / "collection.json"
        with _writing(described.name, "be changed"):
            durable.replace(path, document.encode(described))
        self._documents[described.name] = described
        store = self._stores.peek(described.name)
        if store is not None:
            store.describe(described)

    def drop(self, name: str) -> None:
        """Deletes a collection, durably; a damaged one too."""
        if name not in self._damaged:
            self._find(name)
        self.close_store(name)
        trash = self._folder / "trash" / uuid.uuid4().hex
        with _writing(name, "be deleted"):
            durable.move(self._path(name), trash)
        self._documents.pop(name, None)
        self._damaged.pop(name, None)
        self._aliases.keep(self._generations())
        shutil.rmtree(trash, ignore_errors=True)

    def resolve(self, target: wire.Target) -> Document:
        """The collection that a call is about.

        Raises:
            StaleTarget: the collection of that name, or alias, is not the one meant.
        """
        if target.alias and self._aliases.collection(target.alias) != target.name:
            raise StaleTarget
        described = self._find(target.name)
        if described.generation != target.generation:
            raise StaleTarget
        return described

    def store(self, target: wire.Target) -> Store:
        """The open shard of a collection; it is opened, or made, if need be.

        Raises:
            StaleTarget: the collection of that name is not the one meant.
        """
        return self.open_store(self.resolve(target).name)

    def open_store(self, name: str) -> Store:
        """The open shard of a collection that exists; it is opened, or made, if need be."""
        store = self._stores.get(name)
        if store is not None:
            return store
        self._stores.make_room()
        described = self._documents[name]
        if not described.has_shard:
            return self._make_store(described)
        for leftover in self.leftovers(name):
            shutil.rmtree(leftover, ignore_errors=True)
        opened = Store.open(self.shard_folder(name), described, self._tuning)
        return self._stores.add(name, opened)

    def recent(self, most: int) -> Iterator[tuple[str, Path]]:
        """The shards of the collections that were described or optimised last, by name."""
        stored = [name for name, described in self._documents.items() if described.has_shard]
        changed_s = {
            name: (self._path(name) / "collection.json").stat().st_mtime for name in stored
        }
        for name in sorted(stored, key=changed_s.__getitem__, reverse=True)[:most]:
            yield name, self.shard_folder(name)

    def shard_folder(self, name: str) -> Path:
        """Where the shard of a collection is."""
        return self._path(name) / self._documents[name].shard

    def leftovers(self, name: str) -> tuple[Path, ...]:
        """What was the shard, and copies that were being optimised when the process ended."""
        shard = self.shard_folder(name)
        return tuple(folder for folder in shard.parent.glob("shard*") if folder != shard)

    def swap(self, name: str, folder: Path, copy: Shard) -> None:
        """Has a copy of a collection's shard, which lies beside it, take its place, durably."""
        self.change(self._documents[name].with_shard_at(folder.name))
        store = self._stores.peek(name)
        if store is not None:
            store.adopt(copy)

    def peek(self, name: str) -> Store | None:
        """A shard, if it is open; it does not count as used."""
        return self._stores.peek(name)

    def stores(self) -> Iterator[tuple[str, Store]]:
        """Those that are open, by name. They may be closed meanwhile."""
        return self._stores.items()

    def close_store(self, name: str) -> None:
        """Closes a collection's shard, if it is open; its next use opens it again."""
        self._stores.close(name)

    def close(self) -> None:
        """Closes all shards and lets go of the folder."""
        self._stores.close_all()
        os.close(self._lock)

    def _make_store(self, described: Document) -> Store:
        """Makes a collection's shard, durably."""
        path = self._path(described.name)
        shutil.rmtree(path / described.shard, ignore_errors=True)
        store = Store.create(path / described.shard, described, self._tuning)
        self._stores.add(described.name, store)
        try:
            with _writing(described.name, "be written"):
                durable.sync_tree(path)
            self.change(described.with_shard())
        except OcelliError:
            self.close_store(described.name)
            raise
        return store

    def _find(self, name: str) -> Document:
        """The collection of that name."""
        if name in self._damaged:
            raise self._damaged[name]
        if name in self._documents:
            return self._documents[name]
        aliased = self._aliases.collection(name)
        raise OcelliError(
            Reason.COLLECTION_NOT_FOUND,
            f"there is no collection {quote(name)}; create it, or list those that exist"
            if aliased is None
            else f"{name!r} is no collection, but an alias of {aliased!r}; name the collection, "
            "or delete the alias by itself",
            resource=("collection", name[:_MAX_NAME_CHARS]),
        )

    def _check_free(self, name: str) -> None:
        if name in self._documents or name in self._damaged:
            raise OcelliError(
                Reason.COLLECTION_EXISTS,
                f"there is a collection {name!r}; choose another name or delete it first",
                resource=("collection", name),
            )

    def _generations(self) -> dict[str, str]:
        """Of all collections, by name; "" for one that cannot be read."""
        known = {name: described.generation for name, described in self._documents.items()}
        return {**dict.fromkeys(self._damaged, ""), **known}

    def _path(self, name: str) -> Path:
        return self._folder / "collections" / name

    def _open(self) -> None:
        folders = [self._folder / name for name in ("collections", "making", "trash")]
        for folder in folders:
            folder.mkdir(exist_ok=True)
        collections, making, trash = folders
        old = [path for path in sorted(collections.iterdir()) if self._read(path)]
        for leftover in (*making.iterdir(), *trash.iterdir()):
            shutil.rmtree(leftover, ignore_errors=True)
        self._aliases = Aliases(self._folder)
        self._aliases.keep(self._generations())
        for path in old:
            self.change(self._documents[path.name])

    def _read(self, path: Path) -> bool:
        """Reads a collection's description; returns whether it is to be written in this format."""
        try:
            content = (path / "collection.json").read_bytes()
            described = msgspec.structs.replace(document.decode(content), name=path.name)
        except document.FormatTooNew as error:
            raise document.FormatTooNew(f"{path} cannot be opened: {error}") from None
        except (OSError, ValueError, msgspec.MsgspecError) as error:
            self._damaged[path.name] = OcelliError(
                Reason.INDEX_UNAVAILABLE,
                f"collection {path.name!r} cannot be read ({error}); restore its folder from a "
                "copy, or delete the collection",
                resource=("collection", path.name),
            )
            _log.error("%s", self._damaged[path.name].message)
            return False
        self._documents[path.name] = described
        return content != document.encode(described)


@contextlib.contextmanager
def _writing(name: str, what: str) -> Iterator[None]:
    """Makes a full or failing disk an INDEX_UNAVAILABLE: collection `name` cannot `what`."""
    try:
        yield
    except OSError as error:
        raise OcelliError(
            Reason.INDEX_UNAVAILABLE,
            f"collection {name!r} cannot {what}: {error}",
            resource=("collection", name),
        ) from error
