"""`ocelli collections`: named sets of vectors."""

import dataclasses
from collections.abc import Sequence
from typing import get_args

import click

from ocelli.client import Collection
from ocelli.client.cli.aliases import alias
from ocelli.client.cli.detector_options import detector_options, read_detector
from ocelli.client.cli.duplicates import duplicates
from ocelli.client.cli.output import Json, add_row, console, say_json, table
from ocelli.client.cli.session import Session, json_option, server_options
from ocelli.client.cli.transfer.copy import copy
from ocelli.client.cli.transfer.export import export
from ocelli.client.cli.transfer.importing import import_
from ocelli.client.collection import FieldType, Metric

_field_option = click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="NAME:TYPE",
    help=f"Filterable payload field; TYPE is one of {', '.join(get_args(FieldType))}.",
)


@click.group()
def collections() -> None:
    """Create, list, change, move and delete collections."""


collections.add_command(alias)
collections.add_command(duplicates)
collections.add_command(export)
collections.add_command(import_)
collections.add_command(copy)


@collections.command("list")
@json_option
@server_options
@click.pass_obj
def list_(session: Session, *, as_json: bool) -> None:
    """List all collections."""
    with session.connect() as client:
        found = [client.collections.get(one.name) for one in client.collections.list()]
    _report(found, as_json=as_json)


@collections.command()
@click.argument("name")
@json_option
@server_options
@click.pass_obj
def get(session: Session, *, name: str, as_json: bool) -> None:
    """Describe the collection NAME and count its points."""
    with session.connect() as client:
        _report([client.collections.get(name)], as_json=as_json)


@collections.command()
@click.argument("name")
@click.option(
    "--dimension", type=click.IntRange(min=1), default=None, help="Length of its vectors."
)
@click.option("--metric", type=click.Choice(get_args(Metric)), default="cosine", show_default=True)
@click.option("--model", default="", help="Embedding model for images and texts.")
@_field_option
@detector_options
@json_option
@server_options
@click.pass_obj
def create(
    session: Session,
    *,
    name: str,
    dimension: int | None,
    metric: Metric,
    model: str,
    fields: tuple[str, ...],
    detector: str | None,
    only: tuple[str, ...],
    min_score: float | None,
    min_size: float | None,
    max_regions: int | None,
    margin: float | None,
    as_json: bool,
) -> None:
    """Create the collection NAME."""
    found_by = read_detector(
        detector=detector,
        only=only,
        min_score=min_score,
        min_size=min_size,
        max_regions=max_regions,
        margin=margin,
    )
    with session.connect() as client:
        made = client.collections.create(
            name,
            dimension=dimension or 0,
            metric=metric,
            fields=dict(_field(text) for text in fields),
            model=model,
            detector=found_by,
        )
    _report([made], as_json=as_json)


@collections.command()
@click.argument("name")
@click.option("--model", help="Embedding model from now on; an empty name: none.")
@_field_option
@json_option
@server_options
@click.pass_obj
def update(
    session: Session, *, name: str, model: str | None, fields: tuple[str, ...], as_json: bool
) -> None:
    """Change the model of the collection NAME, or add fields that filters may name."""
    if model is None and not fields:
        raise click.UsageError("give --model, --field, or both", click.get_current_context())
    added = dict(_field(text) for text in fields)
    with session.connect() as client:
        changed = client.collections.update(name, model=model, fields=added or None)
    _report([changed], as_json=as_json)


@collections.command()
@click.argument("name")
@server_options
@click.pass_obj
def delete(session: Session, *, name: str) -> None:
    """Delete the collection NAME and all its points."""
    with session.connect() as client:
        client.collections.delete(name)


def _field(text: str) -> tuple[str, FieldType]:
    name, _, kind = text.rpartition(":")
    for known in get_args(FieldType):
        if name and kind == known:
            return name, known
    raise click.BadParameter(
        f"{text!r} is not NAME:TYPE with one of {', '.join(get_args(FieldType))}",
        param_hint="--field",
    )


def _report(found: Sequence[Collection], *, as_json: bool) -> None:
    if as_json:
        for one in found:
            say_json(_as_json(one))
        return
    rows = table("name", ">points", ">dimension", "metric", "model", "detector", "fields")
    for one in found:
        fields = ", ".join(f"{name}:{kind}" for name, kind in one.fields.items())
        points = "" if one.point_count is None else one.point_count
        detector = "" if one.detector is None else one.detector.model
        add_row(rows, one.name, points, one.dimension, one.metric, one.model, detector, fields)
    console().print(rows if found else "no collections yet")


def _as_json(one: Collection) -> Json:
    counted = {} if one.point_count is None else {"point_count": one.point_count}
    return {
        "name": one.name,
        "dimension": one.dimension,
        "metric": one.metric,
        "model": one.model,
        "fields": dict(one.fields),
        **({} if one.detector is None else {"detector": dataclasses.asdict(one.detector)}),
        **counted,
    }
