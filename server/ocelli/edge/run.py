"""The life of a serving process: signals, start, banner, drain, exit code."""

import asyncio
import logging
import signal
import sys

from ocelli.edge.app import Edge
from ocelli.edge.banner import banner
from ocelli.edge.config import Config, ConfigError
from ocelli.edge.errors import OcelliError
from ocelli.edge.triton.local.interpreter import SetupError


def run(config: Config) -> int:
    """Serves until SIGINT or SIGTERM, then drains.

    Returns:
        The exit code: 0 after a drain; 1 if it could not start, with the reason as one line on
        stderr.
    """
    logging.basicConfig(
        level=config.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    return asyncio.run(_serve(config))


async def _serve(config: Config) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    edge = Edge(config, _say)
    starting = asyncio.create_task(_start(edge, config))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not stop.is_set():
            await starting
            await stopping
        _say("draining")
    except (ConfigError, SetupError, OcelliError) as error:
        _say(f"error: {error}")
        return 1
    finally:
        starting.cancel()
        stopping.cancel()
        await asyncio.gather(starting, stopping, return_exceptions=True)
        await edge.stop()
    return 0


async def _start(edge: Edge, config: Config) -> None:
    await edge.start()
    await edge.models.wait_reachable(config.triton_start_timeout_s)
    print(banner(edge.address, config, edge.models.entries()), flush=True)  # for people


def _say(line: str) -> None:
    print(f"ocelli: {line}", file=sys.stderr, flush=True)  # for people
