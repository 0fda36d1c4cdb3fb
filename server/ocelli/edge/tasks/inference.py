"""The path of an image or text to a model: admission, bytes in flight → `see` → Triton.

Tasks call `infer` and read the model's outputs; everything an image meets between them stands here
in order.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.observability.definitions import (
    IMAGES_DECODED,
    MODEL_FAILURES,
    MODEL_SECONDS,
)
from ocelli.edge.observability.trace_context import exemplar
from ocelli.edge.scheduling.admission import Admissions
from ocelli.edge.scheduling.fair_executor import FairExecutor
from ocelli.edge.scheduling.kept_tasks import KeptTasks
from ocelli.edge.scheduling.memory_limiter import MemoryLimiter
from ocelli.edge.tasks.seen import AnySpec, Seen, Source, is_brief, see, size_bytes
from ocelli.edge.tasks.timings import Timings
from ocelli.edge.triton.channel import TritonChannel
from ocelli.edge.triton.model_input import PixelInput
from ocelli.edge.triton.model_spec import ModelRequest
from ocelli.edge.triton.request_codec import Outputs
from ocelli.edge.vision.image import ImageLimits

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Inferred:
    """A model's outputs for one image, and where the time went.

    Attributes:
        outputs: tensors by name, batch dimension included, and the version that answered.
        seen: the image as the model saw it. Its tensors' memory is not its own any more.
        queue_us: time the image waited for a thread.
        inference_us: time Triton took, its own queue included.
        answered_s: when Triton had answered, by `time.perf_counter`.
    """

    outputs: Outputs
    seen: Seen
    queue_us: int
    inference_us: int
    answered_s: float

    def timings(self, call: Call) -> Timings:
        """Where the time of the call went, now that its answer is ready."""
        now_s = time.perf_counter()
        call.stage("postprocess", self.answered_s, now_s)
        return Timings(
            decode_us=self.seen.decode_us,
            queue_us=self.queue_us,
            inference_us=self.inference_us,
            postprocess_us=int((now_s - self.answered_s) * 1e6),
            total_us=int((now_s - call.arrived_s) * 1e6),
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
        self.limits = limits
        self._memory = memory
        self._kept = KeptTasks()

    async def infer(
        self, source: Source, spec: AnySpec, call: Call, more_outputs: tuple[str, ...] = ()
    ) -> Inferred:
        """Runs a model on an image or a text.

        Args:
            source: what the caller sent.
            spec: the model.
            call: whose work it is.
            more_outputs: names of outputs to ask for beside the usual ones.

        Raises:
            OcelliError: any of the image, model, Triton and overload reasons, or RATE_LIMITED.
        """
        if not isinstance(source, str):
            call.take_image()
        return await self.finish(self._work(source, spec, call, more_outputs), spec, call)

    async def finish(self, steps: Coroutine[Any, Any, Result], spec: AnySpec, call: Call) -> Result:
        """Has some steps done, the last of which asks this model.

        A caller that leaves cancels nothing under way: what it holds, memory that Triton may be
        reading included, is released when the step at hand has ended. No further step begins, and
        a call that is in Triton ends by its timeout there. (Not every version of Triton survives
        calls that are cancelled.)

        Raises:
            OcelliError: DEADLINE_EXCEEDED, or what the steps raise.
        """
        try:
            async with asyncio.timeout(call.deadline.remaining_s()):
                return await self._kept.finish(steps)
        except TimeoutError:
            raise OcelliError(
                Reason.DEADLINE_EXCEEDED,
                f"the deadline passed before model {spec.name!r} answered; allow more time",
            ) from None

    async def run(self, call: Call, work: Callable[..., Result], *arguments: object) -> Result:
        """Runs other CPU work on the decoding threads, in the call's turn."""
        return await self._executor.run(call.flow, work, *arguments)

    @asynccontextmanager
    async def place(
        self, spec: AnySpec, size_bytes: int, call: Call, *, decoded_bytes: int = 0
    ) -> AsyncIterator[None]:
        """Holds a place among the images of a model, and memory, for the `async with`.

        Args:
            spec: the model.
            size_bytes: of what was sent, and of the tensors made of it.
            call: whose work it is.
            decoded_bytes: of pixels that are kept meanwhile. However many they are, an image that
                is taken gets its turn: when it is the only one.

        Raises:
            OcelliError: OVERLOADED.
        """
        room_bytes = max(0, self._memory.max_bytes - size_bytes)
        asked_s = time.perf_counter()
        async with (
            self._admissions.of(spec.name).enter(call),
            self._memory.reserve(size_bytes + min(decoded_bytes, room_bytes), wait=call.waits),
        ):
            call.stage("admission", asked_s, time.perf_counter())
            yield

    async def ask(self, spec: AnySpec, request: ModelRequest, call: Call) -> Outputs:
        """Runs a model in Triton.

        Raises:
            OcelliError: any of the Triton and overload reasons.
        """
        sent_s = time.perf_counter()
        try:
            outputs = await self._triton.infer(spec, request, call)
        except OcelliError:
            version = spec.asked_version or spec.version
            call.asked(spec.name, version)
            MODEL_FAILURES.labels(spec.name, version).inc()
            raise
        done_s = time.perf_counter()
        call.asked(spec.name, outputs.version)
        call.stage("triton", sent_s, done_s, span=False)
        MODEL_SECONDS.labels(spec.name, outputs.version).observe(done_s - sent_s, exemplar())
        return outputs

    def note_seen(self, seen: Seen, queued_s: float, call: Call) -> None:
        """Notes how long an image waited for a thread, and what was done to it there.

        Args:
            seen: the image.
            queued_s: when it was to wait, by `time.perf_counter`.
            call: whose it is.
        """
        call.stage("thread", queued_s, seen.began_s)
        seen.note_stages(call)

    async def _work(
        self, source: Source, spec: AnySpec, call: Call, more_outputs: tuple[str, ...]
    ) -> Inferred:
        async with self.place(spec, size_bytes(source, spec), call):
            queued_s = time.perf_counter()
            look = partial(see, more_outputs=more_outputs)
            given = (source, spec, self.limits, self._triton, call)
            seen = (
                look(*given)
                if is_brief(spec)
                else await self._executor.run(call.flow, look, *given)
            )
            self.note_seen(seen, queued_s, call)
            if isinstance(spec.input, PixelInput):
                IMAGES_DECODED.inc()
            sent_s = time.perf_counter()
            outputs = await self.ask(spec, seen.request, call)
            done_s = time.perf_counter()
        return Inferred(
            outputs,
            seen,
            queue_us=int((seen.began_s - queued_s) * 1e6),
            inference_us=int((done_s - sent_s) * 1e6),
            answered_s=done_s,
        )
