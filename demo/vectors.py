"""Embed: which photos are alike?"""

from collections.abc import Sequence

import numpy as np

from demo.output import Json, Output
from ocelli.client import Client, EmbedResult
from ocelli.models.media import Medium


def embed_photos(client: Client, photos: Sequence[Medium], output: Output) -> list[Json]:
    """Turns each photo into a vector, prints which other one is the most like it."""
    results = [client.embed(photo.path) for photo in photos]
    vectors = np.stack([result.vector for result in results])
    np.save(output.path("vectors.npy"), vectors)
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -np.inf)
    rows = output.table("image", "most like it", ">cosine", ">server")
    for photo, result, row in zip(photos, results, likeness, strict=True):
        other = photos[int(row.argmax())].path.name
        time_ms = f"{result.timings.total_us / 1000:.0f} ms"
        rows.add_row(photo.path.name, other, f"{row.max():.2f}", time_ms)
    output.console.print(rows)
    return [
        _json(photo, result, photos[int(row.argmax())], float(row.max()))
        for photo, result, row in zip(photos, results, likeness, strict=True)
    ]


def _json(photo: Medium, result: EmbedResult, nearest: Medium, cosine: float) -> Json:
    return {
        "image": str(photo.path),
        "model": result.model,
        "dimension": len(result.vector),
        "length": round(float(np.linalg.norm(result.vector)), 6),
        "nearest": nearest.path.name,
        "cosine": round(cosine, 4),
        "server_ms": round(result.timings.total_us / 1000, 2),
    }
