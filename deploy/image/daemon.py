"""The engine's daemon for the length of a `with` block, with state of its own."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.image import engine
from deploy.image.failure import ImageError

_START_TIMEOUT_S = 30.0
_STOP_TIMEOUT_S = 60.0
_POLL_S = 0.2
WITHOUT_NETWORK = ("--bridge=none", "--iptables=false", "--ip-forward=false", "--ip-masq=false")
"""Touches neither links nor filters of the machine; containers share its network or have none."""


@contextmanager
def daemon(folder: Path, data: Path, flags: Sequence[str] = ()) -> Iterator[dict[str, str]]:
    """Runs it; yields the variables with which its clients reach it.

    Args:
        folder: of `engine.install`.
        data: where images and containers are kept; not on an overlay.
        flags: more arguments.

    Raises:
        ImageError: it does not come up.
    """
    data.mkdir(parents=True, exist_ok=True)
    run_folder = Path(tempfile.mkdtemp(prefix="ocelli-image-", dir="/run"))
    host = f"unix://{run_folder}/docker.sock"
    environment = engine.environment(folder)
    log = data.parent / "dockerd.log"
    command = [
        *("dockerd", "--host", host, "--data-root", str(data)),
        *("--exec-root", str(run_folder / "exec"), "--pidfile", str(run_folder / "pid")),
        # There is no systemd to ask, and no leave to lower one's own oom_score_adj.
        *("--exec-opt", "native.cgroupdriver=cgroupfs", "--oom-score-adjust=0"),
        *flags,
    ]
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603  # our own command, no shell
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_up(process, host, environment, log)
        # Not the libraries, which are for the engine's own programs.
        client = {"DOCKER_HOST": host, "PATH": environment["PATH"], "DOCKER_BUILDKIT": "1"}
        yield {**os.environ, **client}
    finally:
        stop(process, _STOP_TIMEOUT_S)
        shutil.rmtree(run_folder, ignore_errors=True)


def stop(process: subprocess.Popen[bytes], timeout_s: float) -> None:
    """Ends a program; at once if it takes longer than that."""
    process.terminate()
    try:
        process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait_up(
    process: subprocess.Popen[bytes], host: str, environment: dict[str, str], log: Path
) -> None:
    until_s = time.monotonic() + _START_TIMEOUT_S
    while process.poll() is None and time.monotonic() < until_s:
        asked = subprocess.run(  # noqa: S603  # our own command, no shell
            ["docker", "--host", host, "version"],  # noqa: S607  # found by the engine's own PATH
            env=environment,
            capture_output=True,
            check=False,
        )
        if asked.returncode == 0:
            return
        time.sleep(_POLL_S)
    tail = os.linesep.join(log.read_text(errors="replace").splitlines()[-10:])
    raise ImageError(f"the container engine does not come up; {log} ends with:\n{tail}")
