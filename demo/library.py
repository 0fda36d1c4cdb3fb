"""What the demo searches in: the photos with their labels, and frames of the video."""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from demo.output import Output
from demo.street import Streamed
from ocelli.client import Client, Detection, DetectResult, IndexItem, video
from ocelli.client.draw import Pixels
from ocelli.client.payload import Payload
from ocelli.models.media import Medium

COLLECTION = "demo"
FRAME_EVERY = 5
_UNNAMED = "other"

_LABELS: Mapping[str, str] = {
    "astronaut": "person",
    "bin": "things",
    "cat": "animal",
    "coffee": "food",
    "diners": "person",
    "flower": "plant",
    "motorcycle": "vehicle",
    "pagoda": "building",
    "photographer": "person",
    "rocket": "vehicle",
}


def label_of(photo: Medium) -> str:
    """What a person would call the photo."""
    return _LABELS.get(photo.path.stem, _UNNAMED)


def index_all(
    client: Client,
    photos: Sequence[Medium],
    found: Sequence[DetectResult],
    streamed: Streamed,
    output: Output,
) -> int:
    """Makes the collection and stores all photos and every fifth frame; returns how many."""
    client.collections.create(
        COLLECTION,
        fields={"kind": "keyword", "label": "keyword", "objects": "keyword", "second": "float"},
    )
    total = len(photos) + -(-len(streamed.answers) // FRAME_EVERY)
    stored = 0
    with output.counted("indexing", total) as bar:
        for answer in client.index(COLLECTION, _items(photos, found, streamed)):
            if answer.error is None:
                stored += 1
            else:
                output.problems.append(f"{answer.id} was not stored: {answer.error}")
            bar.advance(bar.task_ids[0])
    return stored


def _items(
    photos: Sequence[Medium], found: Sequence[DetectResult], streamed: Streamed
) -> Iterator[IndexItem]:
    for photo, result in zip(photos, found, strict=True):
        payload = {"kind": "photo", "label": label_of(photo), **_objects(result.detections)}
        yield IndexItem(photo.path.name, photo.path, payload)
    for frame, answer in zip(video.frames(streamed.path), streamed.answers, strict=True):
        if answer.frame_id % FRAME_EVERY == 0:
            # The client reads arrays as RGB, OpenCV decodes BGR.
            rgb = cast("Pixels", frame.image)[:, :, ::-1]
            yield IndexItem(
                f"{streamed.path.name}#{answer.frame_id}",
                rgb,
                {
                    "kind": "frame",
                    "second": frame.capture_time_us / 1e6,
                    **_objects(answer.result.detections if answer.result else ()),
                },
            )


def _objects(detections: Sequence[Detection]) -> Payload:
    return {"objects": sorted({found.label for found in detections})}
