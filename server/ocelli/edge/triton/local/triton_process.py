"""The managed Triton: a `tritonserver` that is started, watched, restarted and ended."""

import asyncio
import logging
import os
import time
from collections.abc import Callable
from pathlib import Path

import grpc

from ocelli.edge.processes.child import SupervisedProcess, describe_status, open_log, spawn
from ocelli.edge.processes.shared_port import SharedPort
from ocelli.edge.processes.supervision import StartError, Supervisor
from ocelli.edge.triton.local.backends import lay_out_backends
from ocelli.edge.triton.local.device import choose_device
from ocelli.edge.triton.local.environment import Report, TritonEnvironment, ensure_environment
from ocelli.edge.triton.local.interpreter import SetupError
from ocelli.edge.triton.local.log import last_errors
from ocelli.edge.triton.local.observing import metrics_flags, trace_flags
from ocelli.edge.triton.local.shm import claim_prefix, remove_regions, remove_stale_regions
from ocelli.edge.triton.local.stubs import dead_stubs

_log = logging.getLogger(__name__)
_LOG_BYTES = 16 * 1024 * 1024
_EXIT_S = 10.0
_STUB_POLL_S = 1.0
_MIN_PING_INTERVAL_MS = 500


class LocalTriton:
    """A Triton of one's own on the loopback interface.

    It is restarted when it dies: at once, then after growing pauses of up to ten seconds. `stop` is
    due in any case, also after a `start` that failed.

    Args:
        home: the edge's data folder; holds Triton's environment, backends and log.
        model_repository: the models' folder, made if it is missing. Every model in it is loaded;
            one that fails leaves the others be.
        grpc_port: port to listen on; any free one if 0.
        start_timeout_s: how long Triton may take from its start until it answers, and one model
            instance from its start until it is ready.
        device: `auto`, `cpu` or `gpu`; see `choose_device`.
        metrics_address: `host:port` where it serves metrics of its own; empty for nowhere.
        otlp_endpoint: `http://host:port` of a collector that gets its spans of traced requests;
            empty for none.
        report: gets lines of progress during `start`.
        on_change: called on the event loop with the new value of `running` when it changes.

    Attributes:
        address: `127.0.0.1:PORT`, fixed from the constructor on.

    Raises:
        SetupError: the port cannot be had.
    """

    def __init__(
        self,
        *,
        home: Path,
        model_repository: Path,
        grpc_port: int = 0,
        start_timeout_s: float = 60.0,
        device: str = "cpu",
        metrics_address: str = "",
        otlp_endpoint: str = "",
        report: Report = lambda _: None,
        on_change: Callable[[bool], None] = lambda _: None,
    ) -> None:
        self._home = home.absolute()
        self._model_repository = model_repository.absolute()
        self._start_timeout_s = start_timeout_s
        self._device = device
        self._metrics_address = metrics_address
        self._otlp_endpoint = otlp_endpoint
        self._report = report
        self._port = _hold(grpc_port)
        self.address = self._port.address
        self._shm_prefix = claim_prefix(home)
        self._command: list[str] = []
        self._variables: dict[str, str] = {}
        self._log_start = 0
        self._supervisor = Supervisor(
            "Triton",
            self._spawn,
            self._follow,
            grace_s=_EXIT_S,
            clean_up=self._remove_regions,
            on_change=on_change,
        )

    @property
    def running(self) -> bool:
        """Whether Triton is up and has answered since it was last started."""
        return self._supervisor.up

    @property
    def restarts(self) -> int:
        """How often Triton was started again after it had died."""
        return self._supervisor.restarts

    @property
    def pid(self) -> int | None:
        """Process id of `tritonserver`; None while it is down."""
        process = self._supervisor.child
        return None if process is None else process.pid

    @property
    def log_path(self) -> Path:
        """What Triton and its stubs write; started anew beyond 16 MiB, the old one kept as `.1`."""
        return self._home / "logs" / "triton.log"

    async def start(self) -> None:
        """Installs what is missing, starts Triton and waits until it answers.

        Raises:
            SetupError: it could not be installed, died or did not answer in time; says why. Then
                nothing runs, and `start` may be tried again.
        """
        chosen = await choose_device(self._device)
        environment = await ensure_environment(self._home, self._report, chosen.device)
        self._report(chosen.line)
        try:
            backends = await asyncio.to_thread(self._prepare, environment)
        except OSError as error:
            raise SetupError(f"Triton's folders cannot be made: {error}") from error
        self._report("starting Triton")
        self._command = [str(environment.wheel / "bin" / "tritonserver"), *self._flags(backends)]
        self._variables = environment.variables(os.environ)
        try:
            await self._supervisor.start()
        except StartError as error:
            raise SetupError(str(error)) from error

    async def stop(self, grace_s: float = _EXIT_S) -> None:
        """Ends Triton and its stubs and frees the port; no process is left.

        Args:
            grace_s: how long Triton may take to finish what is in flight; ten seconds at most.
        """
        try:
            await self._supervisor.stop(grace_s)
        finally:
            self._port.close()

    def _prepare(self, environment: TritonEnvironment) -> Path:
        self._model_repository.mkdir(parents=True, exist_ok=True)
        remove_stale_regions(self._home)
        return lay_out_backends(self._home, environment)

    def _flags(self, backends: Path) -> list[str]:
        python = {
            "shm-region-prefix-name": self._shm_prefix,
            "stub-timeout-seconds": str(max(1, int(self._start_timeout_s))),
        }
        return [
            f"--model-repository={self._model_repository}",
            f"--backend-directory={backends}",
            *(f"--backend-config=python,{key}={value}" for key, value in python.items()),
            "--model-control-mode=explicit",
            "--load-model=*",
            # Configs are complete, and completing them would start every stub twice.
            "--disable-auto-complete-config",
            "--exit-on-error=false",
            "--strict-readiness=false",
            f"--exit-timeout-secs={int(_EXIT_S)}",
            "--grpc-address=127.0.0.1",
            f"--grpc-port={self._port.port}",
            "--reuse-grpc-port=true",
            f"--grpc-http2-min-recv-ping-interval-without-data={_MIN_PING_INTERVAL_MS}",
            "--allow-http=false",
            *metrics_flags(self._metrics_address),
            *trace_flags(self._otlp_endpoint),
        ]

    async def _spawn(self) -> SupervisedProcess:
        log = open_log(self.log_path, max_bytes=_LOG_BYTES)
        self._log_start = log.stat().st_size if log.exists() else 0
        return await spawn(self._command, env=self._variables, log=log, grace_s=_EXIT_S)

    async def _follow(self, process: SupervisedProcess, came_up: Callable[[], None]) -> str:
        try:
            failure = await self._until_live(process)
        except asyncio.CancelledError:
            process.kill()  # nothing is in flight yet
            raise
        if failure:
            errors = await asyncio.to_thread(last_errors, self.log_path, self._log_start)
            return f"Triton {failure}: {errors or 'it gave no reason'} (log: {self.log_path})"
        came_up()
        return f"Triton ended with {describe_status(await _until_useless(process))}"

    async def _until_live(self, process: SupervisedProcess) -> str:
        """Waits until Triton answers; why it does not, if so."""
        began_s = time.monotonic()
        live = asyncio.create_task(_answers(self.address, self._start_timeout_s))
        died = asyncio.create_task(process.wait())
        try:
            await asyncio.wait({live, died}, return_when=asyncio.FIRST_COMPLETED)
            if live.done() and live.result():
                return ""
            if not died.done():
                return f"did not answer within {self._start_timeout_s:g} s"
            lived_s = time.monotonic() - began_s
            return f"ended with {describe_status(died.result())} after {lived_s:.1f} s"
        finally:
            live.cancel()
            died.cancel()
            await asyncio.gather(live, died, return_exceptions=True)

    async def _remove_regions(self) -> None:
        await asyncio.to_thread(remove_regions, self._shm_prefix)


def _hold(port: int) -> SharedPort:
    try:
        return SharedPort(f"127.0.0.1:{port}")
    except OSError as error:
        raise SetupError(
            f"port {port} of 127.0.0.1 cannot be had for Triton: {error.strerror}; "
            "choose another one, or 0 for any"
        ) from error


async def _until_useless(process: SupervisedProcess) -> int:
    """Waits until Triton ends, or ends it because one of its stubs died; returns its status."""
    died = asyncio.ensure_future(process.wait())
    suspects: frozenset[int] = frozenset()
    try:
        while not (await asyncio.wait({died}, timeout=_STUB_POLL_S))[0]:
            dead = await asyncio.to_thread(dead_stubs, process.pid)
            if dead & suspects:
                _log.warning("a stub process of Triton died (out of memory?); ending Triton")
                process.kill()
                break
            suspects = dead
        return await died
    finally:
        died.cancel()


async def _answers(address: str, timeout_s: float) -> bool:
    """Whether a ServerLive call is answered with `live: true` in time."""
    options = [("grpc.initial_reconnect_backoff_ms", 50), ("grpc.max_reconnect_backoff_ms", 200)]
    async with grpc.aio.insecure_channel(address, options=options) as channel:
        call: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(
            "/inference.GRPCInferenceService/ServerLive", None, None
        )
        try:
            reply = await call(b"", timeout=timeout_s, wait_for_ready=True)
        except grpc.aio.AioRpcError:
            return False
    return reply == b"\x08\x01"
