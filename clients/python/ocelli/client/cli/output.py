"""What the commands print on stdout: tables or JSON lines."""

import dataclasses
import json
from collections.abc import Iterable, Mapping
from typing import TypeAlias

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ocelli.client.detection import Detection, MaskRuns
from ocelli.client.errors import OcelliError
from ocelli.client.region import IndexedRegion
from ocelli.client.results import DetectResult, ImageWarning, SearchedRegion, Timings

Json: TypeAlias = Mapping[str, object]

_NO_TERMINAL_COLUMNS = 1000
_PIXEL_DIGITS = 2
SCORE_DIGITS = 5


def console() -> Console:
    """Where results for people go. A file or a pipe gets lines of any width."""
    made = Console(highlight=False)
    if not made.is_terminal:
        made.width = _NO_TERMINAL_COLUMNS
    return made


def error_console() -> Console:
    """Where progress and remarks go."""
    return Console(stderr=True, highlight=False)


def say_json(value: Json) -> None:
    """Prints one JSON line on stdout."""
    click.echo(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def table(*columns: str) -> Table:
    """Makes a table; a column whose name begins with '>' is set to the right."""
    made = Table(box=None, header_style="dim", pad_edge=False)
    for name in columns:
        if name.startswith(">"):
            made.add_column(name[1:], justify="right", no_wrap=True)
        else:
            made.add_column(name, overflow="fold")
    return made


def add_row(target: Table, *cells: object) -> None:
    """Adds a row; the cells' text is taken as it is."""
    target.add_row(*(escape(str(cell)) for cell in cells))


def timings_json(timings: Timings) -> Json:
    """Where the time went."""
    return {
        "decode_us": timings.decode_us,
        "queue_us": timings.queue_us,
        "inference_us": timings.inference_us,
        "postprocess_us": timings.postprocess_us,
        "total_us": timings.total_us,
    }


def detections_json(result: DetectResult) -> Json:
    """What was found in an image. Boxes are [x_min, y_min, x_max, y_max] in pixels."""
    return {
        "width": result.width,
        "height": result.height,
        "model": result.model,
        "model_version": result.model_version,
        "detections": [
            {
                "label": found.label,
                "class_id": found.class_id,
                "score": round(found.score, SCORE_DIGITS),
                "box": [round(edge, _PIXEL_DIGITS) for edge in found.box],
                **_parts_json(found),
            }
            for found in result.detections
        ],
        "timings": timings_json(result.timings),
        **warnings_json(result.warnings),
    }


def _parts_json(found: Detection) -> Json:
    """What some models tell of an object beside its box, if they did."""
    parts: dict[str, object] = {}
    if found.keypoints:
        parts["keypoints"] = [
            {
                "name": point.name,
                "x": round(point.x, _PIXEL_DIGITS),
                "y": round(point.y, _PIXEL_DIGITS),
                **({} if point.score is None else {"score": round(point.score, SCORE_DIGITS)}),
            }
            for point in found.keypoints
        ]
    if isinstance(found.mask, MaskRuns):
        mask = found.mask
        parts["mask"] = {
            "x_min": mask.x_min,
            "y_min": mask.y_min,
            "width": mask.width,
            "height": mask.height,
            "lengths": mask.lengths,
        }
    elif found.mask is not None:
        parts["mask"] = {
            "polygons": [
                [round(float(value), _PIXEL_DIGITS) for value in outline.reshape(-1)]
                for outline in found.mask.polygons
            ]
        }
    if found.oriented_box is not None:
        turned = dataclasses.asdict(found.oriented_box)
        parts["oriented_box"] = {key: round(value, _PIXEL_DIGITS) for key, value in turned.items()}
    return parts


def regions_json(regions: Iterable[IndexedRegion | SearchedRegion]) -> list[Json]:
    """Parts of an image. Boxes are [x_min, y_min, x_max, y_max] in pixels."""
    return [
        {
            **({"id": region.id} if isinstance(region, IndexedRegion) else {}),
            "label": region.label,
            "score": round(region.score, SCORE_DIGITS),
            "box": [round(edge, _PIXEL_DIGITS) for edge in region.box],
        }
        for region in regions
    ]


def warnings_json(warnings: Iterable[ImageWarning]) -> Json:
    """What there is to know of an image, if there is anything."""
    found = [{"reason": one.reason, "message": one.message} for one in warnings]
    return {"warnings": found} if found else {}


def error_json(error: OcelliError) -> Json:
    """Why an item failed."""
    return {"error": {"reason": error.reason, "code": error.code.name, "message": error.message}}
