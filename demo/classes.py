"""Classify: what does each photo show?"""

from collections.abc import Sequence

from demo.output import Json, Output
from ocelli.client import ClassifyResult, Client, draw
from ocelli.client.contact_sheet import contact_sheet
from ocelli.models.media import Medium

_SHOWN = 3


def classify_photos(
    client: Client, photos: Sequence[Medium], output: Output
) -> list[ClassifyResult]:
    """Classifies each photo and prints its best classes; returns the results in order."""
    results = []
    rows = output.table("image", "shows", ">score", "or", "or", ">server")
    for photo in photos:
        result = client.classify(photo.path)
        results.append(result)
        best, *others = result.classifications[:_SHOWN]
        rows.add_row(
            photo.path.name,
            best.label,
            f"{best.score:.2f}",
            *(f"{other.label} {other.score:.2f}" for other in others),
            f"{result.timings.total_us / 1000:.0f} ms",
        )
    output.console.print(rows)
    return results


def draw_classes(
    photos: Sequence[Medium], results: Sequence[ClassifyResult], output: Output
) -> None:
    """Writes a sheet of the photos with what they show."""
    tiles = []
    for photo, result in zip(photos, results, strict=True):
        best = result.classifications[0]
        tiles.append((draw.load(photo.path), f"{best.label} {best.score:.2f}"))
    draw.save(output.path("classes.png"), contact_sheet(tiles))


def classes_json(photos: Sequence[Medium], results: Sequence[ClassifyResult]) -> list[Json]:
    """Every photo with its best classes."""
    return [
        {
            "image": photo.path.name,
            "model": result.model,
            "labels": [
                {"label": found.label, "score": round(found.score, 4)}
                for found in result.classifications
            ],
            "server_ms": round(result.timings.total_us / 1000, 2),
        }
        for photo, result in zip(photos, results, strict=True)
    ]
