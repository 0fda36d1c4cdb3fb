"""Changes of a collection's model and fields.

Fields are added in three steps, each of which ends with a new revision, so that no call goes on
with what it was checked against: they are noted as pending, and written from then on; the values of
the points from before are taken from their payloads; they become part of the schema. Whoever
changes the collection next completes what was left.
"""

from collections.abc import Mapping

import msgspec

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError
from ocelli.edge.index import validate_collection
from ocelli.edge.index.opensearch import (
    description,
    documents,
    failures,
    finding,
    mapping,
    reading,
    state,
)
from ocelli.edge.index.opensearch.bulk import Write, Writer
from ocelli.edge.index.opensearch.cluster import Cluster
from ocelli.edge.index.opensearch.description import Description
from ocelli.edge.index.opensearch.failures import Refused
from ocelli.edge.index.opensearch.names import Names
from ocelli.edge.index.opensearch.state import KnownState
from ocelli.edge.index.port import CollectionState, OutOfDate
from ocelli.edge.index.schema import Collection, FieldType

_POINTS_PER_STEP = 256


class Extension:
    """A change of one collection.

    Args:
        cluster: where it is.
        writer: makes the writes.
        names: of indexes and aliases.
        within: the collection as it was checked against.
        model: the new one; None leaves it.
        add: fields to add.
    """

    def __init__(
        self,
        cluster: Cluster,
        writer: Writer,
        names: Names,
        within: CollectionState,
        *,
        model: str | None,
        add: Mapping[str, FieldType],
    ) -> None:
        self._cluster = cluster
        self._writer = writer
        self._names = names
        self._name = within.collection.name
        self._generation = within.generation
        self._model = model
        self._add = add

    async def make(self, call: Call) -> KnownState:
        """Makes the change; returns the collection's state after it."""
        now = await self._now(call)
        wanted = self._wanted(now.collection)
        while wanted != now.collection or now.pending:
            new = {
                name: kind
                for name, kind in {**now.pending, **wanted.fields}.items()
                if name not in now.collection.fields
            }
            if new and new != dict(now.pending):
                now = await self._describe(now, now.collection, new, call)
            if new:
                await self._fill(now, new, call)
                now = await self._describe(now, self._with(now.collection, new), {}, call)
                await self._fill(now, new, call)  # what calls under way wrote meanwhile
            if self._model not in {None, now.collection.model}:
                now = await self._describe(now, self._wanted(now.collection), {}, call)
            now = await self._now(call)
            wanted = self._wanted(now.collection)
        return now

    async def _now(self, call: Call) -> KnownState:
        found = await state.find(self._cluster, self._names, self._name, call)
        if found is None:
            raise failures.not_found(self._name)
        now = state.known(self._names, self._name, *found)
        if now.generation != self._generation:
            raise OutOfDate
        return now

    def _wanted(self, collection: Collection) -> Collection:
        try:
            fields = validate_collection.extended(collection.fields, self._add)
        except OcelliError as error:
            raise error.within("collection") from None
        model = collection.model if self._model is None else self._model
        return msgspec.structs.replace(collection, fields=fields, model=model)

    @staticmethod
    def _with(collection: Collection, fields: Mapping[str, FieldType]) -> Collection:
        return msgspec.structs.replace(collection, fields={**collection.fields, **fields})

    async def _describe(
        self,
        now: KnownState,
        collection: Collection,
        pending: Mapping[str, FieldType],
        call: Call,
    ) -> KnownState:
        """Writes a new description down, and ends the revision; what has been overtaken is left."""
        described = Description(
            generation=self._generation,
            revision=now.revision + 1,
            collection=collection,
            pending=dict(pending),
        )
        index = self._names.index(self._name)
        body = {
            "_meta": description.encode(described),
            "properties": mapping.columns(described.written_fields),
        }
        old = self._names.state(self._name, self._generation, now.revision)
        new = self._names.state(self._name, self._generation, described.revision)
        actions = [
            {"remove": {"index": index, "alias": old, "must_exist": True}},
            {"add": {"index": index, "alias": new}},
        ]
        try:
            await self._cluster.request(
                "PUT", f"/{index}/_mapping", msgspec.Raw, call=call, body=body
            )
            await self._cluster.request(
                "POST", "/_aliases", msgspec.Raw, call=call, body={"actions": actions}
            )
        except Refused as refused:
            if not refused.fault.is_missing:
                raise failures.unexpected(refused.fault) from refused
        return await self._now(call)

    async def _fill(self, now: KnownState, new: Mapping[str, FieldType], call: Call) -> None:
        """Gives all points that were written with fewer fields the values of the new ones."""
        width = len(now.collection.fields) + len(now.pending)
        target = self._names.target(now)
        narrow: dict[str, object] = {"range": {"w": {"lt": width}}}
        async for found in finding.in_steps(
            self._cluster, target, narrow, size=_POINTS_PER_STEP, fields=["p"], call=call
        ):
            read = [(match.id, match.source.p or "{}", match.version) for match in found]
            while read:
                writes = [
                    Write(
                        "update",
                        id_,
                        msgspec.json.encode({"doc": documents.widened(json, new, width)}),
                        version,
                    )
                    for id_, json, version in read
                ]
                outcomes = await self._writer.write(target, writes, call)
                again = [
                    write.id
                    for write, outcome in zip(writes, outcomes, strict=True)
                    if outcome.is_conflict
                ]
                stored = (
                    await reading.read(self._cluster, target, again, ["p"], call) if again else []
                )
                read = [
                    (one.id, one.source.p or "{}", (one.seq_no, one.primary_term)) for one in stored
                ]
