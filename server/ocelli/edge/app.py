"""Wiring, start, drain and stop of the edge."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

import grpc

from ocelli.edge.config import Config
from ocelli.edge.cores import usable_cores
from ocelli.edge.drain import Drain
from ocelli.edge.fair_threads import FairThreads
from ocelli.edge.in_flight import InFlight
from ocelli.edge.index.embedded import EmbeddedIndex
from ocelli.edge.index.engine.tuning import Tuning
from ocelli.edge.path import PicturePath
from ocelli.edge.readiness import Readiness, names_ready
from ocelli.edge.server import Services, build_server
from ocelli.edge.services.detect import DetectService
from ocelli.edge.services.embed import EmbedService
from ocelli.edge.services.embedding import PictureEmbedder
from ocelli.edge.services.health import HealthService
from ocelli.edge.services.limits import ServiceLimits
from ocelli.edge.services.model import ModelService
from ocelli.edge.services.search import SearchService
from ocelli.edge.triton.channel import TritonChannel
from ocelli.edge.triton.local.child import LocalTriton
from ocelli.edge.triton.registry import ModelRegistry
from ocelli.edge.vision.decode import configure_threads
from ocelli.edge.vision.picture import PictureLimits

_log = logging.getLogger(__name__)

_INDEX_START_TIMEOUT_S = 30.0


class Edge:
    """The whole edge in one process: `start` it once, `stop` it once.

    It is live as soon as `start` has bound its address and becomes ready, service by service, as
    Triton and the index come up.

    Args:
        config: how to run.
        report: gets lines of progress during `start`.

    Attributes:
        address: where it serves; with the real port once `start` has bound it.
        readiness: what is fit for work.
        models: the models of the repository.
    """

    def __init__(self, config: Config, report: Callable[[str], None] = lambda _: None) -> None:
        self.address = config.address
        self.readiness = Readiness()
        self._config = config
        self._drain = Drain()
        self._server: grpc.aio.Server | None = None
        self._local = _local_triton(config, report, self._triton_changed)
        targets = (self._local.address,) if self._local else config.triton_targets
        arena_bytes = 0 if config.tensor_transport == "grpc" else config.max_arena_bytes
        self._triton = TritonChannel(
            targets, config.max_message_bytes, arena_bytes, config.triton_keepalive_s
        )
        self.models = ModelRegistry(
            self._triton, config.model_poll_interval_s, self._tell_readiness
        )
        self._index = _index(config)
        self._index.on_change(lambda _: self._tell_readiness())
        self._threads = FairThreads(config.decode_threads or usable_cores())

    async def start(self) -> None:
        """Binds the address, then brings up Triton and the index.

        Raises:
            ConfigError: the address cannot be bound.
            SetupError: the local Triton cannot be installed or started.
            OcelliError: INDEX_UNAVAILABLE: the index cannot be opened.
        """
        configure_threads()
        self._tell_readiness()
        self._server, self.address = build_server(self._config, self._services())
        await self._server.start()
        self.models.start()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._index.start(timeout_s=_INDEX_START_TIMEOUT_S))
                if self._local is not None:
                    group.create_task(self._local.start())
        except BaseExceptionGroup as failed:
            raise failed.exceptions[0] from None

    async def stop(self) -> None:
        """Drains, then ends everything that was started; no process is left."""
        self._drain.start()
        self._tell_readiness()
        if self._server is not None:
            await self._server.stop(self._config.drain_grace_s)
        await self.models.close()
        await self._triton.close()
        await self._index.close()
        if self._local is not None:
            await self._local.stop()
        self._threads.close()

    def _services(self) -> Services:
        config = self._config
        limits = ServiceLimits(
            max_deadline_s=config.max_deadline_s,
            max_message_bytes=config.max_message_bytes,
            stream_window=config.stream_window,
        )
        pictures = PictureLimits(
            max_pixels=config.max_picture_pixels,
            max_side=config.max_picture_side,
            max_frames=config.max_picture_frames,
        )
        in_flight = InFlight(config.max_inflight_bytes)
        path = PicturePath(self._triton, self._threads, pictures, in_flight)
        embedder = PictureEmbedder(self.models, path)
        return Services(
            detect=DetectService(self.models, path, limits, self._drain),
            embed=EmbedService(embedder, limits, self._drain),
            search=SearchService(self._index, embedder, limits, self._drain),
            models=ModelService(self.models, limits),
            health=HealthService(self.readiness),
        )

    def _triton_changed(self, running: bool) -> None:  # noqa: FBT001  # a callback's one argument
        _log.info("Triton is %s", "up" if running else "down")
        self.models.ask_soon()

    def _tell_readiness(self) -> None:
        models = {entry.name: entry.spec for entry in self.models.entries()}
        self.readiness.update(
            names_ready(
                live=not self._drain.started,
                triton=self.models.reachable,
                index=self._index.ready,
                models={name: spec.task if spec else None for name, spec in models.items()},
            )
        )


def _local_triton(
    config: Config, report: Callable[[str], None], on_change: Callable[[bool], None]
) -> LocalTriton | None:
    if config.triton_targets:
        return None
    return LocalTriton(
        home=Path(config.home),
        model_repository=config.models_dir,
        start_timeout_s=config.triton_start_timeout_s,
        report=report,
        on_change=on_change,
    )


def _index(config: Config) -> EmbeddedIndex:
    tuning = Tuning(
        flush_before_ack=config.index_flush_before_ack,
        flush_interval_s=config.index_flush_interval_s,
    )
    log = Path(config.home, "logs", "index.log")
    return EmbeddedIndex(config.index_dir, tuning=tuning, log=log)
