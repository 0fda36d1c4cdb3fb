"""Addresses as people type them."""

import socket
from dataclasses import dataclass
from typing import Self

from deploy.gateway.failure import GatewayError


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A host and a TCP port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads `host:port` or `[IPv6]:port`.

        Raises:
            GatewayError: it is neither.
        """
        host, _, port = text.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) < 65536:
            raise GatewayError(f"'{text}' is no address; expected host:port, as 127.0.0.1:8080")
        return cls(host.removeprefix("[").removesuffix("]"), int(port))

    def to_listen_on(self) -> Self:
        """The same with the host as a number, after a look whether it can be listened on.

        Raises:
            GatewayError: the name is unknown, or the port is taken or needs more rights.
        """
        try:
            family, kind, _, _, place = socket.getaddrinfo(
                self.host, self.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
            with socket.socket(family, kind) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(place)
        except OSError as error:
            raise GatewayError(
                f"cannot listen on {self}: {error.strerror}; choose another, as in "
                "make serve-web WEB=127.0.0.1:8081"
            ) from error
        return type(self)(str(place[0]), self.port)
