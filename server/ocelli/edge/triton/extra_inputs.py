"""Inputs that models have beside the image, and what the edge gives them.

They are the same for every image: boxes that a model would scale to the size of the caller's image
come back in pixels of the model's input, as all others do.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import prod

import numpy as np
from numpy.typing import NDArray
from tritonclient.grpc import model_config_pb2

from ocelli.edge.triton.parameters import Parameters
from ocelli.edge.triton.tensors import datatype_of

_NUMPY = {"FP32": np.float32, "FP16": np.float16, "INT32": np.int32, "INT64": np.int64}


class Filling(StrEnum):
    """What an input beside the image may be filled with: values of `ocelli.extra_inputs`."""

    SIZE_WH = "size_wh"
    """Width and height of the model's input."""
    SIZE_HW = "size_hw"
    """Height and width of the model's input."""
    ONES = "ones"
    """1 everywhere: nothing is scaled, or no pixel is padding."""


# As exporters name them: RT-DETR, D-FINE and DEIM; PaddleDetection; DETR of transformers.
_KNOWN = {
    "orig_target_sizes": Filling.SIZE_WH,
    "im_shape": Filling.SIZE_HW,
    "scale_factor": Filling.ONES,
    "pixel_mask": Filling.ONES,
}


@dataclass(frozen=True, slots=True)
class ConstantInput:
    """An input that is the same for every image.

    Attributes:
        name: of the tensor.
        datatype: its type as Triton names it.
        values: with a batch axis of 1.
    """

    name: str
    datatype: str
    values: NDArray[np.generic]

    def repeated(self, batch_size: int) -> "ConstantInput":
        """The same for each image of a batch."""
        return replace(self, values=np.repeat(self.values, batch_size, axis=0))


def fill(
    tensors: Sequence[model_config_pb2.ModelInput],
    parameters: Parameters,
    *,
    width: int,
    height: int,
    batched: bool,
) -> tuple[ConstantInput, ...]:
    """What the inputs beside the image are filled with.

    Args:
        tensors: those inputs.
        parameters: of the model.
        width: of its image input, in pixels.
        height: likewise.
        batched: whether the dims leave out the batch axis.

    Raises:
        OcelliError: MODEL_REFUSED: it is not known what goes into one, or its shape does not fit.
    """
    named = parameters.pairs("extra_inputs")
    found = []
    for tensor in tensors:
        filling = named.get(tensor.name) or _KNOWN.get(tensor.name)
        dtype = _NUMPY.get(datatype_of(tensor))
        shown = f"{tensor.name!r} {datatype_of(tensor)}{list(tensor.dims)}"
        if filling not in set(Filling) or dtype is None:
            raise parameters.refuse(
                "extra_inputs",
                f"does not say what goes into input {shown}",
                f"{tensor.name}= and one of {', '.join(Filling)}, beside one image input, UINT8, "
                "FP16 or FP32, [H,W,3] or [3,H,W]",
            )
        lead, rest = ((1,), tensor.dims) if batched else (tensor.dims[:1], tensor.dims[1:])
        shape = (*(max(1, size) for size in lead), *_sized(rest, width, height))
        if filling != Filling.ONES and prod(shape) != 2:
            raise parameters.refuse_tensor(f"its input {shown} should have two values")
        values = np.ones(shape, dtype)
        if filling == Filling.SIZE_WH:
            values[:] = (width, height)
        elif filling == Filling.SIZE_HW:
            values[:] = (height, width)
        found.append(ConstantInput(tensor.name, datatype_of(tensor), values))
    return tuple(found)


def _sized(dims: Sequence[int], width: int, height: int) -> tuple[int, ...]:
    """The dims, with the image's sides where the last two, or 1 where others, take any size."""
    sides = {len(dims) - 2: height, len(dims) - 1: width} if len(dims) > 1 else {}
    return tuple(size if size > 0 else sides.get(axis, 1) for axis, size in enumerate(dims))
