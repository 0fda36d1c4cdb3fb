"""What it costs to know who calls: CPU per call, in the gatekeeper alone and of a whole server.

`python -m bench.access` prints a table; the server has no Triton, and the call is ListCollections.
"""

import asyncio
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from ocelli.client import connect, connect_async
from ocelli.edge.access.gatekeeper import Gatekeeper, Shown
from ocelli.edge.access.key_file import create_key
from ocelli.edge.config import Config
from ocelli.edge.errors import OcelliError
from tests.access.issuer import AUDIENCE, ISSUER, SigningKey, publish

_CALLS = 20_000
_SERVER_CALLS = 4000
_ROUNDS = 5
_POLICY = """
[principals.team]
subjects = ["7"]
collections = ["team-*"]
"""


def main() -> None:
    """Measures and prints."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "policy.toml").write_text(_POLICY)
        ec, rsa = SigningKey.make("ec"), SigningKey.make("rsa", "RS256")
        publish(folder / "jwks.json", ec, rsa)
        key, _ = create_key(folder / "keys.json", "team")
        config = Config(
            keys_file=str(folder / "keys.json"),
            policy_file=str(folder / "policy.toml"),
            jwks=str(folder / "jwks.json"),
            jwt_issuer=ISSUER,
            jwt_audience=AUDIENCE,
        )
        unknown = f"{key[:-64]}{'0' * 64}"
        far_s = time.time() + 3600
        for name, shown in (
            ("key", [key]),
            ("key that is wrong", [unknown]),
            ("token, seen before", [ec.token("7", exp=far_s)]),
            ("token, ES256, first seen", [ec.token("7", exp=far_s + n) for n in range(1000)]),
            ("token, RS256, first seen", [rsa.token("7", exp=far_s + n) for n in range(1000)]),
        ):
            print(f"| {name} | {asyncio.run(_admitting_us(config, shown)):.1f} |")  # the table
        flags = ["--keys-file", config.keys_file, "--policy-file", config.policy_file]
        alone = _serving_us(folder / "alone", [], None)
        print(f"| ListCollections, whole server | {alone:.0f} |")  # the table
        guarded = _serving_us(folder / "guarded", flags, key)
        print(f"| ListCollections with a key | {guarded:.0f} |")  # the table


async def _admitting_us(config: Config, credentials: Sequence[str]) -> float:
    """CPU of one admission, the median of rounds; each credential is shown in its turn."""
    found = []
    for _ in range(_ROUNDS):
        gatekeeper = Gatekeeper(config)
        calls = [
            Shown("ocelli.v1.SearchService/Search", "ipv4:192.0.2.1:1", [one], [])
            for one in credentials
        ]
        count = len(calls) if len(calls) > 1 else _CALLS
        began_s = time.process_time()
        for number in range(count):
            try:
                await gatekeeper.admit(calls[number % len(calls)], "search:read")
            except OcelliError:
                continue
        found.append((time.process_time() - began_s) / count * 1e6)
    return statistics.median(found)


def _serving_us(home: Path, flags: list[str], key: str | None) -> float:
    """CPU of the server process for one small unary call, the median of rounds."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    program = str(Path(sys.executable).with_name("ocelli"))
    command = [program, "serve", "--triton", "127.0.0.1:1", "--address", address, "--home"]
    with subprocess.Popen(
        [*command, str(home), *flags], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            with connect(address) as client:
                client.wait_until_ready(30, service="ocelli.v1.SearchService")
            process = psutil.Process(server.pid)
            return statistics.median(
                asyncio.run(_calling_us(address, key, process)) for _ in range(_ROUNDS)
            )
        finally:
            server.terminate()
            server.wait(30)


async def _calling_us(address: str, key: str | None, process: psutil.Process) -> float:
    async with connect_async(address, token=key) as client:
        await client.collections.list()
        before = process.cpu_times()
        for _ in range(_SERVER_CALLS // 8):
            await asyncio.gather(*(client.collections.list() for _ in range(8)))
        after = process.cpu_times()
    spent_s = after.user + after.system - before.user - before.system
    return spent_s / _SERVER_CALLS * 1e6


if __name__ == "__main__":
    main()
