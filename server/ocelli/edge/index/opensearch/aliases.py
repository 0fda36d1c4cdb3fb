"""Aliases of users', each of which points to one collection."""

from typing import TypeAlias

import msgspec

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason, quote
from ocelli.edge.index.opensearch import failures, state
from ocelli.edge.index.opensearch.cluster import Cluster
from ocelli.edge.index.opensearch.failures import Refused
from ocelli.edge.index.opensearch.names import Names
from ocelli.edge.index.port import Alias, CollectionState, OutOfDate

_Action: TypeAlias = dict[str, dict[str, object]]


class _Aliases(msgspec.Struct, frozen=True):
    aliases: dict[str, msgspec.Raw] = {}


class Aliases:
    """The aliases under one prefix."""

    def __init__(self, cluster: Cluster, names: Names) -> None:
        self._cluster = cluster
        self._names = names

    async def set(self, alias: str, collection: str, call: Call) -> str:
        """Points an alias to a collection; returns where it pointed before."""
        while True:
            index = self._names.index(collection)
            found = await state.find(self._cluster, self._names, collection, call)
            if found is None or found[0] != index:
                raise failures.not_found(collection)
            generation = found[1].description(collection).generation
            before = await self._pointing(alias, call)
            if before.keys() == {index}:
                return collection
            to = [self._names.index(alias), self._names.pointer(alias, generation)]
            actions: list[_Action] = [{"add": {"index": index, "aliases": to}}]
            if await self._swap(alias, before, actions, call):
                return min(map(self._names.collection_of, before), default="")

    async def delete(self, alias: str, call: Call) -> None:
        """Takes an alias away."""
        before = await self._pointing(alias, call)
        if not before:
            raise OcelliError(
                Reason.COLLECTION_NOT_FOUND,
                f"there is no alias {quote(alias)}; list those that exist",
                resource=("alias", alias[:80]),
            )
        await self._swap(alias, before, [], call)

    async def page(self, after: str, limit: int, call: Call) -> tuple[list[Alias], bool]:
        """Some aliases by name, and whether there are more."""
        found = await self._found(self._names.pattern, call)
        pairs = sorted(
            (self._names.collection_of(alias), self._names.collection_of(index))
            for index, its in found.items()
            for alias in its.aliases
            if self._names.is_users(alias)
        )
        later = [Alias(alias, collection) for alias, collection in pairs if alias > after]
        return later[:limit], len(later) > limit

    async def check(self, within: CollectionState, call: Call) -> None:
        """Raises `OutOfDate` if the alias of a state points elsewhere now."""
        if within.alias:
            pointer = self._names.pointer(within.alias, within.generation)
            if not await self._found(pointer, call):
                raise OutOfDate

    async def _pointing(self, alias: str, call: Call) -> dict[str, list[str]]:
        """Per index that an alias points to, all names of the alias there."""
        name = self._names.index(alias)
        if name is None:
            return {}
        found = await self._found(f"{name},{name}.*", call)
        return {index: list(its.aliases) for index, its in found.items() if name in its.aliases}

    async def _found(self, pattern: str, call: Call) -> dict[str, _Aliases]:
        try:
            found = await self._cluster.request(
                "GET", f"/_alias/{pattern}", dict[str, _Aliases | msgspec.Raw], call=call
            )
        except Refused as refused:
            if refused.fault.status == 404:  # HTTP's number
                return {}
            raise failures.unexpected(refused.fault) from refused
        return {index: its for index, its in found.items() if isinstance(its, _Aliases)}

    async def _swap(
        self,
        alias: str,
        before: dict[str, list[str]],
        actions: list[_Action],
        call: Call,
    ) -> bool:
        """Takes an alias from where it was, and acts, in one step; false if it was not there."""
        remove: list[_Action] = [
            {"remove": {"index": index, "alias": name, "must_exist": True}}
            for index, names in before.items()
            for name in names
        ]
        try:
            await self._cluster.request(
                "POST", "/_aliases", msgspec.Raw, call=call, body={"actions": remove + actions}
            )
        except Refused as refused:
            if refused.fault.is_missing:
                return False
            if refused.fault.type in {"invalid_alias_name_exception", "illegal_argument_exception"}:
                raise failures.exists(alias) from refused
            raise failures.unexpected(refused.fault) from refused
        return True
