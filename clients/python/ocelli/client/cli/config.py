"""`ocelli config`: the settings that `ocelli serve` would run with."""

import click

from ocelli.client.cli.output import add_row, console, say_json, table
from ocelli.client.cli.session import Session, json_option, refuse_client_tls
from ocelli.client.cli.settings import SettingsCommand, Value, settings


@click.command(cls=SettingsCommand)
@json_option
@click.pass_obj
def config(session: Session, /, *, as_json: bool, **flags: Value | None) -> None:
    """Print the settings that a server would run with.

    Flags go before the environment, that before the file, and that before the defaults.
    """
    refuse_client_tls()
    flags["address"] = flags["address"] or session.address
    effective = settings(flags)
    values = effective.printable()
    if as_json:
        say_json(values)
        return
    rows = table("setting", "value", "about")
    for name, setting in type(effective).model_fields.items():
        value = values[name]
        add_row(rows, name, "" if value in ("", ()) else value, setting.description or "")
    console().print(rows)
