"""`ocelli models`: what the server can use."""

import dataclasses
from pathlib import Path

import click

from ocelli.client import ModelInfo
from ocelli.client.cli import own_model
from ocelli.client.cli.extras import extra
from ocelli.client.cli.model_tables import description, overview
from ocelli.client.cli.output import Json, add_row, console, say_json, table
from ocelli.client.cli.progress import Steps
from ocelli.client.cli.session import Session, json_option, server_options
from ocelli.client.cli.settings import SettingsCommand, Value, settings
from ocelli.client.sync.models import LOAD_TIMEOUT_S, UNLOAD_TIMEOUT_S


@click.group()
def models() -> None:
    """List, install, add, load and unload models."""


@models.command("list")
@json_option
@server_options
@click.pass_obj
def list_(session: Session, *, as_json: bool) -> None:
    """List the models of the server."""
    with session.connect() as client:
        found = client.models.list()
    if as_json:
        for one in found:
            say_json(_as_json(one))
        return
    console().print(overview(found) if found else "no models: `ocelli models install` gets some")


@models.command()
@click.argument("name")
@json_option
@server_options
@click.pass_obj
def get(session: Session, name: str, *, as_json: bool) -> None:
    """Describe the model NAME."""
    with session.connect() as client:
        found = client.models.get(name)
    _describe(found, as_json=as_json)


@models.command()
@click.argument("name")
@json_option
@server_options
@click.pass_obj
def load(session: Session, name: str, *, as_json: bool) -> None:
    """Load the model NAME of the repository, or load it anew."""
    with session.connect() as client:
        loaded = client.models.load(name, timeout_s=session.timeout_s or LOAD_TIMEOUT_S)
    _describe(loaded, as_json=as_json)


@models.command()
@click.argument("name")
@server_options
@click.pass_obj
def unload(session: Session, name: str) -> None:
    """Unload the model NAME."""
    with session.connect() as client:
        client.models.unload(name, timeout_s=session.timeout_s or UNLOAD_TIMEOUT_S)


@models.command(cls=SettingsCommand, only=("home", "models"))
@click.argument("names", nargs=-1)
@json_option
def install(names: tuple[str, ...], *, as_json: bool, **flags: Value | None) -> None:
    """Install the models NAMES, or all there are, into the model repository of this machine.

    What is there already is checked and left alone.
    """
    config = settings(flags)
    with extra("edge"):
        from ocelli.models.errors import InstallError  # noqa: PLC0415  needs the extra `edge`
        from ocelli.models.install import install as install_models  # noqa: PLC0415  as above
    try:
        with Steps() as steps:
            done = install_models(names, config.models_dir, Path(config.home, "downloads"), steps)
    except InstallError as error:
        raise click.ClickException(str(error)) from error
    rows = table("model", "task", "", "folder")
    for one in done.models:
        state = "installed" if one.fresh else "was there"
        add_row(rows, one.card.name, one.card.task, state, one.folder)
        if as_json:
            say_json(
                {
                    "name": one.card.name,
                    "task": one.card.task,
                    "folder": str(one.folder),
                    "fresh": one.fresh,
                }
            )
    for missing in done.left_out:
        click.echo(f"{missing.card.name} is left out: {missing.reason}", err=True)
    if not as_json:
        console().print(rows)


models.add_command(own_model.inspect)
models.add_command(own_model.add)
models.add_command(own_model.encoded)
models.add_command(own_model.adapters)


def _describe(one: ModelInfo, *, as_json: bool) -> None:
    if as_json:
        say_json(_as_json(one))
        return
    out = console()
    for place, part in enumerate(description(one)):
        if place:
            out.print()
        out.print(part)


def _as_json(one: ModelInfo) -> Json:
    return dataclasses.asdict(one)
