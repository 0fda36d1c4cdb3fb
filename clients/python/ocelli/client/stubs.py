"""The generated stubs of every service, over one channel."""

import grpc
from grpc_health.v1 import health_pb2_grpc

from ocelli.v1 import (
    classify_pb2_grpc,
    collection_pb2_grpc,
    detect_pb2_grpc,
    embed_pb2_grpc,
    model_pb2_grpc,
    point_pb2_grpc,
    read_pb2_grpc,
    search_pb2_grpc,
)


class Stubs:
    """One stub per service.

    The generated stubs work over `grpc` and `grpc.aio` channels alike. They are typed for the
    former; the asyncio client casts.
    """

    def __init__(self, channel: grpc.Channel) -> None:
        self.detect = detect_pb2_grpc.DetectServiceStub(channel)
        self.classify = classify_pb2_grpc.ClassifyServiceStub(channel)
        self.read = read_pb2_grpc.ReadServiceStub(channel)
        self.embed = embed_pb2_grpc.EmbedServiceStub(channel)
        self.collections = collection_pb2_grpc.CollectionServiceStub(channel)
        self.points = point_pb2_grpc.PointServiceStub(channel)
        self.search = search_pb2_grpc.SearchServiceStub(channel)
        self.models = model_pb2_grpc.ModelServiceStub(channel)
        self.health = health_pb2_grpc.HealthStub(channel)
