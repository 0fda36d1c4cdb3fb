"""The messages between the edge and the embedded engine's process, as MessagePack in `framing`.

The engine speaks first, with a `Hello` under call id 0. Then every `Request` gets one `Reply` under
its call id, in any order.

Why not gRPC here: for a search-sized message this costs the edge's event loop a fifth of the CPU
(75 against 395 µs a call) and a sixth of the time, and the engine's process need not load gRPC.
"""

from typing import TypeAlias, Union

import msgspec

from ocelli.edge.index.filters import Equals, Filter
from ocelli.edge.index.payload_change import PayloadChange
from ocelli.edge.index.schema import Collection, FieldType, Scalar

PROTOCOL = 5
"""Changes with every incompatible change of this module or of `framing`."""


class Hello(msgspec.Struct, frozen=True, array_like=True):
    """The engine's first message."""

    protocol: int
    pid: int


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """A collection as it exists right now; see `port.CollectionState`."""

    collection: Collection
    generation: str
    revision: int
    alias: str = ""


class Target(msgspec.Struct, frozen=True, array_like=True):
    """Which collection a call is about.

    Calls carry the generation, so that nothing checked against an old collection reaches a new one
    of the same name. They carry the alias that it was found by, too, for as long as that points
    there.
    """

    name: str
    generation: str
    alias: str = ""


class Create(msgspec.Struct, frozen=True, array_like=True, tag="create"):
    """→ Entry."""

    collection: Collection


class Describe(msgspec.Struct, frozen=True, array_like=True, tag="describe"):
    """→ Entry. By name or alias."""

    name: str


class List(msgspec.Struct, frozen=True, array_like=True, tag="list"):
    """→ Listed: collections after `after`, by name; the first whatever `max_bytes` is."""

    after: str
    limit: int
    max_bytes: int


class Update(msgspec.Struct, frozen=True, array_like=True, tag="update"):
    """One step of a change → Updated. To be repeated until it is done."""

    target: Target
    model: str | None
    add_fields: dict[str, FieldType]


class Drop(msgspec.Struct, frozen=True, array_like=True, tag="drop"):
    """→ None."""

    name: str


class SetAlias(msgspec.Struct, frozen=True, array_like=True, tag="set_alias"):
    """→ str, the collection that it pointed to before, or ""."""

    alias: str
    collection: str


class DeleteAlias(msgspec.Struct, frozen=True, array_like=True, tag="delete_alias"):
    """→ None."""

    alias: str


class ListAliases(msgspec.Struct, frozen=True, array_like=True, tag="list_aliases"):
    """→ ListedAliases: aliases after `after`, by name."""

    after: str
    limit: int


class Measure(msgspec.Struct, frozen=True, array_like=True, tag="measure"):
    """→ Size: of the folder. Opens nothing."""


class NewPoint(msgspec.Struct, frozen=True, array_like=True):
    """A point to store: vector as float32 little-endian, payload as JSON."""

    id: str
    vector: bytes
    payload: str
    filterable: dict[str, list[Scalar]]


class Upsert(msgspec.Struct, frozen=True, array_like=True, tag="upsert"):
    """→ None. The points were checked against the schema of this revision."""

    target: Target
    revision: int
    points: list[NewPoint]


class Replace(msgspec.Struct, frozen=True, array_like=True, tag="replace"):
    """Stores points and deletes all others that match `owner` → None. Revision as in `Upsert`."""

    target: Target
    revision: int
    owner: Equals
    points: list[NewPoint]


class Get(msgspec.Struct, frozen=True, array_like=True, tag="get"):
    """→ Answer, in any order."""

    target: Target
    ids: list[str]
    max_bytes: int
    with_payload: bool
    with_vectors: bool


class Scroll(msgspec.Struct, frozen=True, array_like=True, tag="scroll"):
    """→ Scrolled: points after `after`, in the order of the engine's own ids."""

    target: Target
    filter: Filter | None
    after: bytes
    limit: int
    max_bytes: int
    with_payload: bool
    with_vectors: bool


class Delete(msgspec.Struct, frozen=True, array_like=True, tag="delete"):
    """→ int, how many existed."""

    target: Target
    ids: list[str]


class DeleteMatching(msgspec.Struct, frozen=True, array_like=True, tag="delete_matching"):
    """Deletes the next `limit` points that match → Step."""

    target: Target
    filter: Filter
    after: bytes
    limit: int


class ChangePayload(msgspec.Struct, frozen=True, array_like=True, tag="change_payload"):
    """→ int, how many existed."""

    target: Target
    ids: list[str]
    change: PayloadChange


class ChangeMatching(msgspec.Struct, frozen=True, array_like=True, tag="change_matching"):
    """Changes the payloads of the next `limit` points that match → Step."""

    target: Target
    filter: Filter
    after: bytes
    limit: int
    change: PayloadChange


class Count(msgspec.Struct, frozen=True, array_like=True, tag="count"):
    """→ int."""

    target: Target
    filter: Filter | None


class Query(msgspec.Struct, frozen=True, array_like=True):
    """One search."""

    vector: bytes
    limit: int
    filter: Filter | None
    exclude_id: str | None
    score_threshold: float | None
    with_payload: bool
    with_vectors: bool


class Search(msgspec.Struct, frozen=True, array_like=True, tag="search"):
    """→ list[Answer], per query, nearest first. Together they are to fit into `max_bytes`."""

    target: Target
    queries: list[Query]
    max_bytes: int


class Found(msgspec.Struct, frozen=True, array_like=True):
    """A stored point: what was asked for of it."""

    id: str
    score: float
    payload: str | None
    vector: bytes | None


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """Points; none, and how many of them fit, if they are larger than the caller takes."""

    points: list[Found]
    fit: int | None


class Listed(msgspec.Struct, frozen=True, array_like=True):
    """Collections, and whether there are more."""

    collections: list[Collection]
    more: bool


class Alias(msgspec.Struct, frozen=True, array_like=True):
    """Another name of a collection."""

    alias: str
    collection: str


class ListedAliases(msgspec.Struct, frozen=True, array_like=True):
    """Aliases, and whether there are more."""

    aliases: list[Alias]
    more: bool


class Size(msgspec.Struct, frozen=True, array_like=True):
    """How many collections there are, and points in those whose shards are open."""

    collections: int
    points: int


class Scrolled(msgspec.Struct, frozen=True, array_like=True):
    """Points, and where to go on: b"" if there are no more."""

    points: list[Found]
    after: bytes


class Step(msgspec.Struct, frozen=True, array_like=True):
    """How many points a step took, and where to go on, as in `Scrolled`."""

    count: int
    after: bytes


class Updated(msgspec.Struct, frozen=True, array_like=True):
    """The collection as it is now, and whether it has all that was asked for."""

    entry: Entry
    done: bool


Read: TypeAlias = Get | Scroll | Count | Search
Write: TypeAlias = Upsert | Replace | Delete | DeleteMatching | ChangePayload | ChangeMatching
OfAliases: TypeAlias = SetAlias | DeleteAlias | ListAliases
Call: TypeAlias = Create | Describe | List | Update | Drop | OfAliases | Measure | Read | Write
Result: TypeAlias = Union[  # noqa: UP007  # as above
    Entry,
    Updated,
    Listed,
    ListedAliases,
    Size,
    Answer,
    list[Answer],
    Scrolled,
    Step,
    int,
    str,
    None,
]


class Request(msgspec.Struct, frozen=True, array_like=True):
    """A call, not to be run after `deadline_s` on the machine's monotonic clock."""

    deadline_s: float
    call: Call


class Done(msgspec.Struct, frozen=True, array_like=True, tag="done"):
    """The call's result, as its docstring gives it, encoded."""

    result: msgspec.Raw


class Refused(msgspec.Struct, frozen=True, array_like=True, tag="refused"):
    """An `OcelliError`."""

    reason: str
    message: str
    field: str | None
    resource: tuple[str, str] | None
    quota: str | None


class Stale(msgspec.Struct, frozen=True, array_like=True, tag="stale"):
    """`port.OutOfDate`: the target is not that of its name or alias, or its revision is old."""


Reply: TypeAlias = Done | Refused | Stale

encode = msgspec.msgpack.Encoder().encode
