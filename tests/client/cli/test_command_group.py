"""Commands are imported as they are used."""

import subprocess
import sys

import click

from ocelli.client.cli.entry import cli


def test_every_name_is_a_commands() -> None:
    context = click.Context(cli)
    names = cli.list_commands(context)
    assert len(names) == 15
    found = [cli.get_command(context, name) for name in names]
    assert [command and command.name for command in found] == names
    assert cli.get_command(context, "session") is None


def test_a_command_waits_for_no_other_commands_imports() -> None:
    program = """
import sys
from ocelli.client.cli.entry import run
assert run(["serve", "--help"]) == 0
print(sorted(sys.modules), file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True
    )
    assert "'ocelli.client.cli.serve'" in done.stderr
    for unwanted in ("'ocelli.client.cli.watch'", "'ocelli.client.load'", "'rich'"):
        assert unwanted not in done.stderr
