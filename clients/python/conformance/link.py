"""The SDK's connection, as cases use it."""

from ocelli.client import ChannelOptions, Client
from ocelli.client.channel import DEFAULT_TIMEOUT_S
from ocelli.client.security import Security
from ocelli.client.sync.connection import Connection


class Link:
    """A client and the connection under it.

    Args:
        address: `host:port`.
        timeout_ms: deadline of its calls; None: the SDK's default.
        security: what protects it.

    Attributes:
        connection: what carries calls of the stubs and streams.
        client: the client on it.
        timeout_s: deadline of the case's call, in seconds; None: the SDK's default.
    """

    def __init__(self, address: str, timeout_ms: int | None, security: Security) -> None:
        self.timeout_s = None if timeout_ms is None else timeout_ms / 1e3
        self.connection = Connection(
            address, timeout_s=DEFAULT_TIMEOUT_S, security=security, options=ChannelOptions()
        )
        self.client = Client(self.connection)
