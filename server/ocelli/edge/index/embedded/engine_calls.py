"""Calls of the embedded engine that survive its restarts."""

import time
from typing import TypeVar

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.embedded import wire
from ocelli.edge.index.embedded.engine_connection import ConnectionLost
from ocelli.edge.index.embedded.engine_supervisor import EngineSupervisor

T = TypeVar("T")

_MAX_OUTAGE_WAIT_S = 10.0
"""A call waits out a restart of the engine, but not an engine that stays away."""


class EngineCalls:
    """Makes calls, of which a bounded number may be under way or waiting."""

    def __init__(self, engine: EngineSupervisor, *, max_calls: int) -> None:
        self._engine = engine
        self._max_calls = max_calls
        self._calls = 0

    async def call(
        self, request: wire.Call, result: type[T], call: Call, *, again: bool = True
    ) -> T:
        """Runs a call.

        Args:
            request: what to run.
            result: type of its result.
            call: whose work it is.
            again: whether running it twice is as good as once.

        Raises:
            OcelliError: as the engine answered; DEADLINE_EXCEEDED; INDEX_UNAVAILABLE; OVERLOADED.
            OutOfDate: the call's target is not the collection of that name any more.
        """
        if self._calls >= self._max_calls:
            raise OcelliError(
                Reason.OVERLOADED,
                f"{self._calls} calls of the vector index are under way; try again later",
                quota="index.calls",
            )
        self._calls += 1
        try:
            while True:
                wait_until_s = min(call.deadline.at_s, time.monotonic() + _MAX_OUTAGE_WAIT_S)
                connection = await self._engine.connection(wait_until_s)
                try:
                    return await connection.call(request, result, call.deadline.at_s)
                except ConnectionLost:
                    if not again:
                        raise OcelliError(
                            Reason.INDEX_UNAVAILABLE,
                            "the vector engine stopped during the call, which may have been done "
                            "or not; look before you repeat it",
                        ) from None
        finally:
            self._calls -= 1
