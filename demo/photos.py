"""Detect: what is in each photo?"""

import textwrap
import time
from collections import Counter
from collections.abc import Sequence

from demo.output import Json, Output, detections_json
from ocelli.client import Client, Detection, DetectResult, draw
from ocelli.client.contact_sheet import contact_sheet
from ocelli.models.media import Medium

_CAPTION_CHARS = 30


def detect_photos(client: Client, photos: Sequence[Medium], output: Output) -> list[DetectResult]:
    """Finds objects in each photo and prints a table; returns the results in order."""
    results = []
    rows = output.table("image", ">pixels", "found", ">round trip")
    for photo in photos:
        begun_s = time.perf_counter()
        result = client.detect(photo.path)
        spent_ms = 1000 * (time.perf_counter() - begun_s)
        results.append(result)
        found = summary(result.detections) or "–"
        size = f"{result.width}×{result.height}"
        rows.add_row(photo.path.name, size, found, f"{spent_ms:.0f} ms")
    output.console.print(rows)
    return results


def draw_photos(photos: Sequence[Medium], results: Sequence[DetectResult], output: Output) -> None:
    """Writes each photo with its boxes, and all of them on one sheet."""
    tiles = []
    for photo, result in zip(photos, results, strict=True):
        drawn = draw.annotate(draw.load(photo.path), result.detections)
        draw.save(output.path(f"photos/{photo.path.stem}.png"), drawn)
        caption = summary(result.detections) or "nothing found"
        tiles.append((drawn, textwrap.shorten(caption, _CAPTION_CHARS, placeholder=" …")))
    draw.save(output.path("overview.png"), contact_sheet(tiles))


def photos_json(photos: Sequence[Medium], results: Sequence[DetectResult]) -> list[Json]:
    """Every photo with what was found in it."""
    return [
        {
            "image": str(photo.path),
            "width": result.width,
            "height": result.height,
            "model": result.model,
            "labels": dict(Counter(found.label for found in result.detections)),
            "detections": detections_json(result.detections),
            "server_ms": round(result.timings.total_us / 1000, 2),
            "licence": photo.licence,
            "credit": photo.credit,
        }
        for photo, result in zip(photos, results, strict=True)
    ]


def summary(detections: Sequence[Detection]) -> str:
    """Labels with how many there are and the best score: `2× person .88, car .51`."""
    scores: dict[str, list[float]] = {}
    for found in detections:
        scores.setdefault(found.label, []).append(found.score)
    return ", ".join(
        f"{f'{len(of_label)}× ' if len(of_label) > 1 else ''}{label} "
        + f"{max(of_label):.2f}".lstrip("0")
        for label, of_label in scores.items()
    )
