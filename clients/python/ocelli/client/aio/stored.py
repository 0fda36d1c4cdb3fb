"""The asyncio client's collections and points."""

from collections.abc import Iterable, Mapping

from ocelli.client import requests
from ocelli.client.aio.connection import Connection
from ocelli.client.collection import (
    Collection,
    FieldType,
    Metric,
    Point,
    StoredPoints,
    UpsertResult,
)
from ocelli.client.filters import Filter


class Collections:
    """The collections of a server."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def create(
        self,
        name: str,
        *,
        dimension: int = 0,
        metric: Metric = "cosine",
        fields: Mapping[str, FieldType] | None = None,
        model: str = "",
        timeout_s: float | None = None,
    ) -> Collection:
        """Creates a collection.

        Args:
            name: 1 to 63 lower-case letters, digits, '-' and '_'.
            dimension: length of its vectors; 0: that of the model.
            metric: how likeness is measured.
            fields: payload fields that filters may name, with their types.
            model: embedding model for images; empty: the server's default if `dimension` is 0,
                else none, and the collection takes vectors only.
            timeout_s: seconds that the call may take.
        """
        call = requests.collection.create(
            name, dimension=dimension, metric=metric, fields=fields, model=model
        )
        return await self._connection.invoke(call, timeout_s)

    async def get(self, name: str, *, timeout_s: float | None = None) -> Collection:
        """Describes a collection and counts its points."""
        return await self._connection.invoke(requests.collection.get(name), timeout_s)

    async def list(self, *, timeout_s: float | None = None) -> tuple[Collection, ...]:
        """Describes all collections, by name, ascending."""
        return await self._connection.invoke(requests.collection.list_all(), timeout_s)

    async def delete(self, name: str, *, timeout_s: float | None = None) -> None:
        """Deletes a collection and all its points."""
        await self._connection.invoke(requests.collection.delete(name), timeout_s)


class Points:
    """The stored points of a server."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def upsert(
        self, collection: str, points: Iterable[Point], *, timeout_s: float | None = None
    ) -> UpsertResult:
        """Stores points; those whose id exists are replaced. Each succeeds or fails alone.

        Many points go out in several calls, each of at most `timeout_s` seconds. If one of them
        raises, the points of those before it are stored.
        """
        result = UpsertResult(0, {})
        for call in requests.point.upsert(collection, points):
            result += await self._connection.invoke(call, timeout_s)
        return result

    async def get(
        self,
        collection: str,
        ids: Iterable[str],
        *,
        with_vectors: bool = False,
        timeout_s: float | None = None,
    ) -> StoredPoints:
        """Returns up to 1000 stored points by id."""
        call = requests.point.get(collection, ids, with_vectors=with_vectors)
        return await self._connection.invoke(call, timeout_s)

    async def delete(
        self, collection: str, ids: Iterable[str], *, timeout_s: float | None = None
    ) -> int:
        """Deletes up to 1000 stored points by id and returns how many existed."""
        return await self._connection.invoke(requests.point.delete(collection, ids), timeout_s)

    async def count(
        self,
        collection: str,
        filter: Filter | None = None,  # noqa: A002  the contract's word
        *,
        timeout_s: float | None = None,
    ) -> int:
        """Counts the points that match a filter, or all."""
        return await self._connection.invoke(requests.point.count(collection, filter), timeout_s)
