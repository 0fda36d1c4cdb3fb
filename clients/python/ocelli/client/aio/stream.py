"""A bidirectional stream as an asynchronous iterator of answers."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Iterable
from itertools import islice
from typing import Generic, TypeAlias, TypeVar

import grpc
import grpc.aio
from google.protobuf.message import Message

from ocelli.client.aio.cancelling import is_task_cancelled
from ocelli.client.errors import OcelliError
from ocelli.client.pending import Pending
from ocelli.client.requests.call import OnWindow, StreamCall
from ocelli.client.results import StreamWindow
from ocelli.client.timeout import Deadline

Req = TypeVar("Req", bound=Message)
Res = TypeVar("Res")
Item = TypeVar("Item")
T = TypeVar("T")

Explain: TypeAlias = Callable[[grpc.RpcError | asyncio.CancelledError, Deadline], OcelliError]
"""Makes the error of a stream that failed."""


async def exchange(
    call: StreamCall[Req, Res, Item, T],
    items: AsyncIterable[Item] | Iterable[Item],
    method: grpc.aio.StreamStreamMultiCallable[Req, Res],
    *,
    position: int,
    timeout_s: float | None,
    explain: Explain,
    on_window: OnWindow | None,
) -> AsyncGenerator[T, None]:
    """Sends items as fast as the server's window allows and yields their answers in order.

    A task of gRPC's draws the items, one when the window has room for it and not before. An
    exception of `items` is raised here, after the answers to what was sent before it. Closing the
    iterator cancels the call.

    Args:
        call: what to call.
        items: what to send.
        method: of the stub.
        position: of the first item.
        timeout_s: seconds that it may take; None: no bound.
        explain: makes the error of a call that failed.
        on_window: called with each window of the server's.

    Raises:
        OcelliError: the stream failed; `unanswered` tells what was sent in vain.
    """
    deadline = Deadline(timeout_s)
    pending = Pending(call, position)
    sender = _Sender(call, items, pending)
    running = method(sender.messages(), timeout=timeout_s)
    try:
        async for response in running:
            received = pending.receive(response)
            sender.wake()
            if not isinstance(received, StreamWindow):
                yield received
            elif on_window is not None:
                on_window(received)
    except (grpc.RpcError, asyncio.CancelledError) as error:
        sender.stop()
        raise pending.failed(explain(error, deadline)) from None
    else:
        sender.raise_failure()
        pending.close()
    finally:
        sender.stop()
        running.cancel()


class _Sender(Generic[Req, Item]):
    """Draws items when there is room in the window."""

    def __init__(
        self,
        call: StreamCall[Req, Res, Item, T],
        items: AsyncIterable[Item] | Iterable[Item],
        pending: Pending[Req, Res, Item, T],
    ) -> None:
        self._config = call.config
        self._blocks = call.blocks
        self._items = items
        self._pack = pending.pack
        self._has_room: Callable[[], bool] = lambda: pending.has_room
        self._changed = asyncio.Event()
        self._stopped = False
        self.failure: BaseException | None = None
        """What `items` raised."""

    async def messages(self) -> AsyncIterator[Req]:
        """Yields the configuration, then the items. Runs in gRPC's task."""
        yield self._config
        try:
            await self._wait()
            async for item in drawn(self._items):
                if self._stopped:
                    return
                if self._blocks(item):
                    yield await asyncio.to_thread(self._pack, item)
                else:
                    yield self._pack(item)
                await self._wait()
                if self._stopped:
                    return
        except Exception as error:  # noqa: BLE001  the caller's code: raised to the caller
            self.failure = error
        except asyncio.CancelledError as error:
            if is_task_cancelled():
                raise
            self.failure = error

    def raise_failure(self) -> None:
        """Raises what `items` raised."""
        failure, self.failure = self.failure, None
        try:
            if failure is not None:
                raise failure
        finally:
            del failure  # its traceback has this frame

    def wake(self) -> None:
        """Lets the task look again whether there is room."""
        self._changed.set()

    def stop(self) -> None:
        """Lets the task go."""
        self._stopped = True
        self.wake()

    async def _wait(self) -> None:
        while not (self._stopped or self._has_room()):
            self._changed.clear()
            await self._changed.wait()


async def drawn(items: AsyncIterable[Item] | Iterable[Item]) -> AsyncIterator[Item]:
    """Draws from either kind of iterable; a plain one may block, so it is drawn in a thread."""
    if isinstance(items, AsyncIterable):
        async for item in items:
            yield item
        return
    iterator = iter(items)
    while found := await asyncio.to_thread(lambda: tuple(islice(iterator, 1))):
        yield found[0]
