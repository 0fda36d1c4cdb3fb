"""How a channel to the server is set up."""

import json
from dataclasses import dataclass

from ocelli.client.errors import invalid_request
from ocelli.client.timeout import checked_timeout_s
from ocelli.v1.sdk import SERVICE_CONFIG

DEFAULT_ADDRESS = "127.0.0.1:8500"
DEFAULT_TIMEOUT_S = 10.0
DEFAULT_MAX_MESSAGE_BYTES = 32 * 1024 * 1024

_KEEPALIVE_TIME_S = 60
_KEEPALIVE_TIMEOUT_S = 20
_INITIAL_RECONNECT_MS = 100
_MAX_RECONNECT_MS = 5_000
_RESOLVE_AGAIN_MS = 1_000

_MAX_ATTEMPTS: int = json.loads(SERVICE_CONFIG)["methodConfig"][0]["retryPolicy"]["maxAttempts"]
_LARGEST_INT = 2**31 - 1  # of gRPC's arguments


@dataclass(frozen=True, slots=True)
class ChannelOptions:
    """Settings of a connection."""

    max_message_bytes: int = DEFAULT_MAX_MESSAGE_BYTES
    """Largest message sent or received, in bytes. The server has a limit of its own."""
    keepalive_time_s: float = _KEEPALIVE_TIME_S
    """Seconds without traffic before a ping. The server refuses less than 30."""
    keepalive_timeout_s: float = _KEEPALIVE_TIMEOUT_S
    """Seconds without an answer to a ping before the connection counts as dead."""
    max_attempts: int = _MAX_ATTEMPTS
    """Attempts at a call that may be repeated, if the server is UNAVAILABLE. 1 means no retry."""

    def __post_init__(self) -> None:
        checked_timeout_s(self.keepalive_time_s, field="keepalive_time_s")
        checked_timeout_s(self.keepalive_timeout_s, field="keepalive_timeout_s")
        for name in ("max_message_bytes", "max_attempts"):
            value = getattr(self, name)
            if not isinstance(value, int) or not 1 <= value <= _LARGEST_INT:
                raise invalid_request(
                    f"{name} is {value!r}; expected a whole number, 1 to {_LARGEST_INT:,}",
                    field=name,
                )

    def as_grpc(self) -> list[tuple[str, int | str]]:
        """The settings as `grpc` channel arguments."""
        return [
            ("grpc.max_send_message_length", self.max_message_bytes),
            ("grpc.max_receive_message_length", self.max_message_bytes),
            ("grpc.keepalive_time_ms", int(self.keepalive_time_s * 1000)),
            ("grpc.keepalive_timeout_ms", int(self.keepalive_timeout_s * 1000)),
            ("grpc.keepalive_permit_without_calls", 1),
            ("grpc.http2.max_pings_without_data", 0),
            # gRPC's own steps, 1 s to 2 min, would make a client slow to notice a server that
            # starts.
            ("grpc.initial_reconnect_backoff_ms", _INITIAL_RECONNECT_MS),
            ("grpc.max_reconnect_backoff_ms", _MAX_RECONNECT_MS),
            # gRPC's own 30 s is longer than servers behind a name may take to be replaced, all of
            # them: a client would then know none that is left.
            ("grpc.dns_min_time_between_resolutions_ms", _RESOLVE_AGAIN_MS),
            # A request larger than this is not kept for a retry, and images are larger than the
            # default of 256 KiB.
            ("grpc.per_rpc_retry_buffer_size", self.max_message_bytes),
            ("grpc.service_config", self._service_config()),
        ]

    def _service_config(self) -> str:
        config = json.loads(SERVICE_CONFIG)
        if self.max_attempts < 2:
            del config["methodConfig"]  # gRPC takes no policy of one attempt
            return json.dumps(config)
        for method in config["methodConfig"]:
            method["retryPolicy"]["maxAttempts"] = self.max_attempts
        return json.dumps(config)
