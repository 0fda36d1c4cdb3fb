"""`ocelli collections alias`: other names of collections."""

import click

from ocelli.client.cli.output import add_row, console, say_json, table
from ocelli.client.cli.session import Session, json_option, server_options


@click.group()
def alias() -> None:
    """Set, list and delete aliases: other names of collections."""


@alias.command("set")
@click.argument("name", metavar="ALIAS")
@click.argument("collection")
@server_options
@click.pass_obj
def set_(session: Session, *, name: str, collection: str) -> None:
    """Point ALIAS to COLLECTION, or away from another one, in one step."""
    with session.connect() as client:
        client.collections.set_alias(name, collection)


@alias.command("list")
@json_option
@server_options
@click.pass_obj
def list_(session: Session, *, as_json: bool) -> None:
    """List all aliases."""
    with session.connect() as client:
        found = client.collections.list_aliases()
    if as_json:
        for one in found:
            say_json({"alias": one.alias, "collection": one.collection})
        return
    rows = table("alias", "collection")
    for one in found:
        add_row(rows, one.alias, one.collection)
    console().print(rows if found else "no aliases yet")


@alias.command()
@click.argument("name", metavar="ALIAS")
@server_options
@click.pass_obj
def delete(session: Session, *, name: str) -> None:
    """Delete ALIAS; its collection stays."""
    with session.connect() as client:
        client.collections.delete_alias(name)
