"""Envoy itself, as a process."""

import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.gateway.bootstrap import ROOT, bootstrap
from deploy.gateway.child import child
from deploy.gateway.endpoint import Endpoint
from deploy.gateway.failure import GatewayError

_START_TIMEOUT_S = 30.0
_GRACE_S = 5.0
_PAUSE_S = 0.1
_THREADS = 2


@contextmanager
def envoy(
    program: Path, listen: Endpoint, edge: Endpoint, *, media: Path, log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Runs Envoy for the length of a `with` block, which begins when it answers.

    Args:
        program: Envoy's binary.
        listen: where it listens; the host is a number.
        edge: where the edge serves.
        media: folder of the samples that the page offers. It may be missing.
        log: gets its warnings.

    Raises:
        GatewayError: it did not start.
    """
    with tempfile.TemporaryDirectory(prefix="ocelli-envoy-") as scratch:
        command = [
            *(str(program), "--config-yaml", bootstrap(listen, edge, media, Path(scratch))),
            *("--log-level", "warn", "--concurrency", str(_THREADS), "--disable-hot-restart"),
        ]
        with child(command, folder=ROOT, log=log, grace_s=_GRACE_S) as process:
            _wait_until_it_answers(process, listen, log)
            yield process


def _wait_until_it_answers(process: subprocess.Popen[bytes], listen: Endpoint, log: Path) -> None:
    end_s = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < end_s:
        try:
            with urllib.request.urlopen(f"http://{listen}/", timeout=1):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            if process.poll() is not None:
                last = (log.read_text(errors="replace").strip() or "no word").splitlines()[-1]
                raise GatewayError(f"Envoy did not start: {last}; see {log}") from None
            time.sleep(_PAUSE_S)
    raise GatewayError(f"Envoy did not answer within {_START_TIMEOUT_S:g} s; see {log}")
