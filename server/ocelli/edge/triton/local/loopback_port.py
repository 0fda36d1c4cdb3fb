"""Keeps a loopback port for a child through its restarts."""

import socket

from ocelli.edge.triton.local.interpreter import SetupError

_HOST = "127.0.0.1"


class Port:
    """A TCP port on 127.0.0.1 that stays ours until `close`.

    The socket that holds it never listens, so it takes no connections; SO_REUSEPORT lets the child
    listen on the same port, and nobody else gets it while the child is down.

    Args:
        number: the port; any free one if 0.

    Raises:
        SetupError: somebody else has the port.

    Attributes:
        number: the port.
    """

    def __init__(self, number: int = 0) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            if number:
                _check_free(number)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            self._socket.bind((_HOST, number))
        except OSError as error:
            self._socket.close()
            raise SetupError(
                f"port {number} of {_HOST} cannot be had for Triton: {error.strerror}; "
                f"choose another one, or 0 for any"
            ) from error
        self.number: int = self._socket.getsockname()[1]

    def close(self) -> None:
        """Gives the port back."""
        self._socket.close()


def _check_free(number: int) -> None:
    # SO_REUSEPORT would share the port with another Triton of the same user without a word.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as alone:
        alone.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        alone.bind((_HOST, number))
