"""The supervisor of several workers, before any of them starts."""

import socket
from pathlib import Path

import pytest

from ocelli.edge.config import Config, ConfigError
from ocelli.edge.processes.workers.server_supervisor import ServerSupervisor


def config(home: Path, address: str) -> Config:
    return Config(home=str(home), address=address, triton="127.0.0.1:9")


async def test_a_unix_socket_has_one_worker(tmp_path: Path) -> None:
    supervisor = ServerSupervisor(config(tmp_path, "unix:/run/ocelli.sock"), 2)
    with pytest.raises(ConfigError, match="--workers 1"):
        await supervisor.start()


async def test_an_address_in_use_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        supervisor = ServerSupervisor(config(tmp_path, address), 2)
        with pytest.raises(ConfigError, match=rf"cannot listen on {address}: .*--address"):
            await supervisor.start()
