"""`ocelli collections export`: a collection into a file."""

from pathlib import Path

import click

from ocelli.client.cli.extras import extra
from ocelli.client.cli.progress import counting
from ocelli.client.cli.session import Session, json_option, server_options
from ocelli.client.cli.transfer.batches import batch_size, batches
from ocelli.client.cli.transfer.outcome import Outcome


@click.command()
@click.argument("name")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
@server_options
@click.pass_obj
def export(session: Session, *, name: str, file: Path, as_json: bool) -> None:
    """Write the collection NAME and all its points to the Parquet file FILE.

    FILE is replaced once all is written. Its columns are id, vector and payload, which is JSON;
    the schema's metadata says under ocelli.collection what the collection is.
    """
    with extra("parquet"):
        from ocelli.client.cli.transfer.parquet_writer import writing  # noqa: PLC0415  an extra
    outcome = Outcome(as_json=as_json)
    done = 0
    with session.connect() as client:
        found = client.collections.get(name)
        size = batch_size(found.dimension)
        progress, task = counting(name, found.point_count)
        with writing(file, found) as writer, progress:
            points = client.points.list(found.name, page_size=size, with_vector=True)
            for batch in batches(points, size):
                writer.write(batch)
                done += len(batch)
                progress.advance(task, len(batch))
    outcome.tell(f"of {found.name} written to {file}", done, file=str(file))
