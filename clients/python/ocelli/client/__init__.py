"""The Python client of Ocelli.

from ocelli.client import connect

with connect("127.0.0.1:8500") as client:
    for found in client.detect("street.jpg").detections:
        print(found.label, found.score, found.box)
"""

from ocelli.client.aio import AsyncClient, connect_async
from ocelli.client.channel import ChannelOptions
from ocelli.client.collection import Collection, FieldType, Metric
from ocelli.client.detection import (
    Box,
    Detection,
    Keypoint,
    Mask,
    MaskFormat,
    MaskPolygons,
    MaskRuns,
    OrientedBox,
)
from ocelli.client.errors import (
    AlreadyExists,
    Cancelled,
    DeadlineExceeded,
    FieldViolation,
    ImageError,
    InvalidRequest,
    MessageTooLarge,
    NotFound,
    NotPossible,
    OcelliError,
    Overloaded,
    ServerError,
    TransientError,
    Unavailable,
)
from ocelli.client.filters import (
    Filter,
    all_of,
    any_of,
    between,
    equals,
    none_of,
    one_of,
    range_,
)
from ocelli.client.health import HealthStatus
from ocelli.client.image import Frame, ImageLike, IndexItem, PixelFormat, Tolerance
from ocelli.client.model import (
    BatchLatency,
    InputKind,
    ModelCanary,
    ModelInfo,
    ModelInput,
    ModelState,
    ModelStatistics,
    ModelVersion,
    Task,
)
from ocelli.client.point import Point, StoredPoints, UpsertResult
from ocelli.client.query import SearchQuery
from ocelli.client.region import IndexedRegion, RegionDetector, RegionUse
from ocelli.client.results import (
    Classification,
    ClassifyResult,
    DetectResult,
    Dropped,
    EmbedResult,
    FrameAnswer,
    Hit,
    ImageWarning,
    IndexAnswer,
    IndexResult,
    OverflowPolicy,
    SearchAnswer,
    SearchedRegion,
    SearchResult,
    StreamWindow,
    Timings,
)
from ocelli.client.sync import Client, connect
from ocelli.client.tls import Tls

__all__ = [
    "AlreadyExists",
    "AsyncClient",
    "BatchLatency",
    "Box",
    "Cancelled",
    "ChannelOptions",
    "Classification",
    "ClassifyResult",
    "Client",
    "Collection",
    "DeadlineExceeded",
    "DetectResult",
    "Detection",
    "Dropped",
    "EmbedResult",
    "FieldType",
    "FieldViolation",
    "Filter",
    "Frame",
    "FrameAnswer",
    "HealthStatus",
    "Hit",
    "ImageError",
    "ImageLike",
    "ImageWarning",
    "IndexAnswer",
    "IndexItem",
    "IndexResult",
    "IndexedRegion",
    "InputKind",
    "InvalidRequest",
    "Keypoint",
    "Mask",
    "MaskFormat",
    "MaskPolygons",
    "MaskRuns",
    "MessageTooLarge",
    "Metric",
    "ModelCanary",
    "ModelInfo",
    "ModelInput",
    "ModelState",
    "ModelStatistics",
    "ModelVersion",
    "NotFound",
    "NotPossible",
    "OcelliError",
    "OrientedBox",
    "OverflowPolicy",
    "Overloaded",
    "PixelFormat",
    "Point",
    "RegionDetector",
    "RegionUse",
    "SearchAnswer",
    "SearchQuery",
    "SearchResult",
    "SearchedRegion",
    "ServerError",
    "StoredPoints",
    "StreamWindow",
    "Task",
    "Timings",
    "Tls",
    "Tolerance",
    "TransientError",
    "Unavailable",
    "UpsertResult",
    "all_of",
    "any_of",
    "between",
    "connect",
    "connect_async",
    "equals",
    "none_of",
    "one_of",
    "range_",
]
