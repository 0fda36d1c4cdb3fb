"""What protects a connection, made of what `connect` was given."""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import grpc

from ocelli.client.errors import invalid_request
from ocelli.client.tls import Tls

Token: TypeAlias = str | Callable[[], str]
"""An API key or another bearer token, or what gives one for each call: it may wait, in a thread of
gRPC's."""


@dataclass(frozen=True, slots=True)
class Security:
    """How a channel is protected."""

    credentials: grpc.ChannelCredentials | None = None
    """None: plain text."""
    arguments: tuple[tuple[str, str], ...] = ()
    """`grpc` channel arguments that belong to it."""
    metadata: tuple[tuple[str, str], ...] = ()
    """What each call carries, where gRPC would not send it itself."""


def secure(
    tls: Tls | bool = False,  # noqa: FBT001  `tls=True` reads as it means
    token: Token | None = None,
    credentials: grpc.ChannelCredentials | None = None,
    *,
    address: str = "",
) -> Security:
    """Makes the protection of a channel to an address.

    Raises:
        InvalidRequest: a file of `tls` cannot be used, there are both `tls` and `credentials`, or a
            token would be sent in plain text to another machine.
    """
    arguments: tuple[tuple[str, str], ...] = ()
    if tls:
        if credentials is not None:
            raise invalid_request("give tls or credentials, not both", field="credentials")
        settings = Tls() if tls is True else tls
        credentials, arguments = settings.credentials(), tuple(settings.as_grpc())
    if token is None:
        return Security(credentials, arguments)
    if credentials is None:
        if isinstance(token, str) and is_local(address):
            return Security(metadata=(("authorization", f"Bearer {_checked(token)}"),))
        raise invalid_request(
            "a token is not sent in plain text, but for a fixed one to this machine: connect with "
            "tls=True or tls=Tls(…)",
            field="token",
        )
    calls = grpc.metadata_call_credentials(_Bearer(token))
    return Security(grpc.composite_channel_credentials(credentials, calls), arguments)


def is_local(address: str) -> bool:
    """Whether an address is on this machine, so that nobody else hears what is sent there."""
    host = address.rpartition(":")[0].strip("[]")
    if address.startswith("unix:") or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _checked(token: str) -> str:
    try:
        return _usable(token)
    except ValueError as error:
        raise invalid_request(f"the token cannot be sent: {error}", field="token") from None


def _usable(token: str) -> str:
    if not (token.isascii() and token.isprintable() and token):
        raise ValueError("it is empty or has characters that a header cannot carry")
    return token


class _Bearer(grpc.AuthMetadataPlugin):
    """Sends `authorization: Bearer …` with every call."""

    def __init__(self, token: Token) -> None:
        self._token = token

    def __call__(
        self, context: grpc.AuthMetadataContext, callback: grpc.AuthMetadataPluginCallback
    ) -> None:
        """Answers gRPC, which asks before a call."""
        del context
        try:
            token = _usable(self._token() if callable(self._token) else self._token)
        except Exception as error:  # noqa: BLE001  whatever the caller's function raises fails the call
            # gRPC says no more than that a plugin failed.
            callback((), RuntimeError(f"no token, as given to connect(): {error}"))
        else:
            callback((("authorization", f"Bearer {token}"),), None)
