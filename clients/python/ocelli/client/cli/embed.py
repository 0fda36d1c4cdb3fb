"""`ocelli embed`: images and texts to vectors."""

from pathlib import Path

import click

from ocelli.client import OcelliError, Tolerance
from ocelli.client.cli.output import (
    add_row,
    console,
    error_json,
    say_json,
    table,
    timings_json,
    warnings_json,
)
from ocelli.client.cli.remarks import say_failure, say_warnings
from ocelli.client.cli.session import (
    Session,
    json_option,
    server_options,
    tolerance_option,
    version_option,
)

_SHOWN = 4


@click.command()
@click.argument("images", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--text",
    "texts",
    multiple=True,
    help="A text, for models that take texts or share a space with one.",
)
@click.option("--model", default="", help="Embedding model.  [default: the server's]")
@version_option
@click.option("--raw", is_flag=True, help="As the model gives it, not scaled to length 1.")
@tolerance_option
@json_option
@server_options
@click.pass_obj
def embed(
    session: Session,
    *,
    images: tuple[Path, ...],
    texts: tuple[str, ...],
    model: str,
    model_version: str,
    raw: bool,
    tolerance: Tolerance | None,
    as_json: bool,
) -> int:
    """Turn IMAGES, or texts, into vectors."""
    if not images and not texts:
        raise click.UsageError("give IMAGES, --text, or both", click.get_current_context())
    inputs: list[tuple[Path | None, str | None]] = [
        *((image, None) for image in images),
        *((None, text) for text in texts),
    ]
    rows = table("input", "model", ">dimension", ">ms", "vector")
    failed = 0
    with session.connect() as client:
        for image, text in inputs:
            subject = {"text": text} if image is None else {"image": str(image)}
            name = text if image is None else image
            try:
                result = client.embed(
                    image,
                    text=text,
                    model=model,
                    model_version=model_version,
                    raw=raw,
                    tolerance=tolerance,
                )
            except OcelliError as error:
                failed += 1
                say_failure(name, error)
                if as_json:
                    say_json({**subject, **error_json(error)})
                continue
            say_warnings(name, result.warnings)
            if as_json:
                say_json(
                    {
                        **subject,
                        "model": result.model,
                        "model_version": result.model_version,
                        "vector": [float(f"{value:.8g}") for value in result.vector],
                        "timings": timings_json(result.timings),
                        **warnings_json(result.warnings),
                    }
                )
                continue
            first = " ".join(f"{value:+.4f}" for value in result.vector[:_SHOWN])
            spent_ms = f"{result.timings.total_us / 1000:.1f}"
            add_row(rows, name, result.model, len(result.vector), spent_ms, f"{first} …")
    if rows.row_count:
        console().print(rows)
    return 1 if failed else 0
