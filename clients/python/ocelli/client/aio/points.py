"""The asyncio client's points."""

from collections.abc import AsyncGenerator, Iterable

from ocelli.client import requests
from ocelli.client.aio.connection import Connection
from ocelli.client.filters import Filter
from ocelli.client.payload import Payload
from ocelli.client.point import Point, StoredPoints, UpsertResult


class Points:
    """The stored points of a server."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def upsert(
        self, collection: str, points: Iterable[Point], *, timeout_s: float | None = None
    ) -> UpsertResult:
        """Stores points; those whose id exists are replaced. Each succeeds or fails alone.

        Many points go out in several calls, each of at most `timeout_s` seconds, and are drawn from
        `points` as these go. If one of them raises, the points of those before it are stored.
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
        with_payload: bool = True,
        with_vector: bool = False,
        timeout_s: float | None = None,
    ) -> StoredPoints:
        """Returns up to 1000 stored points by id."""
        call = requests.point.get(
            collection, ids, with_payload=with_payload, with_vector=with_vector
        )
        return await self._connection.invoke(call, timeout_s)

    def list(
        self,
        collection: str,
        filter: Filter | None = None,  # noqa: A002  the contract's word
        *,
        page_size: int = 0,
        with_payload: bool = True,
        with_vector: bool = False,
        timeout_s: float | None = None,
    ) -> AsyncGenerator[Point, None]:
        """Yields all stored points, or those that match a filter, in an order that does not change.

        A point that is stored throughout the walk comes exactly once; one that is written or
        deleted meanwhile may come or not.

        Args:
            collection: its name.
            filter: only points that match; see `ocelli.client.filters`.
            page_size: points that each call asks for, 1 to 1000; 0: 100.
            with_payload: return payloads.
            with_vector: return vectors.
            timeout_s: seconds that each of the calls may take.
        """
        call = requests.point.list_all(
            collection,
            filter,
            page_size=page_size,
            with_payload=with_payload,
            with_vector=with_vector,
        )
        return self._connection.pages(call, timeout_s)

    async def count(
        self,
        collection: str,
        filter: Filter | None = None,  # noqa: A002  the contract's word
        *,
        timeout_s: float | None = None,
    ) -> int:
        """Counts the points that match a filter, or all."""
        return await self._connection.invoke(requests.point.count(collection, filter), timeout_s)

    async def delete(
        self,
        collection: str,
        ids: Iterable[str] | None = None,
        *,
        filter: Filter | None = None,  # noqa: A002  the contract's word
        timeout_s: float | None = None,
    ) -> int:
        """Deletes up to 1000 stored points by id, or all that match a filter.

        Returns:
            How many existed and were deleted.
        """
        call = requests.point.delete(collection, ids, filter)
        return await self._connection.invoke(call, timeout_s)

    async def update_payload(
        self,
        collection: str,
        ids: Iterable[str] | None = None,
        *,
        filter: Filter | None = None,  # noqa: A002  the contract's word
        merge: Payload | None = None,
        replace: Payload | None = None,
        delete_keys: Iterable[str] | None = None,
        timeout_s: float | None = None,
    ) -> int:
        """Changes the payloads of stored points; their vectors stay.

        Args:
            collection: its name.
            ids: up to 1000 points; those that do not exist are passed over.
            filter: in place of `ids`, all points that match.
            merge: set these keys and leave others as they are.
            replace: put this in place of the payload.
            delete_keys: take these keys away.
            timeout_s: seconds that the call may take.

        Returns:
            How many points exist and have the payload asked for.
        """
        call = requests.point.update_payload(
            collection, ids, filter, merge=merge, replace=replace, delete_keys=delete_keys
        )
        return await self._connection.invoke(call, timeout_s)
