"""The process that owns what the workers share, and the workers themselves.

It holds the port, runs the local Triton and the vector engine, keeps every worker alive and adds up
their metrics; no call passes through it. Workers, Triton and the engine are its
children: when the supervisor dies, in whatever way, they end.
"""

import asyncio
import logging
import os
from collections.abc import Callable

from ocelli.edge.config import Config, ConfigError
from ocelli.edge.engines import INDEX_START_TIMEOUT_S, index_engine, local_triton
from ocelli.edge.observability.family import Family, Sample, render
from ocelli.edge.observability.merge import merge
from ocelli.edge.processes.shared_port import SharedPort
from ocelli.edge.processes.workers.split_limits import split_limits
from ocelli.edge.processes.workers.worker_supervisor import WorkerSupervisor
from ocelli.edge.scheduling.deadline import Deadline
from ocelli.edge.scheduling.quota.usage_table import UsageTable

_log = logging.getLogger(__name__)

_COLLECT_TIMEOUT_S = 2.0


class ServerSupervisor:
    """The whole edge in several processes: `start` it once, `stop` it once.

    Args:
        config: how to run.
        workers: how many processes serve.
        report: gets lines of progress during `start`.

    Attributes:
        address: where it serves; with the real port once `start` has bound it.
    """

    def __init__(
        self, config: Config, workers: int, report: Callable[[str], None] = lambda _: None
    ) -> None:
        self.address = config.address
        self._config = config
        self._workers = workers
        self._port: SharedPort | None = None
        self._usage_fd: int | None = None
        self._local = local_triton(config, report, self._triton_changed)
        self._index = index_engine(config)
        self._supervisors: list[WorkerSupervisor] = []

    async def start(self) -> None:
        """Binds the address, then brings up the vector engine, the workers and Triton.

        Raises:
            ConfigError: the address cannot be bound, or a worker could not start.
            SetupError: the local Triton cannot be installed or started.
            OcelliError: INDEX_UNAVAILABLE: the index cannot be opened.
        """
        self._port = _hold(self.address)
        self.address = self._port.address
        await self._index.start(Deadline.after(None, INDEX_START_TIMEOUT_S))
        triton = self._local.address if self._local else self._config.triton
        config = split_limits(self._config, self._workers, address=self.address, triton=triton)
        usage_fd = self._usage_fd = UsageTable.create(self._workers)
        self._supervisors = [
            WorkerSupervisor(number, config, usage_fd, self._model_loaded)
            for number in range(self._workers)
        ]
        try:
            async with asyncio.TaskGroup() as group:
                for worker in self._supervisors:
                    group.create_task(worker.start())
                if self._local is not None:
                    group.create_task(self._local.start())
        except BaseExceptionGroup as failed:
            raise failed.exceptions[0] from None

    async def stop(self) -> None:
        """Drains the workers, then ends everything that was started; no process is left."""
        await asyncio.gather(*(worker.stop() for worker in self._supervisors))
        await self._index.close()
        if self._local is not None:
            await self._local.stop()
        if self._port is not None:
            self._port.close()
        if self._usage_fd is not None:
            os.close(self._usage_fd)

    async def model_lines(self) -> list[str]:
        """A line for people about each model, once Triton has answered or took too long."""
        return await self._supervisors[0].model_lines()

    async def scrape(self, openmetrics: bool) -> bytes:  # noqa: FBT001  # a callback's argument
        """The metrics of all workers as those of one server, and a few of each."""
        counts = await asyncio.gather(
            *(worker.collect(_COLLECT_TIMEOUT_S) for worker in self._supervisors)
        )
        families = [*merge(counts), *_by_worker(self._supervisors, counts)]
        return render(families, openmetrics=openmetrics)

    def _triton_changed(self, running: bool) -> None:  # noqa: FBT001  # a callback's one argument
        _log.info("Triton is %s", "up" if running else "down")
        for worker in self._supervisors:
            worker.triton_changed(running)

    def _model_loaded(self, by: int, name: str) -> None:
        for worker in self._supervisors:
            if worker.number != by:
                worker.model_loaded(name)


def _hold(address: str) -> SharedPort:
    if address.startswith("unix:"):
        raise ConfigError(
            f"address is {address!r}, which several workers cannot share; expected host:port, "
            "or --workers 1"
        )
    try:
        return SharedPort(address)
    except OSError as error:
        raise ConfigError(
            f"cannot listen on {address}: {error.strerror or error}; is another program using "
            "it? choose one with --address HOST:PORT"
        ) from error


def _by_worker(workers: list[WorkerSupervisor], counts: list[list[Family]]) -> list[Family]:
    calls = [_total(families, "ocelli_calls") for families in counts]
    streams = [_total(families, "ocelli_streams_open") for families in counts]
    return [
        _each(
            "ocelli_worker_up", "Whether the worker takes calls.", [worker.up for worker in workers]
        ),
        _each(
            "ocelli_worker_restarts",
            "How often the worker was started again.",
            [worker.restarts for worker in workers],
            kind="counter",
        ),
        _each("ocelli_worker_calls", "Calls and streams that ended there.", calls, kind="counter"),
        _each("ocelli_worker_streams_open", "Streams that are open there.", streams),
    ]


def _total(families: list[Family], name: str) -> float:
    return sum(
        sample.value for family in families if family.name == name for sample in family.samples
    )


def _each(name: str, about: str, values: list[float], *, kind: str = "gauge") -> Family:
    suffix = "_total" if kind == "counter" else ""
    samples = [
        Sample(name + suffix, {"worker": str(number)}, float(value))
        for number, value in enumerate(values)
    ]
    return Family(name, about, kind, samples)
