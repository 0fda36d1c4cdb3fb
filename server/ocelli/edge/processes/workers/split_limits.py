"""A worker's part of what the configuration allows the whole server."""

from ocelli.edge.config import Config
from ocelli.edge.processes.cores import usable_cores

_MIN_ARENA_BYTES = 65536


def split_limits(config: Config, workers: int, *, address: str, triton: str) -> Config:
    """The configuration of each of several workers.

    Threads, memory and calls are divided, so that the limits hold for the server. Of memory a
    worker gets at least twice the largest message, or it could take none.

    Args:
        config: of the server.
        workers: how many there are.
        address: where they serve, with its real port.
        triton: address of the Triton, or the Tritons, that they use.
    """
    bytes_each = max(config.max_inflight_bytes // workers, 2 * config.max_message_bytes)
    return config.model_copy(
        update={
            "workers": 1,
            "address": address,
            "triton": triton,
            "metrics_address": "",
            "triton_metrics_address": "",
            "triton_otlp_endpoint": "",
            "decode_threads": max(1, (config.decode_threads or usable_cores()) // workers),
            "max_inflight_bytes": min(bytes_each, config.max_inflight_bytes),
            "max_arena_bytes": max(config.max_arena_bytes // workers, _MIN_ARENA_BYTES),
            "max_concurrent_calls": -(-config.max_concurrent_calls // workers),
        }
    )
