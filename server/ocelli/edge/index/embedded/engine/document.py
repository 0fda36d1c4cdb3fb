"""How a collection is described on disk: `collection.json`.

The types here are the file's and nothing else's, so that no change elsewhere changes the format
unnoticed. A change here needs another `FORMAT_VERSION`, and a way up from the one before.
"""

from collections.abc import Callable
from typing import Self

import msgspec

from ocelli.edge.index.embedded import wire
from ocelli.edge.index.schema import Collection, FieldType, Metric, RegionDetector

FORMAT_VERSION = 4


class FormatTooNew(Exception):  # noqa: N818  # reads as what happened
    """A file was written by a newer version."""


class StoredField(msgspec.Struct, frozen=True):
    """A payload field that filters may name, or will when it is ready."""

    name: str
    type: str
    key: str
    """Where the engine keeps the field's values; never used for another field."""
    ready: bool
    """Whether all points have their values there. Until then the schema is without the field."""


class StoredDetector(msgspec.Struct, frozen=True):
    """What finds the parts of images; see `schema.RegionDetector`."""

    model: str
    labels: tuple[str, ...]
    min_score: float | None
    min_size_px: float
    max_regions: int
    margin: float


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A collection, as the file has it."""

    format_version: int = FORMAT_VERSION
    name: str
    dimension: int
    metric: str
    model: str
    generation: str
    revision: int
    has_shard: bool
    """Whether anything was ever stored. Until then a shard that is there is not to be used."""
    shard: str = "shard"
    """The folder of its shard, beside the file; once it is optimised, another takes its place."""
    fields: tuple[StoredField, ...]
    detector: StoredDetector | None = None

    @classmethod
    def of(cls, collection: Collection, generation: str) -> Self:
        """The description of a new collection."""
        fields = (
            StoredField(name, kind.value, f"f{position}", ready=True)
            for position, (name, kind) in enumerate(collection.fields.items())
        )
        return cls(
            name=collection.name,
            dimension=collection.dimension,
            metric=collection.metric.value,
            model=collection.model,
            generation=generation,
            revision=0,
            has_shard=False,
            fields=tuple(fields),
            detector=None
            if collection.detector is None
            else StoredDetector(**msgspec.structs.asdict(collection.detector)),
        )

    @property
    def collection(self) -> Collection:
        """The collection as callers have it."""
        return Collection(
            name=self.name,
            dimension=self.dimension,
            metric=Metric(self.metric),
            fields={field.name: FieldType(field.type) for field in self.fields if field.ready},
            model=self.model,
            detector=None
            if self.detector is None
            else RegionDetector(**msgspec.structs.asdict(self.detector)),
        )

    @property
    def entry(self) -> wire.Entry:
        """The collection as it goes over the wire."""
        return wire.Entry(self.collection, self.generation, self.revision)

    @property
    def pending(self) -> tuple[StoredField, ...]:
        """The fields that are not ready."""
        return tuple(field for field in self.fields if not field.ready)

    def with_shard(self) -> "Document":
        """The same revision with a shard."""
        return msgspec.structs.replace(self, has_shard=True)

    def with_shard_at(self, folder: str) -> "Document":
        """The same revision with its shard in another folder."""
        return msgspec.structs.replace(self, shard=folder)

    def with_model(self, model: str) -> "Document":
        """The next revision, with another model; the same one if it has that model."""
        if model == self.model:
            return self
        return msgspec.structs.replace(self, model=model, revision=self.revision + 1)

    def with_pending(self, add: dict[str, FieldType]) -> "Document":
        """The same revision with fields that are not ready; those that exist are passed over."""
        known = {field.name for field in self.fields}
        new = [(name, kind) for name, kind in add.items() if name not in known]
        fields = (
            StoredField(name, kind.value, f"f{position}", ready=False)
            for position, (name, kind) in enumerate(new, len(self.fields))
        )
        return msgspec.structs.replace(self, fields=(*self.fields, *fields))

    def with_ready(self) -> "Document":
        """The next revision, all of its fields ready."""
        fields = tuple(msgspec.structs.replace(field, ready=True) for field in self.fields)
        return msgspec.structs.replace(self, fields=fields, revision=self.revision + 1)


def encode(document: Document) -> bytes:
    """The file's content."""
    return msgspec.json.encode(document)


def decode(content: bytes) -> Document:
    """The description in a file of this format or of one before.

    Raises:
        FormatTooNew: the file's format is newer.
        ValueError, msgspec.MsgspecError: it is no description.
    """
    raw = msgspec.json.decode(content)
    version = _version(raw)
    if version > FORMAT_VERSION:
        raise FormatTooNew(
            f"its format is {version}, and this version of the server reads formats up to "
            f"{FORMAT_VERSION}; run the version that wrote it, or choose another folder"
        )
    document = msgspec.convert(_UPGRADES[version](raw), Document)
    Metric(document.metric)
    for field in document.fields:
        FieldType(field.type)
    return document


def _version(raw: object) -> int:
    """Version 1 was a list of the collection and its generation."""
    version = raw.get("format_version") if isinstance(raw, dict) else 1
    if not isinstance(version, int) or version < 1:
        raise ValueError("it has no format_version")
    return version


class _Collection1(msgspec.Struct):
    name: str
    dimension: int
    metric: str
    fields: dict[str, str]
    model: str


def _from_version_1(raw: object) -> object:
    old, generation = msgspec.convert(raw, tuple[_Collection1, str])
    return _from_version_2(
        {
            "name": old.name,
            "dimension": old.dimension,
            "metric": old.metric,
            "model": old.model,
            "generation": generation,
            "revision": 0,
            "fields": [
                {"name": name, "type": kind, "key": f"f{position}", "ready": True}
                for position, (name, kind) in enumerate(old.fields.items())
            ],
        }
    )


def _from_version_2(raw: object) -> object:
    """Version 2 gave every collection a shard when it was created."""
    old = msgspec.convert(raw, dict[str, object])
    return _from_version_3({**old, "has_shard": True})


def _from_version_3(raw: object) -> object:
    """Version 3 had every shard in a folder of that name, and knew no parts of images."""
    old = msgspec.convert(raw, dict[str, object])
    return {**old, "format_version": FORMAT_VERSION, "shard": "shard", "detector": None}


_UPGRADES: dict[int, Callable[[object], object]] = {
    1: _from_version_1,
    2: _from_version_2,
    3: _from_version_3,
    FORMAT_VERSION: lambda raw: raw,
}
