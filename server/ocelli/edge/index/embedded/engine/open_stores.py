"""The shards that are open: the most recently used of a catalogue."""

import logging
from collections.abc import Iterator

from ocelli.edge.errors import OcelliError
from ocelli.edge.index.embedded.engine.store import Store

_log = logging.getLogger(__name__)


class OpenStores:
    """Stores by the name of their collection, at most `most`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._stores: dict[str, Store] = {}
        """The one used longest ago comes first."""

    def get(self, name: str) -> Store | None:
        """A store, if it is open; it counts as used."""
        store = self._stores.pop(name, None)
        if store is not None:
            self._stores[name] = store
        return store

    def peek(self, name: str) -> Store | None:
        """A store, if it is open; it does not count as used."""
        return self._stores.get(name)

    def make_room(self) -> None:
        """Flushes and closes what was used longest ago, if as many are open as may.

        A collection whose schema is being changed is left open, or its walk would begin anew. If
        all are, the latest one goes, so that the others come to their end.
        """
        while len(self._stores) >= self._most:
            settled = (name for name, store in self._stores.items() if not store.described.pending)
            name = next(settled, next(reversed(self._stores)))
            try:
                self._stores[name].flush()
            except OcelliError as error:
                _log.error("%s", error.message)
            self.close(name)

    def add(self, name: str, store: Store) -> Store:
        """Takes a store in, for which `make_room` has made room."""
        self._stores[name] = store
        return store

    def items(self) -> Iterator[tuple[str, Store]]:
        """All, by name. They may be closed meanwhile."""
        yield from tuple(self._stores.items())

    def close(self, name: str) -> None:
        """Closes a store, if it is open."""
        store = self._stores.pop(name, None)
        if store is not None:
            store.close()

    def close_all(self) -> None:
        """Closes all."""
        for name in tuple(self._stores):
            self.close(name)
