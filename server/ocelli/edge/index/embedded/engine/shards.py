"""Making and opening the engine's shards, and what comes of its failures."""

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

import qdrant_edge as qdrant

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.embedded.engine import translate
from ocelli.edge.index.embedded.engine.document import Document, StoredField
from ocelli.edge.index.embedded.engine.tuning import Tuning
from ocelli.edge.index.schema import FieldType, Metric

_MAX_SEARCH_THREADS = 8
_EIGHT_BITS = qdrant.ScalarQuantizationConfig(
    qdrant.ScalarType.Int8,
    quantile=0.99,  # a value in a hundred is cut to the range of the others, which get finer steps
    memory=qdrant.Memory.Cold,
)

Shard: TypeAlias = qdrant.EdgeShard


def create(folder: Path, described: Document, tuning: Tuning) -> qdrant.EdgeShard:
    """Makes an empty shard in `folder`, with an index for every filterable field; flushed."""
    with failing(described.name, "be written"):
        shard = qdrant.EdgeShard.create(str(folder), _config(described, tuning))
        index_fields(shard, described.fields)
        shard.flush()
        return shard


def load(folder: Path, described: Document, tuning: Tuning) -> qdrant.EdgeShard:
    """Opens the shard in `folder`, replaying what was acknowledged and not yet flushed."""
    with failing(
        described.name, "be opened; restore its folder from a copy, or delete the collection"
    ):
        return qdrant.EdgeShard.load(str(folder), _config(described, tuning))


def index_fields(shard: qdrant.EdgeShard, fields: Iterable[StoredField]) -> None:
    """Has the engine index these fields; it reads through all points that it has."""
    for field in fields:
        kind = translate.INDEXES[FieldType(field.type)]
        shard.update(qdrant.UpdateOperation.create_field_index(field.key, kind))


@contextlib.contextmanager
def failing(name: str, what: str) -> Iterator[None]:
    """Makes any failure an INDEX_UNAVAILABLE: collection `name` cannot `what`."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # the engine's panics derive from it alone
        detail = " ".join(str(error).split())[:300]
        raise OcelliError(
            Reason.INDEX_UNAVAILABLE,
            f"collection {name!r} cannot {what} (engine: {detail})",
            resource=("collection", name),
        ) from error


def _config(described: Document, tuning: Tuning) -> qdrant.EdgeConfig:
    distance = translate.DISTANCES[Metric(described.metric)]
    return qdrant.EdgeConfig(
        vectors=qdrant.EdgeVectorParams(
            size=described.dimension,
            distance=distance,
            # Otherwise opening a shard reads all of its files, and what they reserve as well: 38
            # MiB and 40 ms at least. Searches are as fast, once they have touched what they need.
            memory=qdrant.Memory.Cold,
            quantization_config=_EIGHT_BITS if tuning.quantise else None,
        ),
        hnsw_config=qdrant.HnswIndexConfig(
            m=16, ef_construct=tuning.graph_build_width, full_scan_threshold=10_000
        ),
        optimizers=qdrant.EdgeOptimizersConfig(
            default_segment_number=tuning.max_segments,
            max_segment_size=tuning.max_graph_kib,
            # Below this the optimiser leaves new points as they are, so it must be under the step.
            indexing_threshold=tuning.optimise_every_kib * 3 // 4,
        ),
        max_search_threads=min(len(os.sched_getaffinity(0)), _MAX_SEARCH_THREADS),
    )
