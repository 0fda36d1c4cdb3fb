"""One channel to a server, and the ways to call over it."""

import time
from collections.abc import Generator, Iterable
from typing import Any, TypeVar

import grpc
from google.protobuf.message import Message

from ocelli.client import errors, health
from ocelli.client.channel import ChannelOptions
from ocelli.client.health import HealthStatus
from ocelli.client.metadata_channel import MetadataChannel
from ocelli.client.priority import Priority, priority_metadata
from ocelli.client.requests.call import AnswersCall, Call, OnWindow, PagedCall, StreamCall
from ocelli.client.retry import BACKOFF_S, repeats
from ocelli.client.security import Security
from ocelli.client.status import from_rpc_error, is_cancelled, late
from ocelli.client.stubs import Stubs
from ocelli.client.sync.resume import resumed
from ocelli.client.sync.stream import exchange
from ocelli.client.timeout import Deadline, checked_timeout_s
from ocelli.v1.sdk import UNREACHABLE_HINT

Req = TypeVar("Req")
Res = TypeVar("Res")
StreamReq = TypeVar("StreamReq", bound=Message)
Item = TypeVar("Item")
T = TypeVar("T")


class Connection:
    """A channel, its stubs, and the time that a call may take."""

    def __init__(
        self,
        address: str,
        *,
        timeout_s: float,
        security: Security,
        options: ChannelOptions,
        priority: Priority = "interactive",
    ) -> None:
        self.address = address
        self.timeout_s = checked_timeout_s(timeout_s)
        self._may_repeat = options.max_attempts > 1
        self._is_closed = False
        arguments = [*options.as_grpc(), *security.arguments]
        if security.credentials is None:
            self._channel = grpc.insecure_channel(address, arguments)
        else:
            self._channel = grpc.secure_channel(address, security.credentials, arguments)
        stubs_of: Any = self._channel
        if metadata := security.metadata + priority_metadata(priority):
            stubs_of = MetadataChannel(self._channel, metadata)
        self._stubs = Stubs(stubs_of)

    def invoke(self, call: Call[Req, Res, T], timeout_s: float | None) -> T:
        """Makes a unary call. `timeout_s` None: the connection's."""
        deadline = self._deadline(timeout_s)
        method = call.method(self._stubs)
        try:
            try:
                response = method(call.request, timeout=deadline.left_s)
            except grpc.RpcError as error:
                if not (self._may_repeat and repeats(call.request, error, deadline)):
                    raise
                time.sleep(BACKOFF_S)
                self._check_open()
                response = method(call.request, timeout=deadline.left_s)
        except grpc.RpcError as error:
            raise self._explain(error, deadline) from None
        return call.read(response)

    def pages(
        self, call: PagedCall[Req, Res, T], timeout_s: float | None
    ) -> Generator[T, None, None]:
        """Yields the items of a list, asking for each page when it is needed."""
        page = self.invoke(call(""), timeout_s)
        while True:
            yield from page.items
            if not page.next_page_token:
                return
            page = self.invoke(call(page.next_page_token), timeout_s)

    def answers(
        self, call: AnswersCall[Req, Res, T], timeout_s: float | None
    ) -> Generator[T, None, None]:
        """Makes a call and yields the items of its answers. `timeout_s` None: no bound."""
        deadline = Deadline(None if timeout_s is None else checked_timeout_s(timeout_s))
        self._check_open()
        running = call.method(self._stubs)(call.request, timeout=deadline.left_s)
        try:
            for response in running:
                item = call.read(response)
                if item is not None:
                    yield item
        except grpc.RpcError as error:
            error.__traceback__ = None  # as in `exchange`
            raise self._explain(error, deadline) from None
        finally:
            running.cancel()  # type: ignore[no-untyped-call]  # grpc-stubs leave it bare

    def stream(
        self,
        call: StreamCall[StreamReq, Res, Item, T],
        items: Iterable[Item],
        timeout_s: float | None,
        on_window: OnWindow | None = None,
        resume_s: float = 0.0,
    ) -> Generator[T, None, None]:
        """Makes a streaming call, and others where it is interrupted.

        Args:
            call: what to call.
            items: what to send.
            timeout_s: seconds that all of it may take; None: no bound.
            on_window: called with each window of the server's.
            resume_s: how long it may go on trying to go on; 0: it ends with its first call.
        """
        timeout_s = None if timeout_s is None else checked_timeout_s(timeout_s)
        method = call.method(self._stubs)

        def open_(
            items: Iterable[Item], position: int, timeout_s: float | None
        ) -> Generator[T, None, None]:
            self._check_open()
            return exchange(
                call,
                items,
                method,
                position=position,
                timeout_s=timeout_s,
                explain=self._explain,
                on_window=on_window,
            )

        if resume_s == 0:
            return open_(items, 0, timeout_s)
        resume_s = checked_timeout_s(resume_s, field="resume_s")
        return resumed(open_, items, timeout_s=timeout_s, resume_s=resume_s)

    def health(self, service: str, timeout_s: float | None) -> HealthStatus:
        """Asks for the status of a service."""
        deadline = self._deadline(timeout_s)
        try:
            response = self._stubs.health.Check(health.request(service), timeout=deadline.left_s)
        except grpc.RpcError as error:
            if found := health.status_of_error(error):
                return found
            raise self._explain(error, deadline) from None
        return health.status(response)

    def watch_health(self, service: str) -> Generator[HealthStatus, None, None]:
        """Yields a service's status now and whenever it changes."""
        deadline = Deadline(None)
        self._check_open()
        call = self._stubs.health.Watch(health.request(service))
        try:
            for response in call:
                yield health.status(response)
        except grpc.RpcError as error:
            error.__traceback__ = None  # as in `exchange`
            raise self._explain(error, deadline) from None
        finally:
            call.cancel()

    def wait_until_ready(self, service: str, timeout_s: float) -> None:
        """Waits until a service is SERVING."""
        deadline = Deadline(checked_timeout_s(timeout_s))
        last, hint = "it did not answer", UNREACHABLE_HINT
        while left_s := deadline.left_s:
            self._check_open()
            try:
                response = self._stubs.health.Check(
                    health.request(service),
                    timeout=min(left_s, health.CHECK_TIMEOUT_S),
                )
            except grpc.RpcError as error:
                if health.status_of_error(error) is HealthStatus.SERVICE_UNKNOWN:
                    last, hint = f"it has no {service}", health.UNKNOWN_HINT
                else:
                    failure = self._explain(error, Deadline(None))
                    last, hint = failure.message, failure.hint
            else:
                found = health.status(response)
                if found is HealthStatus.SERVING:
                    return
                last, hint = f"health says {found}", health.NOT_SERVING_HINT
            time.sleep(min(health.RETRY_AFTER_S, deadline.left_s or 0.0))
        raise health.not_ready(self.address, service, timeout_s, last, hint)

    def close(self) -> None:
        """Ends all calls and the connection."""
        self._is_closed = True
        self._channel.close()

    def _deadline(self, timeout_s: float | None) -> Deadline:
        self._check_open()
        return Deadline(self.timeout_s if timeout_s is None else checked_timeout_s(timeout_s))

    def _check_open(self) -> None:
        if self._is_closed:
            raise errors.closed()

    def _explain(self, error: grpc.RpcError, deadline: Deadline) -> errors.OcelliError:
        """Makes the error of a call that failed."""
        if is_cancelled(error) and self._is_closed:
            return errors.closed()
        if is_cancelled(error) and deadline.has_passed:
            return late(address=self.address)
        return from_rpc_error(error, address=self.address)
