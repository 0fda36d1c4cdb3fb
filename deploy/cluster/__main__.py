"""`python -m deploy.cluster [-- COMMAND]`: a cluster until Ctrl-C, or for as long as COMMAND runs.

In COMMAND `{address}` stands for what `--index` takes.
"""

import argparse
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import NoReturn

from deploy.cluster import nodes
from deploy.cluster.artifacts import VERSION
from deploy.cluster.failure import ClusterError
from deploy.cluster.home import install

_HOME = Path(__file__).resolve().parents[2] / ".build" / f"opensearch-{VERSION}"


def main() -> int:
    """Runs the cluster; returns the exit status."""
    parser = argparse.ArgumentParser(prog="deploy.cluster", description="Three OpenSearch nodes.")
    parser.add_argument("--port", type=int, default=9210, help="of the first node")
    parser.add_argument("command", nargs="*", help="what to run beside them")
    arguments = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        if not _HOME.exists():
            print("fetching OpenSearch (160 MB, a minute or two)", flush=True)
        install(_HOME)
        return _run(arguments.port, arguments.command)
    except KeyboardInterrupt:
        return 0
    except ClusterError as error:
        print(f"cluster: {error}", file=sys.stderr)
        return 1


def _run(port: int, command: list[str]) -> int:
    began_s = time.monotonic()
    with nodes.running(_HOME, port) as started:
        address = nodes.address(started)
        took_s = time.monotonic() - began_s
        print(f"three OpenSearch nodes are up after {took_s:.0f} s: --index {address}", flush=True)
        if not command:
            print("Ctrl-C stops them", flush=True)
            signal.pause()
        run = [part.replace("{address}", address) for part in command]
        began_s = time.monotonic()
        status = subprocess.run(run, check=False).returncode  # noqa: S603  # the caller's own
        print(f"{command[0]} ran for {time.monotonic() - began_s:.0f} s", flush=True)
        return status


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
