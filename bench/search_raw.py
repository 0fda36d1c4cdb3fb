"""The embedded engine by itself, used directly in this process: what the edge is held against.

It is set up as the edge does it, with 8-bit copies of the vectors, as wide a search, and an index
for each field, which has graphs built for its values, too.

It loads vectors, builds its graph in one go, and answers searches one after the other and from
several threads. Prints one line of JSON.
"""

import argparse
import json
import os
import tempfile
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import qdrant_edge as qdrant

from bench.search_data import DIMENSION, FIELDS, payload, vectors

_BATCH = 1000
_SEARCHES = 400
_INDEXES = {
    "keyword": qdrant.PayloadSchemaType.Keyword,
    "integer": qdrant.PayloadSchemaType.Integer,
}
_PARAMS = qdrant.SearchParams(
    hnsw_ef=128, quantization=qdrant.QuantizationSearchParams(rescore=True, oversampling=2.0)
)


def main() -> None:
    """Command line: `python -m bench.search_raw POINTS`."""
    parser = argparse.ArgumentParser(prog="python -m bench.search_raw", description=__doc__)
    parser.add_argument("points", type=int)
    parser.add_argument("--threads", type=int, default=16)
    options = parser.parse_args()
    stored, queries = vectors(options.points, 1), vectors(100, 2).tolist()
    with tempfile.TemporaryDirectory() as folder:
        shard = qdrant.EdgeShard.create(folder, _config())
        for field, kind in FIELDS.items():
            shard.update(qdrant.UpdateOperation.create_field_index(field, _INDEXES[kind]))
        began_s = time.perf_counter()
        for start in range(0, options.points, _BATCH):
            points = [
                qdrant.Point(uuid.UUID(int=number + 1), stored[number].tolist(), payload(number))
                for number in range(start, min(start + _BATCH, options.points))
            ]
            shard.update(qdrant.UpdateOperation.upsert_points(points))
        loaded_s = time.perf_counter() - began_s
        shard.optimize()
        built_s = time.perf_counter() - began_s

        def search(number: int) -> float:
            asked_s = time.perf_counter()
            shard.search(
                qdrant.SearchRequest(
                    query=qdrant.Query.Nearest(queries[number % len(queries)]),
                    limit=10,
                    with_payload=True,
                    with_vector=False,
                    params=_PARAMS,
                )
            )
            return time.perf_counter() - asked_s

        took_s = [search(number) for number in range(_SEARCHES)]
        began_s = time.perf_counter()
        with ThreadPoolExecutor(options.threads) as pool:
            list(pool.map(search, range(4 * _SEARCHES)))
        together_s = time.perf_counter() - began_s
        shard_info = shard.info()
        shard.close()
    p50_ms, p95_ms = (float(np.percentile(took_s, share)) * 1e3 for share in (50, 95))
    print(
        json.dumps(
            {
                "points": options.points,
                "segments": shard_info.segments_count,
                "loaded_per_s": options.points / loaded_s,
                "ingest_per_s": options.points / built_s,
                "p50_ms": p50_ms,
                "p95_ms": p95_ms,
                "qps": 4 * _SEARCHES / together_s,
            }
        )
    )


def _config() -> qdrant.EdgeConfig:
    return qdrant.EdgeConfig(
        vectors=qdrant.EdgeVectorParams(
            size=DIMENSION,
            distance=qdrant.Distance.Cosine,
            quantization_config=qdrant.ScalarQuantizationConfig(
                qdrant.ScalarType.Int8, quantile=0.99
            ),
        ),
        hnsw_config=qdrant.HnswIndexConfig(m=16, ef_construct=64, full_scan_threshold=10_000),
        max_search_threads=len(os.sched_getaffinity(0)),
    )


if __name__ == "__main__":
    main()
