"""The life of a serving process: signals, start, banner, drain, exit code."""

import asyncio
import logging
import signal
import sys
from typing import Protocol

from ocelli.edge.access.exposure import check_exposure
from ocelli.edge.config import Config, ConfigError
from ocelli.edge.errors import OcelliError
from ocelli.edge.home import check_home
from ocelli.edge.observability.scrape_server import MetricsPort
from ocelli.edge.processes.collector import spare_what_stays
from ocelli.edge.processes.cores import usable_cores
from ocelli.edge.processes.open_files import allow_many_files
from ocelli.edge.server.banner import banner
from ocelli.edge.triton.local.interpreter import SetupError


class Server(Protocol):
    """What serves: one process, or the supervisor of several."""

    address: str

    async def start(self) -> None:
        """Binds the address and brings up everything."""

    async def stop(self) -> None:
        """Drains and ends everything."""

    async def model_lines(self) -> list[str]:
        """A line for people about each model."""

    async def scrape(self, openmetrics: bool) -> bytes:  # noqa: FBT001  # a callback's argument
        """The metrics as text, in OpenMetrics if asked for."""


def run(config: Config) -> int:
    """Serves until SIGINT or SIGTERM, then drains.

    Returns:
        The exit code: 0 after a drain; 1 if it could not start, with the reason as one line on
        stderr.
    """
    logging.basicConfig(
        level=config.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    allow_many_files()
    return asyncio.run(_serve(config))


async def _serve(config: Config) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        check_home(config)
        server = _server(config)
    except ConfigError as error:
        _print(f"error: {error}")
        return 1
    metrics = MetricsPort(config.metrics_address, server.scrape, config.metrics_token)
    starting = asyncio.create_task(_start(server, metrics, config))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not stop.is_set():
            await starting
            await stopping
        _print("draining")
    except (ConfigError, SetupError, OcelliError) as error:
        _print(f"error: {error}")
        return 1
    finally:
        starting.cancel()
        stopping.cancel()
        await asyncio.gather(starting, stopping, return_exceptions=True)
        await server.stop()
        await metrics.close()
    return 0


def _server(config: Config) -> Server:
    check_exposure(config)
    # Bad files should not cost the start of a Triton.
    if config.knows_callers:
        from ocelli.edge.access.gatekeeper import Gatekeeper  # noqa: PLC0415  as below

        Gatekeeper(config)
    if config.tls_cert:
        from ocelli.edge.server.tls.identity import read_identity  # noqa: PLC0415  as below

        read_identity(config)
    workers = config.workers or usable_cores()
    # Imported as needed: the supervisor does without what only images need.
    if workers > 1:
        from ocelli.edge.processes.workers.server_supervisor import ServerSupervisor  # noqa: PLC0415

        return ServerSupervisor(config, workers, _print)
    from ocelli.edge.app import Edge  # noqa: PLC0415

    return Edge(config, _print)


async def _start(server: Server, metrics: MetricsPort, config: Config) -> None:
    if config.metrics_address:
        await metrics.open()
        _print(f"metrics on http://{metrics.address}/metrics")
    await server.start()
    spare_what_stays()
    print(banner(server.address, config, await server.model_lines()), flush=True)  # for people


def _print(line: str) -> None:
    print(f"ocelli: {line}", file=sys.stderr, flush=True)  # for people
