"""Addresses that are held for others to listen on."""

import socket

import pytest

from ocelli.edge.processes.shared_port import SharedPort


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


def test_only_those_who_share_it_may_listen():
    held = SharedPort("127.0.0.1:0")
    with pytest.raises(OSError, match="in use"):
        listen(held.port, reuse=False)
    with (
        listen(held.port, reuse=True) as listener,
        socket.create_connection(("127.0.0.1", held.port), timeout=20) as client,
        listener.accept()[0] as served,
    ):
        client.sendall(b"!")
        assert served.recv(1) == b"!"
    held.close()


@pytest.mark.parametrize("reuse", [True, False])
def test_a_taken_port_is_refused(reuse: bool):
    with listen(0, reuse=reuse) as listener:
        number = listener.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            SharedPort(f"127.0.0.1:{number}")


def test_a_closed_port_is_free():
    held = SharedPort("127.0.0.1:0")
    held.close()
    again = SharedPort(held.address)
    assert again.port == held.port
    again.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0", "[::1]"])  # noqa: S104
def test_hosts_of_all_kinds(host: str):
    try:
        held = SharedPort(f"{host}:0")
    except OSError:
        pytest.skip("no IPv6 here")
    assert held.address == f"{host}:{held.port}"
    with pytest.raises(OSError, match="in use"):
        SharedPort(held.address)
    family = socket.AF_INET6 if host == "[::1]" else socket.AF_INET
    with socket.socket(family) as worker:
        worker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        worker.bind((host.strip("[]"), held.port))
        worker.listen()
    held.close()
