"""What was acknowledged survives `kill -9` of the edge, of the engine, and of both."""

import asyncio
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import psutil
import pytest

from ocelli.edge.index.embedded.embedded_index import EmbeddedIndex
from ocelli.edge.index.validated_index import ValidatedIndex
from tests.index import acknowledge
from tests.index.calls import soon

pytestmark = [pytest.mark.system, pytest.mark.embedded]

ROOT = Path(__file__).parents[2]


def engine_of(writer: subprocess.Popen[bytes]) -> psutil.Process:
    for process in psutil.Process(writer.pid).children(recursive=True):
        if (
            "ocelli.edge.index.embedded.engine" in process.cmdline()
            and process.cmdline()[1] == "-m"
        ):
            return process
    raise LookupError("the writer runs no engine")


def lines_of(log: Path) -> int:
    return log.read_bytes().count(b"\n") if log.exists() else 0


def wait_for_writes(log: Path, more_lines: int) -> None:
    enough = lines_of(log) + more_lines
    give_up_s = time.monotonic() + 20
    while lines_of(log) < enough:
        assert time.monotonic() < give_up_s, "the writer stands still"
        time.sleep(0.01)


def kill(victim: str, writer: subprocess.Popen[bytes], log: Path) -> None:
    engine = engine_of(writer)
    if victim in ("engine", "both"):
        engine.kill()
    if victim == "engine":
        wait_for_writes(log, 20)  # it writes on, to a new engine
        engine = engine_of(writer)
    writer.kill()
    writer.wait(timeout=10)
    engine.wait(timeout=10)


def write_and_kill(victim: str, folder: Path, log: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.index.acknowledge", str(folder), str(log)], cwd=ROOT
    ) as writer:
        try:
            wait_for_writes(log, 30)
            time.sleep(np.random.default_rng().uniform(0, 0.3))
            kill(victim, writer, log)
        finally:
            if writer.poll() is None:
                writer.kill()


def events_of(log: Path) -> dict[str, set[int]]:
    happened: dict[str, set[int]] = defaultdict(set)
    for line in log.read_text().splitlines():
        what, batch = line.split()
        happened[what].add(int(batch))
    return happened


async def check(folder: Path, log: Path) -> int:
    """Compares the folder with the log; returns how many acknowledged points it checked."""
    happened = events_of(log)
    index = ValidatedIndex(EmbeddedIndex(folder))
    await index.start(soon(20).deadline)
    checked = 0
    try:
        for batch in happened["upserted"] - happened["deleting"]:
            ids = acknowledge.ids(batch)
            before, after = {"batch": batch}, {"batch": batch, "seen": True}
            payloads = [after] if batch in happened["changed"] else [before]
            if batch in happened["changing"] - happened["changed"]:
                payloads = [before, after]
            records = await index.get("a", ids, with_vectors=True, call=soon(20))
            assert [record.id for record in records] == ids
            for record in records:
                vector = acknowledge.vector(record.id)
                assert record.payload in payloads
                assert record.vector is not None
                np.testing.assert_allclose(
                    record.vector, vector / np.linalg.norm(vector), atol=1e-6
                )
            checked += len(ids)
        for batch in happened["deleted"]:
            assert await index.get("a", acknowledge.ids(batch), call=soon(20)) == []
    finally:
        await index.close()
    return checked


@pytest.mark.parametrize("victim", ["engine", "edge", "both"])
async def test_acknowledged_writes_survive_kill_9(victim: str, tmp_path: Path):
    folder, log = tmp_path / "index", tmp_path / "log"
    for round_ in range(1, 3):
        await asyncio.to_thread(write_and_kill, victim, folder, log)
        assert await check(folder, log) >= round_ * 150
