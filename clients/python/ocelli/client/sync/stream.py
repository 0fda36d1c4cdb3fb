"""A bidirectional stream as a plain iterator of answers."""

import threading
from collections.abc import Generator, Iterable, Iterator
from typing import Generic, TypeVar

import grpc
from google.protobuf.message import Message

from ocelli.client.ledger import Ledger
from ocelli.client.requests.call import StreamCall
from ocelli.client.status import from_rpc_error

Req = TypeVar("Req", bound=Message)
Res = TypeVar("Res")
Item = TypeVar("Item")
T = TypeVar("T")


def exchange(
    call: StreamCall[Req, Res, Item, T],
    items: Iterable[Item],
    method: "grpc.StreamStreamMultiCallable[Req, Res]",
    timeout_s: float | None,
    address: str,
) -> Generator[T, None, None]:
    """Sends items as fast as the server's window allows and yields their answers in order.

    gRPC's own thread draws the items, one when the window has room for it and not before. An
    exception of `items` is raised here, after the answers to what was sent before it. Leaving the
    loop cancels the call.
    """
    ledger = Ledger(call)
    sender = _Sender(call.config, items, ledger)
    running = method(sender.messages(), timeout=timeout_s)
    opened = False
    try:
        for response in running:
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
        running.cancel()  # type: ignore[no-untyped-call]  # grpc-stubs leave it bare


class _Sender(Generic[Req, Item]):
    """Draws items when there is room in the window."""

    def __init__(
        self, config: Req, items: Iterable[Item], ledger: Ledger[Req, Res, Item, T]
    ) -> None:
        self._config = config
        self._items = items
        self._pack = ledger.pack
        self._room = threading.Semaphore(0)
        self._stopped = False
        self.failure: Exception | None = None
        """What `items` raised."""

    def messages(self) -> Iterator[Req]:
        """Yields the configuration, then the items. Runs in gRPC's thread."""
        yield self._config
        self._room.acquire()
        try:
            for item in self._items:
                if self._stopped:
                    return
                yield self._pack(item)
                self._room.acquire()
                if self._stopped:
                    return
        except Exception as error:  # noqa: BLE001  the caller's code: raised to the caller
            self.failure = error

    def grant(self, room: int) -> None:
        """Lets this many more items be sent."""
        self._room.release(room)

    def stop(self) -> None:
        """Lets the thread go."""
        self._stopped = True
        self._room.release()
