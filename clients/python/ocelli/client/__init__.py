"""The Python client of Ocelli.

from ocelli.client import connect

with connect("127.0.0.1:8500") as client:
    for found in client.detect("street.jpg").detections:
        print(found.label, found.score, found.box)
"""

from ocelli.client.aio import AsyncClient, connect_async
from ocelli.client.channel import ChannelOptions
from ocelli.client.collection import Collection, Point, StoredPoints, UpsertResult
from ocelli.client.errors import (
    AlreadyExists,
    Cancelled,
    DeadlineExceeded,
    FieldViolation,
    InvalidRequest,
    MessageTooLarge,
    NotFound,
    NotPossible,
    OcelliError,
    Overloaded,
    ImageError,
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
from ocelli.client.model import ModelInfo, ModelInput, ModelStatistics
from ocelli.client.image import Frame, IndexItem, ImageLike, PixelFormat
from ocelli.client.results import (
    Box,
    Detection,
    DetectResult,
    Dropped,
    EmbedResult,
    FrameAnswer,
    Hit,
    IndexAnswer,
    SearchResult,
    Timings,
)
from ocelli.client.sync import Client, connect
from ocelli.client.tls import Tls

__all__ = [
    "AlreadyExists",
    "AsyncClient",
    "Box",
    "Cancelled",
    "ChannelOptions",
    "Client",
    "Collection",
    "DeadlineExceeded",
    "DetectResult",
    "Detection",
    "Dropped",
    "EmbedResult",
    "FieldViolation",
    "Filter",
    "Frame",
    "FrameAnswer",
    "HealthStatus",
    "Hit",
    "IndexAnswer",
    "IndexItem",
    "InvalidRequest",
    "MessageTooLarge",
    "ModelInfo",
    "ModelInput",
    "ModelStatistics",
    "NotFound",
    "NotPossible",
    "OcelliError",
    "Overloaded",
    "ImageError",
    "ImageLike",
    "PixelFormat",
    "Point",
    "SearchResult",
    "ServerError",
    "StoredPoints",
    "Timings",
    "Tls",
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
