"""Of points that share a value, the first."""

from collections.abc import Sequence

from ocelli.edge.call import Call
from ocelli.edge.index import limits, validate_payload
from ocelli.edge.index.points import Hit, Payload
from ocelli.edge.index.port import CollectionState, IndexEngine
from ocelli.edge.index.schema import Scalar

_PAYLOADS_AT_ONCE = 256
"""Payloads that are held for their values: 16 MiB at most."""


async def first_of_groups(
    engine: IndexEngine,
    within: CollectionState,
    field: str,
    hits: Sequence[Hit],
    *,
    most: int,
    call: Call,
) -> list[Hit]:
    """The first hit of each group, in order, until there are `most`.

    Args:
        engine: where the hits' payloads are.
        within: the collection.
        field: hits whose first value there is the same are a group; one without a value is alone.
        hits: what to choose from; their payloads need not be there.
        most: how many groups are enough.
        call: whose work it is.
    """
    firsts: list[Hit] = []
    seen: set[Scalar] = set()
    for start in range(0, len(hits), _PAYLOADS_AT_ONCE):
        some = hits[start : start + _PAYLOADS_AT_ONCE]
        records = await engine.get(
            within,
            [hit.id for hit in some],
            max_bytes=limits.MAX_ANSWER_BYTES,
            with_payload=True,
            with_vectors=False,
            call=call,
        )
        payloads = {record.id: record.payload or {} for record in records}
        for hit in some:
            if hit.id not in payloads:  # deleted since it was found
                continue
            values = _values(payloads[hit.id], within, field)
            if values and values[0] in seen:
                continue
            seen.update(values[:1])
            firsts.append(hit)
            if len(firsts) == most:
                return firsts
    return firsts


def _values(payload: Payload, within: CollectionState, field: str) -> list[Scalar]:
    kinds = {field: within.collection.fields[field]}
    return validate_payload.filterable(payload, kinds).get(field, [])
