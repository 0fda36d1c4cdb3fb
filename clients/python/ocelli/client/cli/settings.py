"""Options made from the fields of the server's configuration."""

import dataclasses
import os
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from ocelli.edge.config import Config, ConfigError, Value, load

Command = TypeVar("Command", bound=Callable[..., Any])


def settings_options(*only: str) -> Callable[[Command], Command]:
    """Adds a flag per field of the configuration, or for some of them, and `--config`.

    Nothing has a default here: what is not given is left to the environment, the file and `Config`.
    """

    def decorate(command: Command) -> Command:
        for setting in reversed(dataclasses.fields(Config)):
            if not only or setting.name in only:
                command = _option(setting)(command)
        return click.option("--config", metavar="FILE", help="TOML file with settings.")(command)

    return decorate


def settings(flags: Mapping[str, Value | None], environ: Mapping[str, str] = os.environ) -> Config:
    """Reads the configuration.

    Raises:
        click.ClickException: a setting is wrong.
    """
    try:
        return load({name: value for name, value in flags.items() if value is not None}, environ)
    except ConfigError as error:
        raise click.ClickException(str(error)) from error


def _option(setting: dataclasses.Field[Any]) -> Callable[[Command], Command]:
    flag = f"--{setting.name.replace('_', '-')}"
    about = setting.metadata["help"]
    if setting.type is bool:
        return click.option(f"{flag}/--no-{flag[2:]}", setting.name, default=None, help=about)
    if setting.default not in (dataclasses.MISSING, ""):
        about = f"{about}  [default: {setting.default}]"
    return click.option(flag, setting.name, default=None, metavar=_metavar(setting), help=about)


def _metavar(setting: dataclasses.Field[Any]) -> str:
    if setting.type in (int, float):
        return "NUMBER"
    return "TEXT"
