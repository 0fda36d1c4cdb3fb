"""What models take: pixels, whole image files, or texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.text.tokenizer import TextTokenizer
from ocelli.edge.vision.letterbox import InputSpec
from ocelli.edge.vision.tensor import TensorLayout, TensorPacker, TensorType

_FILE_SLOT_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PixelInput:
    """Pixels that the edge decodes and fits.

    Attributes:
        view: how an image is fitted.
        packer: gives the tensor its type and layout.
        datatype: type of the tensor.
        layout: order of its axes.
        slot_bytes: size of one tensor, and of the shared memory for it.
    """

    view: InputSpec
    packer: TensorPacker
    datatype: TensorType
    layout: TensorLayout
    slot_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedInput:
    """Image files as they are, which the model or its front end decodes.

    Attributes:
        view: how that front end fits an image; boxes are mapped back by it.
        turns_upright: it obeys the orientation that a file states (Exif); else it decodes what is
            stored.
    """

    view: InputSpec
    turns_upright: bool

    @property
    def slot_bytes(self) -> int:
        """Size of the shared memory for a file; larger ones travel in messages."""
        return _FILE_SLOT_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class TextInput:
    """Texts that the edge turns into token ids.

    Attributes:
        tokenizer: does that.
        tensors: names of the input tensors, of those that `Encoding` has.
        datatype: their type, INT64 or INT32.
    """

    tokenizer: TextTokenizer
    tensors: tuple[str, ...]
    datatype: str

    def values(self, texts: Sequence[str]) -> tuple[NDArray[np.integer], ...]:
        """The tensors of some texts, each [N, length], in the order of `tensors`. For a thread."""
        encoding = self.tokenizer.encode(texts)
        dtype = np.dtype(self.datatype.lower())
        return tuple(getattr(encoding, name).astype(dtype, copy=False) for name in self.tensors)


ModelInput: TypeAlias = PixelInput | EncodedInput | TextInput
