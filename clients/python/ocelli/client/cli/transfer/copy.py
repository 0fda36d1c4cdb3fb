"""`ocelli collections copy`: a collection from this server to another one."""

import click

from ocelli.client import Client, Collection
from ocelli.client.cli.progress import counting
from ocelli.client.cli.remarks import say_error
from ocelli.client.cli.session import Session, json_option, server_options
from ocelli.client.cli.transfer.agreement import agree, difference, read_points
from ocelli.client.cli.transfer.batches import batch_size, batches
from ocelli.client.cli.transfer.description import ensure
from ocelli.client.cli.transfer.outcome import Outcome
from ocelli.client.cli.transfer.target import read_target, target_options

_SAMPLED = 200


@click.command()
@click.argument("name")
@click.option("--name", "new_name", help="What to call it there.  [default: NAME]")
@target_options
@json_option
@server_options
@click.pass_obj
def copy(
    session: Session,
    /,
    *,
    name: str,
    new_name: str | None,
    to_address: str,
    to_tls: bool,
    as_json: bool,
    **files: str | None,
) -> int:
    """Copy the collection NAME to another server, whatever engine that has.

    One that was interrupted goes on when it is run again: points that the target has already, the
    same in vector and payload, are not sent. At the end both servers are asked for their number of
    points and for a sample of them; the exit status is 1 if they do not agree.
    """
    target = read_target(to_address, to_tls=to_tls, **files)
    outcome = Outcome(as_json=as_json)
    with session.connect() as here, target.connect(session.timeout_s) as there:
        found = here.collections.get(name)
        wanted = new_name or found.name
        has_points = bool(ensure(there, wanted, found).point_count)
        seen, sent, sample = _send(here, there, found, wanted, has_points=has_points)
        problem = difference(here, there, (found.name, wanted), sample)
    outcome.tell(
        f"of {found.name} looked at, {sent} of them sent to {wanted} at {there.address}",
        seen,
        sent=sent,
        agrees=problem is None,
    )
    if problem:
        say_error(problem)
    return 1 if problem else 0


def _send(
    here: Client, there: Client, found: Collection, wanted: str, *, has_points: bool
) -> tuple[int, int, list[str]]:
    """Sends what the target lacks: how many points there are, how many went, and ids to check."""
    size = batch_size(found.dimension)
    stride = max(1, (found.point_count or 0) // _SAMPLED)
    seen = sent = 0
    sample: list[str] = []
    progress, task = counting(wanted, found.point_count)
    with progress:
        points = here.points.list(found.name, page_size=size, with_vector=True)
        for batch in batches(points, size):
            ids = [point.id for point in batch]
            have = read_points(there, wanted, ids) if has_points else {}
            lacking = [one for one in batch if one.id not in have or not agree(one, have[one.id])]
            if lacking:
                result = there.points.upsert(wanted, lacking)
                sent += result.stored
                for position, error in result.errors.items():
                    say_error(f"{lacking[position].id}: {error}")
            sample += ids[-seen % stride :: stride]
            seen += len(batch)
            progress.advance(task, len(batch))
    return seen, sent, sample
