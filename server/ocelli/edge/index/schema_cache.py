"""Collections as they were last seen here, so that checks need no call to the engine."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec

from ocelli.edge.access.permit import permit_collection
from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason, quote
from ocelli.edge.index.port import CollectionState, IndexEngine, OutOfDate

T = TypeVar("T")

_MAX_KNOWN = 4096
_MAX_ATTEMPTS = 5
_MAY_BE_OUT_OF_DATE = frozenset(
    {
        Reason.COLLECTION_NOT_FOUND,
        Reason.VECTOR_DIMENSION,
        Reason.FIELD_NOT_IN_SCHEMA,
        Reason.INVALID_FIELD,
    }
)
"""What a call meets if another process has changed its collection since it was last seen here."""


class SchemaCache:
    """What is known of an engine's collections, and the calls that rely on it.

    Other processes may delete, create and change collections at any time. A call is checked
    against what is known; if it fails in a way that old knowledge explains, or the engine raises
    `OutOfDate`, it is checked and made again with what is true now.
    """

    def __init__(self, engine: IndexEngine) -> None:
        self._engine = engine
        self._known: dict[str, CollectionState] = {}

    def keep(self, state: CollectionState) -> CollectionState:
        """Notes what a collection is now, under the name that it was asked for by."""
        if len(self._known) >= _MAX_KNOWN:
            self._known.clear()
        self._known[_asked_for(state)] = state
        return state

    def forget(self, name: str) -> None:
        """Notes that a collection may be gone."""
        self._known.pop(name, None)

    async def describe(self, name: str, call: Call) -> CollectionState:
        """What a collection is now, from the engine.

        Raises:
            OcelliError: COLLECTION_DENIED: it is not the caller's, or the alias leads to one that
                is not.
        """
        permit_collection(call, name)
        self.forget(name)
        state = self.keep(await self._engine.describe_collection(name, call=call))
        permit_collection(call, state.collection.name)
        return state

    async def use(self, name: str, call: Call, act: Callable[[CollectionState], Awaitable[T]]) -> T:
        """Runs `act` with the collection, again if what it was given is out of date.

        Raises:
            OcelliError: as `describe`; or what `act` raises.
        """
        permit_collection(call, name)
        state = self._known.get(name)
        if state is not None and not call.principal.may_use_collection(state.collection.name):
            state = None  # the alias may lead elsewhere by now
        is_current = False
        for _ in range(_MAX_ATTEMPTS):
            if state is None:
                state, is_current = await self.describe(name, call), True
            try:
                return await act(_by_name(state) if is_current else state)
            except OutOfDate:
                state = None
            except OcelliError as error:
                if is_current and state.alias and error.reason is Reason.COLLECTION_NOT_FOUND:
                    state = None  # deleted since the alias was looked up
                    continue
                if is_current or error.reason not in _MAY_BE_OUT_OF_DATE:
                    raise
                now, is_current = await self.describe(name, call), True
                if _same(now, state):
                    raise
                state = now
        raise OcelliError(
            Reason.COLLECTION_NOT_FOUND,
            f"collection {quote(name)} was created anew or changed {_MAX_ATTEMPTS} times during "
            "the call; repeat it when that is over",
            resource=("collection", name),
        )

    async def check_current(self, state: CollectionState, call: Call) -> None:
        """Raises `OutOfDate` if the collection is not what it was."""
        if not _same(await self.describe(_asked_for(state), call), state):
            raise OutOfDate


def _asked_for(state: CollectionState) -> str:
    """The name or alias that callers used."""
    return state.alias or state.collection.name


def _by_name(state: CollectionState) -> CollectionState:
    """The same collection, wherever the alias points meanwhile.

    A call that has looked the alias up itself need not do so again: it counts as made before the
    alias moved, and comes to its end even if that moves all the time.
    """
    return msgspec.structs.replace(state, alias="")


def _same(one: CollectionState, other: CollectionState) -> bool:
    return (one.generation, one.revision) == (other.generation, other.revision)
