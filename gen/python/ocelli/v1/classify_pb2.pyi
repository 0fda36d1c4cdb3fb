from google.api import annotations_pb2 as _annotations_pb2
from google.rpc import status_pb2 as _status_pb2
from ocelli.v1 import image_pb2 as _image_pb2
from ocelli.v1 import stream_pb2 as _stream_pb2
from ocelli.v1 import timings_pb2 as _timings_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ClassifyRequest(_message.Message):
    __slots__ = ("image", "model", "options", "model_version")
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    image: _image_pb2.Image
    model: str
    options: ClassifyOptions
    model_version: str
    def __init__(self, image: _Optional[_Union[_image_pb2.Image, _Mapping]] = ..., model: _Optional[str] = ..., options: _Optional[_Union[ClassifyOptions, _Mapping]] = ..., model_version: _Optional[str] = ...) -> None: ...

class ClassifyResponse(_message.Message):
    __slots__ = ("result", "timings")
    RESULT_FIELD_NUMBER: _ClassVar[int]
    TIMINGS_FIELD_NUMBER: _ClassVar[int]
    result: ClassifyResult
    timings: _timings_pb2.Timings
    def __init__(self, result: _Optional[_Union[ClassifyResult, _Mapping]] = ..., timings: _Optional[_Union[_timings_pb2.Timings, _Mapping]] = ...) -> None: ...

class ClassifyOptions(_message.Message):
    __slots__ = ("top_k", "score_threshold", "labels")
    TOP_K_FIELD_NUMBER: _ClassVar[int]
    SCORE_THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    top_k: int
    score_threshold: float
    labels: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, top_k: _Optional[int] = ..., score_threshold: _Optional[float] = ..., labels: _Optional[_Iterable[str]] = ...) -> None: ...

class ClassifyResult(_message.Message):
    __slots__ = ("classifications", "width", "height", "model", "model_version", "warnings")
    CLASSIFICATIONS_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    classifications: _containers.RepeatedCompositeFieldContainer[Classification]
    width: int
    height: int
    model: str
    model_version: str
    warnings: _containers.RepeatedCompositeFieldContainer[_image_pb2.ImageWarning]
    def __init__(self, classifications: _Optional[_Iterable[_Union[Classification, _Mapping]]] = ..., width: _Optional[int] = ..., height: _Optional[int] = ..., model: _Optional[str] = ..., model_version: _Optional[str] = ..., warnings: _Optional[_Iterable[_Union[_image_pb2.ImageWarning, _Mapping]]] = ...) -> None: ...

class Classification(_message.Message):
    __slots__ = ("score", "label", "class_id")
    SCORE_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    CLASS_ID_FIELD_NUMBER: _ClassVar[int]
    score: float
    label: str
    class_id: int
    def __init__(self, score: _Optional[float] = ..., label: _Optional[str] = ..., class_id: _Optional[int] = ...) -> None: ...

class ClassifyStreamRequest(_message.Message):
    __slots__ = ("config", "frame")
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    FRAME_FIELD_NUMBER: _ClassVar[int]
    config: ClassifyStreamConfig
    frame: ClassifyFrame
    def __init__(self, config: _Optional[_Union[ClassifyStreamConfig, _Mapping]] = ..., frame: _Optional[_Union[ClassifyFrame, _Mapping]] = ...) -> None: ...

class ClassifyStreamConfig(_message.Message):
    __slots__ = ("model", "options", "stream", "model_version")
    MODEL_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    STREAM_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    model: str
    options: ClassifyOptions
    stream: _stream_pb2.StreamOptions
    model_version: str
    def __init__(self, model: _Optional[str] = ..., options: _Optional[_Union[ClassifyOptions, _Mapping]] = ..., stream: _Optional[_Union[_stream_pb2.StreamOptions, _Mapping]] = ..., model_version: _Optional[str] = ...) -> None: ...

class ClassifyFrame(_message.Message):
    __slots__ = ("frame_id", "capture_time_us", "image")
    FRAME_ID_FIELD_NUMBER: _ClassVar[int]
    CAPTURE_TIME_US_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    frame_id: int
    capture_time_us: int
    image: _image_pb2.Image
    def __init__(self, frame_id: _Optional[int] = ..., capture_time_us: _Optional[int] = ..., image: _Optional[_Union[_image_pb2.Image, _Mapping]] = ...) -> None: ...

class ClassifyStreamResponse(_message.Message):
    __slots__ = ("window", "answer")
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    window: _stream_pb2.StreamWindow
    answer: ClassifyFrameAnswer
    def __init__(self, window: _Optional[_Union[_stream_pb2.StreamWindow, _Mapping]] = ..., answer: _Optional[_Union[ClassifyFrameAnswer, _Mapping]] = ...) -> None: ...

class ClassifyFrameAnswer(_message.Message):
    __slots__ = ("frame_id", "capture_time_us", "result", "error", "dropped", "timings")
    FRAME_ID_FIELD_NUMBER: _ClassVar[int]
    CAPTURE_TIME_US_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    DROPPED_FIELD_NUMBER: _ClassVar[int]
    TIMINGS_FIELD_NUMBER: _ClassVar[int]
    frame_id: int
    capture_time_us: int
    result: ClassifyResult
    error: _status_pb2.Status
    dropped: _stream_pb2.Dropped
    timings: _timings_pb2.Timings
    def __init__(self, frame_id: _Optional[int] = ..., capture_time_us: _Optional[int] = ..., result: _Optional[_Union[ClassifyResult, _Mapping]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ..., dropped: _Optional[_Union[_stream_pb2.Dropped, _Mapping]] = ..., timings: _Optional[_Union[_timings_pb2.Timings, _Mapping]] = ...) -> None: ...
