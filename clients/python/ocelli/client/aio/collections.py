"""The asyncio client's collections."""

from collections.abc import Mapping

from ocelli.client import requests
from ocelli.client.aio.connection import Connection
from ocelli.client.collection import Alias, Collection, FieldType, Metric
from ocelli.client.region import RegionDetector


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
        detector: RegionDetector | None = None,
        timeout_s: float | None = None,
    ) -> Collection:
        """Creates a collection.

        Args:
            name: 1 to 63 lower-case letters, digits, '-' and '_'.
            dimension: length of its vectors; 0: that of the model.
            metric: how likeness is measured.
            fields: payload fields that filters may name, with their types.
            model: embedding model for images and texts; empty: the server's default if `dimension`
                is 0, else none, and the collection takes vectors only.
            detector: finds the parts of images that are embedded and stored by themselves; None:
                images are stored whole. It cannot be changed.
            timeout_s: seconds that the call may take.
        """
        call = requests.collection.create(
            name,
            dimension=dimension,
            metric=metric,
            fields=fields,
            model=model,
            detector=detector,
        )
        return await self._connection.invoke(call, timeout_s)

    async def get(self, name: str, *, timeout_s: float | None = None) -> Collection:
        """Describes a collection and counts its points."""
        return await self._connection.invoke(requests.collection.get(name), timeout_s)

    async def list(self, *, timeout_s: float | None = None) -> tuple[Collection, ...]:
        """Describes all collections, by name, ascending.

        Each page of the list is a call of at most `timeout_s` seconds.
        """
        pages = self._connection.pages(requests.collection.list_all(), timeout_s)
        return tuple([found async for found in pages])

    async def update(
        self,
        name: str,
        *,
        model: str | None = None,
        fields: Mapping[str, FieldType] | None = None,
        timeout_s: float | None = None,
    ) -> Collection:
        """Changes the embedding model of a collection, adds filterable fields, or both.

        When it returns, filters find points that were stored before by the new fields. It takes
        time in proportion to the points.

        Args:
            name: its name.
            model: one whose vectors have the collection's dimension; empty: none from now on;
                None: it stays.
            fields: payload fields with their types, those that it has and new ones; None: they
                stay.
            timeout_s: seconds that the call may take.
        """
        call = requests.collection.update(name, model=model, fields=fields)
        return await self._connection.invoke(call, timeout_s)

    async def delete(self, name: str, *, timeout_s: float | None = None) -> None:
        """Deletes a collection, all its points and its aliases."""
        await self._connection.invoke(requests.collection.delete(name), timeout_s)

    async def set_alias(
        self, alias: str, collection: str, *, timeout_s: float | None = None
    ) -> str:
        """Points an alias to a collection, or away from another one, in one step.

        An alias may be used wherever the name of an existing collection may, except to delete it.

        Returns:
            The collection that it pointed to before; empty if the alias is new.
        """
        call = requests.collection.set_alias(alias, collection)
        return await self._connection.invoke(call, timeout_s)

    async def delete_alias(self, alias: str, *, timeout_s: float | None = None) -> None:
        """Takes an alias away; the collection stays."""
        await self._connection.invoke(requests.collection.delete_alias(alias), timeout_s)

    async def list_aliases(self, *, timeout_s: float | None = None) -> tuple[Alias, ...]:
        """Returns all aliases, by name, ascending; each page is a call, as with `list`."""
        pages = self._connection.pages(requests.collection.list_aliases(), timeout_s)
        return tuple([found async for found in pages])
