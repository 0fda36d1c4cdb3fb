"""The ceiling: one process that decodes, fits and asks Triton, with no service in front.

It uses the edge's own decoding, its own channel to Triton and its shared memory, so that the
distance to it is the price of serving. It leaves Triton's answers as tensors: no boxes are picked.
"""

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor

from bench.errors import UnansweredError
from bench.images import read_images
from bench.load import TIMEOUT_S, Plan, close_loop, main
from ocelli.edge.call import Call
from ocelli.edge.config import Config
from ocelli.edge.processes.cores import usable_cores
from ocelli.edge.processes.heap import configure_heap
from ocelli.edge.scheduling.deadline import Deadline
from ocelli.edge.tasks.detect import DetectModel
from ocelli.edge.tasks.detect_head import DetectHead
from ocelli.edge.tasks.registry import TASKS
from ocelli.edge.tasks.seen import see
from ocelli.edge.triton.access import TritonAccess
from ocelli.edge.triton.channel import TritonChannel
from ocelli.edge.triton.registry import ModelRegistry
from ocelli.edge.vision.decode import configure_threads
from ocelli.edge.vision.image import EncodedImage, ImageLimits


async def generate(plan: Plan) -> None:
    """Asks `plan.target`, a Triton, in a closed loop."""
    configure_threads()
    configure_heap()
    images = [EncodedImage(data) for data in read_images(plan.images)]
    defaults = Config()
    limits = ImageLimits(
        defaults.max_image_pixels, defaults.max_image_side, defaults.max_image_frames
    )
    triton = TritonChannel(
        TritonAccess(targets=(plan.target,)),
        defaults.max_message_bytes,
        defaults.max_arena_bytes,
    )
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(triton.close)
        spec = await describe(triton, plan.model)
        threads = stack.enter_context(ThreadPoolExecutor(usable_cores()))
        loop = asyncio.get_running_loop()

        async def ask(number: int, _asker: int) -> None:
            image = images[number % len(images)]
            call = Call("bench.Ceiling/Detect", Deadline.after(None, TIMEOUT_S))
            seen = await loop.run_in_executor(threads, see, image, spec, limits, triton, call)
            outputs = await triton.infer(spec, seen.request, call)
            if not outputs["scores"].size:
                raise UnansweredError(f"no candidates for image {number}")

        await close_loop(ask, plan)


async def describe(triton: TritonChannel, model: str) -> DetectModel:
    """Asks Triton what the model takes, and shares memory for it if the channel does."""
    registry = ModelRegistry(triton, TASKS, TIMEOUT_S, lambda: None)
    registry.start()
    await registry.wait_reachable(TIMEOUT_S)
    try:
        return registry.choose(model, DetectHead)
    finally:
        await registry.close()


if __name__ == "__main__":
    main(generate, __doc__)
