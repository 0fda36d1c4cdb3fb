"""The path of an image to a model: admission, bytes in flight → decode, orient, fit → Triton.

Tasks call `infer` and read the model's outputs; everything an image meets between them stands here
in order.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.observability.definitions import IMAGES_DECODED
from ocelli.edge.scheduling.admission import Admissions
from ocelli.edge.scheduling.fair_executor import FairExecutor
from ocelli.edge.scheduling.memory_limiter import MemoryLimiter
from ocelli.edge.tasks.timings import Timings
from ocelli.edge.triton.arena import Slot
from ocelli.edge.triton.channel import TritonChannel
from ocelli.edge.triton.model_spec import Head, ModelSpec
from ocelli.edge.vision.fit import fit
from ocelli.edge.vision.image import EncodedImage, ImageLimits, ImageWarning, RawImage
from ocelli.edge.vision.letterbox import Placement
from ocelli.edge.vision.upright import decode_upright

Result = TypeVar("Result")
AnySpec = ModelSpec[Head]


@dataclass(frozen=True, slots=True)
class ModelInput:
    """An image as a model takes it.

    Attributes:
        tensor: what goes to the model, batch dimension included, C-contiguous.
        placement: where the image lies in it, to map boxes back to the caller's pixels.
        width: of the upright image, in pixels.
        height: of the upright image, in pixels.
        warnings: what the caller may want to know of the image.
        slot: the shared memory that `tensor` lies in; None if it is in ordinary memory.
        began_s: when work on it began, by `time.perf_counter`.
        decode_us: time spent on it, in microseconds.
    """

    tensor: NDArray[np.generic]
    placement: Placement
    width: int
    height: int
    warnings: tuple[ImageWarning, ...]
    slot: Slot | None
    began_s: float
    decode_us: int


@dataclass(frozen=True, slots=True)
class Inferred:
    """A model's outputs for one image, and where the time went.

    Attributes:
        outputs: tensors by name, batch dimension included.
        seen: the image as the model saw it. Its tensor's memory is not its own any more.
        queue_us: time the image waited for a thread.
        inference_us: time Triton took, its own queue included.
        answered_s: when Triton had answered, by `time.perf_counter`.
    """

    outputs: dict[str, NDArray[np.generic]]
    seen: ModelInput
    queue_us: int
    inference_us: int
    answered_s: float

    def timings(self, call: Call) -> Timings:
        """Where the time of the call went, now that its answer is ready."""
        now_s = time.perf_counter()
        return Timings(
            decode_us=self.seen.decode_us,
            queue_us=self.queue_us,
            inference_us=self.inference_us,
            postprocess_us=int((now_s - self.answered_s) * 1e6),
            total_us=int((now_s - call.arrived_s) * 1e6),
        )


def make_input(
    image: EncodedImage | RawImage,
    spec: AnySpec,
    limits: ImageLimits,
    triton: TritonChannel,
    call: Call,
) -> ModelInput:
    """Decodes an image into a model's input, in shared memory if there is some. For a thread.

    Raises:
        OcelliError: an image reason, or DEADLINE_EXCEEDED.
        Exception: whatever `call.check_active` raises, which is asked between the steps.
    """
    began_s = time.perf_counter()
    call.check_active()
    slot = triton.lease(spec)
    try:
        upright = decode_upright(image, limits, spec.view, check_active=call.check_active)
        if slot is not None and spec.packer.is_plain:
            out = slot.memory.reshape(spec.view.height, spec.view.width, 3)
            fitted = fit(upright, spec.view, out=out)
            tensor: NDArray[np.generic] = out[None]
        else:
            fitted = fit(upright, spec.view)
            tensor = spec.packer.pack(fitted.tensor)
            if slot is not None:
                slot.memory[:] = tensor.reshape(-1).view(np.uint8)
                tensor = slot.memory.view(tensor.dtype).reshape(tensor.shape)
        call.check_active()
    except BaseException:
        triton.release(slot)
        raise
    decode_us = int((time.perf_counter() - began_s) * 1e6)
    return ModelInput(
        tensor,
        fitted.placement,
        upright.width,
        upright.height,
        upright.warnings,
        slot,
        began_s,
        decode_us,
    )


class InferencePipeline:
    """Takes images to models.

    Args:
        triton: where the models run.
        executor: where images are decoded.
        limits: what an image may be.
        memory: bounds the bytes held at once.
        admissions: bound the images under way of each model.
    """

    def __init__(
        self,
        triton: TritonChannel,
        executor: FairExecutor,
        limits: ImageLimits,
        memory: MemoryLimiter,
        admissions: Admissions,
    ) -> None:
        self._admissions = admissions
        self._triton = triton
        self._executor = executor
        self._limits = limits
        self._memory = memory
        self._running: set[asyncio.Task[Inferred]] = set()

    async def infer(self, image: EncodedImage | RawImage, spec: AnySpec, call: Call) -> Inferred:
        """Runs a model on an image.

        A caller that leaves cancels nothing under way: what it holds, memory that Triton may be
        reading included, is released when the step at hand has ended. No further step begins, and
        a call that is in Triton ends by its timeout there. (Not every version of Triton survives
        calls that are cancelled.)

        Raises:
            OcelliError: any of the image, model, Triton and overload reasons.
        """
        work = asyncio.create_task(self._work(image, spec, call))
        self._running.add(work)
        work.add_done_callback(self._ended)
        try:
            async with asyncio.timeout(call.deadline.remaining_s()):
                return await asyncio.shield(work)
        except TimeoutError:
            raise OcelliError(
                Reason.DEADLINE_EXCEEDED,
                f"the deadline passed before model {spec.name!r} answered; allow more time",
            ) from None

    async def run(self, call: Call, work: Callable[..., Result], *arguments: object) -> Result:
        """Runs other CPU work on the decoding threads, in the call's turn."""
        return await self._executor.run(call.flow, work, *arguments)

    async def _work(self, image: EncodedImage | RawImage, spec: AnySpec, call: Call) -> Inferred:
        size_bytes = len(image.data) + spec.tensor_bytes
        async with (
            self._admissions.of(spec.name).enter(call),
            self._memory.reserve(size_bytes, wait=call.waits),
        ):
            queued_s = time.perf_counter()
            ready = await self._executor.run(
                call.flow, make_input, image, spec, self._limits, self._triton, call
            )
            IMAGES_DECODED.inc()
            sent_s = time.perf_counter()
            outputs = await self._triton.infer(spec, ready.tensor, call, ready.slot)
            done_s = time.perf_counter()
        return Inferred(
            outputs,
            ready,
            queue_us=int((ready.began_s - queued_s) * 1e6),
            inference_us=int((done_s - sent_s) * 1e6),
            answered_s=done_s,
        )

    def _ended(self, work: "asyncio.Task[Any]") -> None:
        self._running.discard(work)
        if not work.cancelled():
            work.exception()  # marks it as seen, should the caller have gone
