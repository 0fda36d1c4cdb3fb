"""Runs the embedded vector engine on a folder, until SIGTERM."""

import argparse
import asyncio
import logging
import signal
import sys
from pathlib import Path

from ocelli.edge.index.embedded.engine.catalogue import Catalogue
from ocelli.edge.index.embedded.engine.document import FormatTooNew
from ocelli.edge.index.embedded.engine.engine_loop import EngineLoop
from ocelli.edge.index.embedded.engine.engine_server import EngineServer
from ocelli.edge.index.embedded.engine.folder_lock import FolderTaken
from ocelli.edge.index.embedded.engine.jobs import JobQueue
from ocelli.edge.index.embedded.engine.tuning import Tuning
from ocelli.edge.index.embedded.engine.warm_up import warm_up
from ocelli.edge.index.embedded.exit_status import FOLDER_TAKEN, FORMAT_TOO_NEW
from ocelli.edge.processes.collector import spare_what_stays

_log = logging.getLogger(__name__)


def main() -> int:
    """Command line: see `--help`. What exit statuses mean: `exit_status`."""
    default = Tuning()
    parser = argparse.ArgumentParser(
        prog="python -m ocelli.edge.index.embedded.engine", description=__doc__
    )
    parser.add_argument("--socket", type=Path, required=True, help="Unix socket to serve on")
    parser.add_argument("--folder", type=Path, required=True, help="where the collections are")
    parser.add_argument("--flush-interval-s", type=float, default=default.flush_interval_s)
    parser.add_argument("--flush-before-ack", action="store_true")
    parser.add_argument("--optimise-every-kib", type=int, default=default.optimise_every_kib)
    parser.add_argument("--max-unoptimised-kib", type=int, default=default.max_unoptimised_kib)
    parser.add_argument("--max-segments", type=int, default=default.max_segments)
    parser.add_argument("--max-graph-kib", type=int, default=default.max_graph_kib)
    parser.add_argument("--merge-after-s", type=float, default=default.merge_after_s)
    parser.add_argument("--max-idle-segments", type=int, default=default.max_idle_segments)
    parser.add_argument("--max-idle-graph-kib", type=int, default=default.max_idle_graph_kib)
    parser.add_argument("--graph-build-width", type=int, default=default.graph_build_width)
    parser.add_argument(
        "--quantise", action=argparse.BooleanOptionalAction, default=default.quantise
    )
    parser.add_argument("--max-open-shards", type=int, default=default.max_open_shards)
    parser.add_argument("--lock-timeout-s", type=float, default=default.lock_timeout_s)
    options = vars(parser.parse_args())
    socket, folder = options.pop("socket"), options.pop("folder")
    tuning = Tuning(**options)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO)
    try:
        catalogue = Catalogue(folder, tuning)
    except (FolderTaken, FormatTooNew) as error:
        _log.error("%s", error)  # no fault of the program
        return FOLDER_TAKEN if isinstance(error, FolderTaken) else FORMAT_TOO_NEW
    try:
        warm_up(catalogue, folder / "warming")
        asyncio.run(serve(catalogue, socket, tuning))
        socket.unlink(missing_ok=True)
    finally:
        catalogue.close()
    return 0


async def serve(catalogue: Catalogue, socket: Path, tuning: Tuning) -> None:
    """Serves a folder's collections on a socket until SIGTERM or SIGINT, then drains."""
    queue = JobQueue(max_calls=tuning.max_queued_calls, max_bytes=tuning.max_queued_bytes)
    loop = EngineLoop(queue, catalogue, tuning)
    server = EngineServer(queue)
    await server.open(socket)
    spare_what_stays()

    def stop() -> None:
        server.close()
        loop.drain()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    await loop.run()
    await server.hang_up()


if __name__ == "__main__":
    sys.exit(main())
