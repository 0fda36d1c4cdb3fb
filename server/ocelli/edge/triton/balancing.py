"""How calls spread over several Tritons: gRPC core's own machinery, by service config.

- `round_robin` gives each connected Triton its share (gRPC load balancing, grpc/proposal A62).
- Outlier detection ejects one whose calls fail and lets it back after a while (A50).
- Keepalive pings find one that is mute: its connection is closed, and its calls fail at once.
- A call that fails as UNAVAILABLE is tried once more, elsewhere, as long as the retry budget lasts
  (A6). Inference may be repeated: it changes nothing.

One Triton alone gets neither retries nor ejection: there is no elsewhere.
"""

import json
import logging
import socket

from ocelli.edge.config import ConfigError

_log = logging.getLogger(__name__)

Options = list[tuple[str, str | int]]

_KEEPALIVE_TIMEOUT_MS = 1000
_RECONNECT: Options = [
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
]


def control_options(max_message_bytes: int) -> Options:
    """Options of a channel to one Triton."""
    return [*_RECONNECT, ("grpc.max_receive_message_length", max_message_bytes)]


def inference_options(
    targets: tuple[str, ...], max_message_bytes: int, keepalive_s: float
) -> Options:
    """Options of the channel that spreads inference over `targets`.

    Args:
        targets: `host:port` addresses, or one `dns:///name:port` that stands for many.
        max_message_bytes: largest request or answer.
        keepalive_s: how often a Triton with calls in flight must show that it lives. Its own
            `--grpc-http2-min-recv-ping-interval-without-data` must not be longer.
    """
    options: Options = [
        *control_options(max_message_bytes),
        ("grpc.max_send_message_length", max_message_bytes),
    ]
    if len(targets) == 1 and not targets[0].startswith("dns:"):
        return options
    return [
        *options,
        ("grpc.service_config", json.dumps(_service_config())),
        ("grpc.per_rpc_retry_buffer_size", max_message_bytes),
        ("grpc.keepalive_time_ms", int(keepalive_s * 1000)),
        ("grpc.keepalive_timeout_ms", _KEEPALIVE_TIMEOUT_MS),
        ("grpc.http2.max_pings_without_data", 0),
    ]


def inference_target(targets: tuple[str, ...]) -> str:
    """One gRPC target that stands for all of them.

    Host names are looked up once; those without an address are left out, with a warning. Where
    addresses change, a single `dns:///name:port` is looked up again and again by gRPC itself.

    Raises:
        ConfigError: no name has an address.
    """
    if len(targets) == 1:
        return targets[0]
    resolved = []
    for target in targets:
        host, _, port = target.rpartition(":")
        try:
            resolved.append(f"{socket.gethostbyname(host)}:{port}")
        except OSError as error:
            _log.warning("Triton %s is left out: %s", target, error)
    if not resolved:
        raise ConfigError(
            f"triton is {','.join(targets)!r}, but none of these names has an address; check them"
        )
    return f"ipv4:{','.join(resolved)}"


def _service_config() -> dict[str, object]:
    ejection = {
        "interval": "1s",
        "baseEjectionTime": "2s",
        "maxEjectionTime": "10s",
        "maxEjectionPercent": 50,
        "failurePercentageEjection": {"threshold": 50, "minimumHosts": 2, "requestVolume": 5},
        "childPolicy": [{"round_robin": {}}],
    }
    retry = {
        "maxAttempts": 2,
        "initialBackoff": "0.01s",
        "maxBackoff": "0.1s",
        "backoffMultiplier": 2,
        "retryableStatusCodes": ["UNAVAILABLE"],
    }
    return {
        "loadBalancingConfig": [{"outlier_detection_experimental": ejection}],
        "methodConfig": [
            {"name": [{"service": "inference.GRPCInferenceService"}], "retryPolicy": retry}
        ],
        "retryThrottling": {"maxTokens": 100, "tokenRatio": 0.1},
    }
