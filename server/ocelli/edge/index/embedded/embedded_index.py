"""The embedded engine behind the port: a folder on disk, opened by one child process.

The module is long because the port is one object; each method is a message, or several in steps.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index import answer_size, page_token
from ocelli.edge.index.embedded import point_codec, wire
from ocelli.edge.index.embedded.engine.tuning import Tuning
from ocelli.edge.index.embedded.engine_calls import EngineCalls
from ocelli.edge.index.embedded.engine_supervisor import EngineSupervisor
from ocelli.edge.index.embedded.query_groups import grouped
from ocelli.edge.index.embedded.socket_address import socket_path
from ocelli.edge.index.filters import Equals, Filter
from ocelli.edge.index.payload_change import PayloadChange
from ocelli.edge.index.points import Hit, Record, SearchQuery
from ocelli.edge.index.port import Alias, CheckedPoint, CollectionState
from ocelli.edge.index.schema import Collection, FieldType
from ocelli.edge.scheduling.deadline import Deadline

_POINTS_PER_STEP = 256
_BYTES_PER_STEP = 4 << 20
"""A write holds up every search for as long as the engine is at it: 256 points take some 40 ms."""
_POSITION_BYTES = 16


class EmbeddedIndex:
    """An `IndexEngine` in a folder of this machine. Use it from one event loop.

    Args:
        folder: where the collections are, opened by one engine at a time.
        tuning: of the engine; ignored if `attach`.
        log: file for what the engine's process writes; None: the edge's standard error.
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
        self._call = EngineCalls(self._engine, max_calls=max_calls).call

    @property
    def ready(self) -> bool:
        """Whether the engine can be reached right now."""
        return self._engine.ready

    def on_change(self, listener: Callable[[bool], None]) -> None:
        """Has `listener(ready)` called, on the event loop, whenever `ready` changes."""
        self._engine.on_change(listener)

    async def start(self, deadline: Deadline) -> None:
        """Starts the engine and connects to it; see `IndexEngine`."""
        await self._engine.start(deadline)

    async def close(self) -> None:
        """Has the engine flush and stop; see `IndexEngine`. Calls under way fail."""
        await self._engine.close()

    async def create_collection(self, collection: Collection, *, call: Call) -> CollectionState:
        """See `IndexEngine`."""
        request = wire.Create(collection)
        return _state(await self._call(request, wire.Entry, call, again=False))

    async def describe_collection(self, name: str, *, call: Call) -> CollectionState:
        """See `IndexEngine`."""
        return _state(await self._call(wire.Describe(name), wire.Entry, call))

    async def list_collections(
        self, *, after: str, limit: int, max_bytes: int, call: Call
    ) -> tuple[list[Collection], bool]:
        """See `IndexEngine`."""
        listed = await self._call(wire.List(after, limit, max_bytes), wire.Listed, call)
        return listed.collections, listed.more

    async def update_collection(
        self,
        within: CollectionState,
        *,
        model: str | None,
        add_fields: Mapping[str, FieldType],
        call: Call,
    ) -> CollectionState:
        """See `IndexEngine`."""
        request = wire.Update(_target(within), model, dict(add_fields))
        while not (updated := await self._call(request, wire.Updated, call)).done:
            pass
        return msgspec.structs.replace(_state(updated.entry), alias=within.alias)

    async def delete_collection(self, name: str, *, call: Call) -> None:
        """See `IndexEngine`."""
        await self._call(wire.Drop(name), type(None), call, again=False)

    async def set_alias(self, alias: str, collection: str, *, call: Call) -> str:
        """See `IndexEngine`."""
        return await self._call(wire.SetAlias(alias, collection), str, call)

    async def delete_alias(self, alias: str, *, call: Call) -> None:
        """See `IndexEngine`."""
        await self._call(wire.DeleteAlias(alias), type(None), call, again=False)

    async def list_aliases(self, *, after: str, limit: int, call: Call) -> tuple[list[Alias], bool]:
        """See `IndexEngine`."""
        listed = await self._call(wire.ListAliases(after, limit), wire.ListedAliases, call)
        return [Alias(one.alias, one.collection) for one in listed.aliases], listed.more

    async def size(self, *, call: Call) -> tuple[int, int]:
        """See `IndexEngine`. Of collections that nobody has used yet, it does not count the points.

        Opening one for its count alone would close another that is in use, or end the engine, again
        and again, if that one is damaged.
        """
        size = await self._call(wire.Measure(), wire.Size, call)
        return size.collections, size.points

    async def upsert(
        self, within: CollectionState, points: Sequence[CheckedPoint], *, call: Call
    ) -> None:
        """See `IndexEngine`."""
        size = _points_per_step(within)
        for start in range(0, len(points), size):
            new = [point_codec.new_point(point) for point in points[start : start + size]]
            request = wire.Upsert(_target(within), within.revision, new)
            await self._call(request, type(None), call)

    async def replace(
        self,
        within: CollectionState,
        owner: Equals,
        points: Sequence[CheckedPoint],
        *,
        call: Call,
    ) -> None:
        """See `IndexEngine`. One job of the engine, which serves no read meanwhile.

        It stores first and then deletes: if it is killed in between, both are there, and the call,
        which is then made again, completes it.
        """
        new = [point_codec.new_point(point) for point in points]
        request = wire.Replace(_target(within), within.revision, owner, new)
        await self._call(request, type(None), call)

    async def get(
        self,
        within: CollectionState,
        ids: Sequence[str],
        *,
        max_bytes: int,
        with_payload: bool,
        with_vectors: bool,
        call: Call,
    ) -> list[Record]:
        """See `IndexEngine`."""
        size = _points_per_step(within) if with_vectors else _POINTS_PER_STEP
        records: list[Record] = []
        left_bytes = max_bytes
        for start in range(0, len(ids), size):
            some = list(ids[start : start + size])
            request = wire.Get(_target(within), some, left_bytes, with_payload, with_vectors)
            answer = await self._call(request, wire.Answer, call)
            if answer.fit is not None:
                fit = len(records) + answer.fit
                raise answer_size.too_large("points", fit, len(ids), max_bytes)
            left_bytes -= sum(map(point_codec.size_bytes, answer.points))
            records.extend(map(point_codec.record, answer.points))
        return records

    async def list_points(
        self,
        within: CollectionState,
        *,
        filter: Filter | None,  # noqa: A002  # the field's word
        after: bytes,
        limit: int,
        max_bytes: int,
        with_payload: bool,
        with_vectors: bool,
        call: Call,
    ) -> tuple[list[Record], bytes]:
        """See `IndexEngine`."""
        if after and len(after) != _POSITION_BYTES:
            raise page_token.refused()
        request = wire.Scroll(
            _target(within), filter, after, limit, max_bytes, with_payload, with_vectors
        )
        page = await self._call(request, wire.Scrolled, call)
        return [point_codec.record(found) for found in page.points], page.after

    async def count(
        self,
        within: CollectionState,
        *,
        filter: Filter | None,  # noqa: A002  # the field's word
        call: Call,
    ) -> int:
        """See `IndexEngine`."""
        return await self._call(wire.Count(_target(within), filter), int, call)

    async def delete(self, within: CollectionState, ids: Sequence[str], *, call: Call) -> int:
        """See `IndexEngine`."""
        return await self._call(wire.Delete(_target(within), list(ids)), int, call)

    async def delete_by_filter(
        self,
        within: CollectionState,
        filter: Filter,  # noqa: A002  # the field's word
        *,
        call: Call,
    ) -> int:
        """See `IndexEngine`."""

        def step(after: bytes) -> wire.Call:
            return wire.DeleteMatching(_target(within), filter, after, _POINTS_PER_STEP)

        return await self._in_steps(step, call)

    async def update_payload(
        self,
        within: CollectionState,
        ids: Sequence[str],
        change: PayloadChange,
        *,
        call: Call,
    ) -> int:
        """See `IndexEngine`."""
        count = 0
        for start in range(0, len(ids), _POINTS_PER_STEP):
            some = list(ids[start : start + _POINTS_PER_STEP])
            request = wire.ChangePayload(_target(within), some, change)
            count += await self._call(request, int, call)
        return count

    async def update_payload_by_filter(
        self,
        within: CollectionState,
        filter: Filter,  # noqa: A002  # the field's word
        change: PayloadChange,
        *,
        call: Call,
    ) -> int:
        """See `IndexEngine`."""

        def step(after: bytes) -> wire.Call:
            return wire.ChangeMatching(_target(within), filter, after, _POINTS_PER_STEP, change)

        return await self._in_steps(step, call)

    async def search(
        self, within: CollectionState, queries: Sequence[SearchQuery], *, max_bytes: int, call: Call
    ) -> list[list[Hit] | OcelliError]:
        """See `IndexEngine`."""
        outcomes: list[list[Hit] | OcelliError] = []
        left_bytes = max_bytes
        for group in grouped(queries, within.collection):
            wanted = [point_codec.query(query, within.collection.metric) for query in group]
            request = wire.Search(_target(within), wanted, left_bytes)
            try:
                answers = await self._call(request, list[wire.Answer], call)
            except OcelliError as error:
                if error.reason is Reason.COLLECTION_NOT_FOUND:
                    raise
                outcomes.extend([error] * len(group))
                continue
            for query, answer in zip(group, answers, strict=True):
                if answer.fit is not None:
                    outcomes.append(
                        answer_size.too_large("hits", answer.fit, query.limit, max_bytes)
                    )
                    continue
                left_bytes -= sum(map(point_codec.size_bytes, answer.points))
                outcomes.append([point_codec.hit(hit) for hit in answer.points])
        return outcomes

    async def _in_steps(self, step: Callable[[bytes], wire.Call], call: Call) -> int:
        """Walks through all points that match, once, in the order of their ids."""
        count, after = 0, b""
        while True:
            taken = await self._call(step(after), wire.Step, call)
            count, after = count + taken.count, taken.after
            if not after:
                return count


def _command(folder: Path, socket: Path, tuning: Tuning) -> list[str]:
    paths = ["--socket", str(socket), "--folder", str(folder.resolve())]
    return [sys.executable, "-m", "ocelli.edge.index.embedded.engine", *paths, *tuning.flags()]


def _points_per_step(within: CollectionState) -> int:
    """How many points with vectors make a step."""
    return min(_POINTS_PER_STEP, _BYTES_PER_STEP // (4 * within.collection.dimension))


def _state(entry: wire.Entry) -> CollectionState:
    return CollectionState(entry.collection, entry.generation, entry.revision, entry.alias)


def _target(within: CollectionState) -> wire.Target:
    return wire.Target(within.collection.name, within.generation, within.alias)
