"""From what a caller sent to what a model takes."""

import time
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason, invalid_field
from ocelli.edge.triton.arena import Slot
from ocelli.edge.triton.channel import TritonChannel
from ocelli.edge.triton.model_input import EncodedInput, PixelInput, TextInput
from ocelli.edge.triton.model_spec import Head, ModelRequest, ModelSpec
from ocelli.edge.triton.request_codec import byte_string_bytes, byte_strings, write_byte_string
from ocelli.edge.vision.encoded import check_encoded
from ocelli.edge.vision.fit import fit
from ocelli.edge.vision.image import EncodedImage, ImageLimits, ImageWarning, RawImage, Region
from ocelli.edge.vision.letterbox import Placement
from ocelli.edge.vision.upright import UprightImage, decode_upright

MAX_TEXT_BYTES = 8192

Source: TypeAlias = EncodedImage | RawImage | str
"""What a caller sends: an image or a text."""
AnySpec: TypeAlias = ModelSpec[Head]

_NOWHERE = Placement(1, 1, 0, 0, Region(0, 0, 0, 0))


@dataclass(frozen=True, slots=True)
class Seen:
    """An image or text as a model takes it.

    Attributes:
        request: with the tensors.
        placement: where the image lies in what the model sees, to map boxes back to the caller's
            pixels.
        width: of the upright image, in pixels; 0 for a text.
        height: likewise.
        warnings: what the caller may want to know of the image.
        began_s: when work on it began, by `time.perf_counter`.
        decode_us: time spent on it, in microseconds.
        fit_began_s: when what was decoded began to be fitted; 0 if nothing was.
    """

    request: ModelRequest
    placement: Placement
    width: int
    height: int
    warnings: tuple[ImageWarning, ...]
    began_s: float
    decode_us: int
    fit_began_s: float = 0.0

    def note_stages(self, call: Call) -> None:
        """Notes what was done to it among the stages of a call."""
        ended_s = self.began_s + self.decode_us / 1e6
        if self.fit_began_s:
            call.stage("decode", self.began_s, self.fit_began_s)
            call.stage("fit", self.fit_began_s, ended_s)
        else:
            call.stage("decode" if self.width else "tokenise", self.began_s, ended_s)


def see(
    source: Source,
    spec: AnySpec,
    limits: ImageLimits,
    triton: TritonChannel,
    call: Call,
    *,
    more_outputs: tuple[str, ...] = (),
) -> Seen:
    """Turns what a caller sent into a request for a model. For a thread.

    Args:
        source: what the caller sent.
        spec: the model.
        limits: what an image may be.
        triton: lends shared memory.
        call: asked between the steps whether it is still active.
        more_outputs: names of outputs to ask for beside the usual ones.

    Raises:
        OcelliError: an image reason, INVALID_FIELD, MODEL_TAKES_NO_TEXT, MODEL_TAKES_NO_IMAGE or
            DEADLINE_EXCEEDED.
        Exception: whatever `call.check_active` raises.
    """
    began_s = time.perf_counter()
    call.check_active()
    taken = spec.input
    if isinstance(taken, TextInput):
        if not isinstance(source, str):
            raise takes_no_image(spec)
        values = taken.values([source])
        request = spec.request(*values, length=values[0].shape[1], more_outputs=more_outputs)
        return _seen(request, _NOWHERE, (0, 0), (), began_s)
    if isinstance(source, str):
        raise takes_no_text(spec)
    if isinstance(taken, EncodedInput):
        file = check_encoded(source, limits, taken.view, turns_upright=taken.turns_upright)
        fits = byte_string_bytes(file.data) <= taken.slot_bytes
        slot = triton.lease(spec) if fits else None
        element = (
            byte_strings([file.data]) if slot is None else write_byte_string(file.data, slot.memory)
        )
        request = spec.request(element, slot=slot, more_outputs=more_outputs)
        return _seen(request, file.placement, (file.width, file.height), (), began_s)
    upright = decode_upright(source, limits, taken.view, check_active=call.check_active)
    return see_upright(
        upright, spec, taken, triton, call, began_s=began_s, more_outputs=more_outputs
    )


def see_upright(
    upright: UprightImage,
    spec: AnySpec,
    taken: PixelInput,
    triton: TritonChannel,
    call: Call,
    *,
    began_s: float,
    more_outputs: tuple[str, ...] = (),
) -> Seen:
    """Turns decoded pixels into a request for a model that takes pixels. For a thread.

    Args:
        upright: what was decoded. It stays as it is.
        spec: the model.
        taken: what it takes.
        triton: lends shared memory.
        call: asked whether it is still active.
        began_s: when work on the image began, by `time.perf_counter`.
        more_outputs: names of outputs to ask for beside the usual ones.

    Raises:
        Exception: whatever `call.check_active` raises.
    """
    fit_began_s = time.perf_counter()
    tensor, slot, placement = _fitted(upright, taken, triton.lease(spec), triton)
    try:
        call.check_active()
    except BaseException:
        triton.release(slot)
        raise
    request = spec.request(tensor, slot=slot, more_outputs=more_outputs)
    size = (upright.width, upright.height)
    return _seen(request, placement, size, upright.warnings, began_s, fit_began_s=fit_began_s)


def is_brief(spec: AnySpec) -> bool:
    """Whether `see` takes so little time that a thread for it would cost more."""
    return isinstance(spec.input, EncodedInput)


def size_bytes(source: Source, spec: AnySpec) -> int:
    """Memory that a request takes while it is under way."""
    if isinstance(source, str):
        return len(source) * 4
    if isinstance(spec.input, PixelInput):
        return len(source.data) + spec.input.slot_bytes
    return 2 * len(source.data)


def check_text(text: str) -> None:
    """Refuses a text that is empty or too long.

    Raises:
        OcelliError: INVALID_FIELD, at `text`.
    """
    found_bytes = len(text.encode())
    if not 1 <= found_bytes <= MAX_TEXT_BYTES:
        raise invalid_field(
            f"the text has {found_bytes} bytes; expected 1 to {MAX_TEXT_BYTES}", "text"
        )


def takes_no_text(spec: AnySpec) -> OcelliError:
    """The error for a text that nobody reads."""
    return OcelliError(
        Reason.MODEL_TAKES_NO_TEXT,
        f"model {spec.name!r} takes images alone, and no model for texts shares its space; send an "
        "image, or name a model for texts",
        field="text",
    )


def takes_no_image(spec: AnySpec) -> OcelliError:
    """The error for an image that nobody looks at."""
    return OcelliError(
        Reason.MODEL_TAKES_NO_IMAGE,
        f"model {spec.name!r} takes texts alone, and no model for images shares its space; send a "
        "text, or name a model for images",
        field="image",
    )


def _fitted(
    upright: UprightImage, taken: PixelInput, slot: Slot | None, triton: TritonChannel
) -> tuple[NDArray[np.generic], Slot | None, Placement]:
    """The tensor of an image, in shared memory if there is some."""
    try:
        if slot is not None and taken.packer.is_plain:
            out = slot.memory.reshape(taken.view.height, taken.view.width, 3)
            return out[None], slot, fit(upright, taken.view, out=out).placement
        fitted = fit(upright, taken.view)
        tensor = taken.packer.pack(fitted.tensor)
        if slot is not None:
            slot.memory[:] = tensor.reshape(-1).view(np.uint8)
            tensor = slot.memory.view(tensor.dtype).reshape(tensor.shape)
    except BaseException:
        triton.release(slot)
        raise
    return tensor, slot, fitted.placement


def _seen(
    request: ModelRequest,
    placement: Placement,
    size: tuple[int, int],
    warnings: tuple[ImageWarning, ...],
    began_s: float,
    *,
    fit_began_s: float = 0.0,
) -> Seen:
    decode_us = int((time.perf_counter() - began_s) * 1e6)
    return Seen(request, placement, *size, warnings, began_s, decode_us, fit_began_s)
