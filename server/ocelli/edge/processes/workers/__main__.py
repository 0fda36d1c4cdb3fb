"""A worker: `python -m ocelli.edge.processes.workers IPC_FD USAGE_FD`, run by its supervisor."""

import asyncio
import logging
import signal
import socket
import sys

from ocelli.edge.app import Edge
from ocelli.edge.config import Config, ConfigError
from ocelli.edge.errors import OcelliError
from ocelli.edge.processes.collector import spare_what_stays
from ocelli.edge.processes.workers.ipc import IpcConnection
from ocelli.edge.processes.workers.messages import (
    Collect,
    Failed,
    Metrics,
    ModelLoaded,
    Models,
    Order,
    Serve,
    Serving,
    TritonChanged,
)
from ocelli.edge.scheduling.quota.usage_table import UsageTable


def main() -> int:
    """Serves until SIGTERM or until the supervisor is gone, then drains; the exit status."""
    ipc_fd, usage_fd = map(int, sys.argv[1:])
    return asyncio.run(_work(socket.socket(fileno=ipc_fd), usage_fd))


async def _work(end: socket.socket, usage_fd: int) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    ipc: IpcConnection[Order] = await IpcConnection.open(end, Order)
    order = await ipc.receive()
    if not isinstance(order, Serve):
        return 1
    config = Config.model_validate(order.config)
    logging.basicConfig(
        level=config.log_level.upper(),
        format=f"%(asctime)s %(levelname)s worker {order.number}: %(name)s: %(message)s",
    )
    edge = Edge(
        config,
        is_worker=True,
        on_model_loaded=lambda name: ipc.send(ModelLoaded(name)),
        usage=UsageTable(usage_fd, order.number),
    )
    serving = asyncio.create_task(_serve(edge, ipc))
    obeying = asyncio.create_task(_obey(edge, ipc))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({serving, obeying, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            await serving
        await asyncio.wait({obeying, stopping}, return_when=asyncio.FIRST_COMPLETED)
    except (ConfigError, OcelliError) as error:
        ipc.send(Failed(str(error)))
        return 1
    finally:
        for task in (serving, obeying, stopping):
            task.cancel()
        await asyncio.gather(serving, obeying, stopping, return_exceptions=True)
        await edge.stop()
        ipc.close()
    return 0


async def _serve(edge: Edge, ipc: IpcConnection[Order]) -> None:
    await edge.start()
    spare_what_stays()
    ipc.send(Serving())
    ipc.send(Models(await edge.model_lines()))


async def _obey(edge: Edge, ipc: IpcConnection[Order]) -> None:
    """Does what the supervisor orders; returns when it is gone."""
    while (order := await ipc.receive()) is not None:
        match order:
            case Collect():
                ipc.send(Metrics(edge.families()))
            case TritonChanged():
                edge.triton_changed(order.running)
            case ModelLoaded():
                edge.models.describe_anew(order.name)


if __name__ == "__main__":
    sys.exit(main())
