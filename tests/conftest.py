"""The whole product as a user runs it: `ocelli serve` as a process, with a real Triton."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from hypothesis import HealthCheck, settings

from ocelli.client import Client, connect
from ocelli.models.install import install
from ocelli.models.media import Media, install_media
from tests import installed

# How long an example takes tells of the machine and its load.
settings.register_profile(
    "patient", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("patient")

OCELLI = str(Path(sys.executable).with_name("ocelli"))
REPOSITORY_ROOT = Path(__file__).parents[1]
READY_SERVICES = (
    "ocelli.v1.DetectService",
    "ocelli.v1.EmbedService",
    "ocelli.v1.SearchService",
)


@dataclass
class RunningEdge:
    """An `ocelli serve` of one's own."""

    address: str
    home: Path
    models_dir: Path
    log: Path
    process: subprocess.Popen[bytes]
    seen: dict[int, psutil.Process] = field(default_factory=dict)

    def connect(self, **options: float) -> Client:
        return connect(self.address, **options)  # type: ignore[arg-type]  # numbers of connect's own

    def wait_ready(self, timeout_s: float = 60, services: tuple[str, ...] = READY_SERVICES) -> None:
        with self.connect() as client:
            for service in services:
                client.wait_until_ready(timeout_s, service=service)

    def family(self) -> list[psutil.Process]:
        """The process and all its descendants, also ones seen before that were orphaned since."""
        with contextlib.suppress(psutil.NoSuchProcess):
            root = psutil.Process(self.process.pid)
            for member in (root, *root.children(recursive=True)):
                self.seen[member.pid] = member
        return [member for member in self.seen.values() if member.is_running()]

    def named(self, name: str) -> list[psutil.Process]:
        """Those of the family whose program has this name."""
        found = []
        for member in self.family():
            with contextlib.suppress(psutil.Error):
                if name in Path(member.exe()).name or name in " ".join(member.cmdline()[:4]):
                    found.append(member)
        return found

    def working(self, name: str) -> list[psutil.Process]:
        """As `named`, without the reapers that end those programs with the edge."""
        found = []
        for member in self.named(name):
            with contextlib.suppress(psutil.Error):
                if member.is_running() and "reaper" not in " ".join(member.cmdline()):
                    found.append(member)
        return found

    def scrape(self) -> dict[str, float]:
        """The metrics by name and labels, `name{label="value"}`; empty before the port is open."""
        address = re.search(r"metrics on (http://\S+)", self.log.read_text())
        if address is None:
            return {}
        with urllib.request.urlopen(address[1], timeout=10) as answer:  # noqa: S310  # http only
            lines = answer.read().decode().splitlines()
        found = (line.rpartition(" ") for line in lines if not line.startswith("#"))
        return {name: float(value) for name, _, value in found}

    def scrape_until(
        self, enough: Callable[[dict[str, float]], bool], timeout_s: float = 20
    ) -> dict[str, float]:
        """Scrapes until `enough(metrics)`, which may meet names that are not there yet."""
        deadline_s = time.monotonic() + timeout_s
        while True:
            found = self.scrape()
            with contextlib.suppress(KeyError):
                if enough(found):
                    return found
            assert time.monotonic() < deadline_s, found
            time.sleep(0.05)

    def wait_gone(self, timeout_s: float) -> list[psutil.Process]:
        """Waits for the family to end; returns who is still there."""
        _, alive = psutil.wait_procs(self.family(), timeout=timeout_s)
        return [member for member in alive if member.status() != psutil.STATUS_ZOMBIE]

    def stop(self) -> None:
        """Ends it, gently first."""
        self.family()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(20)
        for member in self.family():
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()
        self.process.wait(10)


StartEdge = Callable[..., RunningEdge]
SYSTEM_FIXTURES = {"ocelli_home", "index", "own_index", "open_index"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def ocelli_home() -> Path:
    """Where downloads are kept between runs."""
    return Path(os.environ.get("OCELLI_HOME", REPOSITORY_ROOT / ".ocelli"))


@pytest.fixture(scope="session")
def models_dir(ocelli_home: Path) -> Path:
    """The installed models."""
    install([], ocelli_home / "models", ocelli_home / "downloads")
    return ocelli_home / "models"


@pytest.fixture(scope="session")
def media(ocelli_home: Path) -> Media:
    """The demo's photos and video."""
    return install_media(ocelli_home / "media", ocelli_home / "downloads")


@pytest.fixture(scope="session")
def photo(media: Media) -> Callable[[str], bytes]:
    """The bytes of a photo by the stem of its name."""
    paths = {photo.path.stem: photo.path for photo in media.photos}
    return lambda name: paths[name].read_bytes()


def launch(
    ocelli_home: Path, models_dir: Path, home: Path, *flags: str, address: str = ""
) -> RunningEdge:
    """Starts an edge with a home of its own that shares the installed Triton and models.

    Args:
        ocelli_home: holds what is installed.
        models_dir: the installed models.
        home: the edge's own.
        flags: of `ocelli serve`.
        address: where it serves; empty: at a port that is free.
    """
    (home / "triton").mkdir(parents=True, exist_ok=True)
    (ocelli_home / "triton" / "env").mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        (home / "triton" / "env").symlink_to(ocelli_home / "triton" / "env")
    repository = home / "models"
    installed.lay_out(models_dir, repository)
    address = address or f"127.0.0.1:{free_port()}"
    log = home / "edge.log"
    command = [OCELLI, "serve"]
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*command, "--address", address, "--home", str(home), *flags],
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
    return RunningEdge(address, home, repository, log, process)


@pytest.fixture(scope="session")
def leaving() -> Iterator[Executor]:
    """Where edges are ended. Most of an end is waiting, and no test waits for another's edge."""
    with ThreadPoolExecutor() as threads:
        yield threads


@contextlib.contextmanager
def starting(ocelli_home: Path, models_dir: Path, leaving: Executor) -> Iterator[StartEdge]:
    """Starts edges as `launch` does, and asks them to end."""
    started: list[RunningEdge] = []

    def start(home: Path, *flags: str, wait: bool = True) -> RunningEdge:
        edge = launch(ocelli_home, models_dir, home, *flags)
        started.append(edge)
        if wait:
            edge.wait_ready()
            edge.family()
        return edge

    try:
        yield start
    finally:
        for edge in started:
            leaving.submit(edge.stop)


@pytest.fixture
def start_edge(ocelli_home: Path, models_dir: Path, leaving: Executor) -> Iterator[StartEdge]:
    """Starts edges that end with the test: one that idles still takes of the cores."""
    with starting(ocelli_home, models_dir, leaving) as start:
        yield start


@pytest.fixture(scope="module")
def start_shared_edge(
    ocelli_home: Path, models_dir: Path, leaving: Executor
) -> Iterator[StartEdge]:
    """Starts edges that end with the module."""
    with starting(ocelli_home, models_dir, leaving) as start:
        yield start


@pytest.fixture(scope="session")
def edge(
    ocelli_home: Path,
    models_dir: Path,
    leaving: Executor,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[RunningEdge]:
    """One edge for all tests that leave it as they found it."""
    with starting(ocelli_home, models_dir, leaving) as start:
        yield start(tmp_path_factory.mktemp("edge"))


@pytest.fixture
def client(edge: RunningEdge) -> Iterator[Client]:
    """A client of the shared edge."""
    with edge.connect() as client:
        yield client


def pytest_addoption(parser: pytest.Parser) -> None:
    """Lets the tests of the index run against a cluster."""
    parser.addoption(
        "--index-engine",
        default="embedded",
        help="'embedded', or opensearch://host:port[,host:port…] of a cluster for tests/index",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what needs an installed Triton, models or media, or a process of a server's."""
    for item in items:
        if not SYSTEM_FIXTURES.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker("system")
