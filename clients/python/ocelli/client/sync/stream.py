"""A bidirectional stream as a plain iterator of answers."""

import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Generic, TypeAlias, TypeVar

import grpc
from google.protobuf.message import Message

from ocelli.client.errors import OcelliError
from ocelli.client.pending import Pending
from ocelli.client.requests.call import OnWindow, StreamCall
from ocelli.client.results import StreamWindow
from ocelli.client.timeout import Deadline

Req = TypeVar("Req", bound=Message)
Res = TypeVar("Res")
Item = TypeVar("Item")
T = TypeVar("T")

Explain: TypeAlias = Callable[[grpc.RpcError, Deadline], OcelliError]
"""Makes the error of a stream that failed."""


def exchange(
    call: StreamCall[Req, Res, Item, T],
    items: Iterable[Item],
    method: "grpc.StreamStreamMultiCallable[Req, Res]",
    *,
    position: int,
    timeout_s: float | None,
    explain: Explain,
    on_window: OnWindow | None,
) -> Generator[T, None, None]:
    """Sends items as fast as the server's window allows and yields their answers in order.

    gRPC's own thread draws the items, one when the window has room for it and not before. An
    exception of `items` is raised here, after the answers to what was sent before it. Leaving the
    loop cancels the call.

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
    sender = _Sender(call.config, items, pending)
    running = method(sender.messages(), timeout=timeout_s)
    try:
        for response in running:
            received = pending.receive(response)
            sender.wake()
            if not isinstance(received, StreamWindow):
                yield received
            elif on_window is not None:
                on_window(received)
    except grpc.RpcError as error:
        sender.stop()
        error.__traceback__ = None  # its frames hold the call, and that is what `grpc` raises
        raise pending.failed(explain(error, deadline)) from None
    else:
        sender.raise_failure()
        pending.close()
    finally:
        sender.stop()
        running.cancel()  # type: ignore[no-untyped-call]  # grpc-stubs leave it bare


class _Sender(Generic[Req, Item]):
    """Draws items when there is room in the window."""

    def __init__(
        self, config: Req, items: Iterable[Item], pending: Pending[Req, Res, Item, T]
    ) -> None:
        self._config = config
        self._items = items
        self._pack = pending.pack
        self._has_room: Callable[[], bool] = lambda: pending.has_room
        self._changed = threading.Condition()
        self._stopped = False
        self.failure: Exception | None = None
        """What `items` raised."""

    def messages(self) -> Iterator[Req]:
        """Yields the configuration, then the items. Runs in gRPC's thread."""
        yield self._config
        try:
            self._wait()
            for item in self._items:
                if self._stopped:
                    return
                yield self._pack(item)
                self._wait()
                if self._stopped:
                    return
        except Exception as error:  # noqa: BLE001  the caller's code: raised to the caller
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
        """Lets the thread look again whether there is room."""
        with self._changed:
            self._changed.notify()

    def stop(self) -> None:
        """Lets the thread go."""
        self._stopped = True
        self.wake()

    def _wait(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or self._has_room())
