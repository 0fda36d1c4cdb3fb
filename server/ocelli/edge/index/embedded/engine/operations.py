"""One call of the wire protocol, run on the collections."""

from typing import assert_never

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.embedded import wire
from ocelli.edge.index.embedded.engine.catalogue import Catalogue
from ocelli.edge.index.embedded.engine.store import Store


def run(call: wire.Call, catalogue: Catalogue, *, flush_before_ack: bool) -> wire.Result:
    """Runs a call to its end.

    Raises:
        OcelliError: as the port documents.
    """
    match call:
        case wire.Create():
            return catalogue.create(call.collection)
        case wire.Describe():
            return catalogue.describe(call.name)
        case wire.List():
            return catalogue.list()
        case wire.Drop():
            catalogue.drop(call.name)
            return None
        case _:
            try:
                return _on_points(call, catalogue.store(call.target), flush_before_ack)
            except OcelliError as error:
                if error.reason is Reason.INDEX_UNAVAILABLE:
                    # What the shard still holds in memory is not to be trusted after a failure.
                    catalogue.close_store(call.target.name)
                raise


def _on_points(
    call: wire.Upsert | wire.Get | wire.Delete | wire.Count | wire.Search,
    store: Store,
    flush_before_ack: bool,  # noqa: FBT001  # passed through
) -> wire.Result:
    result: wire.Result = None
    match call:
        case wire.Get():
            return store.get(call.ids, with_vectors=call.with_vectors)
        case wire.Count():
            return store.count(call.filter)
        case wire.Search():
            return store.search(call)
        case wire.Upsert():
            store.upsert(call.points)
        case wire.Delete():
            result = store.delete(call.ids)
        case _:
            assert_never(call)
    if flush_before_ack and store.dirty:
        store.flush()
    return result
