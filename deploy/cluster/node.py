"""One node: a process of this machine that listens on the loopback interface."""

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deploy.cluster import java

_NOBODY = 65534
_STOP_S = 15.0


@dataclass
class Node:
    """A node and where it lives.

    Attributes:
        home: the folder that it is started from.
        folder: its data and its log.
        number: 1 for the first.
        http_port: where it takes requests.
        heap: of its JVM, as `-Xmx` takes it.
    """

    home: Path
    folder: Path
    number: int
    http_port: int
    heap: str = "512m"
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def transport_port(self) -> int:
        """Where other nodes reach it."""
        return self.http_port + 100

    @property
    def log(self) -> Path:
        """What it writes."""
        return self.folder / "node.log"

    def start(self, nodes: Sequence["Node"]) -> None:
        """Starts it as one of these nodes; it ends with this process, however that ends."""
        config = self.folder / "config"
        config.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.home / "config" / "log4j2.properties", config)
        (config / "opensearch.yml").touch()
        wrapper = ["setpriv", "--pdeathsig", "KILL", "--"]
        if os.geteuid() == 0:  # the server refuses to run as root; who becomes another forgets
            other = [f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups", "--"]
            wrapper = ["setpriv", *other, *wrapper]
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, _NOBODY, _NOBODY)
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603  # our own
                [*wrapper, *self._command(nodes)],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a terminal's Ctrl-C reaches the launcher, which ends it
            )

    def kill(self) -> None:
        """Ends it at once, as a crash would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ends it gently, or at once if that takes too long."""
        try:
            self._end(signal.SIGTERM)
        except subprocess.TimeoutExpired:
            self.kill()

    def _end(self, number: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(_STOP_S)
            self.process = None

    def _command(self, nodes: Sequence["Node"]) -> list[str]:
        settings = {
            "cluster.name": "ocelli",
            "node.name": f"n{self.number}",
            "node.processors": "2",
            "path.data": str(self.folder / "data"),
            "path.logs": str(self.folder / "logs"),
            "network.host": "127.0.0.1",
            "http.port": str(self.http_port),
            "transport.port": str(self.transport_port),
            "discovery.seed_hosts": ",".join(f"127.0.0.1:{node.transport_port}" for node in nodes),
            "cluster.initial_cluster_manager_nodes": ",".join(f"n{node.number}" for node in nodes),
            "cluster.routing.allocation.disk.threshold_enabled": "false",
        }
        return [
            java.program("java"),
            *(f"-Xms{self.heap}", f"-Xmx{self.heap}", "-XX:+UseSerialGC", "-XX:-UsePerfData"),
            # The second compiler takes longer than a test lasts.
            "-XX:TieredStopAtLevel=1",
            *("--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"),
            *("-Dlog4j2.disable.jmx=true", "-Dlog4j.shutdownHookEnabled=false"),
            f"-Djava.io.tmpdir={self.folder}",
            f"-Dopensearch.path.home={self.home}",
            f"-Dopensearch.path.conf={self.folder / 'config'}",
            *("-cp", f"{self.home / 'lib'}/*", "org.opensearch.bootstrap.OpenSearch"),
            *(part for name, value in settings.items() for part in ("-E", f"{name}={value}")),
        ]
