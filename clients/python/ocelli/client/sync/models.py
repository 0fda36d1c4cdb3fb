"""The blocking client's models."""

from ocelli.client import requests
from ocelli.client.model import ModelInfo
from ocelli.client.sync.connection import Connection

LOAD_TIMEOUT_S = 600.0
"""As long as the server may take by default."""
UNLOAD_TIMEOUT_S = 120.0
"""Calls in flight end first."""


class Models:
    """The models of a server."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list(self, *, timeout_s: float | None = None) -> tuple[ModelInfo, ...]:
        """Describes every model of the repository, by name, ascending.

        Each page of the list is a call of at most `timeout_s` seconds.
        """
        return tuple(self._connection.pages(requests.model.list_all(), timeout_s))

    def get(self, name: str, *, timeout_s: float | None = None) -> ModelInfo:
        """Describes one model."""
        return self._connection.invoke(requests.model.get(name), timeout_s)

    def load(self, name: str, *, timeout_s: float = LOAD_TIMEOUT_S) -> ModelInfo:
        """Loads a model of the repository, or loads it anew. Returns when it serves."""
        return self._connection.invoke(requests.model.load(name), timeout_s)

    def unload(self, name: str, *, timeout_s: float = UNLOAD_TIMEOUT_S) -> None:
        """Unloads a model. Returns when it no longer serves."""
        self._connection.invoke(requests.model.unload(name), timeout_s)
