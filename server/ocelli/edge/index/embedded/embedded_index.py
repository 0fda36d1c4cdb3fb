"""The embedded engine behind the port: a folder on disk, opened by one child process."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index import limits, validate, validate_filter
from ocelli.edge.index.embedded import point_codec, wire
from ocelli.edge.index.embedded.socket_address import socket_path
from ocelli.edge.index.embedded.engine.tuning import Tuning
from ocelli.edge.index.filters import Filter
from ocelli.edge.index.embedded.engine_supervisor import EngineSupervisor
from ocelli.edge.index.embedded.engine_connection import ConnectionLost
from ocelli.edge.index.port import Hit, Point, Record, Vector
from ocelli.edge.index.schema import Collection

T = TypeVar("T")

_POINTS_PER_FRAME = 256
_BYTES_PER_FRAME = 4 << 20
"""A write holds up every search for as long as the engine is at it: 256 points take some 40 ms."""
_INLINE_VALUES = 16_384
"""Vector values that are checked on the event loop; more of them go to a thread."""
_MAY_BE_OUT_OF_DATE = frozenset(
    {
        Reason.COLLECTION_NOT_FOUND,
        Reason.VECTOR_DIMENSION,
        Reason.FIELD_NOT_IN_SCHEMA,
        Reason.INVALID_FIELD,
    }
)
"""What a call meets if another process has made its collection anew since it was last seen here."""
_MAX_OUTAGE_WAIT_S = 10.0
"""A call waits out a restart of the engine, but not an engine that stays away."""


class EmbeddedIndex:
    """A `VectorIndex` in a folder of this machine. Use it from one event loop.

    Args:
        folder: where the collections are, opened by one engine at a time.
        tuning: of the engine; ignored if `attach`.
        log: file for what the engine says; None: the edge's standard error.
        attach: use the engine that another process of this host runs on the folder, and do not
            start one.
        max_calls: most calls that may be under way or waiting; beyond, they are OVERLOADED.
    """

    def __init__(
        self,
        folder: Path,
        *,
        tuning: Tuning | None = None,
        log: Path | None = None,
        attach: bool = False,
        max_calls: int = 1024,
    ) -> None:
        socket = socket_path(folder)
        command = None if attach else _command(folder, socket, tuning or Tuning())
        self._engine = EngineSupervisor(socket, command, log=log)
        self._entries: dict[str, wire.Entry] = {}
        self._max_calls = max_calls
        self._calls = 0

    @property
    def ready(self) -> bool:
        """Whether the engine can be reached right now."""
        return self._engine.ready

    def on_change(self, tell: Callable[[bool], None]) -> None:
        """Has `tell(ready)` called, on the event loop, whenever `ready` changes."""
        self._engine.on_change(tell)

    async def start(self, *, timeout_s: float = 30.0) -> None:
        """Starts the engine and connects to it; see `VectorIndex`."""
        await self._engine.start(timeout_s=timeout_s)

    async def close(self) -> None:
        """Has the engine flush and stop; see `VectorIndex`. Calls under way fail."""
        await self._engine.close()

    async def create_collection(self, collection: Collection, *, timeout_s: float) -> None:
        """See `VectorIndex`."""
        validate.collection(collection)
        call = wire.Create(collection)
        entry = await self._call(call, wire.Entry, _deadline(timeout_s), again=False)
        self._entries[collection.name] = entry

    async def get_collection(self, name: str, *, timeout_s: float) -> Collection:
        """See `VectorIndex`."""
        return (await self._describe(name, _deadline(timeout_s))).collection

    async def list_collections(self, *, timeout_s: float) -> list[Collection]:
        """See `VectorIndex`."""
        return await self._call(wire.List(), list[Collection], _deadline(timeout_s))

    async def delete_collection(self, name: str, *, timeout_s: float) -> None:
        """See `VectorIndex`."""
        self._entries.pop(name, None)
        await self._call(wire.Drop(name), type(None), _deadline(timeout_s), again=False)

    async def upsert(
        self, collection: str, points: Sequence[Point], *, timeout_s: float
    ) -> list[OcelliError | None]:
        """See `VectorIndex`."""
        deadline_s = _deadline(timeout_s)
        validate.number_of_points(len(points))

        async def store(entry: wire.Entry) -> list[OcelliError | None]:
            if len(points) * entry.collection.dimension <= _INLINE_VALUES:
                checked = codec.check(points, entry.collection)
            else:
                checked = await asyncio.to_thread(codec.check, points, entry.collection)
            if any(isinstance(point, OcelliError) for point in checked):
                await self._check_current(entry, deadline_s)
            size = min(_POINTS_PER_FRAME, _BYTES_PER_FRAME // (4 * entry.collection.dimension))
            good = [point for point in checked if isinstance(point, wire.NewPoint)]
            for start in range(0, len(good), size):
                call = wire.Upsert(_target(entry), good[start : start + size])
                await self._call(call, type(None), deadline_s)
            return [point if isinstance(point, OcelliError) else None for point in checked]

        return await self._with_entry(collection, deadline_s, store)

    async def get(
        self, collection: str, ids: Sequence[str], *, with_vectors: bool = False, timeout_s: float
    ) -> list[Record]:
        """See `VectorIndex`."""
        deadline_s = _deadline(timeout_s)
        validate.ids(ids)
        wanted = list(dict.fromkeys(ids))

        async def read(entry: wire.Entry) -> dict[str, wire.Found]:
            size = min(
                _POINTS_PER_FRAME, limits.MAX_REPLY_VECTOR_BYTES // (4 * entry.collection.dimension)
            )
            found: dict[str, wire.Found] = {}
            for start in range(0, len(wanted), size):
                call = wire.Get(_target(entry), wanted[start : start + size], with_vectors)
                points = await self._call(call, list[wire.Found], deadline_s)
                found.update((point.id, point) for point in points)
            return found

        found = await self._with_entry(collection, deadline_s, read)
        return [codec.record(found[id_]) for id_ in wanted if id_ in found]

    async def delete(self, collection: str, ids: Sequence[str], *, timeout_s: float) -> int:
        """See `VectorIndex`."""
        deadline_s = _deadline(timeout_s)
        validate.ids(ids)

        async def remove(entry: wire.Entry) -> int:
            return await self._call(wire.Delete(_target(entry), list(ids)), int, deadline_s)

        return await self._with_entry(collection, deadline_s, remove)

    async def count(
        self,
        collection: str,
        *,
        filter: Filter | None = None,  # noqa: A002  # the field's word
        timeout_s: float,
    ) -> int:
        """See `VectorIndex`."""
        deadline_s = _deadline(timeout_s)

        async def count(entry: wire.Entry) -> int:
            tree = filter and validate_filter.check(filter, entry.collection)
            return await self._call(wire.Count(_target(entry), tree), int, deadline_s)

        return await self._with_entry(collection, deadline_s, count)

    async def search(
        self,
        collection: str,
        vector: Vector,
        *,
        limit: int = 10,
        filter: Filter | None = None,  # noqa: A002  # the field's word
        exclude_id: str | None = None,
        score_threshold: float | None = None,
        with_payload: bool = True,
        with_vectors: bool = False,
        timeout_s: float,
    ) -> list[Hit]:
        """See `VectorIndex`."""
        deadline_s = _deadline(timeout_s)
        validate.score_threshold(score_threshold)
        if exclude_id is not None:
            validate.point_id(exclude_id, "exclude_id")

        async def search(entry: wire.Entry) -> list[wire.Found]:
            validate.limit(limit, entry.collection, with_vectors=with_vectors)
            call = wire.Search(
                target=_target(entry),
                vector=validate.vector(vector, entry.collection).tobytes(),
                limit=limit,
                filter=filter and validate_filter.check(filter, entry.collection),
                exclude_id=exclude_id,
                score_threshold=None
                if score_threshold is None
                else codec.threshold(score_threshold, entry.collection.metric),
                with_payload=with_payload,
                with_vectors=with_vectors,
            )
            return await self._call(call, list[wire.Found], deadline_s)

        return [
            codec.hit(found) for found in await self._with_entry(collection, deadline_s, search)
        ]

    async def _describe(self, name: str, deadline_s: float) -> wire.Entry:
        entry = await self._call(wire.Describe(name), wire.Entry, deadline_s)
        self._entries[name] = entry
        return entry

    async def _with_entry(
        self, name: str, deadline_s: float, use: Callable[[wire.Entry], Awaitable[T]]
    ) -> T:
        """Runs `use` with the collection, and once more if what was known of it is out of date."""
        known = self._entries.get(name)
        if known is not None:
            try:
                return await use(known)
            except OcelliError as error:
                if error.reason not in _MAY_BE_OUT_OF_DATE:
                    raise
                self._entries.pop(name, None)
                now = await self._describe(name, deadline_s)
                if now.generation == known.generation:
                    raise
                return await use(now)
        return await use(await self._describe(name, deadline_s))

    async def _check_current(self, entry: wire.Entry, deadline_s: float) -> None:
        """Raises COLLECTION_NOT_FOUND if the collection is not the one that is known any more."""
        now = await self._describe(entry.collection.name, deadline_s)
        if now.generation != entry.generation:
            raise OcelliError(Reason.COLLECTION_NOT_FOUND, "the collection was made anew")

    async def _call(
        self, call: wire.Call, result: type[T], deadline_s: float, *, again: bool = True
    ) -> T:
        """Runs a call; `again` says that running it twice is as good as once."""
        if self._calls >= self._max_calls:
            raise OcelliError(
                Reason.OVERLOADED,
                f"{self._calls} calls of the vector index are under way; try again later",
                quota="index.calls",
            )
        self._calls += 1
        try:
            while True:
                wait_until_s = min(deadline_s, time.monotonic() + _MAX_OUTAGE_WAIT_S)
                link = await self._engine.link(wait_until_s)
                try:
                    return await link.call(call, result, deadline_s)
                except ConnectionLost:
                    if not again:
                        raise OcelliError(
                            Reason.INDEX_UNAVAILABLE,
                            "the vector engine stopped during the call, which may have been done "
                            "or not; look before you repeat it",
                        ) from None
        finally:
            self._calls -= 1


def _command(folder: Path, socket: Path, tuning: Tuning) -> list[str]:
    places = ["--socket", str(socket), "--folder", str(folder.resolve())]
    return [sys.executable, "-m", "ocelli.edge.index.embedded.engine", *places, *tuning.flags()]


def _deadline(timeout_s: float) -> float:
    return time.monotonic() + timeout_s


def _target(entry: wire.Entry) -> wire.Target:
    return wire.Target(entry.collection.name, entry.generation)
