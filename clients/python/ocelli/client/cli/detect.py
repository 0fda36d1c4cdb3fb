"""`ocelli detect`: what is in these images?"""

from pathlib import Path

import click

from ocelli.client import DetectResult, MaskFormat, OcelliError, Tolerance
from ocelli.client.cli.extras import extra
from ocelli.client.cli.files import output_files
from ocelli.client.cli.output import add_row, console, detections_json, error_json, say_json, table
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
@click.option("--out", type=click.Path(path_type=Path), help="Where to draw: file or folder.")
@click.option("--model", default="", help="Detection model.  [default: the server's]")
@version_option
@click.option("--score-threshold", type=click.FloatRange(0, 1), help="Lowest score to report.")
@click.option("--iou-threshold", type=click.FloatRange(0, 1), help="Largest overlap of two boxes.")
@click.option("--max-detections", type=click.IntRange(1, 1000), help="Most objects of an image.")
@click.option("--label", "labels", multiple=True, help="Report only this label; may be repeated.")
@click.option(
    "--masks",
    type=click.Choice(["runs", "polygons"]),
    help="Report each object's pixels, too, if the model finds them.",
)
@tolerance_option
@json_option
@server_options
@click.pass_obj
def detect(
    session: Session,
    *,
    images: tuple[Path, ...],
    out: Path | None,
    model: str,
    model_version: str,
    score_threshold: float | None,
    iou_threshold: float | None,
    max_detections: int | None,
    labels: tuple[str, ...],
    masks: MaskFormat | None,
    tolerance: Tolerance | None,
    as_json: bool,
) -> int:
    """Find objects in IMAGES."""
    targets = output_files(images, out) if out else [None] * len(images)
    failed = 0
    with session.connect() as client:
        for image, target in zip(images, targets, strict=True):
            try:
                result = client.detect(
                    image,
                    model=model,
                    model_version=model_version,
                    score_threshold=score_threshold,
                    iou_threshold=iou_threshold,
                    max_detections=max_detections or 0,
                    labels=labels,
                    mask_format=masks,
                    tolerance=tolerance,
                )
                if target:
                    _draw(image, result, target)
            except OcelliError as error:
                failed += 1
                say_failure(image, error)
                if as_json:
                    say_json({"image": str(image), **error_json(error)})
                continue
            say_warnings(image, result.warnings)
            _report(image, target, result, as_json=as_json)
    return 1 if failed else 0


def _draw(image: Path, result: DetectResult, target: Path) -> None:
    with extra("media"):
        from ocelli.client import draw  # noqa: PLC0415  needs the extra `media`
    draw.save(target, draw.annotate(draw.load(image), result.detections))


def _report(image: Path, target: Path | None, result: DetectResult, *, as_json: bool) -> None:
    written = {"out": str(target)} if target else {}
    if as_json:
        say_json({"image": str(image), **detections_json(result), **written})
        return
    spent = f"{result.timings.total_us / 1000:.1f} ms"
    size = f"{result.width}×{result.height}"
    title = "  ".join((str(image), size, result.model, spent, *([f"→ {target}"] if target else [])))
    out = console()
    out.print(title, style="bold", markup=False, soft_wrap=True)
    if not result.detections:
        out.print("nothing found", style="dim")
        return
    rows = table("label", ">score", ">x_min", ">y_min", ">x_max", ">y_max")
    for found in result.detections:
        edges = (f"{edge:.1f}" for edge in found.box)
        add_row(rows, found.label or found.class_id, f"{found.score:.3f}", *edges)
    out.print(rows)
