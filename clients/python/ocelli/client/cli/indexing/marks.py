"""What is kept with every image that says whether it would be stored the same again."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Self

from ocelli.client import Client, Collection, OcelliError
from ocelli.client.cli.indexing.image_files import ImageFile
from ocelli.client.filters import Scalar
from ocelli.client.payload import PayloadValue

CONTENT_KEY = "content_sha256"
"""Key of the payload with the SHA-256 of the file, in hexadecimal digits."""
RECIPE_KEY = "indexed_as"
"""Key of the payload with a digest of everything else that decides what is stored."""

_RECIPE_DIGITS = 32
_IDS_PER_CALL = 100
_MAX_ID_BYTES = 256


@dataclass(frozen=True, slots=True)
class Mark:
    """What an image was when it was stored, and how it was stored."""

    content: PayloadValue
    recipe: PayloadValue


@dataclass(frozen=True, slots=True)
class Recipe:
    """What decides, beside an image and its payload, what is stored of it."""

    models: tuple[str, ...]
    """Names and versions of the collection's models."""
    detector: str
    """The collection's detector as JSON; empty if it has none."""

    @classmethod
    def of(cls, client: Client, collection: Collection) -> Self:
        """That of a collection as it is now."""
        detector = collection.detector
        names = [collection.model, *([detector.model] if detector else [])]
        return cls(
            tuple(f"{name} {client.models.get(name).version}" for name in names if name),
            _text(asdict(detector)) if detector else "",
        )

    def digest(self, payload: Mapping[str, Scalar]) -> str:
        """Tells recipes with payloads apart."""
        text = _text([self.models, self.detector, payload])
        return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()[:_RECIPE_DIGITS]


class StoredMarks:
    """Looks up what is stored already, some ids at a time.

    Args:
        client: asks the server.
        collection: where to look.
    """

    def __init__(self, client: Client, collection: Collection) -> None:
        self._client = client
        self._collection = collection

    def beside(self, files: Iterable[ImageFile]) -> Iterator[tuple[ImageFile, Mark | None]]:
        """Yields each file with the mark that is stored of it, None if there is none.

        Nothing is known of images that the server cannot be asked about; they are stored again.
        """
        left = iter(files)
        while some := tuple(islice(left, _IDS_PER_CALL)):
            marks = self._marks([id_ for file in some if (id_ := self._point_id(file))])
            for file in some:
                yield file, marks.get(self._point_id(file))

    def _point_id(self, file: ImageFile) -> str:
        """Id of a point that is there if the image is; empty if there can be none."""
        id_ = file.id if self._collection.detector is None else f"{file.id}#0"
        try:
            return id_ if len(id_.encode()) <= _MAX_ID_BYTES else ""
        except UnicodeEncodeError:
            return ""

    def _marks(self, ids: Sequence[str]) -> dict[str, Mark]:
        if not ids:
            return {}
        try:
            found = self._client.points.get(self._collection.name, ids)
        except OcelliError:
            return {}
        return {
            point.id: Mark(point.payload.get(CONTENT_KEY), point.payload.get(RECIPE_KEY))
            for point in found.points
        }


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
