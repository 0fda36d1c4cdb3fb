"""The interface of adapters, and the checks that they share."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.vision.boxes import Candidates

FLOATS = ("FP32", "FP16")


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """A tensor as its model states it.

    Attributes:
        name: of the tensor.
        dtype: as Triton names it, without `TYPE_`: FP32, INT32, …
        shape: with the batch axis; −1 for any size.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ModelSignature:
    """What an adapter may ask about its model.

    Attributes:
        outputs: all output tensors.
        input_width: in pixels.
        input_height: in pixels.
        label_count: number of class names, 0 where there are none.
    """

    outputs: tuple[TensorSpec, ...]
    input_width: int
    input_height: int
    label_count: int = 0


@dataclass(frozen=True, slots=True)
class ModelOutputs:
    """What is known of a model's outputs before anything is known of its labels.

    Attributes:
        outputs: all output tensors.
        input_width: in pixels.
        input_height: in pixels.
    """

    outputs: tuple[TensorSpec, ...]
    input_width: int
    input_height: int

    def signature(self, label_count: int = 0) -> ModelSignature:
        """What an adapter may ask of a model with so many class names."""
        return ModelSignature(self.outputs, self.input_width, self.input_height, label_count)


class DetectAdapter(Protocol):
    """Reads the outputs of a detector for one image."""

    @property
    def output_names(self) -> tuple[str, ...]:
        """The tensors to ask the model for."""
        ...

    def decode(self, outputs: Mapping[str, NDArray[Any]], score_threshold: float) -> Candidates:
        """Candidates that score at least `score_threshold`.

        `outputs` holds the named tensors with a batch axis of size 1.

        Raises:
            OcelliError: INFERENCE_FAILED if a tensor is missing or of another shape than stated.
        """
        ...


class EmbedAdapter(Protocol):
    """Reads the outputs of an embedder for one image."""

    @property
    def output_names(self) -> tuple[str, ...]:
        """The tensors to ask the model for."""
        ...

    @property
    def dimension(self) -> int:
        """Length of the vector."""
        ...

    def decode(self, outputs: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
        """The vector, float32 [dimension], as the model gives it (not normalised).

        `outputs` holds the named tensors with a batch axis of size 1.

        Raises:
            OcelliError: INFERENCE_FAILED if the tensor is missing, of another shape than stated, or
                not finite.
        """
        ...


def refused(adapter: str, expected: str, outputs: tuple[TensorSpec, ...]) -> OcelliError:
    """The error for a model whose outputs an adapter cannot read."""
    found = ", ".join(f"{spec.name} {spec.dtype}{list(spec.shape)}" for spec in outputs)
    return OcelliError(
        Reason.MODEL_REFUSED,
        f"ocelli.adapter {adapter!r} expects {expected}; the model has {found or 'no outputs'}; "
        "name the adapter that fits its export",
    )


def find_output(
    outputs: tuple[TensorSpec, ...], name: str, dtypes: Collection[str]
) -> TensorSpec | None:
    """The output of this name, if it is of one of these types."""
    return next((spec for spec in outputs if spec.name == name and spec.dtype in dtypes), None)


def take_output(
    outputs: Mapping[str, NDArray[Any]], name: str, shape: tuple[int, ...]
) -> NDArray[Any]:
    """The named tensor of one image, without its batch axis.

    `shape` is what is expected of the rest, −1 for any size.

    Raises:
        OcelliError: INFERENCE_FAILED if it is missing or of another shape.
    """
    tensor = outputs.get(name)
    if tensor is None or not _fits(tensor.shape, (1, *shape)):
        found = "no tensor" if tensor is None else f"shape {list(tensor.shape)}"
        raise OcelliError(
            Reason.INFERENCE_FAILED,
            f"the model answered with {found} for {name!r}; expected {[1, *shape]}; check its "
            "export",
        )
    image: NDArray[Any] = tensor[0]
    return image


def _fits(found: tuple[int, ...], expected: tuple[int, ...]) -> bool:
    return len(found) == len(expected) and all(
        want in {-1, size} for size, want in zip(found, expected, strict=True)
    )
