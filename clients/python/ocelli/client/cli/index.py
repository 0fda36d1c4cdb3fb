"""`ocelli index`: make folders of images searchable."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import click

from ocelli.client import AlreadyExists, Client, Collection, IndexItem, NotFound, Tolerance
from ocelli.client.cli.conditions import field_type, parse_payload
from ocelli.client.cli.files import images_under
from ocelli.client.cli.indexing.image_files import ImageFile, distinct, read_ahead
from ocelli.client.cli.indexing.marks import CONTENT_KEY, RECIPE_KEY, Mark, Recipe, StoredMarks
from ocelli.client.cli.indexing.report import IndexReport
from ocelli.client.cli.output import error_console
from ocelli.client.cli.session import Session, json_option, server_options, tolerance_option
from ocelli.client.filters import Scalar

_RESUME_S = 60.0
"""How long the server may be away, for a restart, before a run fails."""


@click.command()
@click.argument("collection")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--payload", "pairs", multiple=True, metavar="KEY=VALUE", help="Keep this with every image."
)
@click.option("--again", is_flag=True, help="Store every image anew, also the unchanged ones.")
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
    again: bool,
    tolerance: Tolerance | None,
    as_json: bool,
) -> int:
    """Embed images and store them.

    COLLECTION is created if need be, with the server's default embedding model. PATHS are images,
    or folders that are searched for images. An image's id is its path below the folder; kept
    with it are its `path`, the name of its folder as `label`, and --payload. In a collection with a
    detector what that finds is stored, each with its own label.

    Images that are stored already, with the same content, payload and model, are passed over, so
    that a run that was interrupted is run again. Kept for this are `content_sha256`, of the file,
    and `indexed_as`. The exit status is 1 if an image was not stored.
    """
    payload = _payload(pairs)
    files = distinct(images_under(paths))
    if not files:
        raise click.ClickException(f"no images in {', '.join(map(str, paths))}")
    with session.connect() as client:
        described = _ensure(client, collection, payload)
        report = IndexReport(
            collection, len(files), has_detector=described.detector is not None, as_json=as_json
        )
        items = _items(client, described, files, payload, report, again=again)
        with report:
            for answer in client.index(
                described.name, items, tolerance=tolerance, resume_s=_RESUME_S
            ):
                report.answered(answer)
    return 1 if report.failed else 0


def _payload(pairs: tuple[str, ...]) -> dict[str, Scalar]:
    payload = parse_payload(pairs)
    for key in (CONTENT_KEY, RECIPE_KEY):
        if key in payload:
            raise click.UsageError(
                f"--payload {key}: this is kept with every image; name yours otherwise",
                click.get_current_context(),
            )
    return payload


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
    client: Client,
    collection: Collection,
    files: Sequence[ImageFile],
    payload: Mapping[str, Scalar],
    report: IndexReport,
    *,
    again: bool,
) -> Iterator[IndexItem]:
    """What is to be sent. Drawn by the stream, in a thread of its own."""
    recipe = Recipe.of(client, collection)
    marked: Iterable[tuple[ImageFile, Mark | None]] = ((file, None) for file in files)
    if collection.point_count and not again:
        marked = StoredMarks(client, collection).beside(files)
    for read in read_ahead(marked):
        file, contents = read.file, read.contents
        if contents is None:
            yield IndexItem(file.id, file.path)  # tries again, and says why it cannot be read
            continue
        kept = {**_about(file, with_label=collection.detector is None), **payload}
        mark = Mark(contents.sha256, recipe.digest(kept))
        if mark == read.beside:
            report.unchanged(file.id)
        else:
            marks = {CONTENT_KEY: mark.content, RECIPE_KEY: mark.recipe}
            yield IndexItem(file.id, contents.encoded, {**kept, **marks})


def _about(file: ImageFile, *, with_label: bool) -> dict[str, Scalar]:
    where = file.path.resolve()
    return {"path": str(where), **({"label": where.parent.name} if with_label else {})}
