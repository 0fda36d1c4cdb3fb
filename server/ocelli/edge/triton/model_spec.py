"""What the edge knows of a usable model."""

from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from ocelli.edge.tasks.task import Task
from ocelli.edge.vision.letterbox import InputSpec
from ocelli.edge.vision.tensor import TensorLayout, TensorPacker, TensorType


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the task of a model adds: how its outputs are read. Each task has its own.

    The attributes below are what people are told of a model; a head has those that its task knows.

    Attributes:
        task: what the model does.
        labels: class names by class number.
        score_threshold: lowest score reported by default, 0 to 1.
        iou_threshold: largest overlap of two boxes of a class by default, 0 to 1.
        dimension: length of its vectors.
    """

    task: ClassVar[Task]

    @property
    def output_names(self) -> tuple[str, ...]:
        """The tensors to ask the model for."""
        raise NotImplementedError


HeadT_co = TypeVar("HeadT_co", bound=Head, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSpec(Generic[HeadT_co]):
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
        backend_bytes: shared memory that the processes of Triton's Python backend may come to use
            for it.
        is_default: used where a request names no model.
        max_batch_size: 0 if it cannot batch.
        request_header: the constant part of every request.
        head: how its outputs are read.
    """

    name: str
    version: str
    adapter_name: str
    view: InputSpec
    packer: TensorPacker
    datatype: TensorType
    layout: TensorLayout
    tensor_bytes: int
    backend_bytes: int
    is_default: bool
    max_batch_size: int
    request_header: bytes
    head: HeadT_co
