"""What all commands that talk to a server share: where it is, and the client."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from ocelli.client import Client, connect
from ocelli.client.channel import DEFAULT_ADDRESS, DEFAULT_TIMEOUT_S

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(slots=True)
class Session:
    """Where the server is."""

    address: str | None = None
    """As given, or None if it was not."""
    timeout_s: float = DEFAULT_TIMEOUT_S

    def connect(self) -> Client:
        """Makes a client."""
        return connect(self.address or DEFAULT_ADDRESS, timeout_s=self.timeout_s)


def _set_address(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.ensure_object(Session).address = value


def _set_timeout(context: click.Context, _: click.Parameter, value: float | None) -> None:
    if value is not None:
        context.ensure_object(Session).timeout_s = value


def address_option(*, envvar: str | None = None) -> Callable[[Command], Command]:
    """Adds `--address`. Only the root reads the environment, or that would beat the root's flag."""
    return click.option(
        "--address",
        envvar=envvar,
        expose_value=False,
        is_eager=True,
        callback=_set_address,
        metavar="HOST:PORT",
        help=f"Where the server is (OCELLI_ADDRESS).  [default: {DEFAULT_ADDRESS}]",
    )


def server_options(command: Command) -> Command:
    """Adds the options of a command that talks to a server."""
    timeout = click.option(
        "--timeout",
        type=click.FloatRange(min=0, min_open=True),
        expose_value=False,
        callback=_set_timeout,
        metavar="SECONDS",
        help=f"Longest a call may take.  [default: {DEFAULT_TIMEOUT_S:g}]",
    )
    return address_option()(timeout(command))


def json_option(command: Command) -> Command:
    """Adds `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, one object a line.")(
        command
    )
