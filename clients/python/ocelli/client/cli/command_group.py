"""A group of commands that are imported as they are used."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click


class CommandGroup(click.Group):
    """A group whose commands each have a module of their name.

    Most commands need what the others do not, so whoever calls one waits for no other's imports.

    Args:
        arguments: of `click.Group`.
        package: of the modules; each has the command under its own name.
        names: of the commands.
        options: of `click.Group`.
    """

    def __init__(self, *arguments: Any, package: str, names: Sequence[str], **options: Any) -> None:  # noqa: ANN401  # click's
        super().__init__(*arguments, **options)
        self._package = package
        self._names = sorted(names)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's
        """The names, in the order of the alphabet."""
        return self._names

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002  click's
        cmd_name: str,
    ) -> click.Command | None:
        """The command of a name, or None if there is none."""
        if cmd_name not in self._names:
            return None
        command: click.Command = getattr(import_module(f"{self._package}.{cmd_name}"), cmd_name)
        return command
