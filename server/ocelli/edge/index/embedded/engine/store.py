"""One collection's points in one shard of the engine."""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

import qdrant_edge as qdrant

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.embedded import wire
from ocelli.edge.index.embedded.engine import translate
from ocelli.edge.index.embedded.engine.tuning import Tuning
from ocelli.edge.index.filters import Filter
from ocelli.edge.index.schema import Collection


class Store:
    """An open shard. One process may have it open at a time.

    Every method raises `OcelliError` INDEX_UNAVAILABLE if the engine fails; the store should then
    be closed and opened again.

    Attributes:
        dirty: whether anything was written since the last flush.
    """

    def __init__(self, shard: qdrant.EdgeShard, collection: Collection) -> None:
        self.dirty = False
        self._shard = shard
        self._name = collection.name
        self._vector_kib = collection.dimension * 4 / 1024
        self._keys = translate.field_keys(collection.fields)
        info = shard.info()
        self._backlog = max(0, info.points_count - info.indexed_vectors_count)

    @property
    def backlog_kib(self) -> float:
        """Vectors written or deleted since the last optimisation."""
        return self._backlog * self._vector_kib

    @staticmethod
    def create(folder: Path, collection: Collection, tuning: Tuning) -> None:
        """Makes an empty shard in `folder`, with an index for every filterable field."""
        with _failing(collection.name, "be created"):
            shard = qdrant.EdgeShard.create(str(folder), _config(collection, tuning))
            # Before any point is there: an index that is built later is built from all points.
            keys = translate.field_keys(collection.fields)
            for name, kind in collection.fields.items():
                shard.update(
                    qdrant.UpdateOperation.create_field_index(keys[name], translate.INDEXES[kind])
                )
            shard.flush()
            shard.close()

    @classmethod
    def open(cls, folder: Path, collection: Collection, tuning: Tuning) -> Self:
        """Opens the shard in `folder`, replaying what was acknowledged and not yet flushed."""
        config = _config(collection, tuning)
        with _failing(
            collection.name,
            "be opened; restore its folder from a copy, or delete the collection",
        ):
            shard = qdrant.EdgeShard.load(str(folder), config)
            return cls(shard, collection)

    def upsert(self, points: Sequence[wire.NewPoint]) -> None:
        """Stores points, replacing those of the same id; the last of equal ids stays."""
        with self._failing("be written"):
            self.dirty = True
            self._shard.update(
                qdrant.UpdateOperation.upsert_points([self._point(point) for point in points])
            )
        self._backlog += len(points)

    def get(self, keys: Sequence[str], *, with_vectors: bool) -> list[wire.Found]:
        """The points of these ids that exist."""
        ids: list[qdrant.PointId] = [translate.engine_id(key) for key in keys]
        with self._failing("be read"):
            records = self._shard.retrieve(
                ids,
                with_payload=[translate.KEY, translate.PAYLOAD],
                with_vector=with_vectors,
            )
        return [_found(record, 0.0) for record in records]

    def delete(self, keys: Sequence[str]) -> int:
        """Deletes points; returns how many existed."""
        ids: list[qdrant.PointId] = [translate.engine_id(key) for key in dict.fromkeys(keys)]
        with self._failing("be written"):
            existing = self._shard.retrieve(ids, with_payload=False, with_vector=False)
            if existing:
                self.dirty = True
                self._shard.update(
                    qdrant.UpdateOperation.delete_points([record.id for record in existing])
                )
        self._backlog += len(existing)
        return len(existing)

    def count(self, tree: Filter | None) -> int:
        """How many points match, exactly."""
        with self._failing("be read"):
            wanted = translate.filter_of(tree, self._keys)
            return self._shard.count(qdrant.CountRequest(exact=True, filter=wanted))

    def search(self, call: wire.Search) -> list[wire.Found]:
        """The nearest points, nearest first."""
        with self._failing("be searched"):
            hits = self._shard.search(
                qdrant.SearchRequest(
                    query=qdrant.Query.Nearest(translate.floats(call.vector)),
                    limit=call.limit,
                    filter=translate.filter_of(call.filter, self._keys, call.exclude_id),
                    with_payload=[translate.KEY, translate.PAYLOAD]
                    if call.with_payload
                    else [translate.KEY],
                    with_vector=call.with_vectors,
                    score_threshold=call.score_threshold,
                )
            )
        return [_found(hit, hit.score) for hit in hits]

    def flush(self) -> None:
        """Makes everything written survive power loss."""
        with self._failing("be flushed"):
            self._shard.flush()
        self.dirty = False

    def optimise(self) -> None:
        """Builds the graph over new points, clears deleted ones out; cannot be interrupted."""
        with self._failing("be optimised"):
            self._shard.optimize()
        self._backlog = 0

    def close(self) -> None:
        """Lets go of the shard. Does not raise: there is nothing that a caller could do."""
        with contextlib.suppress(OcelliError), self._failing("be closed"):
            self._shard.close()

    def _point(self, point: wire.NewPoint) -> qdrant.Point:
        payload: dict[str, object] = {translate.KEY: point.id, translate.PAYLOAD: point.payload}
        for name, values in point.filterable.items():
            payload[self._keys[name]] = translate.values(values)
        return qdrant.Point(translate.engine_id(point.id), translate.floats(point.vector), payload)

    def _failing(self, what: str) -> contextlib.AbstractContextManager[None]:
        return _failing(self._name, what)


def _config(collection: Collection, tuning: Tuning) -> qdrant.EdgeConfig:
    distance = translate.DISTANCES[collection.metric]
    return qdrant.EdgeConfig(
        vectors=qdrant.EdgeVectorParams(size=collection.dimension, distance=distance),
        hnsw_config=qdrant.HnswIndexConfig(
            m=16, ef_construct=tuning.graph_build_width, full_scan_threshold=10_000
        ),
        optimizers=qdrant.EdgeOptimizersConfig(
            max_segment_size=tuning.max_segment_kib,
            # Below this the optimiser leaves new points as they are, so it must be under the step.
            indexing_threshold=tuning.optimise_every_kib * 3 // 4,
        ),
    )


def _found(record: qdrant.Record | qdrant.ScoredPoint, score: float) -> wire.Found:
    payload = record.payload or {}
    vector = record.vector
    return wire.Found(
        id=payload[translate.KEY],
        score=score,
        payload=payload.get(translate.PAYLOAD),
        vector=None if vector is None else translate.vector_bytes(vector),
    )


@contextlib.contextmanager
def _failing(name: str, what: str) -> Iterator[None]:
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # the engine's panics derive from it alone
        detail = " ".join(str(error).split())[:300]
        raise OcelliError(
            Reason.INDEX_UNAVAILABLE,
            f"collection {name!r} cannot {what} (the engine says: {detail})",
            resource=("collection", name),
        ) from error
