"""`ocelli collections duplicates`: which points are nearly the same?"""

import click

from ocelli.client.cli.conditions import filter_option, read_filter
from ocelli.client.cli.output import add_row, console, say_json, table
from ocelli.client.cli.progress import counting
from ocelli.client.cli.session import Session, json_option, server_options
from ocelli.client.results import DuplicateGroup, DuplicateProgress

_SHOWN_IDS = 5


@click.command()
@click.argument("name")
@click.option(
    "--threshold",
    type=float,
    required=True,
    help="How near two points are, at least: the lowest score, or the highest distance.",
)
@filter_option
@json_option
@server_options
@click.pass_obj
def duplicates(
    session: Session, *, name: str, threshold: float, conditions: tuple[str, ...], as_json: bool
) -> None:
    """Find points of the collection NAME that are nearly the same, in groups, largest first."""
    bar, task = counting("points", None)

    def advance(progress: DuplicateProgress) -> None:
        bar.update(task, completed=progress.points_done, total=progress.points_total)

    with session.connect() as client, bar:
        groups = tuple(
            client.find_duplicates(
                name,
                score_threshold=threshold,
                filter=read_filter(client, name, conditions),
                on_progress=advance,
            )
        )
    if as_json:
        for group in groups:
            points = [{"id": hit.id, "score": round(hit.score, 6)} for hit in group.points]
            say_json({"size": group.size, "points": points})
        return
    _report(groups)


def _report(groups: tuple[DuplicateGroup, ...]) -> None:
    rows = table(">points", "ids")
    for group in groups:
        ids = ", ".join(hit.id for hit in group.points[:_SHOWN_IDS])
        more = group.size - _SHOWN_IDS
        add_row(rows, group.size, f"{ids} and {more} more" if more > 0 else ids)
    console().print(rows if groups else "no duplicates")
