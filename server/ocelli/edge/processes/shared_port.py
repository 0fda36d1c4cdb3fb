"""One address for several processes that listen, or for one through its restarts."""

import socket
from contextlib import ExitStack


class SharedPort:
    """Holds an address for others to listen on until `close`.

    Its sockets never listen, so they take no connections. SO_REUSEPORT (socket(7)) lets other
    processes of the user listen there, and while none does nobody else gets the port.

    Args:
        address: `host:port`; port 0 picks a free one.

    Raises:
        OSError: the address cannot be had.

    Attributes:
        address: with the real port.
        port: the real port.
    """

    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        self._sockets = _bind(host.strip("[]"), int(port))
        self.port: int = self._sockets[0].getsockname()[1]
        self.address = f"{host}:{self.port}"

    def close(self) -> None:
        """Frees the address."""
        for held in self._sockets:
            held.close()


def _bind(host: str, port: int) -> list[socket.socket]:
    with ExitStack() as undo:
        bound: list[socket.socket] = []
        kinds = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, *_, where in dict.fromkeys(kinds):
            if port:
                _check_free(family, where)
            held = undo.enter_context(socket.socket(family, socket.SOCK_STREAM))
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            if family == socket.AF_INET6:
                held.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            held.bind((where[0], port, *where[2:]))
            port = held.getsockname()[1]
            bound.append(held)
        undo.pop_all()
        return bound


def _check_free(family: int, where: tuple[object, ...]) -> None:
    # SO_REUSEPORT would share the port with another server of the same user without a word.
    with socket.socket(family, socket.SOCK_STREAM) as alone:
        alone.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            alone.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        alone.bind(where)
