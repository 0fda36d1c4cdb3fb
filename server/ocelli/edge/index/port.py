"""The vector-index port: what the edge asks of any engine, embedded or remote.

Every method raises `OcelliError`:

- COLLECTION_NOT_FOUND for an unknown collection;
- INVALID_FIELD, VECTOR_DIMENSION, VECTOR_NOT_FINITE and FIELD_NOT_IN_SCHEMA for what
  `ocelli.edge.index.validate` refuses, with the path of the offending field;
- DEADLINE_EXCEEDED when `timeout_s` passes while the engine is at work;
- INDEX_UNAVAILABLE when the engine cannot be reached in time, or cannot open the collection;
- OVERLOADED when as many calls wait as may.
"""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from ocelli.edge.errors import OcelliError
from ocelli.edge.index.filters import Filter
from ocelli.edge.index.schema import Collection, Json

Vector: TypeAlias = NDArray[np.float32]
"""float32 [D], D being the collection's dimension."""
Payload: TypeAlias = dict[str, Json]


class Point(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """What is stored: a vector under an id of the caller's choice, and what is known of it."""

    id: str
    """1 to 256 bytes of UTF-8."""
    vector: Vector
    """float32 [D]; other real dtypes are converted."""
    payload: Payload = {}
    """At most 64 KiB as JSON."""


class Record(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """A stored point, read back."""

    id: str
    payload: Payload
    vector: Vector | None
    """float32 [D], or None if it was not asked for. Under COSINE it is scaled to length 1."""


class Hit(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """A found point."""

    id: str
    score: float
    """In the collection's metric: cosine and dot, higher is nearer; Euclid, lower is nearer."""
    payload: Payload | None
    """None if it was not asked for."""
    vector: Vector | None
    """As in `Record`."""


class VectorIndex(Protocol):
    """Collections of points, and the search for the nearest."""

    @property
    def ready(self) -> bool:
        """Whether the engine can be reached right now."""
        ...

    def on_change(self, tell: Callable[[bool], None]) -> None:
        """Has `tell(ready)` called, on the event loop, whenever `ready` changes."""
        ...

    async def start(self, *, timeout_s: float) -> None:
        """Makes the index ready.

        Raises:
            OcelliError: INDEX_UNAVAILABLE, with the reason; nothing is left running then.
        """
        ...

    async def close(self) -> None:
        """Makes everything acknowledged durable and lets go of the engine."""
        ...

    async def create_collection(self, collection: Collection, *, timeout_s: float) -> None:
        """Creates an empty collection. COLLECTION_EXISTS if there is one of that name.

        After INDEX_UNAVAILABLE or DEADLINE_EXCEEDED it may exist or not.
        """
        ...

    async def get_collection(self, name: str, *, timeout_s: float) -> Collection:
        """Describes one collection."""
        ...

    async def list_collections(self, *, timeout_s: float) -> list[Collection]:
        """Describes all collections, by name ascending."""
        ...

    async def delete_collection(self, name: str, *, timeout_s: float) -> None:
        """Deletes a collection and all its points, also one that cannot be opened."""
        ...

    async def upsert(
        self, collection: str, points: Sequence[Point], *, timeout_s: float
    ) -> list[OcelliError | None]:
        """Stores points, replacing those whose id exists; of equal ids the last one stays.

        Each point is accepted or refused alone; an error that concerns all of them is raised, and
        then any number of them may have been stored: calling again with the same is safe.

        Returns:
            Per point: None if it is stored, else why it was refused.
        """
        ...

    async def get(
        self, collection: str, ids: Sequence[str], *, with_vectors: bool = False, timeout_s: float
    ) -> list[Record]:
        """Reads points by id: those that exist, in the order asked for, each once."""
        ...

    async def delete(self, collection: str, ids: Sequence[str], *, timeout_s: float) -> int:
        """Deletes points by id; those that do not exist are passed over.

        Returns:
            How many existed. Should the engine restart in the middle of the call, points that it
            had deleted before are not counted.
        """
        ...

    async def count(
        self,
        collection: str,
        *,
        filter: Filter | None = None,  # noqa: A002  # the field's word
        timeout_s: float,
    ) -> int:
        """Counts the points that match, exactly."""
        ...

    async def search(
        self,
        collection: str,
        vector: Vector,
        *,
        limit: int = 10,
        filter: Filter | None = None,  # noqa: A002  # the field's word
        exclude_id: str | None = None,
        score_threshold: float | None = None,
        with_payload: bool = True,
        with_vectors: bool = False,
        timeout_s: float,
    ) -> list[Hit]:
        """Finds the points nearest to a vector.

        Args:
            collection: where to look.
            vector: float32 [D].
            limit: most hits to return, 1 to 1000.
            filter: only points that match.
            exclude_id: leave this point out.
            score_threshold: worst score to return: the lowest for COSINE and DOT, the highest for
                EUCLID.
            with_payload: return payloads.
            with_vectors: return vectors.
            timeout_s: give up after this long.

        Returns:
            Nearest first.
        """
        ...
