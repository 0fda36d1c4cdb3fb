"""The calls of the wire protocol, run on the collections."""

from typing import assert_never

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.embedded import wire
from ocelli.edge.index.embedded.engine import schema_update
from ocelli.edge.index.embedded.engine.catalogue import Catalogue, StaleTarget
from ocelli.edge.index.embedded.engine.store import Store


class Operations:
    """Runs calls, each to its end.

    Args:
        catalogue: the collections.
        flush_before_ack: whether what a call has written survives power loss when it returns.
    """

    def __init__(self, catalogue: Catalogue, *, flush_before_ack: bool) -> None:
        self._catalogue = catalogue
        self._flush_before_ack = flush_before_ack

    def run(self, call: wire.Call, *, is_last: bool = True) -> wire.Result:
        """Runs a call.

        Args:
            call: it.
            is_last: whether no other part of the same write follows.

        Raises:
            OcelliError: as the port documents.
            StaleTarget: the collection has changed since the call was checked.
        """
        match call:
            case wire.Create():
                return self._catalogue.create(call.collection)
            case wire.Describe():
                return self._catalogue.describe(call.name)
            case wire.List() | wire.Measure():
                return _on_all(call, self._catalogue)
            case wire.Drop():
                self._catalogue.drop(call.name)
                return None
            case wire.SetAlias() | wire.DeleteAlias() | wire.ListAliases():
                return _on_aliases(call, self._catalogue)
            case _:
                try:
                    return self._run_on_one(call, is_last=is_last)
                except OcelliError as error:
                    if error.reason is Reason.INDEX_UNAVAILABLE:
                        # What the shard still holds in memory is not to be trusted any more.
                        self._catalogue.close_store(call.target.name)
                    raise

    def _run_on_one(
        self, call: wire.Update | wire.Read | wire.Write, *, is_last: bool
    ) -> wire.Result:
        described = self._catalogue.resolve(call.target)
        if isinstance(call, wire.Update):
            return schema_update.update(self._catalogue, call)
        if isinstance(call, wire.Upsert | wire.Replace):
            if call.revision != described.revision:
                raise StaleTarget
        elif not described.has_shard:
            return _on_nothing(call)
        store = self._catalogue.store(call.target)
        if isinstance(call, wire.Read):
            return _read(call, store)
        result = _write(call, store)
        if self._flush_before_ack and is_last:
            store.flush()
        return result


def _on_all(call: wire.List | wire.Measure, catalogue: Catalogue) -> wire.Result:
    match call:
        case wire.List():
            return catalogue.list(call)
        case wire.Measure():
            return catalogue.size()
        case _:
            assert_never(call)


def _on_aliases(call: wire.OfAliases, catalogue: Catalogue) -> wire.Result:
    match call:
        case wire.SetAlias(alias, collection):
            return catalogue.set_alias(alias, collection)
        case wire.DeleteAlias(alias):
            catalogue.delete_alias(alias)
            return None
        case wire.ListAliases():
            return catalogue.list_aliases(call)
        case _:
            assert_never(call)


def _on_nothing(call: wire.Read | wire.Write) -> wire.Result:
    """What comes of a call, other than storing, on a collection without points."""
    match call:
        case wire.Get():
            return wire.Answer([], None)
        case wire.Search():
            return [wire.Answer([], None) for _ in call.queries]
        case wire.Scroll():
            return wire.Scrolled([], b"")
        case wire.DeleteMatching() | wire.ChangeMatching():
            return wire.Step(0, b"")
        case _:
            return 0


def _read(call: wire.Read, store: Store) -> wire.Result:
    match call:
        case wire.Get():
            return store.get(call)
        case wire.Scroll():
            return store.scroll(call)
        case wire.Count(_, tree):
            return store.count(tree)
        case wire.Search():
            return store.search(call)
        case _:
            assert_never(call)


def _write(call: wire.Write, store: Store) -> wire.Result:
    match call:
        case wire.Upsert():
            store.upsert(call.points)
            return None
        case wire.Replace():
            store.replace(call.owner, call.points)
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
