"""Changes of a collection's model and fields.

Fields are added in three steps: they are noted as pending, and written from then on; the values of
the points from before are taken from their payloads; they become part of the schema. Each new
description begins a new revision, so that no call goes on with what it was checked against. Whoever
changes the collection next completes what was left.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import TypeAlias

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

_Read: TypeAlias = tuple[str, str, tuple[int, int]]
"""Id, payload and version of a document."""
_POINTS_PER_STEP = 256
_PAUSE_S = 0.1
_WRITING_S = 30.0
"""Longest that an edge takes to write a description down; one that takes longer has ended."""


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
        """Makes the change, from wherever others have left one; returns the state after it."""
        added = False
        while True:
            now = await self._now(call)
            has, wanted = now.collection, self._wanted(now.collection)
            lacking = {name: kind for name, kind in wanted.fields.items() if name not in has.fields}
            if not lacking.keys() <= now.pending.keys():
                await self._describe(now, has, {**now.pending, **lacking}, call)
            elif now.pending:
                added = True
                if await self._fill(now, call):
                    fields = {**has.fields, **now.pending}
                    whole = msgspec.structs.replace(has, fields=fields)
                    await self._describe(now, whole, {}, call)
            elif wanted != has:
                await self._describe(now, wanted, {}, call)
            elif not added or await self._fill(now, call):  # what calls under way wrote meanwhile
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

    async def _describe(
        self,
        now: KnownState,
        collection: Collection,
        pending: Mapping[str, FieldType],
        call: Call,
    ) -> None:
        """Writes a new description down, and ends the revision unless another call has.

        Only one edge does at a time: a description that was written late, by one whose revision
        had been ended meanwhile, would take the place of the newer one.
        """
        await self._begin(call)
        if (await self._now(call)).revision != now.revision:
            await self._swap([], call)
            return
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
        actions: list[dict[str, object]] = [
            {"remove": {"index": index, "alias": old, "must_exist": True}},
            {"add": {"index": index, "alias": new}},
        ]
        try:
            await self._cluster.request(
                "PUT", f"/{index}/_mapping", msgspec.Raw, call=call, body=body
            )
        except Refused as refused:
            if not refused.fault.is_missing:
                raise failures.unexpected(refused.fault) from refused
        await self._swap(actions, call)

    async def _begin(self, call: Call) -> None:
        """Waits until no other edge writes a description down, or has had all the time for it."""
        free = self._names.unchanging(self._name, self._generation)
        index = self._names.index(self._name)
        take: dict[str, object] = {"remove": {"index": index, "alias": free, "must_exist": True}}
        give_up_s = time.monotonic() + _WRITING_S
        while not await self._acted([take], call) and time.monotonic() < give_up_s:
            await asyncio.sleep(_PAUSE_S)
            call.deadline.check()
            await self._now(call)

    async def _swap(self, actions: Sequence[dict[str, object]], call: Call) -> None:
        """Changes aliases if they are as expected, and lets others write descriptions down."""
        free = self._names.unchanging(self._name, self._generation)
        done: dict[str, object] = {"add": {"index": self._names.index(self._name), "alias": free}}
        if not await self._acted([*actions, done], call):
            await self._acted([done], call)

    async def _acted(self, actions: Sequence[dict[str, object]], call: Call) -> bool:
        """Changes aliases in one step; false if one that was to be removed is not there."""
        try:
            await self._cluster.request(
                "POST", "/_aliases", msgspec.Raw, call=call, body={"actions": actions}
            )
        except Refused as refused:
            if not refused.fault.is_missing:
                raise failures.unexpected(refused.fault) from refused
            return False
        return True

    async def _fill(self, now: KnownState, call: Call) -> bool:
        """Gives all points that were written with other fields the values of those of now.

        Returns:
            False if another call has changed the collection meanwhile.
        """
        fields = {**now.collection.fields, **now.pending}
        target = self._names.target(now)
        others: dict[str, object] = {
            "bool": {"must_not": [{"term": {"w": documents.written(fields)}}]}
        }
        try:
            async for found in finding.in_steps(
                self._cluster, target, others, size=_POINTS_PER_STEP, fields=["p"], call=call
            ):
                read = [(match.id, match.source.p or "{}", match.version) for match in found]
                while read:
                    read = await self._rewrite(target, fields, read, call)
            await self._writer.refresh(target, call)
        except OutOfDate:
            return False
        return True

    async def _rewrite(
        self, target: str, fields: Mapping[str, FieldType], read: list[_Read], call: Call
    ) -> list[_Read]:
        """Writes points that were read; returns those that others wrote to, read again."""
        writes = []
        for id_, json, version in read:
            document = documents.rewritten(json, fields)
            writes.append(Write.update(id_, document, version))
        outcomes = await self._writer.write(target, writes, call, refresh=False)
        again = [
            write.id for write, outcome in zip(writes, outcomes, strict=True) if outcome.is_conflict
        ]
        if not again:
            return []
        stored = await reading.read(self._cluster, target, again, ["p"], call)
        return [(one.id, one.source.p or "{}", one.version) for one in stored]
