"""What grpcurl and other tools ask a server that they know nothing of."""

from collections.abc import Iterable
from typing import Any

import grpc
import pytest
from google.protobuf import descriptor_pb2
from grpc_reflection.v1alpha import reflection_pb2

SERVICES = {
    "ocelli.v1.DetectService",
    "ocelli.v1.EmbedService",
    "ocelli.v1.SearchService",
    "ocelli.v1.ModelService",
    "grpc.health.v1.Health",
}


def ask(address: str, version: str, requests: Iterable[Any]) -> list[Any]:
    with grpc.insecure_channel(address) as channel:
        call = channel.stream_stream(
            f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
            request_serializer=reflection_pb2.ServerReflectionRequest.SerializeToString,
            response_deserializer=reflection_pb2.ServerReflectionResponse.FromString,
        )
        return list(call(iter(requests), timeout=10))


@pytest.mark.parametrize("version", ["v1", "v1alpha"])
def test_services_and_their_messages_can_be_found(edge: Any, version: str) -> None:
    listed, described = ask(
        edge.address,
        version,
        [
            reflection_pb2.ServerReflectionRequest(list_services=""),
            reflection_pb2.ServerReflectionRequest(
                file_containing_symbol="ocelli.v1.DetectService"
            ),
        ],
    )
    assert {service.name for service in listed.list_services_response.service} >= SERVICES
    files = [
        descriptor_pb2.FileDescriptorProto.FromString(raw)
        for raw in described.file_descriptor_response.file_descriptor_proto
    ]
    assert "DetectService" in {service.name for file in files for service in file.service}
