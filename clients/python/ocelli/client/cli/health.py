"""`ocelli health`: does it serve?"""

import click

from ocelli.client import HealthStatus
from ocelli.client.cli.output import say_json
from ocelli.client.cli.session import Session, json_option, server_options
from ocelli.client.health import READY_SERVICE


@click.command()
@click.argument("services", metavar="[SERVICE]...", nargs=-1)
@click.option(
    "--wait",
    "wait_s",
    type=click.FloatRange(min=0),
    help="First wait so many seconds for it, or for Triton.",
)
@json_option
@server_options
@click.pass_obj
def health(
    session: Session, services: tuple[str, ...], wait_s: float | None, *, as_json: bool
) -> int:
    """Tell whether the server serves.

    Or each SERVICE of it, such as ocelli.v1.DetectService or, for a model, model/NAME. The exit
    code is 0 only if all are SERVING.
    """
    all_serve = True
    with session.connect() as client:
        for service in services or ("",):
            if wait_s:
                client.wait_until_ready(wait_s, service=service or READY_SERVICE)
            status = client.health(service)
            all_serve &= status is HealthStatus.SERVING
            if as_json:
                say_json({"address": client.address, "service": service, "status": status.value})
            else:
                click.echo(f"{service}: {status.value}" if len(services) > 1 else status.value)
    return 0 if all_serve else 1
