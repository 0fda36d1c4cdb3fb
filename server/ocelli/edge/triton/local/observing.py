"""What has a local Triton tell of itself."""

_NEVER = 2**31 - 1


def metrics_flags(address: str) -> list[str]:
    """Flags for its own metrics at `host:port`, or for none if it is empty."""
    if not address:
        return ["--allow-metrics=false"]
    host, _, port = address.rpartition(":")
    return [f"--metrics-address={host.strip('[]')}", f"--metrics-port={port}"]


def trace_flags(endpoint: str) -> list[str]:
    """Flags for its spans of requests that are part of a recorded trace.

    Args:
        endpoint: `http://host:port` of a collector's OTLP over HTTP; empty for no spans.
    """
    if not endpoint:
        return []
    settings = {
        "mode": "opentelemetry",
        "opentelemetry,url": f"{endpoint}/v1/traces",
        "level": "TIMESTAMPS",
        # Of requests without a trace one in so many; those with one are always recorded.
        "rate": str(_NEVER),
    }
    return [f"--trace-config={name}={value}" for name, value in settings.items()]
