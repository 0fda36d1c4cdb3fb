"""`ocelli search`: what looks like this?"""

import json
from pathlib import Path
from typing import get_args

import click

from ocelli.client import Hit, RegionUse, SearchedRegion, SearchResult, Tolerance
from ocelli.client.cli.conditions import filter_option, read_filter
from ocelli.client.cli.extras import extra
from ocelli.client.cli.output import add_row, console, error_console, regions_json, say_json, table
from ocelli.client.cli.remarks import say_warnings
from ocelli.client.cli.session import Session, json_option, server_options, tolerance_option


@click.command()
@click.argument("collection")
@click.argument("image", required=False, type=click.Path(path_type=Path))
@click.option("--text", help="A text, for models that take texts.")
@click.option("--vector", help="Numbers with commas between, or @FILE with a JSON array.")
@click.option("--id", "point_id", help="A stored point.")
@filter_option
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True)
@click.option("--offset", type=click.IntRange(min=0), default=0, help="Hits to pass over.")
@click.option("--group-by", default="", metavar="FIELD", help="Only the nearest of each value.")
@click.option("--score-threshold", type=float, help="Worst score to return.")
@click.option(
    "--regions",
    type=click.Choice(get_args(RegionUse)),
    default="best",
    show_default=True,
    help="Of IMAGE, in a collection with a detector: its best region, the whole, or each region.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Write a contact sheet of the hits.")
@tolerance_option
@json_option
@server_options
@click.pass_obj
def search(
    session: Session,
    *,
    collection: str,
    image: Path | None,
    text: str | None,
    vector: str | None,
    point_id: str | None,
    conditions: tuple[str, ...],
    limit: int,
    offset: int,
    group_by: str,
    score_threshold: float | None,
    regions: RegionUse,
    out: Path | None,
    tolerance: Tolerance | None,
    as_json: bool,
) -> None:
    """Find what is nearest in a collection.

    Near to IMAGE, to --text, to --vector or to the stored point --id.
    """
    if sum(query is not None for query in (image, text, vector, point_id)) != 1:
        raise click.UsageError(
            "give exactly one of IMAGE, --text, --vector, --id", click.get_current_context()
        )
    values = _vector(vector) if vector is not None else None
    with session.connect() as client:
        result = client.search(
            collection,
            image=image,
            text=text,
            vector=values,
            id=point_id,
            filter=read_filter(client, collection, conditions),
            limit=limit,
            offset=offset,
            group_by=group_by,
            score_threshold=score_threshold,
            region_use=regions,
            tolerance=tolerance,
        )
    say_warnings(image, result.warnings)
    if out is not None:
        _write_sheet(out, image, result)
    _report(result, offset, as_json=as_json)


def _vector(text: str) -> list[float]:
    source = text
    if text.startswith("@"):
        try:
            source = Path(text[1:]).read_text()
        except (OSError, UnicodeDecodeError) as error:
            raise click.BadParameter(
                f"cannot read {text[1:]}: {error}", param_hint="--vector"
            ) from error
    try:
        return [float(value) for value in json.loads(f"[{source.strip().strip('[]')}]")]
    except (ValueError, TypeError):
        raise click.BadParameter(
            "expected numbers with commas between, or @FILE with a JSON array of numbers",
            param_hint="--vector",
        ) from None


def _report(result: SearchResult, offset: int, *, as_json: bool) -> None:
    groups: list[tuple[SearchedRegion | None, tuple[Hit, ...]]] = [
        (region, region.hits or result.hits) for region in result.regions
    ]
    for region, hits in groups or [(None, result.hits)]:
        where = {} if region is None else regions_json([region])[0]
        if as_json:
            for hit in hits:
                found = {"id": hit.id, "score": round(hit.score, 6), "payload": hit.payload}
                say_json({**found, **({"region": where} if where else {})})
            continue
        if region is not None:
            edges = ", ".join(f"{edge:.0f}" for edge in region.box)
            label = f"{region.label} {region.score:.2f} " if region.label else ""
            console().print(f"{label}at {edges}", markup=False)
        rows = table(">", "id", ">score", "payload")
        for rank, hit in enumerate(hits, start=offset + 1):
            about = ", ".join(f"{key}={value}" for key, value in hit.payload.items())
            add_row(rows, rank, hit.id, f"{hit.score:.4f}", about)
        console().print(rows if hits else "nothing found")


def _write_sheet(out: Path, image: Path | None, result: SearchResult) -> None:
    with extra("media"):
        from ocelli.client.contact_sheet import contact_sheet  # noqa: PLC0415  as above
        from ocelli.client.draw import load, save  # noqa: PLC0415  needs the extra `media`
    tiles = [(load(image), "query")] if image else []
    for hit in (*result, *(hit for region in result.regions for hit in region.hits)):
        path = hit.payload.get("path")
        if isinstance(path, str) and Path(path).is_file():
            tiles.append((load(path), f"{hit.score:.3f} {hit.id}"))
    if not tiles:
        raise click.ClickException("no hit has a `path` in its payload that is a file here")
    save(out, contact_sheet(tiles))
    error_console().print(f"written: {out}", markup=False)
