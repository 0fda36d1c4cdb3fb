"""The asyncio client."""

from ocelli.client.aio.client import AsyncClient, connect_async

__all__ = ["AsyncClient", "connect_async"]
