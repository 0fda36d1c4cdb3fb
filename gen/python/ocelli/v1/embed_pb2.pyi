from google.api import annotations_pb2 as _annotations_pb2
from google.rpc import status_pb2 as _status_pb2
from ocelli.v1 import image_pb2 as _image_pb2
from ocelli.v1 import stream_pb2 as _stream_pb2
from ocelli.v1 import timings_pb2 as _timings_pb2
from ocelli.v1 import vector_pb2 as _vector_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class EmbedRequest(_message.Message):
    __slots__ = ("image", "text", "model", "options", "model_version")
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    image: _image_pb2.Image
    text: str
    model: str
    options: EmbedOptions
    model_version: str
    def __init__(self, image: _Optional[_Union[_image_pb2.Image, _Mapping]] = ..., text: _Optional[str] = ..., model: _Optional[str] = ..., options: _Optional[_Union[EmbedOptions, _Mapping]] = ..., model_version: _Optional[str] = ...) -> None: ...

class EmbedResponse(_message.Message):
    __slots__ = ("result", "timings")
    RESULT_FIELD_NUMBER: _ClassVar[int]
    TIMINGS_FIELD_NUMBER: _ClassVar[int]
    result: EmbedResult
    timings: _timings_pb2.Timings
    def __init__(self, result: _Optional[_Union[EmbedResult, _Mapping]] = ..., timings: _Optional[_Union[_timings_pb2.Timings, _Mapping]] = ...) -> None: ...

class EmbedOptions(_message.Message):
    __slots__ = ("raw",)
    RAW_FIELD_NUMBER: _ClassVar[int]
    raw: bool
    def __init__(self, raw: _Optional[bool] = ...) -> None: ...

class EmbedResult(_message.Message):
    __slots__ = ("vector", "width", "height", "model", "model_version", "warnings")
    VECTOR_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    vector: _vector_pb2.Vector
    width: int
    height: int
    model: str
    model_version: str
    warnings: _containers.RepeatedCompositeFieldContainer[_image_pb2.ImageWarning]
    def __init__(self, vector: _Optional[_Union[_vector_pb2.Vector, _Mapping]] = ..., width: _Optional[int] = ..., height: _Optional[int] = ..., model: _Optional[str] = ..., model_version: _Optional[str] = ..., warnings: _Optional[_Iterable[_Union[_image_pb2.ImageWarning, _Mapping]]] = ...) -> None: ...

class EmbedStreamRequest(_message.Message):
    __slots__ = ("config", "frame")
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    FRAME_FIELD_NUMBER: _ClassVar[int]
    config: EmbedStreamConfig
    frame: EmbedFrame
    def __init__(self, config: _Optional[_Union[EmbedStreamConfig, _Mapping]] = ..., frame: _Optional[_Union[EmbedFrame, _Mapping]] = ...) -> None: ...

class EmbedStreamConfig(_message.Message):
    __slots__ = ("model", "options", "stream", "model_version")
    MODEL_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    STREAM_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    model: str
    options: EmbedOptions
    stream: _stream_pb2.StreamOptions
    model_version: str
    def __init__(self, model: _Optional[str] = ..., options: _Optional[_Union[EmbedOptions, _Mapping]] = ..., stream: _Optional[_Union[_stream_pb2.StreamOptions, _Mapping]] = ..., model_version: _Optional[str] = ...) -> None: ...

class EmbedFrame(_message.Message):
    __slots__ = ("frame_id", "capture_time_us", "image", "text")
    FRAME_ID_FIELD_NUMBER: _ClassVar[int]
    CAPTURE_TIME_US_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    frame_id: int
    capture_time_us: int
    image: _image_pb2.Image
    text: str
    def __init__(self, frame_id: _Optional[int] = ..., capture_time_us: _Optional[int] = ..., image: _Optional[_Union[_image_pb2.Image, _Mapping]] = ..., text: _Optional[str] = ...) -> None: ...

class EmbedStreamResponse(_message.Message):
    __slots__ = ("window", "answer")
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    window: _stream_pb2.StreamWindow
    answer: EmbedFrameAnswer
    def __init__(self, window: _Optional[_Union[_stream_pb2.StreamWindow, _Mapping]] = ..., answer: _Optional[_Union[EmbedFrameAnswer, _Mapping]] = ...) -> None: ...

class EmbedFrameAnswer(_message.Message):
    __slots__ = ("frame_id", "capture_time_us", "result", "error", "dropped", "timings")
    FRAME_ID_FIELD_NUMBER: _ClassVar[int]
    CAPTURE_TIME_US_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    DROPPED_FIELD_NUMBER: _ClassVar[int]
    TIMINGS_FIELD_NUMBER: _ClassVar[int]
    frame_id: int
    capture_time_us: int
    result: EmbedResult
    error: _status_pb2.Status
    dropped: _stream_pb2.Dropped
    timings: _timings_pb2.Timings
    def __init__(self, frame_id: _Optional[int] = ..., capture_time_us: _Optional[int] = ..., result: _Optional[_Union[EmbedResult, _Mapping]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ..., dropped: _Optional[_Union[_stream_pb2.Dropped, _Mapping]] = ..., timings: _Optional[_Union[_timings_pb2.Timings, _Mapping]] = ...) -> None: ...
