"""The command `ocelli`."""

from ocelli.client.cli.entry import main

__all__ = ["main"]
