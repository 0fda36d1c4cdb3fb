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


@pytest.mark.parametrize("version", ["v1", "v1alpha"])
@pytest.mark.parametrize(
    ("symbol", "file"),
    [
        ("ocelli.v1.DetectService.Detect", "ocelli/v1/detect.proto"),
        ("grpc.health.v1.Health.Check", "grpc_health/v1/health.proto"),
        ("grpc.reflection.v1.ServerReflection", "grpc/reflection/v1/reflection.proto"),
        ("grpc.reflection.v1.ServerReflectionRequest", "grpc/reflection/v1/reflection.proto"),
    ],
)
def test_methods_and_reflection_itself_can_be_found(
    edge: Any, version: str, symbol: str, file: str
) -> None:
    request = reflection_pb2.ServerReflectionRequest(file_containing_symbol=symbol)
    (answer,) = ask(edge.address, version, [request])
    raw = answer.file_descriptor_response.file_descriptor_proto
    assert file in {descriptor_pb2.FileDescriptorProto.FromString(each).name for each in raw}


def test_a_symbol_that_is_none_is_not_found(edge: Any) -> None:
    request = reflection_pb2.ServerReflectionRequest(
        file_containing_symbol="ocelli.v1.DetectService.Nothing"
    )
    (answer,) = ask(edge.address, "v1", [request])
    assert answer.error_response.error_code == grpc.StatusCode.NOT_FOUND.value[0]
