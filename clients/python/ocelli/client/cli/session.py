"""What all commands that talk to a server share: where it is, over what, and the client."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, get_args

import click
from click.core import ParameterSource

from ocelli.client import Client, Tls, Tolerance, connect
from ocelli.client.channel import DEFAULT_ADDRESS, DEFAULT_TIMEOUT_S

Command = TypeVar("Command", bound=Callable[..., Any])

_TLS = {
    "tls": "Connect over TLS; each of the next ones implies it",
    "tls_ca": "Authorities that may have issued the server's certificate, not the public ones",
    "tls_cert": "This client's certificate, if the server asks",
    "tls_key": "The certificate's private key",
    "tls_server_name": "Name in the server's certificate, if not the address's host",
}


@dataclass(slots=True)
class Session:
    """Where the server is, and over what."""

    address: str | None = None
    """As given, or None if it was not."""
    timeout_s: float | None = None
    """Longest a call may take, or None for what each call takes by default."""
    tls: Tls | bool = False
    api_key: str | None = field(default=None, repr=False)

    def connect(self) -> Client:
        """Makes a client.

        Raises:
            InvalidRequest: a file for TLS cannot be used, or a key would be sent in plain text.
        """
        address = self.address or DEFAULT_ADDRESS
        timeout_s = self.timeout_s or DEFAULT_TIMEOUT_S
        return connect(address, timeout_s=timeout_s, tls=self.tls, token=self.api_key)


def _set_address(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.ensure_object(Session).address = value


def _set_timeout(context: click.Context, _: click.Parameter, value: float | None) -> None:
    if value is not None:
        context.ensure_object(Session).timeout_s = value


def _set_tls(
    context: click.Context,
    option: click.Parameter,
    value: str | bool | None,  # noqa: FBT001  a flag's callback
) -> None:
    if not value or option.name is None:
        return
    session = context.ensure_object(Session)
    if option.name == "tls":
        session.tls = session.tls or True
    else:
        known = session.tls if isinstance(session.tls, Tls) else Tls()
        session.tls = replace(known, **{option.name.removeprefix("tls_"): str(value)})


def _set_api_key(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value:
        context.ensure_object(Session).api_key = value


def api_key_option(command: Command) -> Command:
    """Adds `--api-key`, which only the root has."""
    return click.option(
        "--api-key",
        envvar="OCELLI_API_KEY",
        expose_value=False,
        callback=_set_api_key,
        metavar="KEY",
        help="Key or token to show to the server (OCELLI_API_KEY, which other users do not see).",
    )(command)


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


def tls_options(*, environment: bool = False) -> Callable[[Command], Command]:
    """Adds `--tls` and what goes with it. As for the address, only the root reads the environment.

    The variables are not those of `ocelli serve`, so that one environment can hold both.
    """

    def decorate(command: Command) -> Command:
        for name, about in reversed(_TLS.items()):
            variable = f"OCELLI_CLIENT_{name.upper()}"
            command = click.option(
                f"--{name.replace('_', '-')}",
                name,
                is_flag=name == "tls",
                envvar=variable if environment else None,
                expose_value=False,
                callback=_set_tls,
                metavar=None if name == "tls" else "NAME" if name == "tls_server_name" else "FILE",
                help=f"{about} ({variable}).",
            )(command)
        return command

    return decorate


def refuse_client_tls() -> None:
    """Keeps `ocelli --tls-cert FILE serve` from serving plain text.

    Raises:
        click.UsageError: options for TLS stand before a command whose own ones mean something else.
    """
    context = click.get_current_context()
    for name in _TLS:
        if context.find_root().get_parameter_source(name) is ParameterSource.COMMANDLINE:
            flag = f"--{name.replace('_', '-')}"
            raise click.UsageError(
                f"{flag} before `{context.info_name}` is for clients; "
                f"the server's --tls-cert and --tls-key come after it"
            )


def server_options(command: Command) -> Command:
    """Adds the options of a command that talks to a server."""
    timeout = click.option(
        "--timeout",
        type=click.FloatRange(min=0, min_open=True),
        expose_value=False,
        callback=_set_timeout,
        metavar="SECONDS",
        help="Longest a call may take.  "
        f"[default: {DEFAULT_TIMEOUT_S:g}, more for loading and unloading]",
    )
    return address_option()(tls_options()(timeout(command)))


def tolerance_option(command: Command) -> Command:
    """Adds `--tolerance`."""
    return click.option(
        "--tolerance",
        type=click.Choice(get_args(Tolerance)),
        help="What to do with a damaged or cut file: refuse it, or use what can be decoded."
        "  [default: the server's]",
    )(command)


def version_option(command: Command) -> Command:
    """Adds `--model-version`."""
    return click.option(
        "--model-version", default="", help="Version of the model.  [default: the newest]"
    )(command)


def json_option(command: Command) -> Command:
    """Adds `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, one object a line.")(
        command
    )
