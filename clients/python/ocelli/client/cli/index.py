"""`ocelli index`: make folders of images searchable."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from ocelli.client import AlreadyExists, Client, IndexItem, NotFound, Tolerance
from ocelli.client.cli.conditions import field_type, parse_payload
from ocelli.client.cli.files import images_under
from ocelli.client.cli.output import (
    Json,
    error_console,
    error_json,
    say_failure,
    say_json,
    say_warnings,
    warnings_json,
)
from ocelli.client.cli.progress import counting
from ocelli.client.cli.session import Session, json_option, server_options, tolerance_option
from ocelli.client.filters import Scalar


@click.command()
@click.argument("collection")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--payload", "pairs", multiple=True, metavar="KEY=VALUE", help="Keep this with every image."
)
@tolerance_option
@json_option
@server_options
@click.pass_obj
def index(
    session: Session,
    *,
    collection: str,
    paths: tuple[Path, ...],
    pairs: tuple[str, ...],
    tolerance: Tolerance | None,
    as_json: bool,
) -> int:
    """Embed images and store them.

    COLLECTION is created if need be, with the server's default embedding model. PATHS are images,
    or folders that are searched for images. An image's id is its path below the folder; kept
    with it are its `path`, the name of its folder as `label`, and --payload.
    """
    payload = parse_payload(pairs)
    images = list(images_under(paths))
    if not images:
        raise click.ClickException(f"no images in {', '.join(map(str, paths))}")
    progress, task = counting(collection, len(images))
    failed = 0
    with session.connect() as client, progress:
        _ensure(client, collection, payload)
        for answer in client.index(collection, _items(images, payload), tolerance=tolerance):
            progress.advance(task)
            problem: Json = {}
            if answer.error is not None:
                failed += 1
                say_failure(answer.id, answer.error)
                problem = error_json(answer.error)
            elif answer.result is not None:
                say_warnings(answer.id, answer.result.warnings)
                problem = warnings_json(answer.result.warnings)
            if as_json:
                say_json({"id": answer.id, **problem})
    error_console().print(f"{len(images) - failed} images stored in {collection}", markup=False)
    return 1 if failed else 0


def _ensure(client: Client, name: str, payload: Mapping[str, Scalar]) -> None:
    """Creates the collection unless it exists, with the server's default embedding model."""
    try:
        client.collections.get(name)
    except NotFound:
        fields = {key: field_type(value) for key, value in payload.items()}
        try:
            client.collections.create(
                name, fields={"path": "keyword", "label": "keyword", **fields}
            )
        except AlreadyExists:
            return  # someone else was faster
        error_console().print(f"created {name}", markup=False)


def _items(images: list[tuple[Path, str]], payload: Mapping[str, Scalar]) -> Iterator[IndexItem]:
    for path, name in images:
        where = path.resolve()
        about = {"path": str(where), "label": where.parent.name}
        yield IndexItem(name, path, {**about, **payload})
