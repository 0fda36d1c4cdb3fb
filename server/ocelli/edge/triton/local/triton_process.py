"""The managed Triton: a `tritonserver` that is started, watched, restarted and ended."""

import asyncio
import logging
import os
import time
from collections.abc import Callable
from pathlib import Path

import grpc

from ocelli.edge.processes.child import Backoff, ChildError, SupervisedProcess, describe_status, open_log, spawn
from ocelli.edge.triton.local.backends import lay_out_backends
from ocelli.edge.triton.local.environment import Report, TritonEnvironment, ensure_environment
from ocelli.edge.triton.local.interpreter import SetupError
from ocelli.edge.triton.local.log import last_errors
from ocelli.edge.triton.local.loopback_port import Port
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
        report: gets lines of progress during `start`.
        on_change: called on the event loop with the new value of `running` when it changes.

    Attributes:
        address: `127.0.0.1:PORT`, fixed from the constructor on.
        restarts: how often Triton was started again after it had died.
    """

    def __init__(
        self,
        *,
        home: Path,
        model_repository: Path,
        grpc_port: int = 0,
        start_timeout_s: float = 60.0,
        report: Report = lambda _: None,
        on_change: Callable[[bool], None] = lambda _: None,
    ) -> None:
        self._home = home.absolute()
        self._model_repository = model_repository.absolute()
        self._start_timeout_s = start_timeout_s
        self._report = report
        self._on_change = on_change
        self._port = Port(grpc_port)
        self.address = f"127.0.0.1:{self._port.number}"
        self.restarts = 0
        self._shm_prefix = claim_prefix(home)
        self._backoff = Backoff()
        self._child: SupervisedProcess | None = None
        self._supervisor: asyncio.Task[None] | None = None
        self._running = False

    @property
    def running(self) -> bool:
        """Whether Triton is up and has answered since it was last started."""
        return self._running

    @property
    def pid(self) -> int | None:
        """Process id of `tritonserver`; None while it is down."""
        return None if self._child is None else self._child.pid

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
        environment = await ensure_environment(self._home, self._report)
        try:
            backends = await asyncio.to_thread(self._prepare, environment)
        except OSError as error:
            raise SetupError(f"Triton's folders cannot be made: {error}") from error
        self._report("starting Triton")
        command = [str(environment.wheel / "bin" / "tritonserver"), *self._flags(backends)]
        variables = environment.variables(os.environ)
        await self._launch(command, variables)
        self._supervisor = asyncio.create_task(self._supervise(command, variables))

    async def stop(self, grace_s: float = _EXIT_S) -> None:
        """Ends Triton and its stubs and frees the port; no process is left.

        Args:
            grace_s: how long Triton may take to finish what is in flight; ten seconds at most.
        """
        if self._supervisor is not None:
            self._supervisor.cancel()
            await asyncio.gather(self._supervisor, return_exceptions=True)
            self._supervisor = None
        try:
            await self._end(grace_s)
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
            f"--grpc-port={self._port.number}",
            "--reuse-grpc-port=true",
            f"--grpc-http2-min-recv-ping-interval-without-data={_MIN_PING_INTERVAL_MS}",
            "--allow-http=false",
            "--allow-metrics=false",
        ]

    async def _launch(self, command: list[str], variables: dict[str, str]) -> None:
        """Starts Triton and waits until it answers; on any failure it is gone again."""
        try:
            log = open_log(self.log_path, max_bytes=_LOG_BYTES)
            log_start = log.stat().st_size if log.exists() else 0
            self._child = await spawn(command, env=variables, log=log, grace_s=_EXIT_S)
        except (ChildError, OSError) as error:
            raise SetupError(f"Triton could not be started: {error}") from error
        self._backoff.started()
        try:
            await self._until_live(self._child, log_start)
        except BaseException:
            await self._end(grace_s=0.0)
            raise
        self._set_running(True)

    async def _until_live(self, child: SupervisedProcess, log_start: int) -> None:
        began = time.monotonic()
        live = asyncio.create_task(_answers(self.address, self._start_timeout_s))
        died = asyncio.create_task(child.wait())
        try:
            await asyncio.wait({live, died}, return_when=asyncio.FIRST_COMPLETED)
            if live.done() and live.result():
                return
            what = f"did not answer within {self._start_timeout_s:g} s"
            if died.done():
                lived_s = time.monotonic() - began
                what = f"ended with {describe_status(died.result())} after {lived_s:.1f} s"
        finally:
            live.cancel()
            died.cancel()
            await asyncio.gather(live, died, return_exceptions=True)
        said = await asyncio.to_thread(last_errors, self.log_path, log_start)
        raise SetupError(f"Triton {what}: {said or 'it gave no reason'} (log: {self.log_path})")

    async def _supervise(self, command: list[str], variables: dict[str, str]) -> None:
        while True:
            if self._child is not None:
                status = await _until_useless(self._child)
                _log.warning("Triton ended with %s; starting it again", describe_status(status))
            self._child = None
            self._set_running(False)
            await asyncio.to_thread(remove_regions, self._shm_prefix)
            await asyncio.sleep(self._backoff.next_delay_s())
            self.restarts += 1
            try:
                await self._launch(command, variables)
            except SetupError as error:
                _log.error("%s", error)

    async def _end(self, grace_s: float) -> None:
        child, self._child = self._child, None
        self._set_running(False)
        if child is not None:
            await child.stop(grace_s)
        await asyncio.to_thread(remove_regions, self._shm_prefix)

    def _set_running(self, running: bool) -> None:  # noqa: FBT001 - a setter
        if running != self._running:
            self._running = running
            # By way of the loop, so that what it raises does not end the supervision.
            asyncio.get_running_loop().call_soon(self._on_change, running)


async def _until_useless(child: SupervisedProcess) -> int:
    """Waits until Triton ends, or ends it because a stub of its died; returns its status."""
    died = asyncio.ensure_future(child.wait())
    suspects: frozenset[int] = frozenset()
    try:
        while not (await asyncio.wait({died}, timeout=_STUB_POLL_S))[0]:
            dead = await asyncio.to_thread(dead_stubs, child.pid)
            if dead & suspects:
                _log.warning("a stub process of Triton died (out of memory?); ending Triton")
                child.kill()
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
