from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.rpc import status_pb2 as _status_pb2
from ocelli.v1 import filter_pb2 as _filter_pb2
from ocelli.v1 import image_pb2 as _image_pb2
from ocelli.v1 import timings_pb2 as _timings_pb2
from ocelli.v1 import vector_pb2 as _vector_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RegionUse(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REGION_USE_UNSPECIFIED: _ClassVar[RegionUse]
    REGION_USE_WHOLE: _ClassVar[RegionUse]
    REGION_USE_EACH: _ClassVar[RegionUse]
REGION_USE_UNSPECIFIED: RegionUse
REGION_USE_WHOLE: RegionUse
REGION_USE_EACH: RegionUse

class SearchRequest(_message.Message):
    __slots__ = ("collection", "image", "text", "vector", "id", "filter", "limit", "score_threshold", "with_payload", "with_vector", "offset", "group_by", "region_use")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    VECTOR_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    SCORE_THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    WITH_PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    WITH_VECTOR_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    GROUP_BY_FIELD_NUMBER: _ClassVar[int]
    REGION_USE_FIELD_NUMBER: _ClassVar[int]
    collection: str
    image: _image_pb2.Image
    text: str
    vector: _vector_pb2.Vector
    id: str
    filter: _filter_pb2.Filter
    limit: int
    score_threshold: float
    with_payload: bool
    with_vector: bool
    offset: int
    group_by: str
    region_use: RegionUse
    def __init__(self, collection: _Optional[str] = ..., image: _Optional[_Union[_image_pb2.Image, _Mapping]] = ..., text: _Optional[str] = ..., vector: _Optional[_Union[_vector_pb2.Vector, _Mapping]] = ..., id: _Optional[str] = ..., filter: _Optional[_Union[_filter_pb2.Filter, _Mapping]] = ..., limit: _Optional[int] = ..., score_threshold: _Optional[float] = ..., with_payload: _Optional[bool] = ..., with_vector: _Optional[bool] = ..., offset: _Optional[int] = ..., group_by: _Optional[str] = ..., region_use: _Optional[_Union[RegionUse, str]] = ...) -> None: ...

class SearchResponse(_message.Message):
    __slots__ = ("hits", "timings", "engine_us", "warnings", "regions")
    HITS_FIELD_NUMBER: _ClassVar[int]
    TIMINGS_FIELD_NUMBER: _ClassVar[int]
    ENGINE_US_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    REGIONS_FIELD_NUMBER: _ClassVar[int]
    hits: _containers.RepeatedCompositeFieldContainer[Hit]
    timings: _timings_pb2.Timings
    engine_us: int
    warnings: _containers.RepeatedCompositeFieldContainer[_image_pb2.ImageWarning]
    regions: _containers.RepeatedCompositeFieldContainer[SearchedRegion]
    def __init__(self, hits: _Optional[_Iterable[_Union[Hit, _Mapping]]] = ..., timings: _Optional[_Union[_timings_pb2.Timings, _Mapping]] = ..., engine_us: _Optional[int] = ..., warnings: _Optional[_Iterable[_Union[_image_pb2.ImageWarning, _Mapping]]] = ..., regions: _Optional[_Iterable[_Union[SearchedRegion, _Mapping]]] = ...) -> None: ...

class SearchedRegion(_message.Message):
    __slots__ = ("box", "label", "score", "hits")
    BOX_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    HITS_FIELD_NUMBER: _ClassVar[int]
    box: _image_pb2.Box
    label: str
    score: float
    hits: _containers.RepeatedCompositeFieldContainer[Hit]
    def __init__(self, box: _Optional[_Union[_image_pb2.Box, _Mapping]] = ..., label: _Optional[str] = ..., score: _Optional[float] = ..., hits: _Optional[_Iterable[_Union[Hit, _Mapping]]] = ...) -> None: ...

class Hit(_message.Message):
    __slots__ = ("id", "score", "payload", "vector")
    ID_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    VECTOR_FIELD_NUMBER: _ClassVar[int]
    id: str
    score: float
    payload: _struct_pb2.Struct
    vector: _vector_pb2.Vector
    def __init__(self, id: _Optional[str] = ..., score: _Optional[float] = ..., payload: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., vector: _Optional[_Union[_vector_pb2.Vector, _Mapping]] = ...) -> None: ...

class BatchSearchRequest(_message.Message):
    __slots__ = ("collection", "requests")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_FIELD_NUMBER: _ClassVar[int]
    collection: str
    requests: _containers.RepeatedCompositeFieldContainer[SearchRequest]
    def __init__(self, collection: _Optional[str] = ..., requests: _Optional[_Iterable[_Union[SearchRequest, _Mapping]]] = ...) -> None: ...

class BatchSearchResponse(_message.Message):
    __slots__ = ("answers",)
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    answers: _containers.RepeatedCompositeFieldContainer[BatchSearchAnswer]
    def __init__(self, answers: _Optional[_Iterable[_Union[BatchSearchAnswer, _Mapping]]] = ...) -> None: ...

class BatchSearchAnswer(_message.Message):
    __slots__ = ("result", "error")
    RESULT_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    result: SearchResponse
    error: _status_pb2.Status
    def __init__(self, result: _Optional[_Union[SearchResponse, _Mapping]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ...) -> None: ...

class FindDuplicatesRequest(_message.Message):
    __slots__ = ("collection", "filter", "score_threshold", "with_payload")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    SCORE_THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    WITH_PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    collection: str
    filter: _filter_pb2.Filter
    score_threshold: float
    with_payload: bool
    def __init__(self, collection: _Optional[str] = ..., filter: _Optional[_Union[_filter_pb2.Filter, _Mapping]] = ..., score_threshold: _Optional[float] = ..., with_payload: _Optional[bool] = ...) -> None: ...

class FindDuplicatesResponse(_message.Message):
    __slots__ = ("progress", "group")
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    GROUP_FIELD_NUMBER: _ClassVar[int]
    progress: FindDuplicatesProgress
    group: DuplicateGroup
    def __init__(self, progress: _Optional[_Union[FindDuplicatesProgress, _Mapping]] = ..., group: _Optional[_Union[DuplicateGroup, _Mapping]] = ...) -> None: ...

class FindDuplicatesProgress(_message.Message):
    __slots__ = ("points_done", "points_total")
    POINTS_DONE_FIELD_NUMBER: _ClassVar[int]
    POINTS_TOTAL_FIELD_NUMBER: _ClassVar[int]
    points_done: int
    points_total: int
    def __init__(self, points_done: _Optional[int] = ..., points_total: _Optional[int] = ...) -> None: ...

class DuplicateGroup(_message.Message):
    __slots__ = ("points", "size")
    POINTS_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    points: _containers.RepeatedCompositeFieldContainer[Hit]
    size: int
    def __init__(self, points: _Optional[_Iterable[_Union[Hit, _Mapping]]] = ..., size: _Optional[int] = ...) -> None: ...
