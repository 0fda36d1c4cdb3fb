"""Options made from the fields of the server's configuration."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from ocelli.client.cli.extras import extra

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from ocelli.edge.config import Config

Value: TypeAlias = str | bool


class SettingsCommand(click.Command):
    """A command with a flag per setting of the server, and `--config`.

    Nothing has a default here: what is not given is left to the environment, the file and `Config`.
    The settings are imported when the command is used, since they take longer than many another
    command does.

    Args:
        arguments: of `click.Command`.
        only: names of the settings that have a flag; all of them if empty.
        options: of `click.Command`.
    """

    def __init__(self, *arguments: Any, only: tuple[str, ...] = (), **options: Any) -> None:  # noqa: ANN401  # click's
        super().__init__(*arguments, **options)
        self._only = only

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The flags of the settings, then the command's own."""
        return [*self._flags, *super().get_params(ctx)]

    @cached_property
    def _flags(self) -> list[click.Parameter]:
        with extra("edge"):
            from ocelli.edge.config import Config  # noqa: PLC0415  needs the extra `edge`
        return [
            click.Option(["--config"], metavar="FILE", help="TOML file with settings."),
            *(
                _flag(name, setting)
                for name, setting in Config.model_fields.items()
                if not self._only or name in self._only
            ),
        ]


def settings(flags: Mapping[str, Value | None]) -> "Config":
    """Reads the configuration.

    Raises:
        click.ClickException: a setting is wrong.
    """
    with extra("edge"):
        from ocelli.edge.config import ConfigError  # noqa: PLC0415  needs the extra `edge`
        from ocelli.edge.load_config import load_config  # noqa: PLC0415  as above
    try:
        return load_config({name: value for name, value in flags.items() if value is not None})
    except ConfigError as error:
        raise click.ClickException(str(error)) from error


def _flag(name: str, setting: "FieldInfo") -> click.Option:
    flag = f"--{name.replace('_', '-')}"
    about = setting.description
    if setting.annotation is bool:
        return click.Option([f"{flag}/--no-{flag[2:]}", name], default=None, help=about)
    if setting.default_factory is None and setting.default not in ("", ()):
        about = f"{about}  [default: {setting.default}]"
    metavar = "NUMBER" if setting.annotation in {int, float} else "TEXT"
    return click.Option([flag, name], metavar=metavar, help=about)
