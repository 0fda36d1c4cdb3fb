"""`ocelli keys`: the API keys of a server, in the file that it reads."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ocelli.client.cli.extras import extra
from ocelli.client.cli.output import Json, add_row, console, say_json, table
from ocelli.client.cli.session import json_option
from ocelli.client.cli.settings import SettingsCommand, Value, settings

if TYPE_CHECKING:
    from ocelli.edge.access.api_keys import ApiKey

_ANY = ("*",)
_DURATION = re.compile(r"(\d{1,6})([smhd])")
_UNIT_S = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@click.group()
def keys() -> None:
    """Create, list and revoke the API keys of a server.

    The file is the one that the server's --keys-file names; servers read it again within a second.
    """


@keys.command(cls=SettingsCommand, only=("keys_file",))
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    metavar="SERVICE:VERB",
    help="What the key may do: search:read, detect:*; as often as needed.  [default: everything]",
)
@click.option(
    "--collections",
    multiple=True,
    metavar="PATTERN",
    help="Names of collections that it may touch: team-a-*.  [default: all]",
)
@click.option(
    "--models",
    multiple=True,
    metavar="PATTERN",
    help="Names of models that it may use.  [default: all]",
)
@click.option(
    "--expires", metavar="TIME", help="How long it holds: 90d, 12h.  [default: until revoked]"
)
@json_option
def create(
    name: str,
    scopes: tuple[str, ...],
    collections: tuple[str, ...],
    models: tuple[str, ...],
    expires: str | None,
    *,
    as_json: bool,
    **flags: Value | None,
) -> None:
    """Create a key of the principal NAME and print it, which is possible once only.

    What the server's policy gives a principal of this name is narrowed by the options.
    """
    path = _path(flags)
    with _failing():
        from ocelli.edge.access.key_file import create_key  # noqa: PLC0415  needs the extra `edge`

        written, key = create_key(
            path,
            name,
            scopes_=scopes or _ANY,
            collections=collections or _ANY,
            models=models or _ANY,
            valid_s=None if expires is None else _seconds(expires),
        )
    if as_json:
        say_json({"key": written, **_as_json(key)})
        return
    click.echo(written)
    click.echo(
        f"{key.name}: scopes {' '.join(key.scopes)}, collections {' '.join(key.collections)}, "
        f"models {' '.join(key.models)}, {_until(key)}. Keep it now: it is not shown again.",
        err=True,
    )


@keys.command("list", cls=SettingsCommand, only=("keys_file",))
@json_option
def list_(*, as_json: bool, **flags: Value | None) -> None:
    """List the keys: whose they are and what they may do, not the keys themselves."""
    path = _path(flags)
    with _failing():
        from ocelli.edge.access.key_file import read_keys  # noqa: PLC0415  needs the extra `edge`

        found = read_keys(path).keys
    if as_json:
        for key in found:
            say_json(_as_json(key))
        return
    rows = table("id", "name", "state", "expires", "scopes", "collections", "models")
    for key in found:
        add_row(
            rows,
            key.id,
            key.name,
            key.state(time.time()),
            "" if key.expires_s is None else _utc(key.expires_s),
            " ".join(key.scopes),
            " ".join(key.collections),
            " ".join(key.models),
        )
    console().print(rows)


@keys.command(cls=SettingsCommand, only=("keys_file",))
@click.argument("key_id", metavar="ID")
@json_option
def revoke(key_id: str, *, as_json: bool, **flags: Value | None) -> None:
    """Revoke the key with this ID, the part between ocelli_ and the next _."""
    path = _path(flags)
    with _failing():
        from ocelli.edge.access.key_file import revoke_key  # noqa: PLC0415  needs the extra `edge`

        key = revoke_key(path, key_id)
    if as_json:
        say_json(_as_json(key))
    else:
        click.echo(f"revoked {key.id} of {key.name}")


def _path(flags: dict[str, Value | None]) -> Path:
    path = settings(flags).keys_file
    if not path:
        raise click.UsageError("name the file of keys: --keys-file FILE, or OCELLI_KEYS_FILE")
    return Path(path)


@contextmanager
def _failing() -> Iterator[None]:
    with extra("edge"):
        from ocelli.edge.config import ConfigError  # noqa: PLC0415  needs the extra `edge`
    try:
        yield
    except ConfigError as error:
        raise click.ClickException(str(error)) from error


def _seconds(duration: str) -> int:
    match = _DURATION.fullmatch(duration)
    if match is None:
        raise click.BadParameter(
            f"{duration!r} is no time; expected a number and s, m, h or d: 90d",
            param_hint="--expires",
        )
    return int(match[1]) * _UNIT_S[match[2]]


def _as_json(key: "ApiKey") -> Json:
    return {
        "id": key.id,
        "name": key.name,
        "state": key.state(time.time()),
        "created": _utc(key.created_s),
        "expires": None if key.expires_s is None else _utc(key.expires_s),
        "scopes": list(key.scopes),
        "collections": list(key.collections),
        "models": list(key.models),
    }


def _until(key: "ApiKey") -> str:
    return "until revoked" if key.expires_s is None else f"until {_utc(key.expires_s)}"


def _utc(time_s: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time_s))
