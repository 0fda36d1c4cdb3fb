"""How calls spread over several Tritons.

- Those that are fit get calls in turn.
- One that fails to answer, or is about to exit, gets no more at once, until it answers a probe; one
  that lacks a model gets none for that model.
- Probes find one that is unresponsive. So do keepalive pings, which also end the calls that wait
  there.
- `dns:///name:port` stands for every address of the name, which is looked up again and again.

What becomes of calls that fail meanwhile stands in `channel.py`. One Triton alone gets neither
probes nor pings: there is no elsewhere.
"""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Collection

import grpc
from grpc.aio import AioRpcError, Metadata

from ocelli.edge.triton.access import Options, TritonAccess
from ocelli.edge.triton.target import Target

_log = logging.getLogger(__name__)

_NAME_PREFIX = "dns:///"
_LOOKUP_INTERVAL_S = 5.0
_RETIRE_GRACE_S = 30.0
_KEEPALIVE_TIMEOUT_MS = 1000
_RECONNECT: Options = [
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 5000),  # how long an attempt to connect may take, in fact
    ("grpc.max_reconnect_backoff_ms", 1000),
]


class Balancer:
    """The Tritons behind an edge, and whose turn it is.

    Args:
        access: where they are.
        max_message_bytes: largest request or answer.
        keepalive_s: how often one of several with calls in flight must show that it lives. Its own
            `--grpc-http2-min-recv-ping-interval-without-data` must not be longer.

    Attributes:
        is_single: whether there is one, and never another.
    """

    def __init__(self, access: TritonAccess, max_message_bytes: int, keepalive_s: float) -> None:
        self._access = access
        self._names = [name for name in access.targets if name.startswith(_NAME_PREFIX)]
        fixed = [address for address in access.targets if address not in self._names]
        self.is_single = len(fixed) == 1 and not self._names
        self._options: Options = [
            *_RECONNECT,
            ("grpc.max_receive_message_length", max_message_bytes),
            ("grpc.max_send_message_length", max_message_bytes),
        ]
        if not self.is_single:
            self._options += [
                ("grpc.keepalive_time_ms", int(keepalive_s * 1000)),
                ("grpc.keepalive_timeout_ms", _KEEPALIVE_TIMEOUT_MS),
                ("grpc.http2.max_pings_without_data", 0),
            ]
        self._fixed = [self._open(address, self._options) for address in fixed]
        self._found: dict[tuple[str, str], Target] = {}
        self._targets = self._fixed
        self._turn = 0
        self._looking_up: asyncio.Task[None] | None = None
        self._looked_up = asyncio.Event()
        self._retiring: set[asyncio.Task[None]] = set()

    def pick(self, model: str) -> Target | None:
        """Who is to answer a request for a model; None if no address is known.

        One that is out, or lacks the model, gets it only if all are so: what is known may be out of
        date.
        """
        if self.is_single:
            return self._fixed[0]
        return self._next(model) or (self._targets[0] if self._targets else None)

    def pick_other(self, model: str, tried: Collection[Target]) -> Target | None:
        """Who else can answer a request for a model; None if nobody."""
        return None if self.is_single else self._next(model, tried)

    async def targets(self) -> list[Target]:
        """All of them, those that are fit first.

        Raises:
            AioRpcError: UNAVAILABLE: no address is known.
        """
        if self.is_single:
            return self._fixed
        self._watch()
        if self._names:
            await self._looked_up.wait()
        if not self._targets:
            names = ", ".join(self._names)
            nobody = f"{names} has no address"
            raise AioRpcError(
                grpc.StatusCode.UNAVAILABLE, Metadata(), Metadata(), nobody, debug_error_string=None
            )
        return sorted(self._targets, key=lambda target: not target.fit)

    async def close(self) -> None:
        """Closes the channels; calls in flight fail."""
        if self._looking_up is not None:
            self._looking_up.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._looking_up
        for task in self._retiring:
            task.cancel()
        await asyncio.gather(*self._retiring, return_exceptions=True)
        await asyncio.gather(*(target.close() for target in self._targets))

    def _next(self, model: str, tried: Collection[Target] = ()) -> Target | None:
        count = len(self._targets)
        for step in range(1, count + 1):
            place = (self._turn + step) % count
            target = self._targets[place]
            if target not in tried and target.serves(model):
                self._turn = place
                return target
        return None

    def _open(self, address: str, options: Options) -> Target:
        return Target(address, self._access.open(address, options), self._access.metadata)

    def _watch(self) -> None:
        for target in self._targets:
            target.watch()
        if self._names and self._looking_up is None:
            self._looking_up = asyncio.create_task(self._keep_looking_up())

    async def _keep_looking_up(self) -> None:
        while True:
            for name in self._names:
                host, _, port = name.removeprefix(_NAME_PREFIX).rpartition(":")
                host = host.strip("[]")
                try:
                    found = await _look_up(host, int(port))
                except OSError as error:
                    _log.warning("Triton's name %s cannot be looked up: %s", host, error)
                else:
                    self._update(name, host, found)
            self._looked_up.set()
            await asyncio.sleep(_LOOKUP_INTERVAL_S)

    def _update(self, name: str, host: str, addresses: Collection[str]) -> None:
        """Takes in the addresses that a name has now, and lets go of those that it had."""
        authority = name.removeprefix(_NAME_PREFIX)
        options: Options = [*self._options, ("grpc.default_authority", authority)]
        if self._access.tls:
            options.append(("grpc.ssl_target_name_override", host))
        for address in addresses:
            if (name, address) not in self._found:
                self._found[name, address] = self._open(address, options)
        gone = [key for key in self._found if key[0] == name and key[1] not in addresses]
        for key in gone:
            task = asyncio.create_task(self._found.pop(key).close(_RETIRE_GRACE_S))
            self._retiring.add(task)
            task.add_done_callback(self._retiring.discard)
        self._targets = [*self._fixed, *self._found.values()]
        self._watch()


async def _look_up(host: str, port: int) -> list[str]:
    """The addresses of a name, as gRPC writes them.

    Raises:
        OSError: it has none.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [
        f"ipv6:[{address[0]}]:{port}" if family is socket.AF_INET6 else f"ipv4:{address[0]}:{port}"
        for family, _, _, _, address in found
    ]
