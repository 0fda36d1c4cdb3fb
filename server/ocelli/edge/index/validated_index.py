"""The index as callers have it: every request is checked before an engine sees it.

Errors are those of `port`, and those of the checks: INVALID_FIELD, VECTOR_DIMENSION,
VECTOR_NOT_FINITE and FIELD_NOT_IN_SCHEMA, with the path of the offending field from the method's
parameters (`points[3].vector`, `ids[0]`, `page_token`). Paths in a single query or point begin there
(`vector`, `filter.equals.value`, `payload.word`); `OcelliError.within` puts what is around it before.
"""

from collections.abc import Callable, Mapping, Sequence

from ocelli.edge.errors import OcelliError
from ocelli.edge.index.filters import Filter
from ocelli.edge.index.payload_change import PayloadChange
from ocelli.edge.index.points import Hit, Page, Point, Record, SearchQuery
from ocelli.edge.index.port import IndexEngine
from ocelli.edge.index.schema import Collection, FieldType
from ocelli.edge.scheduling.deadline import Deadline


class ValidatedIndex:
    """An engine behind checks. Use it from one event loop."""

    def __init__(self, engine: IndexEngine) -> None:
        self._engine = engine

    @property
    def ready(self) -> bool:
        """Whether the engine can be reached right now."""
        raise NotImplementedError

    def on_change(self, tell: Callable[[bool], None]) -> None:
        """Has `tell(ready)` called, on the event loop, whenever `ready` changes."""
        raise NotImplementedError

    async def start(self, deadline: Deadline) -> None:
        """Makes the engine ready; INDEX_UNAVAILABLE, with nothing left running, if it cannot."""
        raise NotImplementedError

    async def close(self) -> None:
        """Makes everything acknowledged durable and lets go of the engine."""
        raise NotImplementedError

    async def create_collection(self, collection: Collection, *, deadline: Deadline) -> None:
        """Paths: `collection.name`, `collection.dimension`, `collection.fields[0].name`, …"""
        raise NotImplementedError

    async def get_collection(self, name: str, *, deadline: Deadline) -> Collection:
        """Describes one collection."""
        raise NotImplementedError

    async def list_collections(
        self, *, page_size: int = 100, page_token: str = "", deadline: Deadline
    ) -> Page[Collection]:
        """By name, ascending. Paths: `page_size`, `page_token`."""
        raise NotImplementedError

    async def update_collection(
        self,
        name: str,
        *,
        model: str | None = None,
        add_fields: Mapping[str, FieldType] | None = None,
        deadline: Deadline,
    ) -> Collection:
        """None: as it is. Fields that exist with the same type are passed over.

        Paths: `collection.model`, `collection.fields`, `collection.fields[i].name`,
        `collection.fields[i].type`, i being the position in `add_fields`.
        """
        raise NotImplementedError

    async def delete_collection(self, name: str, *, deadline: Deadline) -> None:
        """Deletes a collection and all its points, also one that cannot be opened."""
        raise NotImplementedError

    async def upsert(
        self, collection: str, points: Sequence[Point], *, deadline: Deadline
    ) -> list[OcelliError | None]:
        """Per point: None if it is stored, else why not. Paths: `points`, `points[3].vector`, …"""
        raise NotImplementedError

    async def upsert_one(self, collection: str, point: Point, *, deadline: Deadline) -> None:
        """Raises if the point is refused. Paths: `id`, `vector`, `payload`, `payload.word`."""
        raise NotImplementedError

    async def get(
        self,
        collection: str,
        ids: Sequence[str],
        *,
        with_payload: bool = True,
        with_vectors: bool = False,
        deadline: Deadline,
    ) -> list[Record]:
        """Those that exist, in the order asked for, each once. Paths: `ids`, `ids[0]`."""
        raise NotImplementedError

    async def get_one(
        self,
        collection: str,
        id: str,  # noqa: A002  # the field's word
        *,
        with_payload: bool = True,
        with_vectors: bool = False,
        deadline: Deadline,
    ) -> Record:
        """POINT_NOT_FOUND if there is none. Path: `id`."""
        raise NotImplementedError

    async def list_points(
        self,
        collection: str,
        *,
        filter: Filter | None = None,  # noqa: A002  # the field's word
        page_size: int = 100,
        page_token: str = "",
        max_bytes: int = 8 << 20,
        with_payload: bool = True,
        with_vectors: bool = False,
        deadline: Deadline,
    ) -> Page[Record]:
        """Paths: `filter…`, `page_size`, `page_token`."""
        raise NotImplementedError

    async def count(
        self,
        collection: str,
        *,
        filter: Filter | None = None,  # noqa: A002  # the field's word
        deadline: Deadline,
    ) -> int:
        """Paths: `filter…`."""
        raise NotImplementedError

    async def delete(self, collection: str, ids: Sequence[str], *, deadline: Deadline) -> int:
        """Paths: `ids`, `ids[0]`."""
        raise NotImplementedError

    async def delete_by_filter(
        self,
        collection: str,
        filter: Filter,  # noqa: A002  # the field's word
        *,
        deadline: Deadline,
    ) -> int:
        """Paths: `filter…`."""
        raise NotImplementedError

    async def update_payload(
        self, collection: str, ids: Sequence[str], change: PayloadChange, *, deadline: Deadline
    ) -> int:
        """Paths: `ids`, `ids[0]`, `merge…`, `replace…`, `delete_keys.keys`, `delete_keys.keys[0]`."""
        raise NotImplementedError

    async def update_payload_by_filter(
        self,
        collection: str,
        filter: Filter,  # noqa: A002  # the field's word
        change: PayloadChange,
        *,
        deadline: Deadline,
    ) -> int:
        """Paths: `filter…`, and those of `change` as in `update_payload`."""
        raise NotImplementedError

    async def search(self, collection: str, query: SearchQuery, *, deadline: Deadline) -> list[Hit]:
        """Paths: `vector`, `limit`, `filter…`, `score_threshold`."""
        raise NotImplementedError

    async def search_many(
        self, collection: str, requests: Sequence[SearchQuery], *, deadline: Deadline
    ) -> list[list[Hit] | OcelliError]:
        """Each succeeds or fails alone, with the paths of `search`. Path: `requests`."""
        raise NotImplementedError
