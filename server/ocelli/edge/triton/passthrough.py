"""Calls of Triton's own protocol, taken to a Triton in the bytes that they came in.

Nothing is parsed but the name of a model, and nothing is made anew.
"""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

import grpc
from grpc.aio import AioRpcError

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.scheduling.kept_tasks import KeptTasks
from ocelli.edge.triton.balancing import Balancer
from ocelli.edge.triton.carried_stream import LEAVE_S, CarriedStream
from ocelli.edge.triton.faults import GONE, unreachable
from ocelli.edge.triton.target import Target

SERVICE = "inference.GRPCInferenceService"
_MAX_ATTEMPTS = 2
_NAME_FIELD = 1
_MAX_TAG = (1 << 32) - 1
_MAX_FIELDS = 4096
"""More would hold up the event loop, and a request has one for each of its tensors."""
_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5


class Passthrough:
    """Takes calls to the Tritons behind an edge.

    Args:
        balancer: knows them.
        metadata: sent with every call, a token for one.
    """

    def __init__(self, balancer: Balancer, metadata: tuple[tuple[str, str], ...]) -> None:
        self._balancer = balancer
        self._metadata = metadata
        self._kept = KeptTasks()

    async def call(
        self,
        method: str,
        request: bytes,
        timeout_s: float,
        *,
        model: str = "",
        trace: tuple[tuple[str, str], ...] = (),
    ) -> bytes:
        """The answer to one call; one that finds its Triton gone is taken to another, once.

        Args:
            method: its name, `ModelInfer`.
            request: its message.
            timeout_s: how long it may take.
            model: whom it is for; empty if for none.
            trace: metadata that continues the caller's trace.

        Raises:
            OcelliError: TRITON_UNAVAILABLE.
            AioRpcError: whatever else Triton answered.
        """
        target = self._pick(model)
        metadata = self._metadata + trace or None
        tried: list[Target] = []
        while True:
            try:
                return await target.raw(f"/{SERVICE}/{method}", request, timeout_s, metadata)
            except AioRpcError as error:
                if error.code() not in GONE:
                    raise
                if self._balancer.is_single:  # nothing would find it fit again
                    raise unreachable() from error
                target.lose("a call failed")
                tried.append(target)
                other = self._balancer.pick_other(model, tried)
                if other is None or len(tried) == _MAX_ATTEMPTS:
                    raise unreachable() from error
                target = other

    async def stream(
        self,
        method: str,
        requests: AsyncIterator[bytes],
        timeout_s: float | None,
        trace: tuple[tuple[str, str], ...] = (),
    ) -> AsyncGenerator[bytes, None]:
        """The answers to a stream, which stays at one Triton; close it when the caller leaves.

        What was asked is answered there all the same, for some time.

        Raises:
            OcelliError: TRITON_UNAVAILABLE, or what `requests` raised.
            AioRpcError: whatever else Triton answered.
        """
        target = self._pick("")
        metadata = self._metadata + trace or None
        # The caller's own deadline ends the caller, not what Triton has under way.
        limit_s = None if timeout_s is None else timeout_s + LEAVE_S

        def open_call(asked: AsyncIterator[bytes]) -> Any:  # noqa: ANN401  # a call of grpc.aio's
            return target.raw_stream(f"/{SERVICE}/{method}", asked, limit_s, metadata)

        try:
            async with aclosing(CarriedStream(open_call).run(requests, self._kept)) as answers:
                async for answer in answers:
                    yield answer
        except AioRpcError as error:
            if error.code() is grpc.StatusCode.UNAVAILABLE:
                raise unreachable() from error
            raise

    def _pick(self, model: str) -> Target:
        target = self._balancer.pick(model)
        if target is None:
            raise unreachable()
        return target


def model_name(request: bytes) -> str:
    """The name in a request whose first field is that of a model; empty if there is none.

    Other fields are passed over by their lengths (Protocol Buffers encoding, "Message Structure").
    Of several names the last one stands, as it does for Triton ("Last One Wins").

    Raises:
        OcelliError: MESSAGE_INVALID: it is no message, or has more fields than any request has.
    """
    name = b""
    at = fields = 0
    try:
        while at < len(request):
            fields += 1
            if fields > _MAX_FIELDS:
                raise _unreadable(request)
            tag, at = _varint(request, at)
            if tag > _MAX_TAG:  # other parsers may look at its lower bits alone
                raise _unreadable(request)
            kind = tag & 7
            if kind == _LENGTH:
                size, at = _varint(request, at)
                if tag >> 3 == _NAME_FIELD:
                    name = request[at : at + size]
                at += size
            elif kind == _VARINT:
                _, at = _varint(request, at)
            elif kind in {_FIXED64, _FIXED32}:
                at += 8 if kind == _FIXED64 else 4
            else:
                raise _unreadable(request)
    except IndexError:
        raise _unreadable(request) from None
    if at > len(request):
        raise _unreadable(request)
    return name.decode(errors="replace")


def _unreadable(request: bytes) -> OcelliError:
    return OcelliError(
        Reason.MESSAGE_INVALID,
        f"the {len(request)} bytes of the message cannot be parsed; send the message that this "
        "call takes",
    )


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
        if shift > 63:
            raise IndexError
