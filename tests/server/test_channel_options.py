"""gRPC core passes over options that it does not know, so a wrong name does nothing, silently."""

import re
from pathlib import Path

import pytest
from grpc._cython import cygrpc

ROOT = Path(__file__).parents[2]
OPTION = re.compile(r'\(\s*"(grpc\.[a-z0-9_.]+)",')


def named() -> set[str]:
    """The options that the edge and the SDK set."""
    sources = [*(ROOT / "server").rglob("*.py"), *(ROOT / "clients/python").rglob("*.py")]
    return {name for path in sources for name in OPTION.findall(path.read_text())}


@pytest.mark.parametrize("name", sorted(named()))
def test_core_knows_the_option(name: str) -> None:
    assert name.encode() + b"\0" in Path(cygrpc.__file__).read_bytes()


def test_pings_of_idle_clients_are_allowed() -> None:
    """Without this one core allows a ping in five minutes, and the SDKs send one a minute."""
    assert "grpc.http2.min_ping_interval_without_data_ms" in named()
