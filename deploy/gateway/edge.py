"""The edge behind Envoy: one that runs, or one of its own."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.gateway.bootstrap import ROOT
from deploy.gateway.child import child
from deploy.gateway.endpoint import Endpoint
from deploy.gateway.failure import GatewayError
from ocelli.client import OcelliError, connect

_ADDRESS = re.compile(r"^Ocelli serves on (\S+)", re.MULTILINE)
_START_TIMEOUT_S = 120.0
_READY_TIMEOUT_S = 60.0
_ANSWER_TIMEOUT_S = 5.0
_GRACE_S = 20.0
_PAUSE_S = 0.1


def running_edge(address: str) -> Endpoint:
    """Makes sure that a server answers at `address`.

    Raises:
        GatewayError: none does.
    """
    endpoint = Endpoint.parse(address)
    _wait_until_ready(endpoint, _ANSWER_TIMEOUT_S)
    return endpoint


@contextmanager
def own_edge(log: Path) -> Iterator[tuple[Endpoint, subprocess.Popen[bytes]]]:
    """Runs `ocelli serve` for the length of a `with` block, with the settings of the environment.

    Args:
        log: gets everything that it prints.

    Raises:
        GatewayError: it did not start.
    """
    ocelli = str(Path(sys.executable).with_name("ocelli"))
    with child([ocelli, "serve"], folder=ROOT, log=log, grace_s=_GRACE_S) as process:
        endpoint = _wait_for_address(process, log)
        _wait_until_ready(endpoint, _READY_TIMEOUT_S)
        yield endpoint, process


def _wait_for_address(process: subprocess.Popen[bytes], log: Path) -> Endpoint:
    end_s = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < end_s:
        ended = process.poll() is not None
        printed = log.read_text(errors="replace")
        if found := _ADDRESS.search(printed):
            return Endpoint.parse(found[1])
        if ended:
            last = (printed.strip() or "it ended without a word").splitlines()[-1]
            last = last.removeprefix("ocelli: ").removeprefix("error: ")
            raise GatewayError(
                f"the edge did not start: {last} (EDGE=host:port uses one that runs)"
            )
        time.sleep(_PAUSE_S)
    raise GatewayError(f"the edge did not start within {_START_TIMEOUT_S:g} s; see {log}")


def _wait_until_ready(endpoint: Endpoint, timeout_s: float) -> None:
    try:
        with connect(str(endpoint)) as client:
            client.wait_until_ready(timeout_s)
    except OcelliError as error:
        raise GatewayError(f"no edge to stand in front of: {error}") from error
