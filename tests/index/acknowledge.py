"""Writes points until it is killed, and logs what was acknowledged: `acknowledge.py FOLDER LOG`.

A line of the log is one of `upserted N`, `deleting N`, `deleted N`, `changing N`, `changed N`, N
naming a batch of points. No batch is both deleted and changed.
"""

import asyncio
import itertools
import os
import sys
from pathlib import Path

import numpy as np

from ocelli.edge.errors import OcelliError
from ocelli.edge.index.embedded.embedded_index import EmbeddedIndex
from ocelli.edge.index.embedded.engine.tuning import Tuning
from ocelli.edge.index.payload_change import Merge
from ocelli.edge.index.points import Point
from ocelli.edge.index.schema import Collection
from ocelli.edge.index.validated_index import ValidatedIndex
from tests.index.calls import soon

BATCH = 20
DIMENSION = 32
SEEN = Merge({"seen": True})


def ids(batch: int) -> list[str]:
    return [f"{batch}/{n}" for n in range(BATCH)]


def vector(id_: str) -> np.ndarray:
    batch, n = id_.split("/")
    return np.random.default_rng([int(batch), int(n)]).normal(size=DIMENSION).astype("f4")


async def write(folder: Path, log: int) -> None:
    tuning = Tuning(optimise_every_kib=32, flush_interval_s=0.1)
    index = ValidatedIndex(EmbeddedIndex(folder, tuning=tuning))
    await index.start(soon(20).deadline)
    try:
        await index.create_collection(Collection(name="a", dimension=DIMENSION), call=soon(10))
    except OcelliError as error:
        assert error.reason == "COLLECTION_EXISTS", error  # noqa: PT017  # no test by itself
    first = int.from_bytes(os.urandom(6), "big")
    for batch in itertools.count(first):
        points = [Point(id=i, vector=vector(i), payload={"batch": batch}) for i in ids(batch)]
        assert not any(await index.upsert("a", points, call=soon(20)))
        os.write(log, f"upserted {batch}\n".encode())
        if batch % 3 == 0 and batch - 5 >= first:
            os.write(log, f"deleting {batch - 5}\n".encode())
            await index.delete("a", ids(batch - 5), call=soon(20))
            os.write(log, f"deleted {batch - 5}\n".encode())
        if batch % 3 == 1 and batch - 4 >= first:
            os.write(log, f"changing {batch - 4}\n".encode())
            await index.update_payload("a", ids(batch - 4), SEEN, call=soon(20))
            os.write(log, f"changed {batch - 4}\n".encode())


if __name__ == "__main__":
    output = os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    asyncio.run(write(Path(sys.argv[1]), output))
