"""Load of unary calls over one connection."""

import asyncio
from itertools import count

import grpc
import grpc.aio

from ocelli.client.load.answer import Answer, failed
from ocelli.client.load.meter import Meter
from ocelli.client.load.pace import Pace
from ocelli.client.load.requests import Calls
from ocelli.client.status import from_rpc_error

# A server that is not there answers at once; asking it without a pause would be a busy loop.
_UNAVAILABLE_PAUSE_S = 0.1


class CallDriver:
    """Makes calls, each with a deadline of its own.

    Args:
        channel: the connection.
        calls: what to send, in turn.
        pace: when.
        meter: takes the answers.
        in_flight: most calls under way at once.
        timeout_s: longest a call may take.
        address: for messages.
    """

    granted = 0

    def __init__(
        self,
        channel: grpc.aio.Channel,
        calls: Calls,
        pace: Pace,
        meter: Meter,
        *,
        in_flight: int,
        timeout_s: float,
        address: str,
    ) -> None:
        self._method: grpc.aio.UnaryUnaryMultiCallable[bytes, Answer] = channel.unary_unary(
            calls.method, None, calls.read
        )
        self._requests = calls.requests
        self._pace = pace
        self._meter = meter
        self._room = asyncio.Semaphore(in_flight)
        self._timeout_s = timeout_s
        self._address = address

    async def run(self) -> None:
        """Makes calls until the pace ends, and waits for their answers."""
        async with asyncio.TaskGroup() as under_way:
            for number in count():
                await self._room.acquire()
                since_s = await self._pace.next()
                if since_s is None:
                    return
                request = self._requests[number % len(self._requests)]
                under_way.create_task(self._call(request, since_s))

    async def _call(self, request: bytes, since_s: float) -> None:
        try:
            answer = await self._method(request, timeout=self._timeout_s)
        except grpc.RpcError as error:
            answer = failed(from_rpc_error(error, address=self._address))
        self._meter.add(since_s, answer)
        if answer.reason == grpc.StatusCode.UNAVAILABLE.name:
            await asyncio.sleep(_UNAVAILABLE_PAUSE_S)
        self._room.release()
