"""What the commands print on stderr beside their results, a line each."""

from collections.abc import Iterable

import click

from ocelli.client.errors import OcelliError
from ocelli.client.results import ImageWarning


def say_error(message: str) -> None:
    """Prints one line on stderr."""
    click.echo(f"ocelli: {' '.join(message.split())}", err=True)


def say_failure(subject: object, error: OcelliError) -> None:
    """Prints one line on stderr about one of several images."""
    text = str(error)
    say_error(text if str(subject) in text else f"{subject}: {text}")


def say_warnings(subject: object, warnings: Iterable[ImageWarning]) -> None:
    """Prints a line on stderr for each warning of one of several images."""
    for one in warnings:
        say_error(f"warning: {subject}: {one.message}")
