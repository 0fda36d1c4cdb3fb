"""The port on which Prometheus asks: `GET /metrics` over HTTP/1.1, one request a connection.

See https://prometheus.io/docs/instrumenting/exposition_formats/.
"""

import asyncio
import contextlib
import hmac
import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from ocelli.edge.config import ConfigError
from ocelli.edge.observability.family import CONTENT_TYPE, OPENMETRICS_CONTENT_TYPE

_log = logging.getLogger(__name__)

_MAX_REQUEST_BYTES = 16 * 1024
_MAX_CONNECTIONS = 16
_REQUEST_TIMEOUT_S = 10.0
_CHALLENGE = "WWW-Authenticate: Bearer\r\n"


class MetricsPort:
    """Answers scrapes until it is closed.

    Args:
        address: `host:port`; port 0 picks a free one.
        scrape: the metrics as text, now; in OpenMetrics if its argument is true.
        token: what must be sent as `Authorization: Bearer …`; empty: nothing.
    """

    def __init__(
        self, address: str, scrape: Callable[[bool], Awaitable[bytes]], token: str = ""
    ) -> None:
        self.address = address
        self._token = token.encode()
        self._scrape = scrape
        self._server: asyncio.Server | None = None
        self._connections = 0

    async def open(self) -> None:
        """Listens; `address` has the real port from then on.

        Raises:
            ConfigError: the address cannot be had.
        """
        host, _, port = self.address.rpartition(":")
        try:
            self._server = await asyncio.start_server(
                self._serve, host.strip("[]"), int(port), limit=_MAX_REQUEST_BYTES
            )
        except OSError as error:
            raise ConfigError(
                f"cannot listen on {self.address}: {error.strerror}; "
                "choose another one with --metrics-address HOST:PORT"
            ) from error
        self.address = f"{host}:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        """Answers no more."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections += 1
        try:
            if self._connections > _MAX_CONNECTIONS:
                return
            with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
                async with asyncio.timeout(_REQUEST_TIMEOUT_S):
                    writer.write(await self._answer(reader))
                    await writer.drain()
        finally:
            self._connections -= 1
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader) -> bytes:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError:
            return _response(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        method, _, rest = head.partition(b" ")
        path = rest.partition(b" ")[0].partition(b"?")[0]
        if path != b"/metrics":
            return _response(HTTPStatus.NOT_FOUND, b"metrics are at /metrics\n")
        if method not in (b"GET", b"HEAD"):
            return _response(HTTPStatus.METHOD_NOT_ALLOWED)
        if self._token and not hmac.compare_digest(_bearer(head), self._token):
            return _response(HTTPStatus.UNAUTHORIZED, b"send the token, metrics_token\n")
        openmetrics = _accepts_openmetrics(head)
        try:
            text = await self._scrape(openmetrics)
        except Exception:  # noqa: BLE001  # a bug costs its scrape an answer
            _log.exception("a scrape failed")
            return _response(HTTPStatus.INTERNAL_SERVER_ERROR)
        kind = OPENMETRICS_CONTENT_TYPE if openmetrics else CONTENT_TYPE
        return _response(HTTPStatus.OK, text, kind, head_only=method == b"HEAD")


def _bearer(head: bytes) -> bytes:
    """The token in a request's head; empty if there is none."""
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        scheme, _, token = value.strip().partition(b" ")
        if name.strip().lower() == b"authorization" and scheme.lower() == b"bearer":
            return token.strip()
    return b""


def _accepts_openmetrics(head: bytes) -> bool:
    """Whether a request's header prefers OpenMetrics, as Prometheus does, or asks for it alone."""
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"accept":
            return b"application/openmetrics-text" in value
    return False


def _response(
    status: HTTPStatus, body: bytes = b"", kind: str = CONTENT_TYPE, *, head_only: bool = False
) -> bytes:
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\n"
        f"Content-Type: {kind}\r\n"
        f"Content-Length: {len(body)}\r\n"
        f"{_CHALLENGE if status is HTTPStatus.UNAUTHORIZED else ''}"
        "Connection: close\r\n\r\n"
    )
    return head.encode() + (b"" if head_only else body)
