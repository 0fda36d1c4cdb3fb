"""One channel to a server, and the ways to call over it."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterable, Iterable
from typing import TypeVar, cast

import grpc
import grpc.aio
from google.protobuf.message import Message

from ocelli.client import health
from ocelli.client.aio.stream import exchange
from ocelli.client.channel import ChannelOptions
from ocelli.client.health import HealthStatus
from ocelli.client.requests.call import Call, OnWindow, PagedCall, StreamCall
from ocelli.client.security import Security
from ocelli.client.status import from_rpc_error
from ocelli.client.stubs import Stubs

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
    ) -> None:
        self.address = address
        self.timeout_s = timeout_s
        arguments = [*options.as_grpc(), *security.arguments]
        if security.credentials is None:
            self._channel = grpc.aio.insecure_channel(address, arguments)
        else:
            self._channel = grpc.aio.secure_channel(address, security.credentials, arguments)
        self._stubs = Stubs(cast("grpc.Channel", self._channel))

    async def invoke(self, call: Call[Req, Res, T], timeout_s: float | None) -> T:
        """Makes a unary call. `timeout_s` None: the connection's."""
        method = cast("grpc.aio.UnaryUnaryMultiCallable[Req, Res]", call.method(self._stubs))
        try:
            response = await method(call.request, timeout=self._timeout_s(timeout_s))
        except grpc.RpcError as error:
            raise from_rpc_error(error, address=self.address) from None
        return call.read(response)

    async def pages(
        self, call: PagedCall[Req, Res, T], timeout_s: float | None
    ) -> AsyncGenerator[T, None]:
        """Yields the items of a list, asking for each page when it is needed."""
        page = await self.invoke(call(""), timeout_s)
        while True:
            for item in page.items:
                yield item
            if not page.next_page_token:
                return
            page = await self.invoke(call(page.next_page_token), timeout_s)

    def stream(
        self,
        call: StreamCall[StreamReq, Res, Item, T],
        items: AsyncIterable[Item] | Iterable[Item],
        timeout_s: float | None,
        on_window: OnWindow | None = None,
    ) -> AsyncGenerator[T, None]:
        """Makes a streaming call. `timeout_s` None: as long as it takes."""
        method = cast(
            "grpc.aio.StreamStreamMultiCallable[StreamReq, Res]", call.method(self._stubs)
        )
        return exchange(
            call, items, method, timeout_s=timeout_s, address=self.address, on_window=on_window
        )

    async def health(self, service: str, timeout_s: float | None) -> HealthStatus:
        """Asks for the status of a service."""
        try:
            response = await self._stubs.health.Check(
                health.request(service), timeout=self._timeout_s(timeout_s)
            )
        except grpc.RpcError as error:
            if found := health.status_of_error(error):
                return found
            raise from_rpc_error(error, address=self.address) from None
        return health.status(response)

    async def watch_health(self, service: str) -> AsyncGenerator[HealthStatus, None]:
        """Yields a service's status now and whenever it changes."""
        call = self._stubs.health.Watch(health.request(service))
        try:
            async for response in call:
                yield health.status(response)
        except grpc.RpcError as error:
            raise from_rpc_error(error, address=self.address) from None
        finally:
            call.cancel()

    async def wait_until_ready(self, service: str, timeout_s: float) -> None:
        """Waits until a service is SERVING."""
        end = time.monotonic() + timeout_s
        last, hint = "it did not answer", ""
        while (left_s := end - time.monotonic()) > 0:
            try:
                response = await self._stubs.health.Check(
                    health.request(service),
                    timeout=min(left_s, health.CHECK_TIMEOUT_S),
                )
            except grpc.RpcError as error:
                failure = from_rpc_error(error, address=self.address)
                last, hint = failure.message, failure.hint
            else:
                found = health.status(response)
                if found is HealthStatus.SERVING:
                    return
                last, hint = f"health says {found}", ""
            await asyncio.sleep(min(health.RETRY_AFTER_S, max(0.0, end - time.monotonic())))
        raise health.not_ready(self.address, service, timeout_s, last, hint)

    async def close(self) -> None:
        """Ends all calls and the connection."""
        await self._channel.close(None)

    def _timeout_s(self, timeout_s: float | None) -> float:
        return self.timeout_s if timeout_s is None else timeout_s
