"""Requests to the cluster, repeated on other nodes for as long as the call's deadline allows."""

import asyncio
import io
import time
from collections.abc import Mapping
from typing import TypeAlias, TypeVar

import aiohttp
import msgspec

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason, quote
from ocelli.edge.index.opensearch import failures
from ocelli.edge.index.opensearch.access import OpenSearchAccess
from ocelli.edge.index.opensearch.failures import Fault, Refused
from ocelli.edge.index.opensearch.nodes import Nodes

T = TypeVar("T")
Params: TypeAlias = Mapping[str, str | int]

_MIN_ATTEMPT_S = 1.0
_FIRST_PAUSE_S = 0.05
_MAX_PAUSE_S = 1.0
_MAX_OVERLOADS = 6
"""Attempts that meet an overload before the caller is told."""
_CONNECT_S = 2.0


class Cluster:
    """The cluster's REST interface. Every request may be made twice: callers see to it.

    Args:
        access: where it is.
        max_calls: most requests that may be under way or waiting; beyond, they are OVERLOADED.
    """

    def __init__(self, access: OpenSearchAccess, *, max_calls: int = 1024) -> None:
        self.nodes = Nodes(access.nodes)
        self._access = access
        self._max_calls = max_calls
        self._calls = 0
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Makes requests possible."""
        connector = aiohttp.TCPConnector(
            limit=0, limit_per_host=64, ssl=self._access.tls or True, keepalive_timeout=30
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            headers={"content-type": "application/json", **dict(self._access.headers)},
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_S),
        )

    async def close(self) -> None:
        """Ends the connections; requests under way fail."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def request(
        self,
        method: str,
        path: str,
        result: type[T],
        *,
        call: Call,
        body: object = None,
        **params: str | int,
    ) -> T:
        """Makes a request.

        Args:
            method: HTTP's.
            path: behind the node's URL.
            result: type of the answer's JSON.
            call: whose work it is.
            body: JSON, or bytes as they are.
            params: of the URL.

        Raises:
            Refused: the cluster refused it for good.
            OcelliError: DEADLINE_EXCEEDED; INDEX_UNAVAILABLE; OVERLOADED.
        """
        if self._calls >= self._max_calls:
            raise OcelliError(
                Reason.OVERLOADED,
                f"{self._calls} calls of the vector index are under way; try again later",
                quota="index.calls",
            )
        data = body if isinstance(body, bytes | None) else msgspec.json.encode(body)
        self._calls += 1
        try:
            raw = await self._until_answered(method, path, data, params, call.deadline.at_s)
        finally:
            self._calls -= 1
        try:
            return msgspec.json.decode(raw, type=result)
        except msgspec.DecodeError as error:
            raise OcelliError(
                Reason.INDEX_UNAVAILABLE,
                f"what answers is no OpenSearch that this edge knows: {quote(str(error))}",
            ) from error

    async def once(
        self,
        url: str,
        method: str,
        path: str,
        *,
        data: bytes | None = None,
        params: Params | None = None,
    ) -> tuple[int, bytes]:
        """One attempt on one node: status and body. Raises what aiohttp raises."""
        if self._session is None:
            raise OcelliError(Reason.INDEX_UNAVAILABLE, "the vector index is not running")
        async with self._session.request(
            method,
            url + path,
            allow_redirects=False,
            data=None if data is None else io.BytesIO(data),  # sent in parts
            params=params,
        ) as answer:
            return answer.status, await answer.read()

    async def _until_answered(
        self, method: str, path: str, data: bytes | None, params: Params, deadline_s: float
    ) -> bytes:
        trouble: Fault | str = ""
        overloads, attempts, pause_s = 0, 0, _FIRST_PAUSE_S
        while (left_s := deadline_s - time.monotonic()) > 0:
            url = self.nodes.next()
            attempts += 1
            try:
                async with asyncio.timeout(min(left_s, max(_MIN_ATTEMPT_S, left_s / 2))):
                    status, answer = await self.once(url, method, path, data=data, params=params)
            except TimeoutError:
                self.nodes.failed(url)
                trouble = ""
                continue
            except (aiohttp.ClientError, OSError) as error:
                self.nodes.failed(url)
                trouble = f"{type(error).__name__} from {url}"
            else:
                if status < 300:  # HTTP's number
                    self.nodes.works(url)
                    return answer
                trouble = failures.read(status, answer)
                overloads += trouble.is_overload
                if not trouble.is_passing or overloads >= _MAX_OVERLOADS:
                    raise Refused(trouble)
            if attempts >= len(self.nodes) or not isinstance(trouble, str):
                await asyncio.sleep(min(pause_s, max(0.0, deadline_s - time.monotonic())))
                pause_s = min(2 * pause_s, _MAX_PAUSE_S)
        raise _late(trouble)


def _late(trouble: Fault | str) -> OcelliError:
    if not trouble:
        return OcelliError(
            Reason.DEADLINE_EXCEEDED,
            "the vector database did not answer in time; allow more time or ask for less at once",
        )
    what = trouble if isinstance(trouble, str) else f"{trouble.status} {trouble.type}"
    return OcelliError(
        Reason.INDEX_UNAVAILABLE, f"the vector database does not serve: {what}; try again"
    )
