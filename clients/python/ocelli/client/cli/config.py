"""`ocelli config`: the settings that `ocelli serve` would run with."""

import dataclasses

import click

from ocelli.client.cli.output import add_row, console, say_json, table
from ocelli.client.cli.session import Session, json_option, refuse_client_tls
from ocelli.client.cli.settings import settings, settings_options
from ocelli.edge.config import Value


@click.command()
@settings_options()
@json_option
@click.pass_obj
def config(session: Session, /, *, as_json: bool, **flags: Value | None) -> None:
    """Print the settings that a server would run with.

    Flags go before the environment, that before the file, and that before the defaults.
    """
    refuse_client_tls()
    flags["address"] = flags["address"] or session.address
    effective = settings(flags)
    if as_json:
        say_json(dataclasses.asdict(effective))
        return
    rows = table("setting", "value", "about")
    for setting in dataclasses.fields(effective):
        value = getattr(effective, setting.name)
        add_row(rows, setting.name, "" if value == "" else value, setting.metadata["help"])
    console().print(rows)
