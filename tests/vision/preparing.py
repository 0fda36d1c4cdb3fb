"""Both halves of preparation in one call, with limits that no test's image meets."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.vision.fit import fit
from ocelli.edge.vision.image import EncodedImage, ImageLimits, RawImage
from ocelli.edge.vision.letterbox import InputSpec, Placement
from ocelli.edge.vision.upright import decode_upright

LIMITS = ImageLimits(max_pixels=65_000_000, max_side=16_384, max_frames=64)


@dataclass(frozen=True)
class Prepared:
    tensor: NDArray[np.uint8]
    placement: Placement
    width: int
    height: int


def prepare(
    image: EncodedImage | RawImage,
    spec: InputSpec,
    limits: ImageLimits = LIMITS,
    out: NDArray[np.uint8] | None = None,
) -> Prepared:
    upright = decode_upright(image, limits, spec)
    fitted = fit(upright, spec, out=out)
    return Prepared(fitted.tensor, fitted.placement, upright.width, upright.height)


def cost_in_loop_steps(work: Callable[[], object]) -> float:
    """CPU time of `work` in steps of an empty Python loop, which any machine can be compared by."""
    steps = 200_000
    best_loop_s = min(_cpu_s(lambda: [None for _ in range(steps)]) for _ in range(5))
    return _cpu_s(work) / best_loop_s * steps


def _cpu_s(work: Callable[[], object]) -> float:
    began_s = time.thread_time()
    work()
    return time.thread_time() - began_s
