"""Faces: where they are in the photos, and who is who in altered copies of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from demo.alignment import aligned, named
from demo.face_copies import Copy, copies
from demo.output import Json, Output
from ocelli.client import Box, Client, Detection, draw
from ocelli.client.contact_sheet import contact_sheet
from ocelli.client.draw import Pixels
from ocelli.models.media import Medium

DETECTOR = "centerface"
EMBEDDER = "face_vectors"
SAME_PERSON_DISTANCE = 0.5
"""Nearer than this, two vectors are taken for one person; dlib's own limit, for photos that differ
more, is 0.6."""

_LEAST_WIDTH_PX = 30


@dataclass(frozen=True)
class Person:
    """A face of a photo that is large enough to be known again."""

    photo: Path
    found: Detection
    aligned: Pixels
    vector: npt.NDArray[np.float32]


@dataclass(frozen=True)
class Sighting:
    """A person in a copy of the photo."""

    person: Person
    how: str
    aligned: Pixels
    distance: float
    """From the same person in the photo."""
    next_distance: float
    """From the nearest of the others."""

    @property
    def correct(self) -> bool:
        """The same person is nearest, and near enough to be told as the same."""
        return self.distance < min(self.next_distance, SAME_PERSON_DISTANCE)


@dataclass(frozen=True)
class Faces:
    """What came of it."""

    found: Sequence[tuple[Path, Sequence[Detection]]]
    """Each photo with its faces."""
    persons: Sequence[Person]
    sightings: Sequence[Sighting]
    missed: Sequence[str]
    """Where a face was not found again, for people."""


def find_faces(client: Client, photos: Sequence[Medium], output: Output) -> Faces:
    """Finds the faces, finds them again in altered copies, and tells whose they are."""
    found = [(photo.path, client.detect(photo.path, model=DETECTOR).detections) for photo in photos]
    persons = [
        _person(client, path, draw.load(path), face)
        for path, faces in found
        for face in faces
        if face.box.width >= _LEAST_WIDTH_PX
    ]
    sightings, missed = [], []
    rows = output.table("person in", "copy", ">distance", ">of the next", "")
    for path in dict.fromkeys(person.photo for person in persons):
        for copy in copies(draw.load(path)):
            faces = client.detect(copy.pixels, model=DETECTOR).detections
            for person in persons:
                if person.photo != path:
                    continue
                face = copy.find(person.found.box, faces)
                if face is None:
                    missed.append(f"{path.name} ({copy.how})")
                    continue
                sighting = _sighting(client, copy, face, person, persons)
                sightings.append(sighting)
                rows.add_row(
                    *(path.name, copy.how, f"{sighting.distance:.2f}"),
                    f"{sighting.next_distance:.2f}",
                    "[green]right[/]" if sighting.correct else "[red]wrong[/]",
                )
    output.console.print(rows)
    if missed:
        output.problems.append(f"a face was not found again in {', '.join(missed)}")
    wrong = sorted({sighting.person.photo.name for sighting in sightings if not sighting.correct})
    if wrong:
        output.problems.append(f"somebody of {', '.join(wrong)} was taken for another")
    return Faces(found, persons, sightings, missed)


def draw_faces(faces: Faces, output: Output) -> None:
    """Writes a row for each person: where the face is, and how it was seen there and in copies."""
    tiles = []
    for person in faces.persons:
        pixels = draw.annotate(draw.load(person.photo), [person.found])
        tiles.append((_around(pixels, person.found.box), person.photo.name))
        tiles.append((person.aligned, "aligned"))
        tiles += [
            (seen.aligned, f"{seen.how} {seen.distance:.2f} < {seen.next_distance:.2f}")
            for seen in faces.sightings
            if seen.person is person
        ]
    draw.save(output.path("faces.png"), contact_sheet(tiles))


def faces_json(faces: Faces) -> Json:
    """All faces, and how far each was from itself and from the others."""
    return {
        "detector": DETECTOR,
        "embedder": EMBEDDER,
        "found": sum(len(found) for _, found in faces.found),
        "persons": len(faces.persons),
        "queries": len(faces.sightings) + len(faces.missed),
        "same_person_correct": sum(sighting.correct for sighting in faces.sightings),
        "photos": [
            {
                "image": path.name,
                "faces": [
                    {
                        "score": round(face.score, 4),
                        "box": [round(edge, 2) for edge in face.box],
                        "keypoints": named(face.keypoints),
                    }
                    for face in found
                ],
            }
            for path, found in faces.found
        ],
        "results": [
            {
                "image": seen.person.photo.name,
                "copy": seen.how,
                "distance": round(seen.distance, 4),
                "next_distance": round(seen.next_distance, 4),
                "correct": seen.correct,
            }
            for seen in faces.sightings
        ],
    }


def _person(client: Client, path: Path, pixels: Pixels, face: Detection) -> Person:
    chip = aligned(pixels, face.keypoints)
    return Person(path, face, chip, _vector(client, chip))


def _sighting(
    client: Client, copy: Copy, face: Detection, person: Person, persons: Sequence[Person]
) -> Sighting:
    chip = aligned(copy.pixels, face.keypoints)
    vector = _vector(client, chip)
    distances = [float(np.linalg.norm(vector - other.vector)) for other in persons]
    own = distances.pop(next(at for at, other in enumerate(persons) if other is person))
    return Sighting(person, copy.how, chip, own, min(distances))


def _vector(client: Client, chip: Pixels) -> npt.NDArray[np.float32]:
    # Raw: the distances that tell persons apart are those of vectors that are not scaled.
    return client.embed(chip, model=EMBEDDER, raw=True).vector


def _around(pixels: Pixels, box: Box) -> Pixels:
    """A square part of the image, twice as wide as the box."""
    half = max(box.width, box.height)
    x, y = (box.x_min + box.x_max) / 2, (box.y_min + box.y_max) / 2
    height, width = pixels.shape[:2]
    rows = slice(max(0, round(y - half)), min(height, round(y + half)))
    return pixels[rows, max(0, round(x - half)) : min(width, round(x + half))]
