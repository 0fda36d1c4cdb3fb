"""The port that a managed Triton keeps."""

import socket

import pytest

from ocelli.edge.triton.local.interpreter import SetupError
from ocelli.edge.triton.local.loopback_port import Port


def listen(port: int, *, reuse: bool) -> socket.socket:
    listener = socket.socket()
    try:
        if reuse:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener


def test_only_a_child_that_shares_it_may_listen():
    port = Port()
    with pytest.raises(OSError, match="in use"):
        listen(port.number, reuse=False)
    with (
        listen(port.number, reuse=True) as listener,
        socket.create_connection(("127.0.0.1", port.number), timeout=2) as client,
        listener.accept()[0] as served,
    ):
        client.sendall(b"!")
        assert served.recv(1) == b"!"
    port.close()


@pytest.mark.parametrize("reuse", [True, False])
def test_a_taken_port_is_refused(reuse: bool):
    with listen(0, reuse=reuse) as listener:
        number = listener.getsockname()[1]
        with pytest.raises(SetupError, match=f"port {number} of 127.0.0.1 cannot be had"):
            Port(number)


def test_a_closed_port_is_free():
    port = Port()
    port.close()
    again = Port(port.number)
    assert again.number == port.number
    again.close()
