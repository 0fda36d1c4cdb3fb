"""Server reflection, as v1alpha and as v1, whose messages are the same under another name."""

import contextlib
from collections.abc import Iterable
from typing import Any

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool
from google.protobuf.descriptor import FileDescriptor, ServiceDescriptor
from grpc_reflection.v1alpha import reflection, reflection_pb2

_ALPHA, _V1 = "grpc.reflection.v1alpha", "grpc.reflection.v1"


def add_reflection(server: grpc.aio.Server, described: Iterable[ServiceDescriptor]) -> None:
    """Lets tools ask the server for these services, and for reflection itself."""
    names = [f"{package}.ServerReflection" for package in (_ALPHA, _V1)]
    servicer = reflection.aio.ReflectionServicer(  # type: ignore[attr-defined]  # not re-exported
        [*(service.full_name for service in described), *names], _Pool()
    )
    handlers: dict[str, grpc.RpcMethodHandler[Any, Any]] = {
        "ServerReflectionInfo": grpc.stream_stream_rpc_method_handler(
            servicer.ServerReflectionInfo,
            request_deserializer=reflection_pb2.ServerReflectionRequest.FromString,
            response_serializer=reflection_pb2.ServerReflectionResponse.SerializeToString,
        )
    }
    for name in names:
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(name, handlers),))


class _Pool:
    """Every descriptor there is, and two things that the default pool lacks.

    Reflection v1 describes itself, else `grpcurl describe` ends at it; and methods are found by
    their full names, as the protocol asks and ghz does.
    """

    def __init__(self) -> None:
        self._all = descriptor_pool.Default()
        self._v1 = descriptor_pool.DescriptorPool()
        self._v1.AddSerializedFile(_as_v1(reflection_pb2.DESCRIPTOR).SerializeToString())

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever the pool has
        return getattr(self._all, name)

    def FindFileByName(self, name: str) -> FileDescriptor:  # noqa: N802  # the pool's name
        """Raises KeyError if there is none."""
        try:
            return self._all.FindFileByName(name)
        except KeyError:
            return self._v1.FindFileByName(name)

    def FindFileContainingSymbol(self, symbol: str) -> FileDescriptor:  # noqa: N802  # the pool's name
        """Raises KeyError if there is none."""
        for pool in (self._all, self._v1):
            with contextlib.suppress(KeyError):
                return pool.FindFileContainingSymbol(symbol)
            with contextlib.suppress(KeyError):
                return pool.FindMethodByName(symbol).containing_service.file
        raise KeyError(symbol)


def _as_v1(alpha: FileDescriptor) -> descriptor_pb2.FileDescriptorProto:
    """The descriptor of reflection v1alpha with the names of v1."""
    proto = descriptor_pb2.FileDescriptorProto()
    alpha.CopyToProto(proto)
    proto.name, proto.package = "grpc/reflection/v1/reflection.proto", _V1
    for message in proto.message_type:
        for field in filter(lambda field: field.type_name, message.field):
            field.type_name = field.type_name.replace(_ALPHA, _V1)
    for method in proto.service[0].method:
        method.input_type = method.input_type.replace(_ALPHA, _V1)
        method.output_type = method.output_type.replace(_ALPHA, _V1)
    return proto
