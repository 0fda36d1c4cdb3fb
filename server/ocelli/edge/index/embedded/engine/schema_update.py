"""Changing a collection while it is in use.

A new field is first pending: every write gives it values, and a walk in steps gives them to the
points that were stored before. Then the collection is described anew, with the field. If the
process ends in between, or closes the shard, the walk begins anew once the collection is in use.
"""

from ocelli.edge.errors import OcelliError
from ocelli.edge.index import validate_collection
from ocelli.edge.index.embedded import wire
from ocelli.edge.index.embedded.engine.catalogue import Catalogue
from ocelli.edge.index.embedded.engine.store import Store
from ocelli.edge.index.schema import FieldType

_POINTS_PER_STEP = 256


def update(catalogue: Catalogue, call: wire.Update) -> wire.Updated:
    """Begins a change, or takes the next step of one."""
    described = catalogue.resolve(call.target)
    known = {field.name: FieldType(field.type) for field in described.fields}
    try:
        validate_collection.extended(known, call.add_fields)
    except OcelliError as error:
        raise error.within("collection") from None
    changed = described.with_pending(call.add_fields)
    if call.model is not None:
        changed = changed.with_model(call.model)
    if not changed.has_shard and changed.pending:
        changed = changed.with_ready()
    if changed != described:
        catalogue.change(changed)
    done = not changed.pending or step(catalogue, catalogue.store(call.target))
    return wire.Updated(catalogue.resolve(call.target).entry, done)


def step(catalogue: Catalogue, store: Store) -> bool:
    """Takes the next step of the change under way; returns whether it is complete."""
    if not store.fill_pending(_POINTS_PER_STEP):
        return False
    store.flush()
    catalogue.change(store.described.with_ready())
    return True
