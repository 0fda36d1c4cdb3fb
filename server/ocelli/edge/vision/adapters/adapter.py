"""The interface of adapters, and the checks that they share."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.vision.boxes import Candidates

FLOATS = ("FP32", "FP16", "BF16")
INTEGERS = ("INT32", "INT64")
NUMBERS = FLOATS + INTEGERS
"""Types that class numbers come in."""


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """A tensor as its model states it.

    Attributes:
        name: of the tensor.
        dtype: as Triton names it, without `TYPE_`: FP32, INT32, …
        shape: with the batch axis, if it has one; −1 for any size.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSignature:
    """What an adapter may ask about its model.

    Attributes:
        outputs: all output tensors.
        input_width: in pixels.
        input_height: in pixels.
        label_count: number of class names, 0 where there are none.
        keypoint_count: number of names of keypoints, 0 where there are none.
        options: the adapters' own keys of the config, without `ocelli.`.
    """

    outputs: tuple[TensorSpec, ...]
    input_width: int
    input_height: int
    label_count: int = 0
    keypoint_count: int = 0
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def input_size(self) -> NDArray[np.float32]:
        """Width and height, float32 [2]."""
        return np.array((self.input_width, self.input_height), np.float32)

    def option(self, key: str, choices: Sequence[str], default: str = "") -> str:
        """An adapter's own key, which has one of these values.

        Raises:
            OcelliError: MODEL_REFUSED: it has another, or is missing and has no default.
        """
        value = self.options.get(key, default)
        if value not in choices:
            found = f"is {value!r}" if key in self.options else "is missing"
            raise OcelliError(
                Reason.MODEL_REFUSED,
                f"parameter ocelli.{key} {found}; expected one of {', '.join(choices)}",
            )
        return value


class DetectAdapter(Protocol):
    """Reads the outputs of a detector for one image."""

    @property
    def output_names(self) -> tuple[str, ...]:
        """The tensors to ask the model for."""
        ...

    def decode(self, outputs: Mapping[str, NDArray[Any]], score_threshold: float) -> Candidates:
        """Candidates that score at least `score_threshold`.

        `outputs` holds the named tensors with a batch axis of size 1, if they have one.

        Raises:
            OcelliError: INFERENCE_FAILED if a tensor is missing or of another shape than stated.
        """
        ...


@runtime_checkable
class MaskAdapter(DetectAdapter, Protocol):
    """Reads the outputs of a detector that also tells which pixels belong to each object.

    Without the tensors below `decode` finds everything but the masks.
    """

    @property
    def mask_output_names(self) -> tuple[str, ...]:
        """The tensors to ask the model for, too, where masks are wanted."""
        ...


class ClassifyAdapter(Protocol):
    """Reads the outputs of a classifier for one image."""

    @property
    def output_names(self) -> tuple[str, ...]:
        """The tensors to ask the model for."""
        ...

    @property
    def class_count(self) -> int:
        """How many classes it tells apart."""
        ...

    def decode(self, outputs: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
        """A score from 0 to 1 for each class, float32 [classes].

        `outputs` holds the named tensors with a batch axis of size 1.

        Raises:
            OcelliError: INFERENCE_FAILED if the tensor is missing, of another shape than stated, or
                not finite.
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


def first_class(signature: ModelSignature, default: int) -> int:
    """The model's number of the first label: the key `ocelli.first_class`, 0 or 1.

    Raises:
        OcelliError: MODEL_REFUSED: it is something else.
    """
    return int(signature.option("first_class", ("0", "1"), str(default)))


def only_output(adapter: str, expected: str, signature: ModelSignature, rank: int) -> TensorSpec:
    """The one output of a model, of so many axes, the batch axis included.

    Raises:
        OcelliError: MODEL_REFUSED: there are more, or it is of another rank or type.
    """
    outputs = signature.outputs
    if len(outputs) != 1 or outputs[0].dtype not in FLOATS or len(outputs[0].shape) != rank:
        raise refused(adapter, expected, outputs)
    return outputs[0]


def fits(found: tuple[int, ...], expected: tuple[int, ...]) -> bool:
    """Whether a shape is the expected one, of which −1 stands for any size, in either."""
    return len(found) == len(expected) and all(
        want == size or -1 in {want, size} for size, want in zip(found, expected, strict=True)
    )


def take_output(
    outputs: Mapping[str, NDArray[Any]], name: str, shape: tuple[int, ...]
) -> NDArray[Any]:
    """The named tensor of one image, without its batch axis.

    `shape` is what is expected of the rest, −1 for any size.

    Raises:
        OcelliError: INFERENCE_FAILED if it is missing or of another shape.
    """
    image: NDArray[Any] = take_whole(outputs, name, (1, *shape))[0]
    return image


def take_whole(
    outputs: Mapping[str, NDArray[Any]], name: str, shape: tuple[int, ...]
) -> NDArray[Any]:
    """The named tensor as it is: of a model without a batch axis.

    `shape` is what is expected, −1 for any size.

    Raises:
        OcelliError: INFERENCE_FAILED if it is missing or of another shape.
    """
    tensor = outputs.get(name)
    if tensor is None or not fits(tensor.shape, shape):
        found = "no tensor" if tensor is None else f"shape {list(tensor.shape)}"
        raise OcelliError(
            Reason.INFERENCE_FAILED,
            f"the model answered with {found} for {name!r}; expected {list(shape)}; check its "
            "export",
        )
    return tensor


def corners_of(center_boxes: NDArray[Any]) -> NDArray[np.float32]:
    """Boxes [K, 4] by centre x, centre y, width, height as x_min, y_min, x_max, y_max."""
    centers = center_boxes[:, :2].astype(np.float32)
    halves = center_boxes[:, 2:4].astype(np.float32) / 2
    return np.concatenate((centers - halves, centers + halves), axis=1)
