"""Search by parts of photos: objects by a crop of them, faces in altered copies of the photos."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import cv2
import numpy as np

from demo.face_copies import copies
from demo.output import Json, Output
from ocelli.client import (
    Box,
    Client,
    Detection,
    Hit,
    IndexedRegion,
    IndexItem,
    RegionDetector,
    SearchResult,
    draw,
)
from ocelli.client.contact_sheet import contact_sheet
from ocelli.client.draw import Pixels
from ocelli.models.media import Medium

IMAGES, OBJECTS, FACES = "images", "objects", "faces"

_MARGIN = 0.1
_LEAST_OBJECT_PX = 40
_LEAST_FACE_PX = 30
_JPEG_QUALITY = 60
_COLLECTIONS: Mapping[str, tuple[str, RegionDetector | None]] = MappingProxyType(
    {
        IMAGES: ("", None),
        OBJECTS: ("", RegionDetector(min_size_px=_LEAST_OBJECT_PX, margin=_MARGIN)),
        FACES: (
            "face_vectors",
            RegionDetector(model="centerface", min_size_px=_LEAST_FACE_PX),
        ),
    }
)
"""Name → embedding model and detector; all three get the same photos."""


@dataclass(frozen=True)
class Query:
    """A part of a photo, altered, and what it found first."""

    photo: Path
    part: IndexedRegion
    how: str
    pixels: Pixels
    """What it was looked for with, or what shows it: uint8 RGB, shape (H, W, 3)."""
    hit: Hit | None
    in_photo: bool = True
    """The photo came first among whole photos, too."""

    @property
    def correct(self) -> bool:
        """The very same part comes first."""
        return self.hit is not None and self.hit.id == self.part.id


@dataclass(frozen=True)
class Parts:
    """What came of it."""

    objects: Mapping[Path, Sequence[IndexedRegion]]
    """Those stored of each photo."""
    faces: Mapping[Path, Sequence[IndexedRegion]]
    by_crop: Sequence[Query]
    """Each object, looked for by a mirrored crop of it."""
    in_copies: Sequence[Query]
    """Each face, looked for in copies of its photo."""


def search_parts(client: Client, photos: Sequence[Medium], output: Output) -> Parts:
    """Stores photos, objects and faces, and looks for each object and face again."""
    stored = {name: _index(client, name, photos, output) for name in _COLLECTIONS}
    by_crop = [
        _by_crop(client, path, part) for path, parts in stored[OBJECTS].items() for part in parts
    ]
    in_copies = [
        query
        for path, parts in stored[FACES].items()
        if parts
        for query in _in_copies(client, path, parts)
    ]
    parts = Parts(stored[OBJECTS], stored[FACES], by_crop, in_copies)
    rows = output.table("collection", ">stored", "looked for by", ">queries", ">found first")
    crops, faces = "a mirrored crop", "mirrored, darker, cut copies"
    found_photos = sum(query.in_photo for query in by_crop)
    rows.add_row(IMAGES, str(len(photos)), crops, str(len(by_crop)), str(found_photos))
    for name, how, queries in ((OBJECTS, crops, by_crop), (FACES, faces, in_copies)):
        found = sum(query.correct for query in queries)
        rows.add_row(name, str(_count(stored[name])), how, str(len(queries)), str(found))
        if not found:
            output.problems.append(f"nothing of {name} was found again")
    output.console.print(rows)
    return parts


def draw_parts(parts: Parts, output: Output) -> None:
    """Writes sheets of each query beside what it found first."""
    for name, queries, columns in (
        ("objects.png", parts.by_crop, 6),
        ("face_search.png", parts.in_copies, 6),
    ):
        tiles: list[tuple[Pixels, str]] = []
        paths = {query.photo.name: query.photo for query in queries}
        for query in queries:
            tiles.append((query.pixels, f"{query.part.label}, {query.how}"))
            if query.hit is not None:
                told = "found" if query.correct else "another"
                tiles.append((_shown(query.hit, paths), f"{told} {query.hit.score:.2f}"))
        if tiles:
            draw.save(output.path(name), contact_sheet(tiles, columns=columns))


def objects_json(parts: Parts) -> Json:
    """How many objects were stored, looked for and found, and among whole photos instead."""
    return {
        "collection": OBJECTS,
        "indexed": _count(parts.objects),
        "queries": len(parts.by_crop),
        "found": sum(query.correct for query in parts.by_crop),
        "photo_found": sum(query.in_photo for query in parts.by_crop),
    }


def face_search_json(parts: Parts) -> Json:
    """How many faces were stored, looked for and found."""
    return {
        "collection": FACES,
        "indexed": _count(parts.faces),
        "queries": len(parts.in_copies),
        "found": sum(query.correct for query in parts.in_copies),
    }


def _index(
    client: Client, name: str, photos: Sequence[Medium], output: Output
) -> dict[Path, Sequence[IndexedRegion]]:
    model, detector = _COLLECTIONS[name]
    client.collections.create(name, model=model, detector=detector)
    paths = {photo.path.name: photo.path for photo in photos}
    stored: dict[Path, Sequence[IndexedRegion]] = {}
    for answer in client.index(name, [IndexItem(id_, path) for id_, path in paths.items()]):
        if answer.result is None:
            output.problems.append(f"{answer.id} was not stored in {name}: {answer.error}")
        else:
            stored[paths[answer.id]] = answer.result.regions
    return stored


def _by_crop(client: Client, path: Path, part: IndexedRegion) -> Query:
    crop = np.ascontiguousarray(_around(draw.load(path), part.box, _MARGIN)[:, ::-1])
    quality = [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY]
    poor = cv2.imencode(".jpg", np.ascontiguousarray(crop[..., ::-1]), quality)[1].tobytes()
    found = client.search(OBJECTS, image=poor, region_use="whole", limit=1)
    photo = client.search(IMAGES, image=poor, limit=1)
    in_photo = bool(photo.hits) and photo[0].id == path.name
    return Query(path, part, "mirrored", crop, _first(found), in_photo)


def _in_copies(client: Client, path: Path, parts: Sequence[IndexedRegion]) -> list[Query]:
    queries = []
    for copy in copies(draw.load(path)):
        found = client.search(FACES, image=copy.pixels, region_use="each", limit=1)
        for part in parts:
            region = copy.find(part.box, found.regions)
            shown = copy.pixels if region is None else _around(copy.pixels, region.box, 0.5)
            hit = region.hits[0] if region is not None and region.hits else None
            queries.append(Query(path, part, copy.how, shown, hit))
    return queries


def _first(found: SearchResult) -> Hit | None:
    return found[0] if found.hits else None


def _shown(hit: Hit, paths: Mapping[str, Path]) -> Pixels:
    """The photo that a hit is part of, around its box."""
    edges = [float(str(hit.payload[key])) for key in ("x_min", "y_min", "x_max", "y_max")]
    box = Box(*edges)
    pixels = draw.load(paths[str(hit.payload["image_id"])])
    found = Detection(box, float(str(hit.payload["score"])), str(hit.payload["label"]), 0)
    return _around(draw.annotate(pixels, [found]), box, 0.5)


def _around(pixels: Pixels, box: Box, margin: float) -> Pixels:
    """The part of an image that a box covers, with a share of its sides added to each."""
    height, width = pixels.shape[:2]
    x, y = margin * box.width, margin * box.height
    rows = slice(max(0, round(box.y_min - y)), min(height, round(box.y_max + y)))
    columns = slice(max(0, round(box.x_min - x)), min(width, round(box.x_max + x)))
    return pixels[rows, columns]


def _count(stored: Mapping[Path, Sequence[IndexedRegion]]) -> int:
    return sum(map(len, stored.values()))
