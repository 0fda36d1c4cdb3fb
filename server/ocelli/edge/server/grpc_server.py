"""The gRPC server: options, interceptors, services, reflection."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeAlias

import grpc
from google.protobuf.descriptor import ServiceDescriptor
from grpc_health.v1 import health_pb2, health_pb2_grpc
from tritonclient.grpc import service_pb2

from ocelli.edge.config import Config, ConfigError
from ocelli.edge.scheduling.call_limiter import CallLimiter
from ocelli.edge.scheduling.drain import Drain
from ocelli.edge.scheduling.loop_lag import LoopLag
from ocelli.edge.scheduling.quota.limited_quota import Quotas
from ocelli.edge.server.interceptors.call_context import CallInterceptor
from ocelli.edge.server.interceptors.call_metrics import CallsInterceptor, create_method_series
from ocelli.edge.server.interceptors.call_record import RecordInterceptor
from ocelli.edge.server.interceptors.caller import Identify
from ocelli.edge.server.interceptors.error_status import ErrorInterceptor
from ocelli.edge.server.interceptors.quota import QuotaInterceptor
from ocelli.edge.server.interceptors.receive import ReceiveInterceptor
from ocelli.edge.server.reflection import add_reflection
from ocelli.edge.server.stream_limit import stream_options
from ocelli.edge.server.tls.credentials import server_credentials
from ocelli.edge.services.kserve import KserveService
from ocelli.v1 import (
    classify_pb2,
    classify_pb2_grpc,
    collection_pb2,
    collection_pb2_grpc,
    detect_pb2,
    detect_pb2_grpc,
    embed_pb2,
    embed_pb2_grpc,
    model_pb2,
    model_pb2_grpc,
    point_pb2,
    point_pb2_grpc,
    read_pb2,
    read_pb2_grpc,
    search_pb2,
    search_pb2_grpc,
)

GrpcServer: TypeAlias = grpc.aio.Server

_MIN_PING_INTERVAL_MS = 30_000
_MAX_PENDING_CALLS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything the server serves."""

    detect: detect_pb2_grpc.DetectServiceServicer
    classify: classify_pb2_grpc.ClassifyServiceServicer
    read: read_pb2_grpc.ReadServiceServicer
    embed: embed_pb2_grpc.EmbedServiceServicer
    collections: collection_pb2_grpc.CollectionServiceServicer
    points: point_pb2_grpc.PointServiceServicer
    search: search_pb2_grpc.SearchServiceServicer
    models: model_pb2_grpc.ModelServiceServicer
    kserve: KserveService
    health: health_pb2_grpc.HealthServicer


_Add = Callable[[Any, grpc.aio.Server], None]
# By the names of `Services`: what adds a service, and the file that describes it.
_ADDED: dict[str, tuple[_Add, Any, str]] = {
    "detect": (detect_pb2_grpc.add_DetectServiceServicer_to_server, detect_pb2, "DetectService"),
    "classify": (
        classify_pb2_grpc.add_ClassifyServiceServicer_to_server,
        classify_pb2,
        "ClassifyService",
    ),
    "read": (read_pb2_grpc.add_ReadServiceServicer_to_server, read_pb2, "ReadService"),
    "embed": (embed_pb2_grpc.add_EmbedServiceServicer_to_server, embed_pb2, "EmbedService"),
    "collections": (
        collection_pb2_grpc.add_CollectionServiceServicer_to_server,
        collection_pb2,
        "CollectionService",
    ),
    "points": (point_pb2_grpc.add_PointServiceServicer_to_server, point_pb2, "PointService"),
    "search": (search_pb2_grpc.add_SearchServiceServicer_to_server, search_pb2, "SearchService"),
    "models": (model_pb2_grpc.add_ModelServiceServicer_to_server, model_pb2, "ModelService"),
    "health": (health_pb2_grpc.add_HealthServicer_to_server, health_pb2, "Health"),
}
_LOAD_MODEL = "ocelli.v1.ModelService/LoadModel"


def build_server(
    config: Config,
    services: Services,
    limiter: CallLimiter,
    lag: LoopLag,
    drain: Drain,
    *,
    identify: Identify | None,
    quotas: Quotas,
    record: RecordInterceptor | None = None,
    share_port: bool = False,
) -> tuple[grpc.aio.Server, str]:
    """A server that is bound but not started, and the address it is bound to.

    Args:
        config: how to serve.
        services: what to serve.
        limiter: how many calls there may be.
        lag: how late the loop is.
        drain: tells when it takes no more.
        identify: tells whose a call is, if that one may make it; None: anyone may.
        quotas: what callers may use.
        record: keeps what becomes known of calls; None: nothing is kept.
        share_port: other processes listen there, too.

    Raises:
        ConfigError: the address cannot be bound, the files for TLS cannot be used, or an
            interceptor cannot be made.
    """
    credentials = server_credentials(config) if config.tls_cert else None
    calls = CallInterceptor(
        limiter,
        lag,
        drain,
        config.max_deadline_s,
        {_LOAD_MODEL: config.max_load_s},
        identify=identify,
        quotas=quotas,
    )
    server = grpc.aio.server(
        interceptors=_interceptors(config, calls, record),
        options=[
            # Beyond these gRPC core ends calls without a reason; the limiter gives one.
            ("grpc.server.max_pending_requests", _MAX_PENDING_CALLS),
            ("grpc.server.max_pending_requests_hard_limit", _MAX_PENDING_CALLS),
            ("grpc.max_receive_message_length", config.max_message_bytes),
            ("grpc.max_send_message_length", config.max_message_bytes),
            ("grpc.so_reuseport", int(share_port)),
            ("grpc.keepalive_permit_without_calls", 1),
            ("grpc.http2.min_ping_interval_without_data_ms", _MIN_PING_INTERVAL_MS),
            ("grpc.keepalive_time_ms", 60_000),
            ("grpc.keepalive_timeout_ms", 20_000),
            *_connection_age(config),
            *stream_options(config.calls_per_connection),
        ],
    )
    for name, (add, _, _) in _ADDED.items():
        add(getattr(services, name), server)
    services.kserve.add_to(server)
    if config.reflection:
        add_reflection(server, described())
    create_method_series(described())
    return server, _bind(server, config.address, credentials)


def described() -> tuple[ServiceDescriptor, ...]:
    """The services as the contract, or another one, describes them."""
    files = [(file, name) for _, file, name in _ADDED.values()]
    files.append((service_pb2, "GRPCInferenceService"))
    return tuple(file.DESCRIPTOR.services_by_name[name] for file, name in files)


def _interceptors(
    config: Config, calls: CallInterceptor, record: RecordInterceptor | None
) -> Sequence[Any]:
    """Outermost first.

    What counts the calls, and what records them, sees the status that errors end with; the
    configured ones may raise errors, and find the call.
    """
    return [
        *([] if record is None else [record]),
        CallsInterceptor(),
        ErrorInterceptor(),
        calls,
        QuotaInterceptor(),
        ReceiveInterceptor(config.max_receive_s, config.max_message_bytes),
        *(_made(name) for name in config.interceptors),
    ]


def _made(name: str) -> Any:  # noqa: ANN401  # an interceptor of somebody's
    module, _, attribute = name.partition(":")
    try:
        return getattr(import_module(module), attribute)()
    except Exception as error:
        raise ConfigError(f"interceptors: {name} cannot be made: {error}") from error


def _bind(server: grpc.aio.Server, address: str, credentials: grpc.ServerCredentials | None) -> str:
    try:
        if credentials is None:
            port = server.add_insecure_port(address)
        else:
            port = server.add_secure_port(address, credentials)
    except RuntimeError as error:
        raise ConfigError(
            f"cannot listen on {address}: is another program using it? "
            "choose one with --address HOST:PORT"
        ) from error
    return f"{address.rpartition(':')[0]}:{port}"


def _connection_age(config: Config) -> list[tuple[str, int]]:
    """Channel arguments that end old connections; gRPC spreads the age by a tenth either way."""
    seconds = {
        "grpc.max_connection_age_ms": config.max_connection_age_s,
        "grpc.max_connection_age_grace_ms": config.max_connection_age_grace_s,
    }
    return [(name, int(1000 * value)) for name, value in seconds.items() if value]
