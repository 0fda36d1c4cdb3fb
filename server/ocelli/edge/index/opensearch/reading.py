"""Points by id, as they are at this moment, refreshed or not."""

from collections.abc import Sequence

import msgspec

from ocelli.edge.call import Call
from ocelli.edge.index import answer_size
from ocelli.edge.index.opensearch import documents, failures
from ocelli.edge.index.opensearch.cluster import Cluster
from ocelli.edge.index.opensearch.documents import Source
from ocelli.edge.index.opensearch.failures import Fault, Refused
from ocelli.edge.index.schema import Collection

_POINTS_PER_STEP = 256
_BYTES_PER_STEP = 4 << 20


class Stored(msgspec.Struct, frozen=True, rename={"id": "_id", "source": "_source"}):
    """A document that was read by its id."""

    id: str
    found: bool = False
    source: Source = Source()
    seq_no: int = msgspec.field(default=0, name="_seq_no")
    primary_term: int = msgspec.field(default=0, name="_primary_term")
    error: Fault | None = None

    @property
    def version(self) -> tuple[int, int]:
        """Sequence number and primary term."""
        return self.seq_no, self.primary_term


class _Answer(msgspec.Struct, frozen=True):
    docs: list[Stored]


def points_per_step(within: Collection, *, with_vectors: bool) -> int:
    """How many points to ask for at once."""
    if not with_vectors:
        return _POINTS_PER_STEP
    return max(1, min(_POINTS_PER_STEP, _BYTES_PER_STEP // (4 * within.dimension)))


async def read(
    cluster: Cluster, target: str, ids: Sequence[str], fields: list[str], call: Call
) -> list[Stored]:
    """Those that exist, in order, all in one request."""
    source = {"_source": fields or False}
    body = {"docs": [{"_id": id_, **source} for id_ in ids]}
    try:
        answer = await cluster.request("POST", f"/{target}/_mget", _Answer, call=call, body=body)
    except Refused as refused:
        raise failures.of_state(refused.fault) from refused
    for stored in answer.docs:
        if stored.error is not None:
            raise failures.of_state(stored.error)
    return [stored for stored in answer.docs if stored.found]


async def read_all(
    cluster: Cluster,
    target: str,
    within: Collection,
    ids: Sequence[str],
    *,
    fields: list[str],
    max_bytes: int,
    what: str = "points",
    call: Call,
) -> list[Stored]:
    """Those that exist, in order; ANSWER_TOO_LARGE for `what` if they have over `max_bytes`."""
    size = points_per_step(within, with_vectors="v" in fields)
    found: list[Stored] = []
    left_bytes = max_bytes
    for start in range(0, len(ids), size):
        for stored in await read(cluster, target, ids[start : start + size], fields, call):
            left_bytes -= documents.size_bytes(stored.id, stored.source)
            if left_bytes < 0:
                raise answer_size.too_large(what, len(found), len(ids), max_bytes)
            found.append(stored)
    return found
