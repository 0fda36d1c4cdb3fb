"""What several workers share: one local Triton and one vector engine, each a process of its own."""

from collections.abc import Callable
from pathlib import Path

from ocelli.edge.config import Config, ConfigError
from ocelli.edge.index.embedded.engine.tuning import Tuning
from ocelli.edge.index.engine_choice import open_engine
from ocelli.edge.index.opensearch.tuning import OpenSearchTuning
from ocelli.edge.index.port import IndexEngine
from ocelli.edge.triton.access import TritonAccess
from ocelli.edge.triton.local.triton_process import LocalTriton

INDEX_START_TIMEOUT_S = 30.0


def local_triton(
    config: Config, report: Callable[[str], None], on_change: Callable[[bool], None]
) -> LocalTriton | None:
    """The managed Triton; None if the configuration names running ones.

    Args:
        config: how to run.
        report: gets lines of progress during its start.
        on_change: told whether it runs, whenever that changes.
    """
    if config.triton_targets:
        return None
    return LocalTriton(
        home=Path(config.home),
        model_repository=config.models_dir,
        start_timeout_s=config.triton_start_timeout_s,
        device=config.triton_device,
        metrics_address=config.triton_metrics_address,
        otlp_endpoint=config.triton_otlp_endpoint,
        report=report,
        on_change=on_change,
    )


def triton_access(config: Config, local: LocalTriton | None) -> TritonAccess:
    """How to reach the Triton, or the Tritons, that the configuration names."""
    if local is not None:
        return TritonAccess(targets=(local.address,))
    return TritonAccess(
        targets=config.triton_targets,
        tls=config.triton_uses_tls,
        ca=config.triton_tls_ca,
        cert=config.triton_tls_cert,
        key=config.triton_tls_key,
        metadata=config.triton_metadata,
    )


def index_engine(config: Config, *, attach: bool = False) -> IndexEngine:
    """The vector engine that the configuration names.

    Args:
        config: how to run.
        attach: use the embedded engine that another process runs, and start none.

    Raises:
        ConfigError: there is no such engine.
    """
    tuning = Tuning(
        flush_before_ack=config.index_flush_before_ack,
        flush_interval_s=config.index_flush_interval_s,
        quantise=config.index_quantise,
    )
    try:
        return open_engine(
            config.index_url or "embedded",
            default_folder=config.index_dir,
            tuning=tuning,
            log=Path(config.home, "logs", "index.log"),
            attach=attach,
            cluster_tuning=OpenSearchTuning(
                shards=config.opensearch_shards,
                replicas=config.opensearch_replicas,
                min_copies=config.opensearch_min_copies,
                refresh=config.opensearch_refresh,
                refresh_interval_s=config.opensearch_refresh_interval_s,
            ),
            credentials={
                "user": config.opensearch_user,
                "password": config.opensearch_password,
                "token": config.opensearch_token,
                "ca": config.opensearch_tls_ca,
                "cert": config.opensearch_tls_cert,
                "key": config.opensearch_tls_key,
            },
        )
    except ValueError as error:
        raise ConfigError(f"index: {error}") from error
