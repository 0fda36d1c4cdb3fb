"""Models of the server, as values."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias, cast

from ocelli.v1 import model_pb2

ModelState: TypeAlias = Literal["unspecified", "ready", "unloaded", "changing", "failed", "refused"]
"""Whether a model can be used: only a ready one can."""

_STATE_PREFIX = "MODEL_STATE_"


@dataclass(frozen=True, slots=True)
class ModelInput:
    """The image input of a model."""

    width: int
    """Width in pixels."""
    height: int
    """Height in pixels."""
    color_order: str
    """"RGB" or "BGR"."""
    datatype: str
    """As Triton names it, such as "UINT8" or "FP32"."""
    layout: str
    """"NHWC" or "NCHW"."""
    resize: str
    """How images are fitted: "letterbox", "stretch" or "cover"."""


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
class ModelInfo:
    """A model and what it says of itself."""

    name: str
    version: str
    """Version that serves, empty if none does."""
    state: ModelState
    message: str
    """Why it cannot be used; empty if it can."""
    task: str
    """"detect" or "embed"; empty if it could not be read."""
    adapter: str
    """How its outputs are read."""
    is_default: bool
    """It is used where a request names no model."""
    input: ModelInput
    labels: tuple[str, ...] = field(repr=False)
    """Class names by class number; empty for embedders."""
    dimension: int
    """Length of its vectors, 0 for detectors."""
    score_threshold: float
    """Lowest score reported unless a request says otherwise, 0 to 1."""
    iou_threshold: float
    """Largest overlap of two boxes of a class unless a request says otherwise, 0 to 1."""
    max_batch_size: int
    """Largest batch that Triton may form, 0 if the model cannot batch."""
    statistics: ModelStatistics = field(repr=False)


def model_info(message: model_pb2.Model) -> ModelInfo:
    """Reads a model."""
    state = model_pb2.ModelState.Name(message.state).removeprefix(_STATE_PREFIX).lower()
    taken, counted = message.input, message.statistics
    return ModelInfo(
        name=message.name,
        version=message.version,
        state=cast("ModelState", state),
        message=message.message,
        task=message.task,
        adapter=message.adapter,
        is_default=message.is_default,
        input=ModelInput(
            width=taken.width,
            height=taken.height,
            color_order=taken.color_order,
            datatype=taken.datatype,
            layout=taken.layout,
            resize=taken.resize,
        ),
        labels=tuple(message.labels),
        dimension=message.dimension,
        score_threshold=message.score_threshold,
        iou_threshold=message.iou_threshold,
        max_batch_size=message.max_batch_size,
        statistics=ModelStatistics(
            inference_count=counted.inference_count,
            execution_count=counted.execution_count,
            failure_count=counted.failure_count,
            queue_us=counted.queue_us,
            compute_us=counted.compute_us,
        ),
    )
