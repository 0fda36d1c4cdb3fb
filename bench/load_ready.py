"""The ceiling of one Triton: ready tensors in shared memory, sent as fast as they are answered.

Nothing is decoded and nothing is picked from the answers, so that what remains is Triton.
"""

import numpy as np

from bench.ceiling import describe
from bench.load import TIMEOUT_S, Plan, close_loop, main
from ocelli.edge.call import Call
from ocelli.edge.config import Config
from ocelli.edge.scheduling.deadline import Deadline
from ocelli.edge.triton.access import TritonAccess
from ocelli.edge.triton.channel import TritonChannel
from ocelli.edge.triton.model_input import PixelInput


async def generate(plan: Plan) -> None:
    """Asks `plan.target`, a Triton, in a closed loop."""
    defaults = Config()
    access = TritonAccess(targets=(plan.target,))
    triton = TritonChannel(access, defaults.max_message_bytes, defaults.max_arena_bytes)
    try:
        spec = await describe(triton, plan.model)
        taken = spec.input
        assert isinstance(taken, PixelInput)
        random = np.random.default_rng(1)
        size = (taken.view.height, taken.view.width, 3)
        ready = taken.packer.pack(random.integers(0, 256, size, np.uint8))

        async def ask(_number: int, _asker: int) -> None:
            # A slot that comes back holds the tensor of the call before: it is filled once.
            slot = triton.lease(spec)
            if slot is not None and not slot.headers:
                slot.memory[:] = ready.reshape(-1).view(np.uint8)
            call = Call("bench.Ready/Infer", Deadline.after(None, TIMEOUT_S))
            await triton.infer(spec, spec.request(ready, slot=slot), call)

        await close_loop(ask, plan)
    finally:
        await triton.close()


if __name__ == "__main__":
    main(generate, __doc__)
