"""Whether the cluster can be reached, asked again and again."""

import asyncio
import contextlib
from collections.abc import Callable

import aiohttp
import msgspec

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.opensearch import failures
from ocelli.edge.index.opensearch.cluster import Cluster
from ocelli.edge.scheduling.deadline import Deadline

_INTERVAL_S = 1.0
_PROBE_TIMEOUT_S = 3.0
_FIRST_INTERVAL_S = 0.1


class _Health(msgspec.Struct, frozen=True):
    discovered_cluster_manager: bool = False


class Health:
    """Asks all nodes for what they know of the cluster, which none of them has to look up.

    Args:
        cluster: whose nodes to ask.
    """

    def __init__(self, cluster: Cluster) -> None:
        self.ready = False
        self._cluster = cluster
        self._trouble = "no node answers"
        self._refusal = ""
        self._listeners: list[Callable[[bool], None]] = []
        self._watching: asyncio.Task[None] | None = None

    def on_change(self, listener: Callable[[bool], None]) -> None:
        """Has `listener(ready)` called whenever `ready` changes."""
        self._listeners.append(listener)

    async def start(self, deadline: Deadline) -> None:
        """Returns once a node is part of a cluster.

        Raises:
            OcelliError: INDEX_UNAVAILABLE: none is in time, or waiting will not help: credentials
                or a certificate are refused.
        """
        try:
            async with asyncio.timeout(deadline.remaining_s()):
                while not await self._probe():
                    if self._refusal:
                        raise OcelliError(Reason.INDEX_UNAVAILABLE, self._refusal)
                    await asyncio.sleep(_FIRST_INTERVAL_S)
        except TimeoutError:
            raise OcelliError(
                Reason.INDEX_UNAVAILABLE, f"the vector database is not ready: {self._trouble}"
            ) from None
        self._set(ready=True)
        self._watching = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Asks no more."""
        if self._watching is not None:
            self._watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watching
        self._set(ready=False)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_INTERVAL_S)
            self._set(ready=await self._probe())

    async def _probe(self) -> bool:
        return any(await asyncio.gather(*map(self._is_serving, self._cluster.nodes)))

    async def _is_serving(self, url: str) -> bool:
        self._trouble = await self._trouble_with(url)
        if self._trouble:
            self._cluster.nodes.failed(url)
            return False
        self._cluster.nodes.works(url)
        return True

    async def _trouble_with(self, url: str) -> str:
        """Why a node does not serve; "" if it does."""
        try:
            async with asyncio.timeout(_PROBE_TIMEOUT_S):
                status, body = await self._cluster.once(
                    url,
                    "GET",
                    "/_cluster/health",
                    params={"local": "true", "filter_path": "discovered_cluster_manager"},
                )
        except aiohttp.ClientSSLError as error:
            self._refusal = failures.untrusted(url, error)
            return self._refusal
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            return f"{type(error).__name__} from {url}"
        if status in failures.DENIALS:
            self._refusal = failures.denied(status)
            return self._refusal
        with contextlib.suppress(msgspec.DecodeError):
            if status < 300 and msgspec.json.decode(body, type=_Health).discovered_cluster_manager:
                return ""
        return f"{url} answers {status}, and is part of no cluster"

    def _set(self, *, ready: bool) -> None:
        if ready is not self.ready:
            self.ready = ready
            for listener in self._listeners:
                listener(ready)
