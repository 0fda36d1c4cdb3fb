"""What a collection is, apart from its points: as JSON, and made anew elsewhere."""

import dataclasses
import json
from collections.abc import Mapping
from typing import get_args

import click

from ocelli.client import Client, Collection, NotFound
from ocelli.client.collection import FieldType, Metric
from ocelli.client.region import RegionDetector

FORMAT = 1
"""Version of the description, and of the file that it stands in."""

_COMPARED = ("dimension", "metric", "fields", "model", "detector")


def to_json(one: Collection) -> str:
    """Writes a description."""
    return json.dumps(
        {
            "format": FORMAT,
            "name": one.name,
            "dimension": one.dimension,
            "metric": one.metric,
            "fields": dict(one.fields),
            "model": one.model,
            "detector": None if one.detector is None else dataclasses.asdict(one.detector),
        },
        ensure_ascii=False,
    )


def from_json(text: str | bytes) -> Collection:
    """Reads a description.

    Raises:
        ValueError: it is of another version, or none; the message says which.
    """
    found = json.loads(text)
    match found:
        case {"format": int(version)} if version != FORMAT:
            raise ValueError(
                f"it is of format {version}; this command reads format {FORMAT}, "
                "a newer one may read it"
            )
        case {
            "format": int(),
            "name": str(name),
            "dimension": int(dimension),
            "metric": metric,
            "fields": dict(fields),
            "model": str(model),
            "detector": found_by,
        } if dimension > 0 and metric in get_args(Metric):
            return Collection(
                name=name,
                dimension=dimension,
                metric=metric,
                fields=_fields(fields),
                model=model,
                detector=_detector(found_by),
            )
    raise ValueError("its description of the collection is incomplete")


def ensure(client: Client, name: str, wanted: Collection) -> Collection:
    """The collection of that name, with its number of points; created unless it exists.

    Raises:
        click.ClickException: it exists, and is another kind of collection.
    """
    try:
        found = client.collections.get(name)
    except NotFound:
        client.collections.create(
            name,
            dimension=wanted.dimension,
            metric=wanted.metric,
            fields=wanted.fields,
            model=wanted.model,
            detector=wanted.detector,
        )
        found = client.collections.get(name)
    for part in _COMPARED:
        have, want = getattr(found, part), getattr(wanted, part)
        if have != want:
            raise click.ClickException(
                f"{name} exists at {client.address} and differs: its {part} is {_said(have)}, "
                f"expected {_said(want)}; choose another --name"
            )
    return found


def _fields(fields: Mapping[object, object]) -> dict[str, FieldType]:
    read: dict[str, FieldType] = {}
    for name, kind in fields.items():
        for known in get_args(FieldType):
            if kind == known:
                read[str(name)] = known
    if len(read) != len(fields):
        raise ValueError("its description has fields of an unknown type")
    return read


def _detector(found: object) -> RegionDetector | None:
    match found:
        case None:
            return None
        case {
            "model": str(model),
            "labels": list(labels),
            "min_score": (float() | int() | None) as min_score,
            "min_size_px": (float() | int()) as min_size_px,
            "max_regions": int(max_regions),
            "margin": (float() | int()) as margin,
        } if all(isinstance(label, str) for label in labels):
            return RegionDetector(
                model=model,
                labels=tuple(labels),
                min_score=min_score,
                min_size_px=min_size_px,
                max_regions=max_regions,
                margin=margin,
            )
    raise ValueError("its description has an unknown kind of detector")


def _said(value: object) -> str:
    return "none" if value in ("", None, {}) else str(value)
