"""Options made from the fields of the server's configuration."""

import click
import pytest

from ocelli.client.cli.settings import SettingsCommand, settings


def _flags(*only: str) -> dict[str, click.Parameter]:
    command = SettingsCommand("x", only=only)
    return {str(flag.name): flag for flag in command.get_params(click.Context(command))}


def test_every_setting_has_a_flag_without_a_default() -> None:
    flags = _flags()
    assert {"config", "address", "stream_window", "tls_cert"} <= set(flags)
    # click has a mark of its own for a flag without a default.
    assert not any(isinstance(flag.default, str | int | float) for flag in flags.values())


def test_a_command_may_have_some_of_them() -> None:
    flags = _flags("home", "models")
    assert {name for name in flags if "help" not in name} == {"config", "home", "models"}


def test_a_setting_that_is_wrong_is_named() -> None:
    assert settings({"stream_window": "5", "home": None}).stream_window == 5
    with pytest.raises(click.ClickException, match="stream_window"):
        settings({"stream_window": "0"})
