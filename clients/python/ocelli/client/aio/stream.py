"""A bidirectional stream as an asynchronous iterator of answers."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterable
from itertools import islice
from typing import Generic, TypeVar

import grpc
import grpc.aio
from google.protobuf.message import Message

from ocelli.client.ledger import Ledger
from ocelli.client.requests.call import StreamCall
from ocelli.client.status import from_rpc_error

Req = TypeVar("Req", bound=Message)
Res = TypeVar("Res")
Item = TypeVar("Item")
T = TypeVar("T")


async def exchange(
    call: StreamCall[Req, Res, Item, T],
    items: AsyncIterable[Item] | Iterable[Item],
    method: grpc.aio.StreamStreamMultiCallable[Req, Res],
    timeout_s: float | None,
    address: str,
) -> AsyncGenerator[T, None]:
    """Sends items as fast as the server's window allows and yields their answers in order.

    A task of gRPC's draws the items, one when the window has room for it and not before. An
    exception of `items` is raised here, after the answers to what was sent before it. Closing the
    iterator cancels the call.
    """
    ledger = Ledger(call)
    sender = _Sender(call, items, ledger)
    running = method(sender.messages(), timeout=timeout_s)
    opened = False
    try:
        async for response in running:
            if not opened:
                opened = True
                sender.grant(ledger.open(response))
                continue
            answer = ledger.answer(response)
            sender.grant(1)
            yield answer
        if sender.failure is not None:
            raise sender.failure
        ledger.close()
    except grpc.RpcError as error:
        raise from_rpc_error(error, address=address) from None
    finally:
        sender.stop()
        running.cancel()


class _Sender(Generic[Req, Item]):
    """Draws items when there is room in the window."""

    def __init__(
        self,
        call: StreamCall[Req, Res, Item, T],
        items: AsyncIterable[Item] | Iterable[Item],
        ledger: Ledger[Req, Res, Item, T],
    ) -> None:
        self._config = call.config
        self._blocks = call.blocks
        self._items = items
        self._pack = ledger.pack
        self._room = asyncio.Semaphore(0)
        self._stopped = False
        self.failure: Exception | None = None
        """What `items` raised."""

    async def messages(self) -> AsyncIterator[Req]:
        """Yields the configuration, then the items. Runs in gRPC's task."""
        yield self._config
        await self._room.acquire()
        try:
            async for item in _drawn(self._items):
                if self._stopped:
                    return
                if self._blocks(item):
                    yield await asyncio.to_thread(self._pack, item)
                else:
                    yield self._pack(item)
                await self._room.acquire()
                if self._stopped:
                    return
        except Exception as error:  # noqa: BLE001  the caller's code: raised to the caller
            self.failure = error

    def grant(self, room: int) -> None:
        """Lets this many more items be sent."""
        for _ in range(room):
            self._room.release()

    def stop(self) -> None:
        """Lets the task go."""
        self._stopped = True
        self._room.release()


async def _drawn(items: AsyncIterable[Item] | Iterable[Item]) -> AsyncIterator[Item]:
    """Draws from either kind of iterable; a plain one may block, so it is drawn in a thread."""
    if isinstance(items, AsyncIterable):
        async for item in items:
            yield item
        return
    iterator = iter(items)
    while drawn := await asyncio.to_thread(lambda: tuple(islice(iterator, 1))):
        yield drawn[0]
