"""`ocelli serve`: run a server here."""

import click

from ocelli.client.cli.extras import extra
from ocelli.client.cli.session import Session, refuse_client_tls
from ocelli.client.cli.settings import SettingsCommand, Value, settings


@click.command(cls=SettingsCommand)
@click.pass_obj
def serve(session: Session, /, **flags: Value | None) -> int:
    """Run a server here, with a Triton of its own or in front of running ones.

    Every setting is also an environment variable (OCELLI_MAX_MESSAGE_BYTES) and a key of the TOML
    file (max_message_bytes). Ctrl-C finishes what is in flight and ends.
    """
    refuse_client_tls()
    flags["address"] = flags["address"] or session.address
    config = settings(flags)
    with extra("edge"):
        from ocelli.edge.run import run  # noqa: PLC0415  needs the extra `edge`

        return run(config)
