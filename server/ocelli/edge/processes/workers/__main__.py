"""A worker: `python -m ocelli.edge.processes.workers FD`, started by the supervisor, whose line is FD."""

import asyncio
import logging
import signal
import socket
import sys

from ocelli.edge.app import Edge
from ocelli.edge.config import ConfigError
from ocelli.edge.errors import OcelliError
from ocelli.edge.processes.workers.ipc import IpcConnection
from ocelli.edge.processes.workers.messages import (
    Count,
    Counts,
    Failed,
    Models,
    Order,
    Serve,
    Serving,
    TritonChanged,
)


def main() -> int:
    """Serves until SIGTERM or until the supervisor is gone, then drains; the exit status."""
    return asyncio.run(_work(socket.socket(fileno=int(sys.argv[1]))))


async def _work(end: socket.socket) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    ipc: IpcConnection[Order] = await IpcConnection.open(end, Order)
    order = await ipc.receive()
    if not isinstance(order, Serve):
        return 1
    logging.basicConfig(
        level=order.config.log_level.upper(),
        format=f"%(asctime)s %(levelname)s worker {order.number}: %(name)s: %(message)s",
    )
    edge = Edge(order.config, is_worker=True)
    serving = asyncio.create_task(_serve(edge, ipc))
    hearing = asyncio.create_task(_hear(edge, ipc))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({serving, hearing, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            await serving
        await asyncio.wait({hearing, stopping}, return_when=asyncio.FIRST_COMPLETED)
    except (ConfigError, OcelliError) as error:
        ipc.send(Failed(str(error)))
        return 1
    finally:
        for task in (serving, hearing, stopping):
            task.cancel()
        await asyncio.gather(serving, hearing, stopping, return_exceptions=True)
        await edge.stop()
        ipc.close()
    return 0


async def _serve(edge: Edge, ipc: IpcConnection[Order]) -> None:
    await edge.start()
    ipc.send(Serving())
    line.send(Models(await edge.model_lines()))


async def _hear(edge: Edge, ipc: IpcConnection[Order]) -> None:
    """Does what the supervisor says; returns when it is gone."""
    while (order := await ipc.receive()) is not None:
        match order:
            case Count():
                ipc.send(Counts(edge.families()))
            case TritonChanged():
                edge.triton_changed(order.running)


if __name__ == "__main__":
    sys.exit(main())
