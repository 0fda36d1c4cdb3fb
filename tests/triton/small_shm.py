"""A local Triton and a channel of the edge under load, with a /dev/shm of their own.

    unshare --mount --propagation private python small_shm.py '{"size": "64m", …}'

Mounts a tmpfs of that size over /dev/shm, which nobody outside the mount namespace sees, and prints
what became of the calls as JSON. Run by `test_small_shm.py`.
"""

import asyncio
import json
import logging
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError
from ocelli.edge.scheduling.deadline import Deadline
from ocelli.edge.tasks.embed_head import EmbedHead
from ocelli.edge.tasks.registry import TASKS
from ocelli.edge.triton.access import TritonAccess
from ocelli.edge.triton.channel import TritonChannel
from ocelli.edge.triton.local.triton_process import LocalTriton
from ocelli.edge.triton.registry import ModelRegistry
from ocelli.edge.triton.segment import free_bytes

_CALLERS = 24
_SHM = Path("/dev/shm")  # noqa: S108  # where Linux mounts POSIX shared memory


@dataclass(frozen=True)
class Plan:
    """What to run: the size of /dev/shm, the folders, the model's side in pixels, for how long."""

    size: str
    home: str
    models: str
    side: int
    arena_bytes: int
    duration_s: float


async def run(plan: Plan) -> dict[str, object]:
    found: Counter[str] = Counter()
    triton = LocalTriton(home=Path(plan.home), model_repository=Path(plan.models))
    channel = TritonChannel(
        TritonAccess(targets=(triton.address,)), 32 << 20, max_arena_bytes=plan.arena_bytes
    )
    registry = ModelRegistry(channel, TASKS, 0.2, lambda: None)
    try:
        await triton.start()
        registry.start()
        assert await registry.wait_reachable(30)
        taken = [path.stat().st_size for path in _SHM.glob("ocelli-*")]
        begun_free_bytes = free_bytes()
        until_s = time.monotonic() + plan.duration_s

        async def call_on() -> None:
            while time.monotonic() < until_s:
                try:
                    found[await ask(channel, registry, plan.side)] += 1
                except OcelliError as error:
                    found[error.reason.value] += 1
                    await asyncio.sleep(0.02)

        await asyncio.gather(*(call_on() for _ in range(_CALLERS)))
        return {
            "found": found,
            "arena_bytes": sum(taken),
            "begun_free_bytes": begun_free_bytes,
            "restarts": triton.restarts,
        }
    finally:
        await registry.close()
        await channel.close()
        await triton.stop(2)


async def ask(channel: TritonChannel, registry: ModelRegistry, side: int) -> str:
    spec = registry.choose("means", EmbedHead)
    slot = channel.lease(spec)
    if slot is None:
        tensor = np.full((1, side, side, 3), 7, np.uint8)
    else:
        slot.memory[:] = 7
        tensor = slot.memory.reshape(1, side, side, 3)
    outputs = await channel.infer(
        spec, spec.request(tensor, slot=slot), Call("test", Deadline.after(10, 60))
    )
    assert np.allclose(outputs["embedding"], 7)
    return "message" if slot is None else "slot"


def main() -> None:
    plan = Plan(**json.loads(sys.argv[1]))
    logging.basicConfig(level=logging.INFO)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={plan.size}", "tmpfs", str(_SHM)]
    subprocess.run(mount, check=True)
    sys.stdout.write(json.dumps(asyncio.run(run(plan))))


if __name__ == "__main__":
    main()
