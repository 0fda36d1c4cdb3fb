"""Changing a collection while it is in use.

A new field is first pending: every write gives it values, and a walk in steps gives them to the
points that were stored before. Then the collection is described anew, with the field. If the
process ends in between, the next one walks again, from the beginning, once the collection is in
use.
"""

from ocelli.edge.errors import OcelliError
from ocelli.edge.index import validate_collection
from ocelli.edge.index.embedded import wire
from ocelli.edge.index.embedded.engine.catalogue import Catalogue
from ocelli.edge.index.embedded.engine.store import Store
from ocelli.edge.index.schema import FieldType

_POINTS_PER_STEP = 256


class SchemaUpdates:
    """The changes under way in a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._walks: dict[str, tuple[Store, bytes]] = {}

    def update(self, call: wire.Update, store: Store) -> wire.Updated:
        """Begins a change, or takes the next step of one."""
        known = {field.name: FieldType(field.type) for field in store.described.fields}
        try:
            validate_collection.extended(known, call.add_fields)
        except OcelliError as error:
            raise error.within("collection") from None
        changed = store.described.with_pending(call.add_fields)
        if call.model is not None:
            changed = changed.with_model(call.model)
        if changed != store.described:
            self._walks.pop(call.target.name, None)
            self._catalogue.change(changed)
        done = self.step(store)
        return wire.Updated(store.described.entry, done)

    def step(self, store: Store) -> bool:
        """Takes the next step in a collection; returns whether no change is under way there."""
        if not store.described.pending:
            return True
        name = store.described.name
        walked, after = self._walks.pop(name, (None, b""))
        if walked is not store:
            after = b""
            store.index_pending()
        after = store.fill_pending(after, _POINTS_PER_STEP)
        if after:
            self._walks[name] = (store, after)
            return False
        store.flush()
        self._catalogue.change(store.described.with_ready())
        return True
