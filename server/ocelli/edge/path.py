"""The path of an image: bytes in flight → decode, orient, resize → Triton.

Services call `infer` and read the model's outputs; everything an image meets between them stands
here in order.
"""

import asyncio
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.scheduling.deadline import Deadline
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.scheduling.fair_executor import FairExecutor
from ocelli.edge.scheduling.memory_limiter import MemoryLimiter
from ocelli.edge.observability.definitions import IMAGES_DECODED
from ocelli.edge.triton.arena import Slot
from ocelli.edge.triton.channel import TritonChannel
from ocelli.edge.triton.model_spec import ModelSpec
from ocelli.edge.vision.image import EncodedImage, ImageLimits, RawImage
from ocelli.edge.vision.prepare import Prepared, prepare

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Inferred:
    """A model's outputs for one image, and where the time went.

    Attributes:
        outputs: tensors by name, batch dimension included.
        prepared: the image as the model saw it, and its way back to the caller's pixels.
        queue_us: time the image waited for a thread.
        inference_us: time Triton took, its own queue included.
    """

    outputs: dict[str, NDArray[np.generic]]
    prepared: Prepared
    queue_us: int
    inference_us: int


@dataclass(frozen=True, slots=True)
class ModelInput:
    """An image as a model takes it.

    Attributes:
        prepared: the image as the model sees it.
        tensor: what goes to the model, batch dimension included, C-contiguous.
        slot: the shared memory that `tensor` lies in; None if it is in ordinary memory.
        began_s: when work on it began, by `time.perf_counter`.
    """

    prepared: Prepared
    tensor: NDArray[np.generic]
    slot: Slot | None
    began_s: float


def make_input(
    image: EncodedImage | RawImage,
    spec: ModelSpec,
    limits: ImageLimits,
    triton: TritonChannel,
    still_wanted: Callable[[], None],
) -> ModelInput:
    """Decodes an image into a model's input, in shared memory if there is some. For a thread.

    Raises:
        OcelliError: an image reason.
        Exception: whatever `still_wanted` raises, which is asked before and after.
    """
    began_s = time.perf_counter()
    still_wanted()
    slot = triton.lease(spec)
    try:
        if slot is not None and spec.packer.is_plain:
            out = slot.memory.reshape(spec.view.height, spec.view.width, 3)
            prepared = prepare(image, spec.view, limits, out)
            tensor: NDArray[np.generic] = out[None]
        else:
            prepared = prepare(image, spec.view, limits)
            tensor = spec.packer.pack(prepared.tensor)
            if slot is not None:
                slot.memory[:] = tensor.reshape(-1).view(np.uint8)
                tensor = slot.memory.view(tensor.dtype).reshape(tensor.shape)
        still_wanted()
    except BaseException:
        triton.release(slot)
        raise
    return ModelInput(prepared, tensor, slot, began_s)


class _GoneError(Exception):
    """The caller has left."""


class InferencePipeline:
    """Takes images to models.

    Args:
        triton: where the models run.
        threads: where images are decoded.
        limits: what an image may be.
        in_flight: bounds the bytes held at once.
    """

    def __init__(
        self,
        triton: TritonChannel,
        threads: FairExecutor,
        limits: ImageLimits,
        in_flight: MemoryLimiter,
    ) -> None:
        self._triton = triton
        self._threads = threads
        self._limits = limits
        self._memory = in_flight
        self._running: set[asyncio.Task[Inferred]] = set()

    async def infer(
        self,
        image: EncodedImage | RawImage,
        spec: ModelSpec,
        deadline: Deadline,
        *,
        flow: Hashable,
        fresh: Callable[[], None] | None = None,
    ) -> Inferred:
        """Runs a model on an image.

        A caller that leaves cancels nothing under way: what it holds, memory that Triton may be
        reading included, is given back when the step at hand has ended. No further step begins, and
        a call that is in Triton ends by its timeout there. (Not every version of Triton survives
        calls that are cancelled.)

        Args:
            image: as the caller sent it.
            spec: the model.
            deadline: of the whole call.
            flow: whose turn it takes on the decoding threads: the stream or the connection.
            fresh: for frames of a stream; raises when the frame is no longer wanted. A frame waits
                for room in memory, a single image is refused when there is none.

        Raises:
            OcelliError: any of the image, model, Triton and overload reasons.
        """
        gone = False

        def still_wanted() -> None:
            if gone:
                raise _GoneError
            deadline.check()
            if fresh is not None:
                fresh()

        work = asyncio.create_task(
            self._work(image, spec, deadline, flow, still_wanted, wait=fresh is not None)
        )
        self._running.add(work)
        work.add_done_callback(self._ended)
        try:
            async with asyncio.timeout(deadline.remaining_s()):
                return await asyncio.shield(work)
        except TimeoutError:
            raise OcelliError(
                Reason.DEADLINE_EXCEEDED,
                f"the deadline passed before model {spec.name!r} answered; allow more time",
            ) from None
        finally:
            gone = True

    async def run(self, flow: Hashable, work: Callable[..., Result], *arguments: object) -> Result:
        """Runs other CPU work on the decoding threads."""
        return await self._threads.run(flow, work, *arguments)

    async def _work(
        self,
        image: EncodedImage | RawImage,
        spec: ModelSpec,
        deadline: Deadline,
        flow: Hashable,
        still_wanted: Callable[[], None],
        *,
        wait: bool,
    ) -> Inferred:
        size_bytes = len(image.data) + spec.tensor_bytes
        async with self._memory.reserve(size_bytes, wait=wait):
            queued_s = time.perf_counter()
            ready = await self._threads.run(
                flow, make_input, image, spec, self._limits, self._triton, still_wanted
            )
            IMAGES_DECODED.inc()
            sent_s = time.perf_counter()
            outputs = await self._triton.infer(spec, ready.tensor, deadline, ready.slot)
            done_s = time.perf_counter()
        return Inferred(
            outputs,
            ready.prepared,
            queue_us=int((ready.began_s - queued_s) * 1e6),
            inference_us=int((done_s - sent_s) * 1e6),
        )

    def _ended(self, work: "asyncio.Task[Inferred]") -> None:
        self._running.discard(work)
        if not work.cancelled():
            work.exception()  # marks it as seen, should the caller have gone
