"""The asyncio client's models."""

from ocelli.client import requests
from ocelli.client.aio.connection import Connection
from ocelli.client.model import ModelInfo

LOAD_TIMEOUT_S = 600.0
"""As long as the server may take by default."""
UNLOAD_TIMEOUT_S = 120.0
"""Calls in flight end first."""


class Models:
    """The models of a server."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def list(self, *, timeout_s: float | None = None) -> tuple[ModelInfo, ...]:
        """Describes every model of the repository, by name, ascending.

        Each page of the list is a call of at most `timeout_s` seconds.
        """
        pages = self._connection.pages(requests.model.list_all(), timeout_s)
        return tuple([found async for found in pages])

    async def get(self, name: str, *, timeout_s: float | None = None) -> ModelInfo:
        """Describes one model."""
        return await self._connection.invoke(requests.model.get(name), timeout_s)

    async def load(self, name: str, *, timeout_s: float = LOAD_TIMEOUT_S) -> ModelInfo:
        """Loads a model of the repository, or loads it anew. Returns when it serves."""
        return await self._connection.invoke(requests.model.load(name), timeout_s)

    async def unload(self, name: str, *, timeout_s: float = UNLOAD_TIMEOUT_S) -> None:
        """Unloads a model. Returns when it no longer serves."""
        await self._connection.invoke(requests.model.unload(name), timeout_s)
