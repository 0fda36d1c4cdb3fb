"""One collection's points in one shard of the engine.

The module is long because nothing else touches a shard: each call of the wire is a method here.
"""

import contextlib
import time
import uuid
from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Self

import msgspec
import qdrant_edge as qdrant

from ocelli.edge.errors import OcelliError, quote
from ocelli.edge.index import payload_change
from ocelli.edge.index.embedded import wire
from ocelli.edge.index.embedded.engine import records, shards, translate
from ocelli.edge.index.embedded.engine.document import Document
from ocelli.edge.index.embedded.engine.layout import KEY, PAYLOAD, Layout, engine_id
from ocelli.edge.index.embedded.engine.tuning import Tuning
from ocelli.edge.index.filters import Equals, Filter
from ocelli.edge.index.payload_change import PayloadChange

_READ_POINTS = 64
"""Points read at once for a page that is bounded in bytes."""
_MIN_WIDTH, _MAX_WIDTH = 128, 8000
_WIDTH_PER_HIT = 8
"""Candidates that a search keeps in each graph (HNSW's ef): so many times as are wanted find 98 of
a hundred true neighbours."""
_COMPARED_AGAIN = qdrant.QuantizationSearchParams(rescore=True, oversampling=2.0)
"""Of what is found by 8-bit vectors twice as many as are wanted are compared by the true ones: half
as many more already find all that the true ones alone would, among a hundred as among ten."""
_READ_IDS = 1024
"""Points looked at at once where their ids are all that is wanted."""
_LAST = b"\xff" * 16
"""The last id that there could be."""


class Store:
    """An open shard. One process may have it open at a time.

    Every method raises `OcelliError` INDEX_UNAVAILABLE if the engine fails; the store should then
    be closed and opened again.

    Attributes:
        dirty: whether anything was written since the last flush.
        described: the collection.
        wrote_s: when something was written last, by `time.monotonic`.
        segments: parts that a search visits, the one that takes what is written included.
        merged_to: how many of them the last merge left; 0: none was made.
    """

    def __init__(self, shard: qdrant.EdgeShard, described: Document) -> None:
        self.dirty = False
        self.described = described
        self.wrote_s = time.monotonic()
        self.merged_to = 0
        self._shard = shard
        self._layout = Layout(described)
        self._filled_to: bytes | None = None
        """How far the walk that fills pending fields has come; None: it has not begun."""
        self._recorded: deque[tuple[qdrant.UpdateOperation, int]] | None = None
        """What was written since a copy of the shard was made, with the number of its points."""
        info = shard.info()
        self.segments = info.segments_count
        self._backlog = max(0, info.points_count - info.indexed_vectors_count)
        self._copied_backlog = 0

    @classmethod
    def open(cls, folder: Path, described: Document, tuning: Tuning) -> Self:
        """Opens the shard in `folder`, replaying what was acknowledged and not yet flushed."""
        return cls(shards.load(folder, described, tuning), described)

    @classmethod
    def create(cls, folder: Path, described: Document, tuning: Tuning) -> Self:
        """Makes an empty shard in `folder`."""
        return cls(shards.create(folder, described, tuning), described)

    @property
    def backlog_kib(self) -> float:
        """Vectors written or deleted since the shard was last optimised."""
        return self._backlog * self.point_kib

    @property
    def point_kib(self) -> float:
        """Size of a vector."""
        return self.described.dimension * 4 / 1024

    @property
    def points(self) -> int:
        """How many there are."""
        with self._failing("be read"):
            return self._shard.info().points_count

    def describe(self, described: Document) -> None:
        """Notes that the collection has another description now."""
        self.described = described
        self._layout = Layout(described)
        self._filled_to = None

    def upsert(self, points: Sequence[wire.NewPoint]) -> None:
        """Stores points, replacing those of the same id; the last of equal ids stays."""
        written = [
            qdrant.Point(
                engine_id(point.id),
                translate.floats(point.vector),
                self._layout.payload(point.id, point.payload, point.filterable),
            )
            for point in points
        ]
        self._write(qdrant.UpdateOperation.upsert_points(written), len(written))

    def replace(self, owner: Equals, points: Sequence[wire.NewPoint]) -> None:
        """Stores points, and then deletes all others that match `owner`.

        If the process is killed in between, those that were to be deleted are still there, and the
        same call made again deletes them.
        """
        if points:
            self.upsert(points)
        stays = {engine_id(point.id) for point in points}
        others: list[qdrant.Record] = []
        after, more = b"", True
        while more:
            found, after = self._next(owner, after, _READ_IDS, with_payload=False)
            others.extend(record for record in found if record.id not in stays)
            more = bool(after)
        self._delete(others)

    def get(self, call: wire.Get) -> wire.Answer:
        """The points of these ids that exist."""
        found: list[wire.Found] = []
        left_bytes = call.max_bytes
        for start in range(0, len(call.ids), _READ_POINTS):
            points = self._retrieve(
                call.ids[start : start + _READ_POINTS],
                with_payload=call.with_payload,
                with_vectors=call.with_vectors,
            )
            for record in points:
                point = records.found(record, 0.0)
                left_bytes -= records.size_bytes(point)
                if left_bytes < 0:
                    return wire.Answer([], len(found))
                found.append(point)
        return wire.Answer(found, None)

    def scroll(self, call: wire.Scroll) -> wire.Scrolled:
        """The next points, at most `limit` and, but for the first, `max_bytes`."""
        found: list[wire.Found] = []
        size_bytes = 0
        after = call.after
        while len(found) < call.limit:
            points, following = self._next(
                call.filter,
                after,
                min(_READ_POINTS, call.limit - len(found)),
                with_payload=call.with_payload,
                with_vectors=call.with_vectors,
            )
            for record in points:
                point = records.found(record, 0.0)
                size_bytes += records.size_bytes(point)
                if found and size_bytes > call.max_bytes:
                    return wire.Scrolled(found, after)
                found.append(point)
                after = records.position(record)
            if not following:
                return wire.Scrolled(found, b"")
        return wire.Scrolled(found, after)

    def count(self, tree: Filter | None) -> int:
        """How many points match, exactly."""
        with self._failing("be read"):
            wanted = translate.filter_of(tree, self._layout.keys)
            return self._shard.count(qdrant.CountRequest(exact=True, filter=wanted))

    def search(self, call: wire.Search) -> list[wire.Answer]:
        """Per query, the nearest points, nearest first."""
        answers: list[wire.Answer] = []
        left_bytes = call.max_bytes
        for query in call.queries:
            found = self._search(query)
            sizes_bytes = list(accumulate(map(records.size_bytes, found)))
            fit = bisect_right(sizes_bytes, left_bytes)
            if fit < len(found):
                answers.append(wire.Answer([], fit))
            else:
                answers.append(wire.Answer(found, None))
                left_bytes -= sizes_bytes[-1] if sizes_bytes else 0
        return answers

    def _search(self, query: wire.Query) -> list[wire.Found]:
        with self._failing("be searched"):
            hits = self._shard.search(
                qdrant.SearchRequest(
                    query=qdrant.Query.Nearest(translate.floats(query.vector)),
                    limit=query.limit,
                    filter=translate.filter_of(query.filter, self._layout.keys, query.exclude_id),
                    with_payload=records.wanted(with_payload=query.with_payload),
                    with_vector=query.with_vectors,
                    score_threshold=query.score_threshold,
                    params=qdrant.SearchParams(
                        hnsw_ef=_width(query.limit), quantization=_COMPARED_AGAIN
                    ),
                )
            )
        return [records.found(hit, hit.score) for hit in hits]

    def delete(self, keys: Sequence[str]) -> int:
        """Deletes points; returns how many existed."""
        return self._delete(self._retrieve(keys, with_payload=False, with_vectors=False))

    def delete_matching(self, tree: Filter, after: bytes, limit: int) -> wire.Step:
        """Deletes the next points that match."""
        points, following = self._next(tree, after, limit)
        return wire.Step(self._delete(points), following)

    def change_payload(self, keys: Sequence[str], change: PayloadChange) -> int:
        """Changes the payloads of points in the order given; returns how many exist."""
        by_id = {record.id: record for record in self._retrieve(keys)}
        ids = (engine_id(key) for key in keys)
        return self._change([by_id[id_] for id_ in ids if id_ in by_id], change)

    def change_matching(
        self, tree: Filter, after: bytes, limit: int, change: PayloadChange
    ) -> wire.Step:
        """Changes the payloads of the next points that match."""
        points, following = self._next(tree, after, limit)
        return wire.Step(self._change(points, change), following)

    def fill_pending(self, limit: int) -> bool:
        """Gives the next points their values of pending fields; returns whether all have them."""
        if self._filled_to is None:
            self._index_pending()
        points, following = self._next(None, self._filled_to or b"", limit)
        alike: dict[bytes, list[qdrant.PointId]] = {}
        for record in points:
            values = self._layout.pending_values(records.payload(record)[PAYLOAD])
            if values:
                alike.setdefault(msgspec.json.encode(values), []).append(record.id)
        for same, ids in alike.items():
            payload = msgspec.json.decode(same)
            self._write(qdrant.UpdateOperation.set_payload(ids, payload), len(ids))
        self._filled_to = following
        return not following

    def flush(self) -> None:
        """Makes everything written survive power loss."""
        if self.dirty:
            with self._failing("be flushed"):
                self._shard.flush()
            self.dirty = False

    @property
    def recording(self) -> bool:
        """Whether what is written is kept for a copy of the shard."""
        return self._recorded is not None

    def record(self) -> None:
        """Flushes, and keeps what is written from now on for a copy that is to be made."""
        self.flush()
        self._recorded = deque()
        self._copied_backlog = self._backlog

    def stop_recording(self) -> None:
        """Forgets what was kept: there will be no copy."""
        self._recorded = None

    def replay(self, copy: qdrant.EdgeShard, points: int) -> bool:
        """Does the next writes, of about so many points, to a copy; returns if there were any."""
        done = 0
        while self._recorded and done < points:
            operation, count = self._recorded.popleft()
            with self._failing("be written"):
                copy.update(operation)
            done += count
        return done > 0

    def adopt(self, copy: qdrant.EdgeShard) -> None:
        """Goes on with a copy to which all was done that was done here."""
        self.close()
        self._shard = copy
        self.segments = copy.info().segments_count
        self._recorded = None
        self._backlog -= self._copied_backlog

    def close(self) -> None:
        """Lets go of the shard. Does not raise: there is nothing that a caller could do."""
        with contextlib.suppress(OcelliError), self._failing("be closed"):
            self._shard.close()

    def _index_pending(self) -> None:
        self.stop_recording()  # a copy would be without the index
        with self._failing("be indexed"):
            self.dirty = True
            shards.index_fields(self._shard, self.described.pending)

    def _retrieve(
        self, keys: Sequence[str], *, with_payload: bool = True, with_vectors: bool = False
    ) -> list[qdrant.Record]:
        ids: list[qdrant.PointId] = [engine_id(key) for key in dict.fromkeys(keys)]
        with self._failing("be read"):
            return self._shard.retrieve(
                ids,
                with_payload=records.wanted(with_payload=with_payload),
                with_vector=with_vectors,
            )

    def _next(
        self,
        tree: Filter | None,
        after: bytes,
        limit: int,
        *,
        with_payload: bool = True,
        with_vectors: bool = False,
    ) -> tuple[list[qdrant.Record], bytes]:
        """The next points that match, and where to go on, b"" if there are no more."""
        if after == _LAST:
            return [], b""
        start = uuid.UUID(int=int.from_bytes(after) + 1) if after else None
        with self._failing("be read"):
            points, following = self._shard.scroll(
                qdrant.ScrollRequest(
                    offset=start,
                    limit=limit,
                    filter=translate.filter_of(tree, self._layout.keys),
                    with_payload=records.wanted(with_payload=with_payload),
                    with_vector=with_vectors,
                )
            )
        return points, b"" if following is None or not points else records.position(points[-1])

    def _delete(self, points: Sequence[qdrant.Record]) -> int:
        if points:
            ids = [record.id for record in points]
            self._write(qdrant.UpdateOperation.delete_points(ids), len(ids))
        return len(points)

    def _change(self, points: Sequence[qdrant.Record], change: PayloadChange) -> int:
        changed = payload_change.applied(change, self.described.collection)
        for record in points:
            kept = records.payload(record)
            try:
                after = changed(kept[PAYLOAD])
            except OcelliError as error:
                raise OcelliError(
                    error.reason, f"point {quote(kept[KEY])}: {error.message}", field=error.field
                ) from error
            if after.json != kept[PAYLOAD]:
                payload = self._layout.payload(kept[KEY], after.json, after.filterable)
                self._write(qdrant.UpdateOperation.overwrite_payload([record.id], payload), 1)
        return len(points)

    def _write(self, operation: qdrant.UpdateOperation, points: int) -> None:
        with self._failing("be written"):
            self.dirty = True
            self._shard.update(operation)
            self.wrote_s = time.monotonic()
        if self._recorded is not None:
            self._recorded.append((operation, points))
        self._backlog += points

    def _failing(self, what: str) -> contextlib.AbstractContextManager[None]:
        return shards.failing(self.described.name, what)


def _width(limit: int) -> int:
    return max(_MIN_WIDTH, min(_WIDTH_PER_HIT * limit, _MAX_WIDTH))
