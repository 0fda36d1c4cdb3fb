from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class InputKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INPUT_KIND_UNSPECIFIED: _ClassVar[InputKind]
    INPUT_KIND_PIXELS: _ClassVar[InputKind]
    INPUT_KIND_ENCODED: _ClassVar[InputKind]
    INPUT_KIND_TEXT: _ClassVar[InputKind]

class Task(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TASK_UNSPECIFIED: _ClassVar[Task]
    TASK_DETECT: _ClassVar[Task]
    TASK_EMBED: _ClassVar[Task]
    TASK_CLASSIFY: _ClassVar[Task]
    TASK_READ: _ClassVar[Task]

class ColorOrder(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COLOR_ORDER_UNSPECIFIED: _ClassVar[ColorOrder]
    COLOR_ORDER_RGB: _ClassVar[ColorOrder]
    COLOR_ORDER_BGR: _ClassVar[ColorOrder]

class TensorLayout(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TENSOR_LAYOUT_UNSPECIFIED: _ClassVar[TensorLayout]
    TENSOR_LAYOUT_NHWC: _ClassVar[TensorLayout]
    TENSOR_LAYOUT_NCHW: _ClassVar[TensorLayout]

class Resize(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RESIZE_UNSPECIFIED: _ClassVar[Resize]
    RESIZE_LETTERBOX: _ClassVar[Resize]
    RESIZE_STRETCH: _ClassVar[Resize]
    RESIZE_COVER: _ClassVar[Resize]

class ModelState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MODEL_STATE_UNSPECIFIED: _ClassVar[ModelState]
    MODEL_STATE_READY: _ClassVar[ModelState]
    MODEL_STATE_UNLOADED: _ClassVar[ModelState]
    MODEL_STATE_LOADING: _ClassVar[ModelState]
    MODEL_STATE_UNLOADING: _ClassVar[ModelState]
    MODEL_STATE_FAILED: _ClassVar[ModelState]
    MODEL_STATE_REFUSED: _ClassVar[ModelState]
INPUT_KIND_UNSPECIFIED: InputKind
INPUT_KIND_PIXELS: InputKind
INPUT_KIND_ENCODED: InputKind
INPUT_KIND_TEXT: InputKind
TASK_UNSPECIFIED: Task
TASK_DETECT: Task
TASK_EMBED: Task
TASK_CLASSIFY: Task
TASK_READ: Task
COLOR_ORDER_UNSPECIFIED: ColorOrder
COLOR_ORDER_RGB: ColorOrder
COLOR_ORDER_BGR: ColorOrder
TENSOR_LAYOUT_UNSPECIFIED: TensorLayout
TENSOR_LAYOUT_NHWC: TensorLayout
TENSOR_LAYOUT_NCHW: TensorLayout
RESIZE_UNSPECIFIED: Resize
RESIZE_LETTERBOX: Resize
RESIZE_STRETCH: Resize
RESIZE_COVER: Resize
MODEL_STATE_UNSPECIFIED: ModelState
MODEL_STATE_READY: ModelState
MODEL_STATE_UNLOADED: ModelState
MODEL_STATE_LOADING: ModelState
MODEL_STATE_UNLOADING: ModelState
MODEL_STATE_FAILED: ModelState
MODEL_STATE_REFUSED: ModelState

class ListModelsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListModelsResponse(_message.Message):
    __slots__ = ("models", "next_page_token")
    MODELS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    models: _containers.RepeatedCompositeFieldContainer[Model]
    next_page_token: str
    def __init__(self, models: _Optional[_Iterable[_Union[Model, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetModelRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetModelResponse(_message.Message):
    __slots__ = ("model",)
    MODEL_FIELD_NUMBER: _ClassVar[int]
    model: Model
    def __init__(self, model: _Optional[_Union[Model, _Mapping]] = ...) -> None: ...

class LoadModelRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class LoadModelResponse(_message.Message):
    __slots__ = ("model",)
    MODEL_FIELD_NUMBER: _ClassVar[int]
    model: Model
    def __init__(self, model: _Optional[_Union[Model, _Mapping]] = ...) -> None: ...

class UnloadModelRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class UnloadModelResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Model(_message.Message):
    __slots__ = ("name", "version", "state", "message", "task", "adapter", "is_default", "input", "labels", "dimension", "score_threshold", "iou_threshold", "max_batch_size", "statistics", "versions", "canary", "batch_latencies", "space", "keypoint_names", "input_kind")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    ADAPTER_FIELD_NUMBER: _ClassVar[int]
    IS_DEFAULT_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    DIMENSION_FIELD_NUMBER: _ClassVar[int]
    SCORE_THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    IOU_THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    MAX_BATCH_SIZE_FIELD_NUMBER: _ClassVar[int]
    STATISTICS_FIELD_NUMBER: _ClassVar[int]
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    CANARY_FIELD_NUMBER: _ClassVar[int]
    BATCH_LATENCIES_FIELD_NUMBER: _ClassVar[int]
    SPACE_FIELD_NUMBER: _ClassVar[int]
    KEYPOINT_NAMES_FIELD_NUMBER: _ClassVar[int]
    INPUT_KIND_FIELD_NUMBER: _ClassVar[int]
    name: str
    version: str
    state: ModelState
    message: str
    task: Task
    adapter: str
    is_default: bool
    input: ModelInput
    labels: _containers.RepeatedScalarFieldContainer[str]
    dimension: int
    score_threshold: float
    iou_threshold: float
    max_batch_size: int
    statistics: ModelStatistics
    versions: _containers.RepeatedCompositeFieldContainer[ModelVersion]
    canary: ModelCanary
    batch_latencies: _containers.RepeatedCompositeFieldContainer[BatchLatency]
    space: str
    keypoint_names: _containers.RepeatedScalarFieldContainer[str]
    input_kind: InputKind
    def __init__(self, name: _Optional[str] = ..., version: _Optional[str] = ..., state: _Optional[_Union[ModelState, str]] = ..., message: _Optional[str] = ..., task: _Optional[_Union[Task, str]] = ..., adapter: _Optional[str] = ..., is_default: _Optional[bool] = ..., input: _Optional[_Union[ModelInput, _Mapping]] = ..., labels: _Optional[_Iterable[str]] = ..., dimension: _Optional[int] = ..., score_threshold: _Optional[float] = ..., iou_threshold: _Optional[float] = ..., max_batch_size: _Optional[int] = ..., statistics: _Optional[_Union[ModelStatistics, _Mapping]] = ..., versions: _Optional[_Iterable[_Union[ModelVersion, _Mapping]]] = ..., canary: _Optional[_Union[ModelCanary, _Mapping]] = ..., batch_latencies: _Optional[_Iterable[_Union[BatchLatency, _Mapping]]] = ..., space: _Optional[str] = ..., keypoint_names: _Optional[_Iterable[str]] = ..., input_kind: _Optional[_Union[InputKind, str]] = ...) -> None: ...

class ModelVersion(_message.Message):
    __slots__ = ("version", "statistics")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    STATISTICS_FIELD_NUMBER: _ClassVar[int]
    version: str
    statistics: ModelStatistics
    def __init__(self, version: _Optional[str] = ..., statistics: _Optional[_Union[ModelStatistics, _Mapping]] = ...) -> None: ...

class ModelCanary(_message.Message):
    __slots__ = ("version", "share")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SHARE_FIELD_NUMBER: _ClassVar[int]
    version: str
    share: float
    def __init__(self, version: _Optional[str] = ..., share: _Optional[float] = ...) -> None: ...

class BatchLatency(_message.Message):
    __slots__ = ("batch_size", "latency_us")
    BATCH_SIZE_FIELD_NUMBER: _ClassVar[int]
    LATENCY_US_FIELD_NUMBER: _ClassVar[int]
    batch_size: int
    latency_us: int
    def __init__(self, batch_size: _Optional[int] = ..., latency_us: _Optional[int] = ...) -> None: ...

class ModelInput(_message.Message):
    __slots__ = ("width", "height", "color_order", "datatype", "layout", "resize")
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    COLOR_ORDER_FIELD_NUMBER: _ClassVar[int]
    DATATYPE_FIELD_NUMBER: _ClassVar[int]
    LAYOUT_FIELD_NUMBER: _ClassVar[int]
    RESIZE_FIELD_NUMBER: _ClassVar[int]
    width: int
    height: int
    color_order: ColorOrder
    datatype: str
    layout: TensorLayout
    resize: Resize
    def __init__(self, width: _Optional[int] = ..., height: _Optional[int] = ..., color_order: _Optional[_Union[ColorOrder, str]] = ..., datatype: _Optional[str] = ..., layout: _Optional[_Union[TensorLayout, str]] = ..., resize: _Optional[_Union[Resize, str]] = ...) -> None: ...

class ModelStatistics(_message.Message):
    __slots__ = ("inference_count", "execution_count", "failure_count", "queue_us", "compute_us")
    INFERENCE_COUNT_FIELD_NUMBER: _ClassVar[int]
    EXECUTION_COUNT_FIELD_NUMBER: _ClassVar[int]
    FAILURE_COUNT_FIELD_NUMBER: _ClassVar[int]
    QUEUE_US_FIELD_NUMBER: _ClassVar[int]
    COMPUTE_US_FIELD_NUMBER: _ClassVar[int]
    inference_count: int
    execution_count: int
    failure_count: int
    queue_us: int
    compute_us: int
    def __init__(self, inference_count: _Optional[int] = ..., execution_count: _Optional[int] = ..., failure_count: _Optional[int] = ..., queue_us: _Optional[int] = ..., compute_us: _Optional[int] = ...) -> None: ...
