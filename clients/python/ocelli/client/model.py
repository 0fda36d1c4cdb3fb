"""Models of the server, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ocelli.client.enums import word_of
from ocelli.v1 import model_pb2

ModelState: TypeAlias = Literal[
    "unspecified", "ready", "unloaded", "loading", "unloading", "failed", "refused"
]
"""Whether a model can be used: only a ready one can."""
Task: TypeAlias = Literal["unspecified", "detect", "embed", "classify", "read"]
"""What a model does; unspecified if it could not be read."""
InputKind: TypeAlias = Literal["unspecified", "pixels", "encoded", "text"]
"""What a model takes: pixels that the server decodes and fits, whole image files, or texts."""
ColorOrder: TypeAlias = Literal["unspecified", "RGB", "BGR"]
"""Order of the colours of a pixel."""
TensorLayout: TypeAlias = Literal["unspecified", "NHWC", "NCHW"]
"""Order of a tensor's dimensions."""
Resize: TypeAlias = Literal["unspecified", "letterbox", "stretch", "cover"]
"""How an image is fitted to a model's input: padded, with its proportions given up, or cut off."""

_STATES: Mapping[ModelState, model_pb2.ModelState] = {
    "unspecified": model_pb2.MODEL_STATE_UNSPECIFIED,
    "ready": model_pb2.MODEL_STATE_READY,
    "unloaded": model_pb2.MODEL_STATE_UNLOADED,
    "loading": model_pb2.MODEL_STATE_LOADING,
    "unloading": model_pb2.MODEL_STATE_UNLOADING,
    "failed": model_pb2.MODEL_STATE_FAILED,
    "refused": model_pb2.MODEL_STATE_REFUSED,
}
_TASKS: Mapping[Task, model_pb2.Task] = {
    "unspecified": model_pb2.TASK_UNSPECIFIED,
    "detect": model_pb2.TASK_DETECT,
    "embed": model_pb2.TASK_EMBED,
    "classify": model_pb2.TASK_CLASSIFY,
    "read": model_pb2.TASK_READ,
}
_INPUT_KINDS: Mapping[InputKind, model_pb2.InputKind] = {
    "unspecified": model_pb2.INPUT_KIND_UNSPECIFIED,
    "pixels": model_pb2.INPUT_KIND_PIXELS,
    "encoded": model_pb2.INPUT_KIND_ENCODED,
    "text": model_pb2.INPUT_KIND_TEXT,
}
_COLOR_ORDERS: Mapping[ColorOrder, model_pb2.ColorOrder] = {
    "unspecified": model_pb2.COLOR_ORDER_UNSPECIFIED,
    "RGB": model_pb2.COLOR_ORDER_RGB,
    "BGR": model_pb2.COLOR_ORDER_BGR,
}
_LAYOUTS: Mapping[TensorLayout, model_pb2.TensorLayout] = {
    "unspecified": model_pb2.TENSOR_LAYOUT_UNSPECIFIED,
    "NHWC": model_pb2.TENSOR_LAYOUT_NHWC,
    "NCHW": model_pb2.TENSOR_LAYOUT_NCHW,
}
_RESIZES: Mapping[Resize, model_pb2.Resize] = {
    "unspecified": model_pb2.RESIZE_UNSPECIFIED,
    "letterbox": model_pb2.RESIZE_LETTERBOX,
    "stretch": model_pb2.RESIZE_STRETCH,
    "cover": model_pb2.RESIZE_COVER,
}


@dataclass(frozen=True, slots=True)
class ModelInput:
    """The image input of a model."""

    width: int
    """Width in pixels."""
    height: int
    """Height in pixels."""
    color_order: ColorOrder
    """Order of the colours."""
    datatype: str
    """As Triton names it, such as "UINT8" or "FP32"."""
    layout: TensorLayout
    """Order of the dimensions."""
    resize: Resize
    """How images are fitted."""


@dataclass(frozen=True, slots=True)
class ModelStatistics:
    """What Triton counted since a model was loaded."""

    inference_count: int = 0
    """Images inferred."""
    execution_count: int = 0
    """Times the model ran, each for a batch."""
    failure_count: int = 0
    """Requests that failed."""
    queue_us: int = 0
    """Total time requests waited for their batch, in microseconds."""
    compute_us: int = 0
    """Total time the model computed, in microseconds."""

    @property
    def mean_batch(self) -> float:
        """Images per run of the model; 0.0 before the first run."""
        return self.inference_count / self.execution_count if self.execution_count else 0.0


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """A version of a model that serves."""

    version: str
    """Its name, a number."""
    statistics: ModelStatistics | None = field(default=None, repr=False)
    """What Triton counted."""


@dataclass(frozen=True, slots=True)
class ModelCanary:
    """A version that is being tried on a part of the requests."""

    version: str
    """Its name."""
    share: float
    """Its part of the requests that name no version, 0 to 1."""


@dataclass(frozen=True, slots=True)
class BatchLatency:
    """How long a model took for one batch when it was tried at load."""

    batch_size: int
    """Images or texts in the batch."""
    latency_us: int
    """From sending them to having the answer, in microseconds."""


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model and how it describes itself."""

    name: str
    version: str
    """Newest version that serves, empty if none does."""
    state: ModelState
    message: str
    """Why it cannot be used; empty if it can."""
    task: Task
    """What it does."""
    adapter: str
    """How its outputs are read."""
    is_default: bool
    """It is used where a request names no model."""
    input: ModelInput | None
    """Its image input; None if it could not be read, or takes texts."""
    labels: tuple[str, ...] = field(repr=False)
    """Class names by class number; empty for embedders."""
    dimension: int | None
    """Length of its vectors; None for others than embedders."""
    score_threshold: float | None
    """Lowest score reported unless a request says otherwise, 0 to 1; None for others than
    detectors."""
    iou_threshold: float | None
    """Largest overlap of two boxes of a class unless a request says otherwise, 0 to 1; None for
    others than detectors."""
    max_batch_size: int | None
    """Largest batch that Triton may form, 0 if the model cannot batch; None if it could not be
    read."""
    statistics: ModelStatistics | None = field(repr=False)
    """What Triton counted, over all versions; None if it does not serve."""
    versions: tuple[ModelVersion, ...] = ()
    """Those that serve, newest first."""
    canary: ModelCanary | None = None
    """A version that is being tried; None if none is."""
    batch_latencies: tuple[BatchLatency, ...] = ()
    """What it took when it was tried at load, by batch size; empty if it was not."""
    space: str = ""
    """Models of one space make vectors that can be compared; empty if it names none."""
    keypoint_names: tuple[str, ...] = ()
    """Names of an object's keypoints, in their order."""
    input_kind: InputKind = "unspecified"
    """What it takes."""


def model_info(message: model_pb2.Model) -> ModelInfo:
    """Reads a model."""
    return ModelInfo(
        name=message.name,
        version=message.version,
        state=word_of(_STATES, message.state),
        message=message.message,
        task=word_of(_TASKS, message.task),
        adapter=message.adapter,
        is_default=message.is_default,
        input=_input(message.input) if message.HasField("input") else None,
        labels=tuple(message.labels),
        dimension=message.dimension if message.HasField("dimension") else None,
        score_threshold=message.score_threshold if message.HasField("score_threshold") else None,
        iou_threshold=message.iou_threshold if message.HasField("iou_threshold") else None,
        max_batch_size=message.max_batch_size if message.HasField("max_batch_size") else None,
        statistics=_statistics(message.statistics) if message.HasField("statistics") else None,
        versions=tuple(
            ModelVersion(
                each.version, _statistics(each.statistics) if each.HasField("statistics") else None
            )
            for each in message.versions
        ),
        canary=ModelCanary(message.canary.version, message.canary.share)
        if message.HasField("canary")
        else None,
        batch_latencies=tuple(
            BatchLatency(each.batch_size, each.latency_us) for each in message.batch_latencies
        ),
        space=message.space,
        keypoint_names=tuple(message.keypoint_names),
        input_kind=word_of(_INPUT_KINDS, message.input_kind),
    )


def _input(message: model_pb2.ModelInput) -> ModelInput:
    return ModelInput(
        width=message.width,
        height=message.height,
        color_order=word_of(_COLOR_ORDERS, message.color_order),
        datatype=message.datatype,
        layout=word_of(_LAYOUTS, message.layout),
        resize=word_of(_RESIZES, message.resize),
    )


def _statistics(message: model_pb2.ModelStatistics) -> ModelStatistics:
    return ModelStatistics(
        inference_count=message.inference_count,
        execution_count=message.execution_count,
        failure_count=message.failure_count,
        queue_us=message.queue_us,
        compute_us=message.compute_us,
    )
