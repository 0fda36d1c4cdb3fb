"""How much an index holds, for the metrics."""

import asyncio
import logging

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError
from ocelli.edge.index.port import IndexEngine
from ocelli.edge.scheduling.deadline import Deadline

_log = logging.getLogger(__name__)

_PAUSE_S = 15.0
_TIMEOUT_S = 10.0


class IndexSize:
    """Asks an engine for its size every 15 s for as long as somebody wants to know.

    Args:
        engine: where the collections are.
    """

    def __init__(self, engine: IndexEngine) -> None:
        self._engine = engine
        self._collections = self._points = 0
        self._is_wanted = True

    @property
    def collections(self) -> int:
        """How many there were when the engine was last asked; 0 before."""
        self._is_wanted = True
        return self._collections

    @property
    def points(self) -> int:
        """How many they had then, as far as the engine tells."""
        self._is_wanted = True
        return self._points

    async def keep_measuring(self) -> None:
        """Measures until it is cancelled."""
        while True:
            if self._is_wanted and self._engine.ready:
                self._is_wanted = False
                try:
                    await self.measure()
                except OcelliError as error:
                    _log.info("the index could not be measured: %s", error.message)
            await asyncio.sleep(_PAUSE_S if not self._is_wanted else 1.0)

    async def measure(self) -> None:
        """Asks the engine now.

        Raises:
            OcelliError: it does not answer.
        """
        call = Call("index size", Deadline.after(None, _TIMEOUT_S))
        self._collections, self._points = await self._engine.size(call=call)
