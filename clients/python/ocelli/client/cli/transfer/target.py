"""The server that a collection is copied to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import click

from ocelli.client import Client, Tls, connect
from ocelli.client.channel import DEFAULT_TIMEOUT_S

Command = TypeVar("Command", bound=Callable[..., Any])

_FILES = {
    "ca": ("FILE", "Authorities that may have issued the target's certificate"),
    "cert": ("FILE", "This client's certificate for the target"),
    "key": ("FILE", "That certificate's private key"),
    "server_name": ("NAME", "Name in the target's certificate, if not the address's host"),
}


@dataclass(frozen=True, slots=True)
class Target:
    """Where the other server is, and over what."""

    address: str
    tls: Tls | bool
    api_key: str | None = field(default=None, repr=False)

    def connect(self, timeout_s: float | None) -> Client:
        """Makes a client, with the longest time a call may take.

        Raises:
            InvalidRequest: a file for TLS cannot be used.
        """
        return connect(
            self.address, timeout_s=timeout_s or DEFAULT_TIMEOUT_S, tls=self.tls, token=self.api_key
        )


def target_options(command: Command) -> Command:
    """Adds `--to-address`, and `--to-tls` with what goes with it."""
    for name, (metavar, about) in reversed(_FILES.items()):
        flag = f"--to-tls-{name.replace('_', '-')}"
        command = click.option(flag, metavar=metavar, help=f"{about}.")(command)
    tls = click.option("--to-tls", is_flag=True, help="Connect to the target over TLS.")
    address = click.option(
        "--to-address", metavar="HOST:PORT", required=True, help="Where the target is."
    )
    api_key = click.option(
        "--to-api-key",
        envvar="OCELLI_TO_API_KEY",
        metavar="KEY",
        help="Key or token to show to the target (OCELLI_TO_API_KEY).",
    )
    return address(tls(api_key(command)))


def read_target(
    to_address: str, *, to_tls: bool, to_api_key: str | None = None, **files: str | None
) -> Target:
    """Reads the options."""
    given = {
        name.removeprefix("to_tls_"): value for name, value in files.items() if value is not None
    }
    return Target(to_address, Tls(**given) if given else to_tls, to_api_key)
