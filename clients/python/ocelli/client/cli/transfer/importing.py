"""`ocelli collections import`: a collection out of a file."""

from pathlib import Path

import click

from ocelli.client.cli.extras import extra
from ocelli.client.cli.progress import counting
from ocelli.client.cli.remarks import say_error
from ocelli.client.cli.session import Session, json_option, server_options
from ocelli.client.cli.transfer.description import ensure
from ocelli.client.cli.transfer.outcome import Outcome


@click.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--name", help="What to call the collection.  [default: as in FILE]")
@json_option
@server_options
@click.pass_obj
def import_(session: Session, *, file: Path, name: str | None, as_json: bool) -> int:
    """Store the collection that `ocelli collections export` wrote to FILE.

    It is created if need be; into one that exists and is of the same kind the points are stored
    beside its own, replacing those of the same id.
    """
    with extra("parquet"):
        from ocelli.client.cli.transfer.parquet_reader import reading  # noqa: PLC0415  an extra
    outcome = Outcome(as_json=as_json)
    done = stored = 0
    with reading(file) as reader, session.connect() as client:
        target = name or reader.collection.name
        before = ensure(client, target, reader.collection).point_count or 0
        progress, task = counting(target, reader.rows)
        with progress:
            for batch in reader.batches():
                result = client.points.upsert(target, batch)
                for position, error in result.errors.items():
                    say_error(f"row {done + position + 1}, id {batch[position].id}: {error}")
                done += len(batch)
                stored += result.stored
                progress.advance(task, len(batch))
        count = client.points.count(target)
    outcome.tell(f"of {file} stored in {target}", stored, collection=target, count=count)
    if count < max(before, stored) or (not before and count != stored):
        say_error(f"{target} has {count} points, expected {max(before, stored)}")
        return 1
    return 0 if stored == reader.rows else 1
