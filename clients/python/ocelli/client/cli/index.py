"""`ocelli index`: make folders of images searchable."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from ocelli.client import AlreadyExists, Client, Collection, IndexItem, NotFound, Tolerance
from ocelli.client.cli.conditions import field_type, parse_payload
from ocelli.client.cli.files import images_under
from ocelli.client.cli.output import (
    Json,
    error_console,
    error_json,
    regions_json,
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
    with it are its `path`, the name of its folder as `label`, and --payload. In a collection with a
    detector what that finds is stored, each with its own label.
    """
    payload = parse_payload(pairs)
    images = list(images_under(paths))
    if not images:
        raise click.ClickException(f"no images in {', '.join(map(str, paths))}")
    progress, task = counting(collection, len(images))
    failed = found = 0
    with session.connect() as client, progress:
        has_detector = _ensure(client, collection, payload).detector is not None
        items = _items(images, payload, with_label=not has_detector)
        for answer in client.index(collection, items, tolerance=tolerance):
            progress.advance(task)
            problem: Json = {}
            if answer.error is not None:
                failed += 1
                say_failure(answer.id, answer.error)
                problem = error_json(answer.error)
            elif answer.result is not None:
                say_warnings(answer.id, answer.result.warnings)
                problem = warnings_json(answer.result.warnings)
                if has_detector:
                    regions = answer.result.regions
                    found += len(regions)
                    problem = {**problem, "regions": regions_json(regions)}
            if as_json:
                say_json({"id": answer.id, **problem})
    regions_told = f" as {found} regions" if has_detector else ""
    error_console().print(
        f"{len(images) - failed} images stored in {collection}{regions_told}", markup=False
    )
    return 1 if failed else 0


def _ensure(client: Client, name: str, payload: Mapping[str, Scalar]) -> Collection:
    """The collection; created unless it exists, with the server's default embedding model."""
    try:
        return client.collections.get(name)
    except NotFound:
        fields = {key: field_type(value) for key, value in payload.items()}
        try:
            made = client.collections.create(
                name, fields={"path": "keyword", "label": "keyword", **fields}
            )
        except AlreadyExists:
            return client.collections.get(name)  # someone else was faster
        error_console().print(f"created {name}", markup=False)
        return made


def _items(
    images: list[tuple[Path, str]], payload: Mapping[str, Scalar], *, with_label: bool
) -> Iterator[IndexItem]:
    for path, name in images:
        where = path.resolve()
        about = {"path": str(where), **({"label": where.parent.name} if with_label else {})}
        yield IndexItem(name, path, {**about, **payload})
