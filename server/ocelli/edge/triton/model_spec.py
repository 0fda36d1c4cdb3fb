"""What the edge knows of a usable model."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from ocelli.edge.vision.adapters.adapter import DetectAdapter, EmbedAdapter
from ocelli.edge.vision.letterbox import InputSpec
from ocelli.edge.vision.tensor import TensorLayout, TensorPacker, TensorType


class Task(StrEnum):
    """What a model does."""

    DETECT = "detect"
    EMBED = "embed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSpec:
    """A model the edge can use.

    Attributes:
        name: folder in the model repository.
        version: the version that serves.
        adapter_name: which adapter reads its outputs.
        view: how an image is fitted to its input.
        packer: gives the input tensor its type and layout.
        datatype: type of the input.
        layout: order of the input's axes.
        tensor_bytes: size of one input tensor.
        is_default: used where a request names no model.
        max_batch_size: 0 if it cannot batch.
        request_header: the constant part of every request.
    """

    task: ClassVar[Task]

    name: str
    version: str
    adapter_name: str
    view: InputSpec
    packer: TensorPacker
    datatype: TensorType
    layout: TensorLayout
    tensor_bytes: int
    is_default: bool
    max_batch_size: int
    request_header: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectModel(ModelSpec):
    """A detector.

    Attributes:
        adapter: reads its outputs.
        labels: class names by class number; empty if it has none.
        score_threshold: lowest score reported by default.
        iou_threshold: largest overlap of two boxes of a class by default.
    """

    task: ClassVar[Task] = Task.DETECT

    adapter: DetectAdapter
    labels: tuple[str, ...]
    score_threshold: float
    iou_threshold: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedModel(ModelSpec):
    """An embedder.

    Attributes:
        adapter: reads its outputs.
    """

    task: ClassVar[Task] = Task.EMBED

    adapter: EmbedAdapter
