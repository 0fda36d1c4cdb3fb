"""`python -m deploy.gateway`: serves gRPC, gRPC-Web, HTTP/JSON and the page until Ctrl-C."""

import argparse
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import NoReturn

from deploy.gateway.bootstrap import ROOT
from deploy.gateway.edge import own_edge, running_edge
from deploy.gateway.endpoint import Endpoint
from deploy.gateway.envoy import envoy
from deploy.gateway.failure import GatewayError

_LOGS = ROOT / ".build" / "envoy"
_PAUSE_S = 0.2


def main() -> int:
    """Serves; returns the exit status."""
    arguments = _arguments()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        _serve(arguments.envoy, arguments.address, arguments.edge)
    except KeyboardInterrupt:
        return 0
    except GatewayError as error:
        print(f"serve-web: {error}", file=sys.stderr)
        return 1


def _serve(program: Path, address: str, edge_address: str) -> NoReturn:
    listen = Endpoint.parse(address).to_listen_on()
    parts: dict[str, tuple[subprocess.Popen[bytes], Path]] = {}
    with ExitStack() as running:
        if edge_address:
            edge = running_edge(edge_address)
        else:
            log = _LOGS / "edge.log"
            edge, process = running.enter_context(own_edge(log))
            parts["the edge"] = process, log
        log = _LOGS / "envoy.log"
        media = _home() / "media"
        parts["Envoy"] = (
            running.enter_context(envoy(program, listen, edge, media=media, log=log)),
            log,
        )
        print(
            f"Ocelli's page, HTTP/JSON, gRPC-Web and gRPC are on http://{listen} "
            f"(edge: {edge}; Ctrl-C stops)",
            flush=True,
        )
        while True:
            time.sleep(_PAUSE_S)
            for name, (process, log) in parts.items():
                if (status := process.poll()) is not None:
                    raise GatewayError(f"{name} ended with status {status}; see {log}")


def _home() -> Path:
    """Where `make models` installs the demo's media, beside what the edge keeps."""
    return Path(os.environ.get("OCELLI_HOME", "~/.ocelli")).expanduser()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="serve-web", description=__doc__)
    parser.add_argument("--envoy", type=Path, required=True, help="Envoy's binary")
    parser.add_argument("--address", default="127.0.0.1:8080", help="host:port to listen on")
    parser.add_argument("--edge", default="", help="host:port of a running edge; empty: an own one")
    return parser.parse_args()


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
