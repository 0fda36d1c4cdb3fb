"""The path of a picture: bytes in flight → decode, orient, resize → Triton.

Services call `infer` and read the model's outputs; everything a picture meets between them stands
here in order.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.deadline import Deadline
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.in_flight import InFlight
from ocelli.edge.triton.channel import TritonChannel
from ocelli.edge.triton.model import ModelSpec
from ocelli.edge.vision.picture import EncodedPicture, PictureLimits, RawPicture
from ocelli.edge.vision.prepare import Prepared, prepare

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Inferred:
    """A model's outputs for one picture, and where the time went.

    Attributes:
        outputs: tensors by name, batch dimension included.
        prepared: the picture as the model saw it, and its way back to the caller's pixels.
        queue_us: time the picture waited for a thread.
        inference_us: time Triton took, its own queue included.
    """

    outputs: dict[str, NDArray[np.generic]]
    prepared: Prepared
    queue_us: int
    inference_us: int


class PicturePath:
    """Takes pictures to models.

    Args:
        triton: where the models run.
        threads: where pictures are decoded.
        limits: what a picture may be.
        in_flight: bounds the bytes held at once.
    """

    def __init__(
        self,
        triton: TritonChannel,
        threads: ThreadPoolExecutor,
        limits: PictureLimits,
        in_flight: InFlight,
    ) -> None:
        self._triton = triton
        self._threads = threads
        self._limits = limits
        self._in_flight = in_flight

    async def infer(
        self,
        picture: EncodedPicture | RawPicture,
        spec: ModelSpec,
        deadline: Deadline,
        *,
        fresh: Callable[[], None] | None = None,
    ) -> Inferred:
        """Runs a model on a picture.

        Args:
            picture: as the caller sent it.
            spec: the model.
            deadline: of the whole call.
            fresh: for frames of a stream; raises when the frame is no longer wanted. A frame waits
                for room in memory, a single picture is refused when there is none.

        Raises:
            OcelliError: any of the picture, model, Triton and overload reasons.
        """

        def still_wanted() -> None:
            deadline.check()
            if fresh is not None:
                fresh()

        size_bytes = len(picture.data) + spec.tensor_bytes
        try:
            async with (
                asyncio.timeout(deadline.remaining_s()),
                self._in_flight.reserve(size_bytes, wait=fresh is not None),
            ):
                queued_s = time.perf_counter()
                prepared, tensor, started_s = await self.run(
                    self._prepare, picture, spec, still_wanted
                )
                still_wanted()
                sent_s = time.perf_counter()
                outputs = await self._triton.infer(spec, tensor, deadline)
                done_s = time.perf_counter()
        except TimeoutError:
            raise OcelliError(
                Reason.DEADLINE_EXCEEDED,
                f"the deadline passed before model {spec.name!r} answered; allow more time",
            ) from None
        return Inferred(
            outputs, prepared, int((started_s - queued_s) * 1e6), int((done_s - sent_s) * 1e6)
        )

    async def run(self, work: Callable[..., Result], *arguments: object) -> Result:
        """Runs CPU work on the decoding threads."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)

    def _prepare(
        self,
        picture: EncodedPicture | RawPicture,
        spec: ModelSpec,
        still_wanted: Callable[[], None],
    ) -> tuple[Prepared, NDArray[np.generic], float]:
        started_s = time.perf_counter()
        still_wanted()
        prepared = prepare(picture, spec.view, self._limits)
        return prepared, spec.packer.pack(prepared.tensor), started_s
