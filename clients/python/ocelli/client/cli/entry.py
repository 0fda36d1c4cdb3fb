"""The command's root, and how its failures become one line and an exit code."""

import os
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

import click

from ocelli.client.cli.command_group import CommandGroup
from ocelli.client.cli.remarks import say_error
from ocelli.client.cli.session import Session, address_option, api_key_option, tls_options
from ocelli.client.errors import OcelliError

_FAILED = 1
_INTERRUPTED = 130
_COMMANDS = (
    *("serve", "detect", "classify", "read", "watch", "embed", "collections", "points"),
    *("index", "search", "models", "health", "bench", "keys", "config"),
)


def _version() -> str:
    try:
        return version("ocelli-vision")
    except PackageNotFoundError:
        return "unknown"


@click.group(
    cls=CommandGroup,
    package=__package__,
    names=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(_version(), prog_name="ocelli", message="%(prog)s %(version)s")
@address_option(envvar="OCELLI_ADDRESS")
@tls_options(environment=True)
@api_key_option
@click.pass_context
def cli(context: click.Context) -> None:
    """Images in, objects, vectors and neighbours out, over gRPC.

    \b
    ocelli serve                      start a server here
    ocelli detect street.jpg          what is in it?
    ocelli classify photo.jpg         what does it show?
    ocelli read photo.jpg             what is written there?
    ocelli watch street.mp4 --out seen.mp4
    ocelli watch rtsp://camera/main   or a webcam: 0
    ocelli index photos ~/Images    make a folder searchable
    ocelli search photos query.jpg    what looks like it?
    ocelli bench --rate 30            how fast is the server?
    """  # noqa: D301  click's mark for lines to be left as they are
    context.ensure_object(Session)


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a command and exits: 0 if it did what was asked, 1 if not, 2 for a wrong usage."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; returns the exit code."""
    try:
        result = cli.main(args=arguments, prog_name="ocelli", standalone_mode=False)
    except click.ClickException as error:
        _say(error)
        return error.exit_code
    except OcelliError as error:
        say_error(str(error))
        return _FAILED
    except (click.Abort, KeyboardInterrupt):
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has left; nothing more may be written, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _FAILED
    return result if isinstance(result, int) else 0


def _say(error: click.ClickException) -> None:
    match error:
        case click.exceptions.NoArgsIsHelpError():
            click.echo(error.format_message(), err=True)
        case click.UsageError(ctx=click.Context(command_path=command)):
            say_error(f"{error.format_message()} (see `{command} --help`)")
        case _:
            say_error(error.format_message())
