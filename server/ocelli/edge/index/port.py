"""The port behind which any vector engine stands, embedded or remote.

Callers use `validated_index.ValidatedIndex`, which checks what they send against the collection's
schema; an engine gets checked values only. Every method raises `OcelliError`:

- COLLECTION_NOT_FOUND for an unknown collection;
- DEADLINE_EXCEEDED when the deadline passes while the engine is at work;
- INDEX_UNAVAILABLE when the engine cannot be reached in time, or cannot open the collection;
- OVERLOADED when as many calls wait as may.

Methods that take a `CollectionState` raise `OutOfDate` if it is not the current one: the caller
describes the collection again, checks again and repeats the call.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import msgspec

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError
from ocelli.edge.index.filters import Equals, Filter
from ocelli.edge.index.payload_change import PayloadChange
from ocelli.edge.index.points import Hit, Record, SearchQuery, Vector
from ocelli.edge.index.schema import Collection, FieldType
from ocelli.edge.index.validate_payload import CheckedPayload
from ocelli.edge.scheduling.deadline import Deadline


class OutOfDate(Exception):  # noqa: N818  # an event, and no fault
    """The collection is another one now, or has another schema, than was checked against.

    It was created anew, or changed, or the alias that it was found by points elsewhere.
    """


class CollectionState(msgspec.Struct, frozen=True):
    """A collection as it was at some moment."""

    collection: Collection
    generation: str
    """Differs for a collection that was deleted and created again."""
    revision: int
    """Grows with every change of the schema."""
    alias: str = ""
    """The alias that it was asked for by; "" if by its name."""


class CheckedPoint(msgspec.Struct, frozen=True, eq=False):
    """A point that may be stored."""

    id: str
    vector: Vector
    """float32 [D], contiguous, little-endian."""
    payload: CheckedPayload


class Alias(msgspec.Struct, frozen=True):
    """Another name of a collection."""

    alias: str
    collection: str


class IndexEngine(Protocol):
    """Collections of points, and the search for the nearest."""

    @property
    def ready(self) -> bool:
        """Whether the engine can be reached right now."""
        ...

    def on_change(self, listener: Callable[[bool], None]) -> None:
        """Has `listener(ready)` called, on the event loop, whenever `ready` changes."""
        ...

    async def start(self, deadline: Deadline) -> None:
        """Makes the engine ready.

        Raises:
            OcelliError: INDEX_UNAVAILABLE, with the reason; nothing is left running then.
        """
        ...

    async def close(self) -> None:
        """Makes everything acknowledged durable and lets go of the engine."""
        ...

    async def create_collection(self, collection: Collection, *, call: Call) -> CollectionState:
        """Creates an empty collection. COLLECTION_EXISTS if there is one of that name.

        After INDEX_UNAVAILABLE or DEADLINE_EXCEEDED it may exist or not.
        """
        ...

    async def describe_collection(self, name: str, *, call: Call) -> CollectionState:
        """The collection of this name, or that an alias of this name points to, as it is now."""
        ...

    async def list_collections(
        self, *, after: str, limit: int, max_bytes: int, call: Call
    ) -> tuple[list[Collection], bool]:
        """Some collections, by name ascending.

        Args:
            after: only names that come later; "" for the first.
            limit: most collections to return.
            max_bytes: about how large their descriptions together may be; one is returned in any
                case.
            call: whose work it is.

        Returns:
            The collections, and whether there are more.
        """
        ...

    async def update_collection(
        self,
        within: CollectionState,
        *,
        model: str | None,
        add_fields: Mapping[str, FieldType],
        call: Call,
    ) -> CollectionState:
        """Sets the model, unless None, and adds fields, durably; those that exist are passed over.

        When it returns, filters on the new fields find points that were stored before; those whose
        payload has another type there count as lacking the field. If it fails, the collection has
        its old schema until the change is complete, with or without another call.

        Raises:
            OcelliError: INVALID_FIELD as `validate_collection.extended` raises it, within
                `collection`, for what another call has added meanwhile.
        """
        ...

    async def delete_collection(self, name: str, *, call: Call) -> None:
        """Deletes a collection and all its points, also one that cannot be opened."""
        ...

    async def set_alias(self, alias: str, collection: str, *, call: Call) -> str:
        """Points an alias to a collection, durably and in one step.

        Returns:
            The collection that it pointed to before; "" if it is new.

        Raises:
            OcelliError: COLLECTION_EXISTS: a collection has that name.
        """
        ...

    async def delete_alias(self, alias: str, *, call: Call) -> None:
        """Takes an alias away. COLLECTION_NOT_FOUND if there is none of that name."""
        ...

    async def list_aliases(self, *, after: str, limit: int, call: Call) -> tuple[list[Alias], bool]:
        """Some aliases, by name ascending, and whether there are more; as `list_collections`."""
        ...

    async def size(self, *, call: Call) -> tuple[int, int]:
        """How many collections there are, and points in all of them, about: for metrics."""
        ...

    async def upsert(
        self, within: CollectionState, points: Sequence[CheckedPoint], *, call: Call
    ) -> None:
        """Stores points, replacing those whose id exists; of equal ids the last one stays.

        If it raises, any number of them may have been stored: calling again is safe.
        """
        ...

    async def replace(
        self,
        within: CollectionState,
        owner: Equals,
        points: Sequence[CheckedPoint],
        *,
        call: Call,
    ) -> None:
        """Stores points and deletes all others that match `owner`; reads see all of it or nothing.

        If it raises, it may have been done or not, or in part if the engine was killed meanwhile:
        calling again is safe, and completes it.

        Args:
            within: where to store.
            owner: what the points have in common, such as the image that they are parts of; each
                of them matches it.
            points: at most 1000, of different ids; none deletes what was there.
            call: whose work it is.
        """
        ...

    async def get(
        self,
        within: CollectionState,
        ids: Sequence[str],
        *,
        max_bytes: int,
        with_payload: bool,
        with_vectors: bool,
        call: Call,
    ) -> list[Record]:
        """The points of these ids that exist, in any order.

        Raises:
            OcelliError: ANSWER_TOO_LARGE: they have over `max_bytes`, counted by `answer_size`.
        """
        ...

    async def list_points(
        self,
        within: CollectionState,
        *,
        filter: Filter | None,  # noqa: A002  # the field's word
        after: bytes,
        limit: int,
        max_bytes: int,
        with_payload: bool,
        with_vectors: bool,
        call: Call,
    ) -> tuple[list[Record], bytes]:
        """Some points, in an order that never changes.

        Args:
            within: where to look.
            filter: only points that match.
            after: what the call before returned; b"" for the first.
            limit: most points to return.
            max_bytes: about how large payloads and vectors together may be; one point is returned
                in any case.
            with_payload: return payloads.
            with_vectors: return vectors.
            call: whose work it is.

        Returns:
            The points, and where to go on: b"" if there are no more.

        Raises:
            OcelliError: INVALID_FIELD for `page_token` if `after` is none of this engine's.
        """
        ...

    async def count(
        self,
        within: CollectionState,
        *,
        filter: Filter | None,  # noqa: A002  # the field's word
        call: Call,
    ) -> int:
        """Counts the points that match, exactly."""
        ...

    async def delete(self, within: CollectionState, ids: Sequence[str], *, call: Call) -> int:
        """Deletes points by id; returns how many existed.

        Should the engine restart in the middle of the call, points that it had deleted before are
        not counted. The same holds for `delete_by_filter`.
        """
        ...

    async def delete_by_filter(
        self,
        within: CollectionState,
        filter: Filter,  # noqa: A002  # the field's word
        *,
        call: Call,
    ) -> int:
        """Deletes the points that match, in steps between which other calls are served."""
        ...

    async def update_payload(
        self,
        within: CollectionState,
        ids: Sequence[str],
        change: PayloadChange,
        *,
        call: Call,
    ) -> int:
        """Changes the payloads of those of these points that exist; returns how many.

        Each point is changed whole and alone, by `payload_change.applied`. One that it refuses ends
        the call with its error; those before it are changed.
        """
        ...

    async def update_payload_by_filter(
        self,
        within: CollectionState,
        filter: Filter,  # noqa: A002  # the field's word
        change: PayloadChange,
        *,
        call: Call,
    ) -> int:
        """As `update_payload` for the points that match, in steps as `delete_by_filter`."""
        ...

    async def search(
        self, within: CollectionState, queries: Sequence[SearchQuery], *, max_bytes: int, call: Call
    ) -> list[list[Hit] | OcelliError]:
        """Per query, the points nearest to its vector, nearest first, or why there are none.

        A query whose hits would take what is returned in all beyond `max_bytes`, counted by
        `answer_size`, is answered ANSWER_TOO_LARGE; others after it may still fit.
        """
        ...
