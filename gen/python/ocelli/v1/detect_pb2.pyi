from google.api import annotations_pb2 as _annotations_pb2
from google.rpc import status_pb2 as _status_pb2
from ocelli.v1 import image_pb2 as _image_pb2
from ocelli.v1 import stream_pb2 as _stream_pb2
from ocelli.v1 import timings_pb2 as _timings_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MaskFormat(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MASK_FORMAT_UNSPECIFIED: _ClassVar[MaskFormat]
    MASK_FORMAT_RUNS: _ClassVar[MaskFormat]
    MASK_FORMAT_POLYGONS: _ClassVar[MaskFormat]
MASK_FORMAT_UNSPECIFIED: MaskFormat
MASK_FORMAT_RUNS: MaskFormat
MASK_FORMAT_POLYGONS: MaskFormat

class DetectRequest(_message.Message):
    __slots__ = ("image", "model", "options", "model_version")
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    image: _image_pb2.Image
    model: str
    options: DetectOptions
    model_version: str
    def __init__(self, image: _Optional[_Union[_image_pb2.Image, _Mapping]] = ..., model: _Optional[str] = ..., options: _Optional[_Union[DetectOptions, _Mapping]] = ..., model_version: _Optional[str] = ...) -> None: ...

class DetectResponse(_message.Message):
    __slots__ = ("result", "timings")
    RESULT_FIELD_NUMBER: _ClassVar[int]
    TIMINGS_FIELD_NUMBER: _ClassVar[int]
    result: DetectResult
    timings: _timings_pb2.Timings
    def __init__(self, result: _Optional[_Union[DetectResult, _Mapping]] = ..., timings: _Optional[_Union[_timings_pb2.Timings, _Mapping]] = ...) -> None: ...

class DetectOptions(_message.Message):
    __slots__ = ("score_threshold", "iou_threshold", "max_detections", "labels", "mask_format")
    SCORE_THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    IOU_THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    MAX_DETECTIONS_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    MASK_FORMAT_FIELD_NUMBER: _ClassVar[int]
    score_threshold: float
    iou_threshold: float
    max_detections: int
    labels: _containers.RepeatedScalarFieldContainer[str]
    mask_format: MaskFormat
    def __init__(self, score_threshold: _Optional[float] = ..., iou_threshold: _Optional[float] = ..., max_detections: _Optional[int] = ..., labels: _Optional[_Iterable[str]] = ..., mask_format: _Optional[_Union[MaskFormat, str]] = ...) -> None: ...

class DetectResult(_message.Message):
    __slots__ = ("detections", "width", "height", "model", "model_version", "warnings")
    DETECTIONS_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    detections: _containers.RepeatedCompositeFieldContainer[Detection]
    width: int
    height: int
    model: str
    model_version: str
    warnings: _containers.RepeatedCompositeFieldContainer[_image_pb2.ImageWarning]
    def __init__(self, detections: _Optional[_Iterable[_Union[Detection, _Mapping]]] = ..., width: _Optional[int] = ..., height: _Optional[int] = ..., model: _Optional[str] = ..., model_version: _Optional[str] = ..., warnings: _Optional[_Iterable[_Union[_image_pb2.ImageWarning, _Mapping]]] = ...) -> None: ...

class Detection(_message.Message):
    __slots__ = ("box", "score", "label", "class_id", "keypoints", "mask", "oriented_box", "track")
    BOX_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    CLASS_ID_FIELD_NUMBER: _ClassVar[int]
    KEYPOINTS_FIELD_NUMBER: _ClassVar[int]
    MASK_FIELD_NUMBER: _ClassVar[int]
    ORIENTED_BOX_FIELD_NUMBER: _ClassVar[int]
    TRACK_FIELD_NUMBER: _ClassVar[int]
    box: _image_pb2.Box
    score: float
    label: str
    class_id: int
    keypoints: _containers.RepeatedCompositeFieldContainer[Keypoint]
    mask: Mask
    oriented_box: OrientedBox
    track: Track
    def __init__(self, box: _Optional[_Union[_image_pb2.Box, _Mapping]] = ..., score: _Optional[float] = ..., label: _Optional[str] = ..., class_id: _Optional[int] = ..., keypoints: _Optional[_Iterable[_Union[Keypoint, _Mapping]]] = ..., mask: _Optional[_Union[Mask, _Mapping]] = ..., oriented_box: _Optional[_Union[OrientedBox, _Mapping]] = ..., track: _Optional[_Union[Track, _Mapping]] = ...) -> None: ...

class Keypoint(_message.Message):
    __slots__ = ("name", "x", "y", "score")
    NAME_FIELD_NUMBER: _ClassVar[int]
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    name: str
    x: float
    y: float
    score: float
    def __init__(self, name: _Optional[str] = ..., x: _Optional[float] = ..., y: _Optional[float] = ..., score: _Optional[float] = ...) -> None: ...

class Mask(_message.Message):
    __slots__ = ("runs", "polygons")
    RUNS_FIELD_NUMBER: _ClassVar[int]
    POLYGONS_FIELD_NUMBER: _ClassVar[int]
    runs: MaskRuns
    polygons: MaskPolygons
    def __init__(self, runs: _Optional[_Union[MaskRuns, _Mapping]] = ..., polygons: _Optional[_Union[MaskPolygons, _Mapping]] = ...) -> None: ...

class MaskRuns(_message.Message):
    __slots__ = ("x_min", "y_min", "width", "height", "lengths")
    X_MIN_FIELD_NUMBER: _ClassVar[int]
    Y_MIN_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    LENGTHS_FIELD_NUMBER: _ClassVar[int]
    x_min: int
    y_min: int
    width: int
    height: int
    lengths: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, x_min: _Optional[int] = ..., y_min: _Optional[int] = ..., width: _Optional[int] = ..., height: _Optional[int] = ..., lengths: _Optional[_Iterable[int]] = ...) -> None: ...

class MaskPolygons(_message.Message):
    __slots__ = ("polygons",)
    POLYGONS_FIELD_NUMBER: _ClassVar[int]
    polygons: _containers.RepeatedCompositeFieldContainer[MaskPolygon]
    def __init__(self, polygons: _Optional[_Iterable[_Union[MaskPolygon, _Mapping]]] = ...) -> None: ...

class MaskPolygon(_message.Message):
    __slots__ = ("coordinates",)
    COORDINATES_FIELD_NUMBER: _ClassVar[int]
    coordinates: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, coordinates: _Optional[_Iterable[float]] = ...) -> None: ...

class OrientedBox(_message.Message):
    __slots__ = ("center_x", "center_y", "width", "height", "angle")
    CENTER_X_FIELD_NUMBER: _ClassVar[int]
    CENTER_Y_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    ANGLE_FIELD_NUMBER: _ClassVar[int]
    center_x: float
    center_y: float
    width: float
    height: float
    angle: float
    def __init__(self, center_x: _Optional[float] = ..., center_y: _Optional[float] = ..., width: _Optional[float] = ..., height: _Optional[float] = ..., angle: _Optional[float] = ...) -> None: ...

class Track(_message.Message):
    __slots__ = ("track_id",)
    TRACK_ID_FIELD_NUMBER: _ClassVar[int]
    track_id: int
    def __init__(self, track_id: _Optional[int] = ...) -> None: ...

class DetectStreamRequest(_message.Message):
    __slots__ = ("config", "frame")
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    FRAME_FIELD_NUMBER: _ClassVar[int]
    config: DetectStreamConfig
    frame: DetectFrame
    def __init__(self, config: _Optional[_Union[DetectStreamConfig, _Mapping]] = ..., frame: _Optional[_Union[DetectFrame, _Mapping]] = ...) -> None: ...

class DetectStreamConfig(_message.Message):
    __slots__ = ("model", "options", "stream", "model_version")
    MODEL_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    STREAM_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    model: str
    options: DetectOptions
    stream: _stream_pb2.StreamOptions
    model_version: str
    def __init__(self, model: _Optional[str] = ..., options: _Optional[_Union[DetectOptions, _Mapping]] = ..., stream: _Optional[_Union[_stream_pb2.StreamOptions, _Mapping]] = ..., model_version: _Optional[str] = ...) -> None: ...

class DetectFrame(_message.Message):
    __slots__ = ("frame_id", "capture_time_us", "image")
    FRAME_ID_FIELD_NUMBER: _ClassVar[int]
    CAPTURE_TIME_US_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    frame_id: int
    capture_time_us: int
    image: _image_pb2.Image
    def __init__(self, frame_id: _Optional[int] = ..., capture_time_us: _Optional[int] = ..., image: _Optional[_Union[_image_pb2.Image, _Mapping]] = ...) -> None: ...

class DetectStreamResponse(_message.Message):
    __slots__ = ("window", "answer")
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    window: _stream_pb2.StreamWindow
    answer: DetectFrameAnswer
    def __init__(self, window: _Optional[_Union[_stream_pb2.StreamWindow, _Mapping]] = ..., answer: _Optional[_Union[DetectFrameAnswer, _Mapping]] = ...) -> None: ...

class DetectFrameAnswer(_message.Message):
    __slots__ = ("frame_id", "capture_time_us", "result", "error", "dropped", "timings")
    FRAME_ID_FIELD_NUMBER: _ClassVar[int]
    CAPTURE_TIME_US_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    DROPPED_FIELD_NUMBER: _ClassVar[int]
    TIMINGS_FIELD_NUMBER: _ClassVar[int]
    frame_id: int
    capture_time_us: int
    result: DetectResult
    error: _status_pb2.Status
    dropped: _stream_pb2.Dropped
    timings: _timings_pb2.Timings
    def __init__(self, frame_id: _Optional[int] = ..., capture_time_us: _Optional[int] = ..., result: _Optional[_Union[DetectResult, _Mapping]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ..., dropped: _Optional[_Union[_stream_pb2.Dropped, _Mapping]] = ..., timings: _Optional[_Union[_timings_pb2.Timings, _Mapping]] = ...) -> None: ...
