"""The mapping and the settings of a collection's index: the version is `SCHEMA_VERSION`.

`v` is the vector, `p` the payload as JSON text, `k` a digest of the id that points are listed by,
`w` a digest of the fields whose values were written with the point, and each field of the schema
has a field of its own.
"""

import hashlib
from collections.abc import Iterable, Mapping

from ocelli.edge.index.opensearch import description
from ocelli.edge.index.opensearch.description import SPACES, Description
from ocelli.edge.index.opensearch.tuning import OpenSearchTuning
from ocelli.edge.index.schema import FieldType

MAX_DIMENSION = 16_000
"""The plugin takes no longer vectors."""
MAX_HITS_PER_QUERY = 10_000
_RARELY_S = 60.0
_TYPES = {
    FieldType.KEYWORD: "keyword",
    FieldType.TEXT: "keyword",
    # Integers have at most 53 bits, and bounds of ranges may be any number.
    FieldType.INTEGER: "double",
    FieldType.FLOAT: "double",
    FieldType.BOOL: "boolean",
}


def column(field: str) -> str:
    """The name of a field's own field in documents."""
    return "f" + hashlib.sha256(field.encode()).hexdigest()[:20]


def columns(fields: Mapping[str, FieldType]) -> dict[str, object]:
    """The part of a mapping that fields need."""
    return {column(name): {"type": _TYPES[kind]} for name, kind in fields.items()}


def _refresh_interval_s(tuning: OpenSearchTuning) -> float:
    """Where every write refreshes at its end, one in the middle of a write would show a part."""
    return tuning.refresh_interval_s if tuning.refresh == "wait_for" else _RARELY_S


def index_body(
    described: Description, aliases: Iterable[str], tuning: OpenSearchTuning
) -> dict[str, object]:
    """What an index is created with."""
    collection = described.collection
    return {
        "settings": {
            "index": {
                "knn": True,
                "number_of_shards": tuning.shards,
                "number_of_replicas": tuning.replicas,
                "refresh_interval": f"{round(_refresh_interval_s(tuning) * 1000)}ms",
                "max_result_window": MAX_HITS_PER_QUERY,
                # Bounds what a node replays when it comes back after a crash, graphs and all: with
                # 64 MB, two minutes of a busy machine's for 14 000 points of 128 values.
                "translog": {"durability": "request", "flush_threshold_size": "16mb"},
            }
        },
        "mappings": {
            "dynamic": False,
            "_meta": description.encode(described),
            "properties": {
                "v": {
                    "type": "knn_vector",
                    "dimension": collection.dimension,
                    "space_type": SPACES[collection.metric],
                    "method": {"name": "hnsw", "engine": "lucene"},
                },
                "p": {"type": "keyword", "index": False, "doc_values": False},
                "k": {"type": "keyword", "index": False},
                "w": {"type": "keyword"},
                **columns(collection.fields),
            },
        },
        "aliases": {alias: {} for alias in aliases},
    }
