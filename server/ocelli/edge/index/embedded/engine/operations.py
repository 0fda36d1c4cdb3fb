"""The calls of the wire protocol, run on the collections."""

from typing import assert_never

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.embedded import wire
from ocelli.edge.index.embedded.engine.catalogue import Catalogue, StaleTarget
from ocelli.edge.index.embedded.engine.schema_update import SchemaUpdates
from ocelli.edge.index.embedded.engine.store import Store


class Operations:
    """Runs calls, each to its end.

    Args:
        catalogue: the collections.
        updates: changes of collections under way.
        flush_before_ack: whether what a call has written survives power loss when it returns.
    """

    def __init__(
        self, catalogue: Catalogue, updates: SchemaUpdates, *, flush_before_ack: bool
    ) -> None:
        self._catalogue = catalogue
        self._updates = updates
        self._flush_before_ack = flush_before_ack

    def run(self, call: wire.Call) -> wire.Result:
        """Runs a call.

        Raises:
            OcelliError: as the port documents.
            StaleTarget: the collection has changed since the call was checked.
        """
        match call:
            case wire.Create():
                return self._catalogue.create(call.collection)
            case wire.Describe():
                return self._catalogue.describe(call.name).entry
            case wire.List():
                return self._catalogue.list()
            case wire.Drop():
                self._catalogue.drop(call.name)
                return None
            case _:
                try:
                    return self._run_on_points(call)
                except OcelliError as error:
                    if error.reason is Reason.INDEX_UNAVAILABLE:
                        # What the shard still holds in memory is not to be trusted any more.
                        self._catalogue.close_store(call.target.name)
                    raise

    def _run_on_points(self, call: wire.Update | wire.Read | wire.Write) -> wire.Result:
        store = self._catalogue.store(call.target)
        match call:
            case wire.Update():
                return self._updates.update(call, store)
            case wire.Get() | wire.Scroll() | wire.Count() | wire.Search():
                return _read(call, store)
            case _:
                result = _write(call, store)
        if self._flush_before_ack and store.dirty:
            store.flush()
        return result


def _read(call: wire.Read, store: Store) -> wire.Result:
    match call:
        case wire.Get(_, ids):
            return store.get(ids, with_payload=call.with_payload, with_vectors=call.with_vectors)
        case wire.Scroll():
            return store.scroll(call)
        case wire.Count(_, tree):
            return store.count(tree)
        case wire.Search(_, queries):
            return [store.search(query) for query in queries]
        case _:
            assert_never(call)


def _write(call: wire.Write, store: Store) -> wire.Result:
    match call:
        case wire.Upsert(_, revision, points):
            if revision != store.described.revision:
                raise StaleTarget
            store.upsert(points)
            return None
        case wire.Delete(_, ids):
            return store.delete(ids)
        case wire.DeleteMatching(_, tree, after, limit):
            return store.delete_matching(tree, after, limit)
        case wire.ChangePayload(_, ids, change):
            return store.change_payload(ids, change)
        case wire.ChangeMatching(_, tree, after, limit, change):
            return store.change_matching(tree, after, limit, change)
        case _:
            assert_never(call)
