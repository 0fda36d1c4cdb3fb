"""`ocelli classify`: what do these images show?"""

from pathlib import Path

import click

from ocelli.client import ClassifyResult, OcelliError, Tolerance
from ocelli.client.cli.output import (
    SCORE_DIGITS,
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


@click.command()
@click.argument("images", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--model", default="", help="Classification model.  [default: the server's]")
@version_option
@click.option("--top-k", type=click.IntRange(1, 1000), help="Most classes.  [default: 5]")
@click.option("--score-threshold", type=click.FloatRange(0, 1), help="Lowest score to report.")
@click.option("--label", "labels", multiple=True, help="Report only this label; may be repeated.")
@tolerance_option
@json_option
@server_options
@click.pass_obj
def classify(
    session: Session,
    *,
    images: tuple[Path, ...],
    model: str,
    model_version: str,
    top_k: int | None,
    score_threshold: float | None,
    labels: tuple[str, ...],
    tolerance: Tolerance | None,
    as_json: bool,
) -> int:
    """Say what IMAGES show."""
    rows = table("image", "label", ">score", "model", ">ms")
    failed = 0
    with session.connect() as client:
        for image in images:
            try:
                result = client.classify(
                    image,
                    model=model,
                    model_version=model_version,
                    top_k=top_k or 0,
                    score_threshold=score_threshold,
                    labels=labels,
                    tolerance=tolerance,
                )
            except OcelliError as error:
                failed += 1
                say_failure(image, error)
                if as_json:
                    say_json({"image": str(image), **error_json(error)})
                continue
            say_warnings(image, result.warnings)
            if as_json:
                say_json({"image": str(image), **_as_json(result)})
                continue
            spent_ms = f"{result.timings.total_us / 1000:.1f}"
            for place, found in enumerate(result.classifications):
                subject = (result.model, spent_ms) if place == 0 else ("", "")
                name = found.label or found.class_id
                add_row(rows, "" if place else image, name, f"{found.score:.3f}", *subject)
            if not result.classifications:
                add_row(rows, image, "nothing", "", result.model, spent_ms)
    if rows.row_count:
        console().print(rows)
    return 1 if failed else 0


def _as_json(result: ClassifyResult) -> dict[str, object]:
    return {
        "width": result.width,
        "height": result.height,
        "model": result.model,
        "model_version": result.model_version,
        "classifications": [
            {
                "label": found.label,
                "class_id": found.class_id,
                "score": round(found.score, SCORE_DIGITS),
            }
            for found in result.classifications
        ],
        "timings": timings_json(result.timings),
        **warnings_json(result.warnings),
    }
