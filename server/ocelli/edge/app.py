"""Wiring, start, drain and stop of the edge."""

import asyncio
import logging
import sys
from collections.abc import Callable

from ocelli.edge.access.gatekeeper import Gatekeeper
from ocelli.edge.config import Config, ConfigError
from ocelli.edge.engines import INDEX_START_TIMEOUT_S, index_engine, local_triton, triton_access
from ocelli.edge.gauges import (
    add_dependencies,
    add_index_size,
    add_loop,
    add_scheduling,
    serving_versions,
)
from ocelli.edge.index.index_size import IndexSize
from ocelli.edge.index.observed_engine import observed
from ocelli.edge.index.validated_index import ValidatedIndex
from ocelli.edge.observability.definitions import REGISTRY, create_model_series
from ocelli.edge.observability.family import Family, counted, render
from ocelli.edge.observability.live import LiveGauges
from ocelli.edge.observers import Observers
from ocelli.edge.processes.cores import usable_cores
from ocelli.edge.processes.heap import configure_heap, return_idle_memory
from ocelli.edge.scheduling.admission import Admissions
from ocelli.edge.scheduling.call_limiter import CallLimiter
from ocelli.edge.scheduling.deadline import Deadline
from ocelli.edge.scheduling.drain import Drain
from ocelli.edge.scheduling.fair_executor import FairExecutor
from ocelli.edge.scheduling.loop_lag import LoopLag
from ocelli.edge.scheduling.memory_limiter import MemoryLimiter
from ocelli.edge.scheduling.quota.limited_quota import Quotas
from ocelli.edge.scheduling.quota.usage_table import UsageTable
from ocelli.edge.server.banner import describe_models
from ocelli.edge.server.grpc_server import GrpcServer, Services, build_server
from ocelli.edge.server.interceptors.caller import Identify, identified_by
from ocelli.edge.server.readiness import Readiness, names_ready
from ocelli.edge.services.classify import ClassifyService
from ocelli.edge.services.collections import CollectionService
from ocelli.edge.services.detect import DetectService
from ocelli.edge.services.embed import EmbedService
from ocelli.edge.services.frame_stream import StreamSettings
from ocelli.edge.services.health import HealthService
from ocelli.edge.services.kserve import KserveService
from ocelli.edge.services.models import ModelService
from ocelli.edge.services.points import PointService
from ocelli.edge.services.read import ReadService
from ocelli.edge.services.search import SearchService
from ocelli.edge.tasks.classify import ClassifyTask
from ocelli.edge.tasks.collections import CollectionTask
from ocelli.edge.tasks.detect import DetectTask
from ocelli.edge.tasks.duplicates import DuplicateTask
from ocelli.edge.tasks.embed import EmbedTask
from ocelli.edge.tasks.indexing import IndexTask
from ocelli.edge.tasks.inference import InferencePipeline
from ocelli.edge.tasks.read import ReadTask
from ocelli.edge.tasks.region_finding import RegionFinder
from ocelli.edge.tasks.regions import RegionTask
from ocelli.edge.tasks.registry import TASKS
from ocelli.edge.tasks.search import SearchTask
from ocelli.edge.tasks.self_test import SelfTest
from ocelli.edge.triton.channel import TritonChannel
from ocelli.edge.triton.passthrough import Passthrough
from ocelli.edge.triton.permitted_models import PermittedModels
from ocelli.edge.triton.registry import ModelRegistry
from ocelli.edge.vision.decode import configure_threads
from ocelli.edge.vision.image import ImageLimits, Tolerance

_log = logging.getLogger(__name__)

# A thread that comes back from a decoder waits so long for the interpreter while the loop is busy.
# With Python's 5 ms a flood of calls that are refused holds up the images that were not.
_SWITCH_INTERVAL_S = 0.001
# Tensors are larger than what callers send, whatever these may send.
_MIN_TRITON_MESSAGE_BYTES = 64 << 20
# Payloads as protobuf may be 6.5 times as large as they are as JSON.
_PAYLOAD_GROWTH = 8
# Shorter than the retry delay of DRAINING, after which clients find the connection closed.
_REFUSE_S = 0.3
# A connection that is closed while its client still sends is reset, and a reset may overtake what
# was sent last: the status that says why the call ended, and when to come back.
_CLOSE_DELAY_S = 0.2


class Edge:
    """A serving process, on its own or one of several: `start` it once, `stop` it once.

    It is live as soon as `start` has bound its address and becomes ready, service by service, as
    Triton and the index come up.

    Args:
        config: how to run.
        report: gets lines of progress during `start`.
        is_worker: one of several. Others listen on its address as well, and the supervisor runs the
            vector engine and, unless it is remote, the Triton that `config.triton` names.
        on_model_loaded: told of every model that this process had Triton load.
        usage: what principals use, if several processes count it; None: this one alone does.
        identify: tells who calls; None: as the configuration says.

    Raises:
        ConfigError: a file of keys or the policy cannot be used.

    Attributes:
        address: where it serves; with the real port once `start` has bound it.
        readiness: what is fit for work.
        models: the models of the repository.
        gauges: what is read off living objects at every scrape.
    """

    def __init__(
        self,
        config: Config,
        report: Callable[[str], None] = lambda _: None,
        *,
        is_worker: bool = False,
        on_model_loaded: Callable[[str], None] = lambda _: None,
        usage: UsageTable | None = None,
        identify: Identify | None = None,
    ) -> None:
        self.address = config.address
        self._is_worker = is_worker
        self.readiness = Readiness()
        self._config = config
        self._gatekeeper = Gatekeeper(config) if config.knows_callers else None
        self._drain = Drain()
        self._limiter = CallLimiter(config.max_concurrent_calls, config.calls_per_connection)
        self._quotas = Quotas(usage or UsageTable.alone())
        if identify is None and self._gatekeeper is not None:
            identify = identified_by(self._gatekeeper, by_certificate=bool(config.tls_client_ca))
        self._identify = identify
        self._server: GrpcServer | None = None
        self._local = local_triton(config, report, self.triton_changed)
        access = triton_access(config, self._local)
        arena_bytes = 0 if config.tensor_transport == "grpc" else config.max_arena_bytes
        message_bytes = max(config.max_message_bytes, _MIN_TRITON_MESSAGE_BYTES)
        self._triton = TritonChannel(access, message_bytes, arena_bytes, config.triton_keepalive_s)
        self.models = ModelRegistry(
            self._triton,
            TASKS,
            config.model_poll_interval_s,
            self._publish_readiness,
            models_dir=config.models_dir,
            try_model=SelfTest(self._triton, message_bytes),
            on_load=on_model_loaded,
        )
        engine = index_engine(config, attach=is_worker)
        self._index = ValidatedIndex(observed(engine), max_answer_bytes=config.max_message_bytes)
        self._index_size = IndexSize(engine)
        self._index.on_change(lambda _: self._publish_readiness())
        self._executor = FairExecutor(config.decode_threads or usable_cores())
        self._memory = MemoryLimiter(config.max_inflight_bytes)
        self._lag = LoopLag()
        self._background: list[asyncio.Task[None]] = []
        self._admissions = Admissions()
        self.gauges = LiveGauges()
        add_loop(self.gauges, self._lag)
        add_scheduling(self.gauges, self._memory, self._executor, self.models, self._admissions)
        add_dependencies(self.gauges, self._triton.arena, self.models, self._index)
        add_index_size(self.gauges, self._index_size)
        self._observers: Observers | None = None

    async def start(self) -> None:
        """Binds the address, then brings up Triton and the index.

        Raises:
            ConfigError: the address cannot be bound, or the access log not be opened.
            SetupError: the local Triton cannot be installed or started.
            OcelliError: INDEX_UNAVAILABLE: the index cannot be opened.
        """
        configure_threads()
        configure_heap()
        sys.setswitchinterval(_SWITCH_INTERVAL_S)
        self._background = [
            asyncio.create_task(return_idle_memory(self._memory)),
            asyncio.create_task(self._lag.measure()),
            asyncio.create_task(self._index_size.keep_measuring()),
        ]
        if self._gatekeeper is not None:
            self._background.append(asyncio.create_task(self._gatekeeper.follow()))
        self._observers = Observers(self._config)
        self._publish_readiness()
        self._server, self.address = build_server(
            self._config,
            self._services(),
            self._limiter,
            self._lag,
            self._drain,
            identify=self._identify,
            quotas=self._quotas,
            record=self._observers.interceptor(),
            share_port=self._is_worker,
        )
        await self._server.start()
        self.models.start()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._index.start(Deadline.after(None, INDEX_START_TIMEOUT_S)))
                if self._local is not None:
                    group.create_task(self._local.start())
        except BaseExceptionGroup as failed:
            raise failed.exceptions[0] from None
        if self._config.tensor_transport == "shm":
            await self._require_shared_memory()

    async def _require_shared_memory(self) -> None:
        answered = await self.models.wait_reachable(self._config.triton_start_timeout_s)
        arena = self._triton.arena
        if answered and (arena is None or arena.refused):
            raise ConfigError(
                f"tensor_transport is 'shm', but Triton at {self._config.triton} does not share "
                "memory with the edge: run one Triton on the same host and in the same IPC "
                "namespace, or choose auto"
            )

    async def stop(self) -> None:
        """Drains, then ends everything that was started; no process is left."""
        if self._server is not None:
            await self._end_calls(self._server)
        await self.models.close()
        await self._triton.close()
        await self._index.close()
        if self._local is not None:
            await self._local.stop()
        self._executor.close()
        for task in self._background:
            task.cancel()
        if self._observers is not None:
            await asyncio.to_thread(self._observers.close)

    async def _end_calls(self, server: GrpcServer) -> None:
        """Lets every call end with an answer or a reason.

        Readiness goes off while calls are still taken, so that balancers send no more. Then new
        ones are refused for a moment, as what gRPC holds when it is stopped would end as
        CANCELLED, without a reason. Stopping sends every connection to look for another server at
        once, while calls under way go on.
        """
        self._drain.announce()
        self._publish_readiness()
        await asyncio.sleep(self._config.drain_notice_s)
        self._drain.start()
        await asyncio.sleep(_REFUSE_S)
        stopping = asyncio.create_task(server.stop(self._config.drain_grace_s + 1))
        if not await self._limiter.wait_idle(self._config.drain_grace_s):
            self._limiter.end_calls()
            await self._limiter.wait_idle(_CLOSE_DELAY_S)
        # Whoever watches health or reflects would hold it up for as long as it may take.
        await server.stop(_CLOSE_DELAY_S)
        await stopping

    async def model_lines(self) -> list[str]:
        """A line for people about each model, once Triton has answered or took too long."""
        await self.models.wait_reachable(self._config.triton_start_timeout_s)
        return describe_models(self.models.entries())

    def families(self) -> list[Family]:
        """The metrics, as they stand."""
        create_model_series(serving_versions(self.models))
        return [*counted(REGISTRY), *self.gauges.families()]

    async def scrape(self, openmetrics: bool) -> bytes:  # noqa: FBT001  # a callback's argument
        """The metrics as Prometheus reads them, in OpenMetrics if it asks for that."""
        return render(self.families(), openmetrics=openmetrics)

    def triton_changed(self, running: bool) -> None:  # noqa: FBT001  # a callback's one argument
        """Takes note that the local Triton came up or went down."""
        _log.info("Triton is %s", "up" if running else "down")
        self.models.poll_now()

    def _services(self) -> Services:
        config = self._config
        settings = StreamSettings(
            max_frame_s=config.max_deadline_s,
            max_message_bytes=config.max_message_bytes,
            max_window=config.stream_window,
            max_idle_s=config.max_idle_stream_s,
            admissions=self._admissions,
            drain=self._drain,
        )
        limits = ImageLimits(
            max_pixels=config.max_image_pixels,
            max_side=config.max_image_side,
            max_frames=config.max_image_frames,
            tolerance=Tolerance(config.image_tolerance),
        )
        pipeline = InferencePipeline(
            self._triton, self._executor, limits, self._memory, self._admissions
        )
        models, index = PermittedModels(self.models), self._index
        embedding = EmbedTask(pipeline, models)
        regions = RegionTask(RegionFinder(pipeline, self._triton), models, embedding)
        return Services(
            detect=DetectService(models, DetectTask(pipeline), settings),
            classify=ClassifyService(models, ClassifyTask(pipeline), settings),
            read=ReadService(models, ReadTask(pipeline, self.models)),
            embed=EmbedService(models, embedding, settings),
            collections=CollectionService(index, CollectionTask(index, models)),
            points=PointService(index, IndexTask(index, models, embedding, regions), settings),
            search=SearchService(
                SearchTask(index, models, embedding, regions),
                DuplicateTask(index, max_group_bytes=config.max_message_bytes // _PAYLOAD_GROWTH),
            ),
            models=ModelService(models),
            kserve=KserveService(
                Passthrough(self._triton.balancer, self._triton.metadata),
                self.models,
                self._admissions,
                self._memory,
            ),
            health=HealthService(self.readiness),
        )

    def _publish_readiness(self) -> None:
        entries = self.models.entries()
        self.readiness.update(
            names_ready(
                live=not self._drain.announced,
                triton=self.models.reachable,
                index=self._index.ready,
                models={
                    entry.name: entry.spec.head.task if entry.spec else None for entry in entries
                },
                services={task: entry.service for task, entry in TASKS.items()},
            )
        )
