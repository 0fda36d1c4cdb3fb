"""`ocelli points`: stored vectors and what is known of them."""

import json
from collections.abc import Iterable, Iterator
from typing import IO, Any

import click

from ocelli.client import Client, Filter, Point
from ocelli.client.cli.conditions import filter_option, parse_payload, read_filter
from ocelli.client.cli.output import Json, add_row, console, say_json, table
from ocelli.client.cli.remarks import say_error
from ocelli.client.cli.session import Session, json_option, server_options

_LARGEST_PAGE = 1000

_vector_option = click.option(
    "--with-vector", is_flag=True, help="Print the vectors, too, with --json."
)


@click.group()
def points() -> None:
    """List, count, store, change and delete stored points."""


@points.command("list")
@click.argument("collection")
@filter_option
@click.option("--limit", type=click.IntRange(min=1), help="Most points to print.  [default: all]")
@_vector_option
@json_option
@server_options
@click.pass_obj
def list_(
    session: Session,
    *,
    collection: str,
    conditions: tuple[str, ...],
    limit: int | None,
    with_vector: bool,
    as_json: bool,
) -> None:
    """List the points of COLLECTION, all or those that match."""
    with session.connect() as client:
        found = client.points.list(
            collection,
            read_filter(client, collection, conditions),
            page_size=min(limit or _LARGEST_PAGE, _LARGEST_PAGE),
            with_vector=with_vector and as_json,
        )
        numbered = zip(range(limit), found, strict=False) if limit else enumerate(found)
        _report((point for _, point in numbered), as_json=as_json)


@points.command()
@click.argument("collection")
@click.argument("ids", nargs=-1, required=True)
@_vector_option
@json_option
@server_options
@click.pass_obj
def get(
    session: Session, *, collection: str, ids: tuple[str, ...], with_vector: bool, as_json: bool
) -> int:
    """Show the points IDS of COLLECTION."""
    with session.connect() as client:
        found = client.points.get(collection, ids, with_vector=with_vector and as_json)
    _report(found.points, as_json=as_json)
    for missing in found.missing_ids:
        say_error(f"{collection} has no point {missing}")
    return 1 if found.missing_ids else 0


@points.command()
@click.argument("collection")
@filter_option
@json_option
@server_options
@click.pass_obj
def count(session: Session, *, collection: str, conditions: tuple[str, ...], as_json: bool) -> None:
    """Count the points of COLLECTION, all or those that match."""
    with session.connect() as client:
        number = client.points.count(collection, read_filter(client, collection, conditions))
    _report_count("count", number, as_json=as_json)


@points.command()
@click.argument("collection")
@click.argument("file", type=click.File(encoding="utf-8"), default="-")
@json_option
@server_options
@click.pass_obj
def upsert(session: Session, *, collection: str, file: IO[str], as_json: bool) -> int:
    """Store the points of FILE in COLLECTION.

    FILE has a JSON object a line, {"id": …, "vector": […], "payload": {…}}, as `ocelli points list
    --with-vector --json` prints them. Without FILE they are read from the standard input.
    """
    with session.connect() as client:
        result = client.points.upsert(collection, _read(file))
    for position, error in result.errors.items():
        say_error(f"point {position + 1}: {error}")
    _report_count("stored", result.stored, as_json=as_json)
    return 1 if result.errors else 0


@points.command()
@click.argument("collection")
@click.argument("ids", nargs=-1)
@filter_option
@json_option
@server_options
@click.pass_obj
def delete(
    session: Session,
    *,
    collection: str,
    ids: tuple[str, ...],
    conditions: tuple[str, ...],
    as_json: bool,
) -> None:
    """Delete points of COLLECTION: IDS, or those that match."""
    _check_selection(ids, conditions)
    with session.connect() as client:
        chosen, matching = _selection(client, collection, ids, conditions)
        deleted = client.points.delete(collection, chosen, filter=matching)
    _report_count("deleted", deleted, as_json=as_json)


@points.command("update-payload")
@click.argument("collection")
@click.argument("ids", nargs=-1)
@filter_option
@click.option("--merge", multiple=True, metavar="KEY=VALUE", help="Set this key, keep others.")
@click.option("--replace", multiple=True, metavar="KEY=VALUE", help="Keep this and no other key.")
@click.option("--delete-key", "delete_keys", multiple=True, metavar="KEY", help="Take it away.")
@json_option
@server_options
@click.pass_obj
def update_payload(
    session: Session,
    *,
    collection: str,
    ids: tuple[str, ...],
    conditions: tuple[str, ...],
    merge: tuple[str, ...],
    replace: tuple[str, ...],
    delete_keys: tuple[str, ...],
    as_json: bool,
) -> None:
    """Change the payloads of points of COLLECTION: IDS, or those that match."""
    _check_selection(ids, conditions)
    if sum(map(bool, (merge, replace, delete_keys))) != 1:
        raise click.UsageError(
            "give exactly one of --merge, --replace, --delete-key", click.get_current_context()
        )
    with session.connect() as client:
        chosen, matching = _selection(client, collection, ids, conditions)
        updated = client.points.update_payload(
            collection,
            chosen,
            filter=matching,
            merge=parse_payload(merge, "--merge") if merge else None,
            replace=parse_payload(replace, "--replace") if replace else None,
            delete_keys=delete_keys or None,
        )
    _report_count("updated", updated, as_json=as_json)


def _check_selection(ids: tuple[str, ...], conditions: tuple[str, ...]) -> None:
    if bool(ids) == bool(conditions):
        raise click.UsageError("give either IDS or --filter", click.get_current_context())


def _selection(
    client: Client, collection: str, ids: tuple[str, ...], conditions: tuple[str, ...]
) -> tuple[tuple[str, ...] | None, Filter | None]:
    return ids or None, read_filter(client, collection, conditions)


def _read(file: IO[str]) -> Iterator[Point]:
    """The points of a file, drawn as they are sent.

    Raises:
        click.ClickException: a line is no point.
    """
    try:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield _point(line, f"{file.name}:{number}")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file.name} is not UTF-8: {error}") from error


def _point(line: str, where: str) -> Point:
    try:
        match json.loads(line):
            case {"id": str(id_), "vector": list(vector), **more}:
                payload: Any = more.get("payload") or {}
                if isinstance(payload, dict):
                    return Point(id_, vector, payload)
    except ValueError:
        pass
    raise click.ClickException(
        f'{where} is no point; expected {{"id": "…", "vector": [numbers], "payload": {{…}}}}'
    )


def _report(found: Iterable[Point], *, as_json: bool) -> None:
    if as_json:
        for one in found:
            say_json(_as_json(one))
        return
    rows = table("id", "payload")
    for one in found:
        add_row(rows, one.id, ", ".join(f"{key}={value}" for key, value in one.payload.items()))
    console().print(rows if rows.row_count else "no points")


def _report_count(name: str, number: int, *, as_json: bool) -> None:
    if as_json:
        say_json({name: number})
    else:
        click.echo(f"{name}: {number}")


def _as_json(one: Point) -> Json:
    vector = {} if one.vector is None else {"vector": [float(f"{v:.8g}") for v in one.vector]}
    return {"id": one.id, "payload": one.payload, **vector}
