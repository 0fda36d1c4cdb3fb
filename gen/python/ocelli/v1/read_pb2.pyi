from google.api import annotations_pb2 as _annotations_pb2
from ocelli.v1 import image_pb2 as _image_pb2
from ocelli.v1 import timings_pb2 as _timings_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ReadRequest(_message.Message):
    __slots__ = ("image", "model", "options", "model_version")
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    image: _image_pb2.Image
    model: str
    options: ReadOptions
    model_version: str
    def __init__(self, image: _Optional[_Union[_image_pb2.Image, _Mapping]] = ..., model: _Optional[str] = ..., options: _Optional[_Union[ReadOptions, _Mapping]] = ..., model_version: _Optional[str] = ...) -> None: ...

class ReadResponse(_message.Message):
    __slots__ = ("result", "timings")
    RESULT_FIELD_NUMBER: _ClassVar[int]
    TIMINGS_FIELD_NUMBER: _ClassVar[int]
    result: ReadResult
    timings: _timings_pb2.Timings
    def __init__(self, result: _Optional[_Union[ReadResult, _Mapping]] = ..., timings: _Optional[_Union[_timings_pb2.Timings, _Mapping]] = ...) -> None: ...

class ReadOptions(_message.Message):
    __slots__ = ("score_threshold", "max_lines")
    SCORE_THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    MAX_LINES_FIELD_NUMBER: _ClassVar[int]
    score_threshold: float
    max_lines: int
    def __init__(self, score_threshold: _Optional[float] = ..., max_lines: _Optional[int] = ...) -> None: ...

class ReadResult(_message.Message):
    __slots__ = ("lines", "width", "height", "model", "model_version", "warnings", "unread_lines")
    LINES_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    UNREAD_LINES_FIELD_NUMBER: _ClassVar[int]
    lines: _containers.RepeatedCompositeFieldContainer[TextLine]
    width: int
    height: int
    model: str
    model_version: str
    warnings: _containers.RepeatedCompositeFieldContainer[_image_pb2.ImageWarning]
    unread_lines: int
    def __init__(self, lines: _Optional[_Iterable[_Union[TextLine, _Mapping]]] = ..., width: _Optional[int] = ..., height: _Optional[int] = ..., model: _Optional[str] = ..., model_version: _Optional[str] = ..., warnings: _Optional[_Iterable[_Union[_image_pb2.ImageWarning, _Mapping]]] = ..., unread_lines: _Optional[int] = ...) -> None: ...

class TextLine(_message.Message):
    __slots__ = ("text", "score", "corners")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    CORNERS_FIELD_NUMBER: _ClassVar[int]
    text: str
    score: float
    corners: _containers.RepeatedCompositeFieldContainer[TextCorner]
    def __init__(self, text: _Optional[str] = ..., score: _Optional[float] = ..., corners: _Optional[_Iterable[_Union[TextCorner, _Mapping]]] = ...) -> None: ...

class TextCorner(_message.Message):
    __slots__ = ("x", "y")
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    x: float
    y: float
    def __init__(self, x: _Optional[float] = ..., y: _Optional[float] = ...) -> None: ...
