"""Search: is each photo found again from a copy that was cropped, flipped and re-encoded?"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from demo.library import COLLECTION
from demo.output import Json, Output
from ocelli.client import Client, SearchResult, draw
from ocelli.client.contact_sheet import contact_sheet
from ocelli.client.draw import Pixels
from ocelli.models.media import Medium

_KEPT = 0.75
_JPEG_QUALITY = 60
_HITS = 3


@dataclass(frozen=True)
class Query:
    """An altered copy of a photo and what it found."""

    photo: Medium
    path: Path
    """The copy."""
    result: SearchResult

    @property
    def correct(self) -> bool:
        """The photo that it was made of comes first."""
        return bool(self.result.hits) and self.result[0].id == self.photo.path.name


def query_all(client: Client, photos: Sequence[Medium], output: Output) -> list[Query]:
    """Looks for each photo by an altered copy of it and prints what came first."""
    queries = []
    rows = output.table("copy of", "found first", ">score", "then", ">score", ">engine", "")
    for photo in photos:
        path = output.path(f"queries/{photo.path.stem}.jpg")
        path.write_bytes(altered(draw.load(photo.path)))
        query = Query(photo, path, client.search(COLLECTION, image=path, limit=_HITS))
        queries.append(query)
        first, second = query.result.hits[:2]
        rows.add_row(
            *(photo.path.name, first.id, f"{first.score:.3f}", second.id, f"{second.score:.3f}"),
            f"{query.result.engine_us / 1000:.1f} ms",
            "[green]right[/]" if query.correct else "[red]wrong[/]",
        )
    output.console.print(rows)
    wrong = [query.photo.path.name for query in queries if not query.correct]
    if wrong:
        output.problems.append(f"something else came first for copies of {', '.join(wrong)}")
    return queries


def altered(pixels: Pixels) -> bytes:
    """Keeps the middle three quarters of each side, mirrors it, encodes it as a poor JPEG.

    Args:
        pixels: uint8 RGB, shape (H, W, 3).
    """
    height, width = pixels.shape[:2]
    top, left = round(height * (1 - _KEPT) / 2), round(width * (1 - _KEPT) / 2)
    mirrored = pixels[top : height - top, left : width - left][:, ::-1, ::-1]
    quality = [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY]
    return cv2.imencode(".jpg", np.ascontiguousarray(mirrored), quality)[1].tobytes()


def draw_queries(queries: Sequence[Query], output: Output) -> None:
    """Writes a sheet of each copy beside the photo that it found first."""
    by_name = {query.photo.path.name: query.photo.path for query in queries}
    tiles: list[tuple[Pixels, str]] = []
    for query in queries:
        tiles.append((draw.load(query.path), "query"))
        first = query.result[0]
        if first.id in by_name:
            tiles.append((draw.load(by_name[first.id]), f"{first.score:.3f} {first.id}"))
    draw.save(output.path("search.png"), contact_sheet(tiles, columns=4))


def queries_json(queries: Sequence[Query]) -> list[Json]:
    """Every query with its hits."""
    return [
        {
            "image": str(query.path),
            "expected": query.photo.path.name,
            "correct": query.correct,
            "hits": [{"id": hit.id, "score": round(hit.score, 4)} for hit in query.result],
            "engine_us": query.result.engine_us,
            "server_ms": round(query.result.timings.total_us / 1000, 2),
        }
        for query in queries
    ]
