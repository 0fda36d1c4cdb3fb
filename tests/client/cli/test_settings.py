"""Flags made from the server's settings."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from ocelli.client.cli.entry import cli
from ocelli.client.cli.settings import SettingsCommand, Value, settings
from ocelli.edge.config import Config

IMPORTED = """
import sys
from ocelli.client.cli.entry import run
code = run(sys.argv[1:])
print(code, "pydantic" in sys.modules)
"""


def parsed(command: SettingsCommand, *arguments: str) -> dict[str, object]:
    context = command.make_context("command", list(arguments))
    return {name: value for name, value in context.params.items() if value is not None}


def test_every_setting_has_a_flag_and_none_a_default() -> None:
    command = SettingsCommand("command")
    assert parsed(command) == {}
    flags = {parameter.name for parameter in command.get_params(command.make_context("c", []))}
    assert flags >= set(Config.model_fields) | {"config"}


def test_a_command_may_have_some() -> None:
    command = SettingsCommand("command", only=("home", "models"))
    assert parsed(command, "--home", "/data") == {"home": "/data"}
    names = [parameter.name for parameter in command.params + command._flags]
    assert names == ["config", "home", "models"]


def test_switches_can_be_turned_off() -> None:
    command = SettingsCommand("command", only=("triton_tls",))
    assert parsed(command, "--triton-tls") == {"triton_tls": True}
    assert parsed(command, "--no-triton-tls") == {"triton_tls": False}


def test_what_is_not_given_is_left_to_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCELLI_WORKERS", "3")
    flags: dict[str, Value | None] = {"workers": None, "stream_window": "8"}
    config = settings(flags)
    assert (config.workers, config.stream_window) == (3, 8)


def test_a_bad_setting_is_one_line() -> None:
    result = CliRunner().invoke(cli, ["config", "--workers", "many"])
    assert result.exit_code == 1
    assert "workers is 'many' (from --workers); expected a whole number from 0" in result.output


def test_secrets_are_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCELLI_TRITON_METADATA", "authorization=swordfish")
    for flags in ([], ["--json"]):
        result = CliRunner().invoke(cli, ["config", *flags])
        assert result.exit_code == 0
        assert "(hidden)" in result.output
        assert "swordfish" not in result.output


def test_only_commands_with_settings_import_them(tmp_path: Path) -> None:
    for arguments, imports in ((["detect", "--help"], False), (["config"], True)):
        result = subprocess.run(
            [sys.executable, "-c", IMPORTED, *arguments],
            capture_output=True,
            text=True,
            check=True,
            cwd=tmp_path,
        )
        assert result.stdout.splitlines()[-1] == f"0 {imports}"
