"""Trying a model before anybody uses it.

Two inputs that differ are sent alone and in one batch. What answers the same to both, differently
in a batch, with values that are not finite, or with boxes and classes that cannot be, is refused
with a sentence that says so.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.scheduling.deadline import Deadline
from ocelli.edge.tasks.batch_agreement import agrees
from ocelli.edge.tasks.classify_head import ClassifyHead
from ocelli.edge.tasks.detect_head import DetectHead
from ocelli.edge.tasks.embed_head import EmbedHead
from ocelli.edge.tasks.read_head import ReadHead
from ocelli.edge.triton.channel import TritonChannel
from ocelli.edge.triton.model_entry import BatchLatency
from ocelli.edge.triton.model_input import EncodedInput, TextInput
from ocelli.edge.triton.model_spec import Head, ModelRequest, ModelSpec
from ocelli.edge.triton.request_codec import Outputs, byte_strings

_TIMEOUT_S = 30.0
_BUDGET_S = 0.5
"""No larger batch is tried once so much time is spent."""
_ROOM = 0.9
_READ_SIDE = 320
_TEXTS = ("a red bicycle leans against the wall of a house", "prices fell in the second quarter")
_LARGEST_SIDES = 1.0
"""A box may reach so many sides of the input beyond it: models guess at what is cut off."""


class SelfTest:
    """Tries models.

    Args:
        triton: where they run.
        max_message_bytes: largest request or answer; no batch is tried that has more.
    """

    def __init__(self, triton: TritonChannel, max_message_bytes: int) -> None:
        self._triton = triton
        self._max_bytes = _ROOM * max_message_bytes

    async def __call__(self, spec: ModelSpec[Head]) -> tuple[BatchLatency, ...]:
        """What the model took for batches of growing size.

        Raises:
            OcelliError: MODEL_REFUSED; or a Triton or overload reason, if it could not be tried.
        """
        inputs = await asyncio.to_thread(_inputs, spec)
        # The first run warms it up, and is not timed.
        alone = [await self._run(spec, [one], "a test input alone") for one in inputs]
        began_s = time.perf_counter()
        alone[0] = await self._run(spec, inputs[:1], "a test input alone")
        latencies = [_latency(1, began_s)]
        together = None
        largest = min(spec.max_batch_size, int(self._max_bytes / _bytes_of_one(inputs, alone)))
        batch_size = 2
        while batch_size <= largest and _spent_s(began_s) < _BUDGET_S:
            batch_began_s = time.perf_counter()
            outputs = await self._run(
                spec, inputs * (batch_size // 2), f"a batch of {batch_size}, which it states"
            )
            latencies.append(_latency(batch_size, batch_began_s))
            together = together or outputs
            batch_size *= 2
        await asyncio.to_thread(_check, spec, alone, together)
        return tuple(latencies)

    async def _run(self, spec: ModelSpec[Head], inputs: Sequence["_Input"], what: str) -> Outputs:
        call = Call("self-test", Deadline.after(_TIMEOUT_S, _TIMEOUT_S))
        try:
            return await self._triton.infer(spec, _request(spec, inputs), call)
        except OcelliError as error:
            if error.reason is Reason.INFERENCE_FAILED:
                raise _refused(spec, f"it fails with {what}: {error.message}") from error
            if error.reason is Reason.DEADLINE_EXCEEDED:
                took = f"it did not answer {what} within {_TIMEOUT_S:g} s"
                raise _refused(spec, took) from error
            raise


_Input = tuple[NDArray[np.generic], ...]


def _bytes_of_one(inputs: Sequence[_Input], outputs: Sequence[Outputs]) -> int:
    """Size of the larger message for one input, its request or its answer."""
    sent = max(sum(tensor.nbytes for tensor in one) for one in inputs)
    received = max(sum(tensor.nbytes for tensor in one.values()) for one in outputs)
    return max(1, sent, received)


def _inputs(spec: ModelSpec[Head]) -> list[_Input]:
    """Two inputs, each with a batch axis of 1."""
    taken = spec.input
    if isinstance(taken, TextInput):
        values = taken.values(_TEXTS)
        return [tuple(value[row : row + 1] for value in values) for row in range(2)]
    width, height = taken.view.width, taken.view.height
    if isinstance(spec.head, ReadHead):  # takes any size: a small one shows as much, and sooner
        width, height = min(width, _READ_SIDE), min(height, _READ_SIDE)
    images = [_image(seed, width, height) for seed in range(2)]
    if isinstance(taken, EncodedInput):
        return [(np.asarray(cv2.imencode(".jpg", image)[1]).reshape(-1),) for image in images]
    return [(taken.packer.pack(image),) for image in images]


def _image(seed: int, width: int, height: int) -> NDArray[np.uint8]:
    """Coloured patches, some sharp and some soft: uint8 [height, width, 3]."""
    random = np.random.default_rng(seed)
    soft = random.integers(0, 256, (5, 5, 3), np.uint8)
    sharp = random.integers(0, 256, (16, 16, 3), np.uint8)
    size = (width, height)
    return np.asarray(
        cv2.addWeighted(
            cv2.resize(soft, size, interpolation=cv2.INTER_CUBIC),
            0.6,
            cv2.resize(sharp, size, interpolation=cv2.INTER_NEAREST),
            0.4,
            0,
        ),
        np.uint8,
    )


def _request(spec: ModelSpec[Head], inputs: Sequence[_Input]) -> ModelRequest:
    size = len(inputs)
    if isinstance(spec.input, EncodedInput):
        files = [np.asarray(file).tobytes() for (file,) in inputs]
        return spec.request(byte_strings(files), batch_size=size)
    tensors = [np.concatenate(parts) for parts in zip(*inputs, strict=True)]
    shape = tensors[0].shape if isinstance(spec.head, ReadHead) else ()
    return spec.request(*tensors, batch_size=size, length=tensors[0].shape[-1], shape=shape)


def _check(spec: ModelSpec[Head], alone: Sequence[Outputs], together: Outputs | None) -> None:
    for outputs in alone:
        for name, values in outputs.items():
            if np.issubdtype(values.dtype, np.floating) and not np.isfinite(values).all():
                raise _refused(spec, f"its output {name!r} has values that are not finite")
        _check_meaning(spec.head, outputs, spec)
    first, second = alone
    if _says_something(first) and all(
        np.array_equal(values, second[name]) for name, values in first.items()
    ):
        raise _refused(spec, "it answers the same to everything")
    if together is None:
        return
    for row, (outputs, others) in enumerate(zip(alone, reversed(alone), strict=True)):
        for name, values in outputs.items():
            batch = together.get(name, np.empty(0))
            if batch.shape[:1] != (2,) or values.shape[:1] != (1,):
                raise _refused(
                    spec,
                    f"for a batch of two its output {name!r} has shape {list(batch.shape)}, and "
                    f"for one {list(values.shape)}: it folds the batch into another axis; export "
                    "it with a free batch axis, or set max_batch_size: 0",
                )
            if not agrees(values[0], batch[row], others[name][0]):
                raise _refused(
                    spec,
                    f"it answers otherwise in a batch than alone (output {name!r}), so it mixes "
                    "images up; export it with a free batch axis, or set max_batch_size: 0",
                )


def _says_something(outputs: Mapping[str, NDArray[Any]]) -> bool:
    """Whether anything is found: lists of objects are empty, or all zeros, if nothing is."""
    return any(
        np.issubdtype(values.dtype, np.floating) and values.any() for values in outputs.values()
    )


def _check_meaning(head: Head, outputs: Outputs, spec: ModelSpec[Head]) -> None:
    """Reads the outputs as a call would."""
    try:
        if isinstance(head, DetectHead):
            _check_objects(head, outputs, spec)
        elif isinstance(head, ClassifyHead | EmbedHead):
            head.adapter.decode(outputs)
    except OcelliError as error:
        if error.reason is Reason.INFERENCE_FAILED:
            raise _refused(spec, error.message) from error
        raise


def _check_objects(head: DetectHead, outputs: Outputs, spec: ModelSpec[Head]) -> None:
    candidates = head.adapter.decode(outputs, head.score_threshold)
    if not candidates.scores.size or isinstance(spec.input, TextInput):
        return
    labels = len(head.labels)
    highest = int(candidates.classes.max())
    if labels and (highest >= labels or int(candidates.classes.min()) < 0):
        raise _refused(
            spec, f"it finds class {highest}, and ocelli.labels has {labels}, from 0; expected all"
        )
    if float(candidates.scores.max()) > 1.001:
        raise _refused(
            spec,
            f"it gives a score of {float(candidates.scores.max()):.3g}; expected at most 1: the "
            "adapter is another, or its scores are logits",
        )
    size = np.array((spec.input.view.width, spec.input.view.height) * 2)
    beyond = np.maximum(-candidates.boxes, candidates.boxes - size) > _LARGEST_SIDES * size
    if beyond.any(axis=1).mean() > 0.5:
        x_min, y_min, x_max, y_max = candidates.boxes[beyond.any(axis=1)][0].tolist()
        raise _refused(
            spec,
            f"its boxes lie outside its input of {spec.input.view.width}×{spec.input.view.height} "
            f"pixels, as ({x_min:.0f}, {y_min:.0f}, {x_max:.0f}, {y_max:.0f}) does: the adapter is "
            "another, or the boxes are in other units",
        )


def _latency(batch_size: int, began_s: float) -> BatchLatency:
    return BatchLatency(batch_size, int(_spent_s(began_s) * 1e6))


def _spent_s(began_s: float) -> float:
    return time.perf_counter() - began_s


def _refused(spec: ModelSpec[Head], found: str) -> OcelliError:
    return OcelliError(
        Reason.MODEL_REFUSED,
        f"model {spec.name!r} cannot be used: tried at load, {found} "
        "(ocelli.self_test = false skips the trial)",
        resource=("model", spec.name),
    )
