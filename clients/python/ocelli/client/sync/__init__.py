"""The blocking client."""

from ocelli.client.sync.client import Client, connect

__all__ = ["Client", "connect"]
