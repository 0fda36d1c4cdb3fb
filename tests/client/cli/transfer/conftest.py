"""Two servers with an index and no Triton, which vectors do not need."""

import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ocelli.client import Client, Point, Tls, connect
from tests.conftest import free_port

OCELLI = str(Path(sys.executable).with_name("ocelli"))
NO_TRITON = "127.0.0.1:1"


@contextlib.contextmanager
def serving(home: Path, *flags: str, tls: Tls | bool = False) -> Iterator[str]:
    """Keeps a server, and yields its address."""
    address = f"127.0.0.1:{free_port()}"
    command = [OCELLI, "serve", "--address", address, "--home", str(home), "--triton", NO_TRITON]
    with (home / "edge.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, *flags], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        with connect(address, tls=tls) as client:
            client.wait_until_ready(60, service="ocelli.v1.SearchService")
        yield address
    finally:
        process.terminate()
        try:
            process.wait(30)
        finally:
            process.kill()


@pytest.fixture(scope="session")
def two_addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    homes = (tmp_path_factory.mktemp("here"), tmp_path_factory.mktemp("there"))
    with serving(homes[0]) as here, serving(homes[1]) as there:
        yield here, there


@pytest.fixture
def here(two_addresses: tuple[str, str]) -> Iterator[Client]:
    with connect(two_addresses[0]) as client:
        yield client
        for found in client.collections.list():
            client.collections.delete(found.name)


@pytest.fixture
def there(two_addresses: tuple[str, str]) -> Iterator[Client]:
    with connect(two_addresses[1]) as client:
        yield client
        for found in client.collections.list():
            client.collections.delete(found.name)


@pytest.fixture
def at_here(offline: Callable[..., Any], here: Client) -> Callable[..., Any]:
    """Runs `ocelli collections` against the first server."""
    return lambda *arguments: offline("--address", here.address, "collections", *arguments)


@pytest.fixture
def at_there(offline: Callable[..., Any], there: Client) -> Callable[..., Any]:
    return lambda *arguments: offline("--address", there.address, "collections", *arguments)


def fill(client: Client, name: str, count: int, dimension: int = 8) -> None:
    client.collections.create(name, dimension=dimension, fields={"n": "integer"})
    values = np.random.default_rng(7).standard_normal((count, dimension)).astype("f4")
    points = (Point(f"p{n}", vector, {"n": n}) for n, vector in enumerate(values))
    assert not client.points.upsert(name, points).errors


def stored(client: Client, name: str) -> dict[str, tuple[Any, str]]:
    """All points: vectors, and payloads as text, in which true is not 1."""
    found = client.points.list(name, with_vector=True)
    return {one.id: (one.vector, repr(sorted(one.payload.items()))) for one in found}


def assert_same(one: dict[str, tuple[Any, str]], other: dict[str, tuple[Any, str]]) -> None:
    assert one.keys() == other.keys()
    for id_, (vector, payload) in one.items():
        np.testing.assert_allclose(vector, other[id_][0], rtol=1e-6, atol=1e-7)
        assert payload == other[id_][1], id_
