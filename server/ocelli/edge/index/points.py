"""What goes into the index and what comes out of it."""

from typing import Generic, TypeAlias, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from ocelli.edge.index.filters import Filter
from ocelli.edge.index.schema import Json

Vector: TypeAlias = NDArray[np.float32]
"""float32 [D], D being the collection's dimension."""
Payload: TypeAlias = dict[str, Json]

ItemT = TypeVar("ItemT")


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
    payload: Payload | None
    """None if it was not asked for."""
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


class SearchQuery(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """What to look for."""

    vector: Vector
    """float32 [D]; other real dtypes are converted."""
    limit: int = 10
    """Most hits to return, 1 to 1000."""
    offset: int = 0
    """Nearest hits, or groups, to pass over; with `limit` at most 10 000. Engines never get it."""
    group_by: str = ""
    """A keyword or integer field: of points that share its first value only the nearest is a hit,
    of the nearest 10 000 points. "" for no groups. Engines never get it."""
    filter: Filter | None = None
    """Only points that match."""
    exclude_id: str | None = None
    """Leave this point out."""
    score_threshold: float | None = None
    """Worst score to return: the lowest for COSINE and DOT, the highest for EUCLID."""
    with_payload: bool = True
    with_vectors: bool = False


class Page(msgspec.Struct, Generic[ItemT], frozen=True, eq=False):
    """Some of a list, in its order."""

    items: list[ItemT]
    next_page_token: str
    """For the next page; "" if there is none."""
