"""The gRPC server: options, interceptors, services, reflection."""

from dataclasses import dataclass

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from ocelli.edge.config import Config, ConfigError
from ocelli.edge.server.interceptors.call_metrics import CallsInterceptor
from ocelli.edge.server.interceptors.error_status import ErrorInterceptor
from ocelli.edge.server.reflection import add_reflection
from ocelli.edge.services.detect import DetectService
from ocelli.edge.services.embed import EmbedService
from ocelli.edge.services.health import HealthService
from ocelli.edge.services.model import ModelService
from ocelli.edge.services.search import SearchService
from ocelli.edge.server.tls.credentials import server_credentials
from ocelli.v1 import (
    detect_pb2,
    detect_pb2_grpc,
    embed_pb2,
    embed_pb2_grpc,
    model_pb2,
    model_pb2_grpc,
    search_pb2,
    search_pb2_grpc,
)

_DESCRIBED = (
    detect_pb2.DESCRIPTOR.services_by_name["DetectService"],
    embed_pb2.DESCRIPTOR.services_by_name["EmbedService"],
    search_pb2.DESCRIPTOR.services_by_name["SearchService"],
    model_pb2.DESCRIPTOR.services_by_name["ModelService"],
    health_pb2.DESCRIPTOR.services_by_name["Health"],
)
_MIN_PING_INTERVAL_MS = 30_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything the server serves."""

    detect: DetectService
    embed: EmbedService
    search: SearchService
    models: ModelService
    health: HealthService


def build_server(
    config: Config, services: Services, *, share_port: bool = False
) -> tuple[grpc.aio.Server, str]:
    """A server that is bound but not started, and the address it is bound to.

    Args:
        config: how to serve.
        services: what to serve.
        share_port: other processes listen there, too.

    Raises:
        ConfigError: the address cannot be bound, or the files for TLS cannot be used.
    """
    credentials = server_credentials(config) if config.tls_cert else None
    server = grpc.aio.server(
        # Outermost first: what counts the calls sees the status that errors end with.
        interceptors=[CallsInterceptor(), ErrorInterceptor()],
        maximum_concurrent_rpcs=config.max_concurrent_calls,
        options=[
            ("grpc.max_receive_message_length", config.max_message_bytes),
            ("grpc.max_send_message_length", config.max_message_bytes),
            ("grpc.so_reuseport", int(share_port)),
            ("grpc.keepalive_permit_without_calls", 1),
            ("grpc.http2.min_recv_ping_interval_without_data_ms", _MIN_PING_INTERVAL_MS),
            ("grpc.keepalive_time_ms", 60_000),
            ("grpc.keepalive_timeout_ms", 20_000),
            *_connection_age(config),
        ],
    )
    detect_pb2_grpc.add_DetectServiceServicer_to_server(services.detect, server)
    embed_pb2_grpc.add_EmbedServiceServicer_to_server(services.embed, server)
    search_pb2_grpc.add_SearchServiceServicer_to_server(services.search, server)
    model_pb2_grpc.add_ModelServiceServicer_to_server(services.models, server)
    health_pb2_grpc.add_HealthServicer_to_server(services.health, server)
    add_reflection(server, _DESCRIBED)
    host = config.address.rpartition(":")[0]
    try:
        if credentials is None:
            port = server.add_insecure_port(config.address)
        else:
            port = server.add_secure_port(config.address, credentials)
    except RuntimeError as error:
        raise ConfigError(
            f"cannot listen on {config.address}: is another program using it? "
            "choose one with --address HOST:PORT"
        ) from error
    return server, f"{host}:{port}"


def _connection_age(config: Config) -> list[tuple[str, int]]:
    """Channel arguments that end old connections; gRPC spreads the age by a tenth either way."""
    seconds = {
        "grpc.max_connection_age_ms": config.max_connection_age_s,
        "grpc.max_connection_age_grace_ms": config.max_connection_age_grace_s,
    }
    return [(name, int(1000 * value)) for name, value in seconds.items() if value]
