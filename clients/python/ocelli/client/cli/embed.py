"""`ocelli embed`: images to vectors."""

from pathlib import Path

import click

from ocelli.client import OcelliError
from ocelli.client.cli.output import (
    add_row,
    console,
    error_json,
    say_failure,
    say_json,
    table,
    timings_json,
)
from ocelli.client.cli.session import Session, json_option, server_options

_SHOWN = 4


@click.command()
@click.argument("images", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--model", default="", help="Embedding model.  [default: the server's]")
@click.option("--raw", is_flag=True, help="As the model gives it, not scaled to length 1.")
@json_option
@server_options
@click.pass_obj
def embed(
    session: Session, *, images: tuple[Path, ...], model: str, raw: bool, as_json: bool
) -> int:
    """Turn IMAGES into vectors."""
    rows = table("image", "model", ">dimension", ">ms", "vector")
    failed = 0
    with session.connect() as client:
        for image in images:
            try:
                result = client.embed(image, model=model, raw=raw)
            except OcelliError as error:
                failed += 1
                say_failure(image, error)
                if as_json:
                    say_json({"image": str(image), **error_json(error)})
                continue
            if as_json:
                say_json(
                    {
                        "image": str(image),
                        "model": result.model,
                        "model_version": result.model_version,
                        "vector": [float(f"{value:.8g}") for value in result.vector],
                        "timings": timings_json(result.timings),
                    }
                )
                continue
            first = " ".join(f"{value:+.4f}" for value in result.vector[:_SHOWN])
            spent_ms = f"{result.timings.total_us / 1000:.1f}"
            add_row(rows, image, result.model, len(result.vector), spent_ms, f"{first} …")
    if rows.row_count:
        console().print(rows)
    return 1 if failed else 0
