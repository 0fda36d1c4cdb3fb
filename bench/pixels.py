"""The price of pixels alone: scaled decoding and letterbox, on as many threads as the edge has.

It is the edge's own code in a loop, into memory that is written again and again as the edge's is.
All cores are kept busy, as the edge's are, so that caches and clocks are no better here.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import numpy as np

from bench.ceiling import describe
from bench.errors import BenchError
from bench.images import read_images
from bench.load import Meter, Plan, main
from ocelli.edge.config import Config
from ocelli.edge.processes.cores import usable_cores
from ocelli.edge.processes.heap import configure_heap
from ocelli.edge.triton.access import TritonAccess
from ocelli.edge.triton.channel import TritonChannel
from ocelli.edge.triton.model_input import PixelInput
from ocelli.edge.vision.decode import configure_threads
from ocelli.edge.vision.fit import fit
from ocelli.edge.vision.image import EncodedImage, ImageLimits
from ocelli.edge.vision.letterbox import InputSpec
from ocelli.edge.vision.upright import decode_upright


async def generate(plan: Plan) -> None:
    """Prepares the plan's images for the model of `plan.target`, a Triton, until time is up."""
    configure_threads()
    configure_heap()
    defaults = Config()
    triton = TritonChannel(TritonAccess(targets=(plan.target,)), defaults.max_message_bytes)
    taken = (await describe(triton, plan.model)).input
    await triton.close()
    if not isinstance(taken, PixelInput):
        raise BenchError(f"{plan.model} does not take pixels")
    images = [EncodedImage(data) for data in read_images(plan.images)]
    limits = ImageLimits(
        defaults.max_image_pixels, defaults.max_image_side, defaults.max_image_frames
    )
    meter = Meter(plan)
    with ThreadPoolExecutor(usable_cores()) as threads:
        for first in range(usable_cores()):
            threads.submit(_work, images, first, taken.view, limits, meter)
        await meter.run()


def _work(
    images: list[EncodedImage], first: int, view: InputSpec, limits: ImageLimits, meter: Meter
) -> None:
    out = np.empty((view.height, view.width, 3), np.uint8)
    for number in count(first):
        if meter.over:
            break
        began_s = time.perf_counter()
        fit(decode_upright(images[number % len(images)], limits, view), view, out=out)
        meter.answered(began_s)


if __name__ == "__main__":
    main(generate, __doc__)
