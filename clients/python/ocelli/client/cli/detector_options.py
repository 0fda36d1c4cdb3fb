"""The options that describe the detector of a collection."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from ocelli.client import RegionDetector

CommandT = TypeVar("CommandT", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--detector",
        metavar="MODEL",
        help="Store what this finds in images, each by itself; empty: the server's default.",
    ),
    click.option("--only", multiple=True, metavar="LABEL", help="Keep what has this label."),
    click.option("--min-score", type=click.FloatRange(0, 1), help="Lowest score to keep."),
    click.option("--min-size", type=click.FloatRange(0), help="Shortest side to keep, in pixels."),
    click.option("--max-regions", type=click.IntRange(1, 100), help="Most of an image. [16]"),
    click.option(
        "--margin", type=click.FloatRange(0, 1), help="Added to every side, as a share of it."
    ),
)


def detector_options(command: CommandT) -> CommandT:
    """Gives a command the options of a detector."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def read_detector(
    *,
    detector: str | None,
    only: tuple[str, ...],
    min_score: float | None,
    min_size: float | None,
    max_regions: int | None,
    margin: float | None,
) -> RegionDetector | None:
    """The detector that the options describe; None if there is none.

    Raises:
        click.UsageError: the others were given without `--detector`.
    """
    if detector is None:
        if only or any(value is not None for value in (min_score, min_size, max_regions, margin)):
            raise click.UsageError(
                "give --detector, too, to say what finds the regions", click.get_current_context()
            )
        return None
    return RegionDetector(
        model=detector,
        labels=only,
        min_score=min_score,
        min_size_px=min_size or 0.0,
        max_regions=max_regions or 0,
        margin=margin or 0.0,
    )
