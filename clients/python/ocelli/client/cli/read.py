"""`ocelli read`: what is written in these images?"""

from pathlib import Path

import click

from ocelli.client import OcelliError, ReadResult, Tolerance
from ocelli.client.cli.extras import extra
from ocelli.client.cli.files import output_files
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
@click.option("--out", type=click.Path(path_type=Path), help="Where to draw: file or folder.")
@click.option("--model", default="", help="Model that finds lines.  [default: the server's]")
@version_option
@click.option("--score-threshold", type=click.FloatRange(0, 1), help="Lowest score to report.")
@click.option("--max-lines", type=click.IntRange(1, 1000), help="Most lines.  [default: 200]")
@tolerance_option
@json_option
@server_options
@click.pass_obj
def read(
    session: Session,
    *,
    images: tuple[Path, ...],
    out: Path | None,
    model: str,
    model_version: str,
    score_threshold: float | None,
    max_lines: int | None,
    tolerance: Tolerance | None,
    as_json: bool,
) -> int:
    """Read the text in IMAGES."""
    targets = output_files(images, out) if out else [None] * len(images)
    failed = 0
    with session.connect() as client:
        for image, target in zip(images, targets, strict=True):
            try:
                result = client.read(
                    image,
                    model=model,
                    model_version=model_version,
                    score_threshold=score_threshold,
                    max_lines=max_lines or 0,
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


def _draw(image: Path, result: ReadResult, target: Path) -> None:
    with extra("media"):
        from ocelli.client import draw  # noqa: PLC0415  needs the extra `media`
    draw.save(target, draw.outline(draw.load(image), [line.corners for line in result.lines]))


def _report(image: Path, target: Path | None, result: ReadResult, *, as_json: bool) -> None:
    if as_json:
        written = {"out": str(target)} if target else {}
        say_json({"image": str(image), **_as_json(result), **written})
        return
    spent = f"{result.timings.total_us / 1000:.1f} ms"
    size = f"{result.width}×{result.height}"
    title = "  ".join((str(image), size, result.model, spent, *([f"→ {target}"] if target else [])))
    out = console()
    out.print(title, style="bold", markup=False, soft_wrap=True)
    if not result.lines:
        out.print("nothing found", style="dim")
        return
    rows = table("text", ">score", ">x", ">y")
    for line in result.lines:
        x, y = line.corners[0]
        add_row(rows, line.text, f"{line.score:.3f}", f"{x:.1f}", f"{y:.1f}")
    out.print(rows)
    if result.unread_lines:
        out.print(f"{result.unread_lines} more lines were not read: --max-lines", style="dim")


def _as_json(result: ReadResult) -> dict[str, object]:
    return {
        "width": result.width,
        "height": result.height,
        "model": result.model,
        "model_version": result.model_version,
        "lines": [
            {
                "text": line.text,
                "score": round(line.score, SCORE_DIGITS),
                "corners": [[round(x, 2), round(y, 2)] for x, y in line.corners],
            }
            for line in result.lines
        ],
        "unread_lines": result.unread_lines,
        "timings": timings_json(result.timings),
        **warnings_json(result.warnings),
    }
