"""Three nodes that form a cluster."""

import contextlib
import json
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from deploy.cluster.failure import ClusterError
from deploy.cluster.node import Node

COUNT = 3
_POLL_S = 0.2


@contextlib.contextmanager
def running(home: Path, first_port: int, timeout_s: float = 120) -> Iterator[list[Node]]:
    """Runs three nodes for the length of a `with` block, and removes what they kept.

    Args:
        home: what they are started from.
        first_port: where the first takes requests; the others listen on the next ones.
        timeout_s: longest that they may take to form a cluster.

    Raises:
        ClusterError: they did not form one in time.
    """
    with tempfile.TemporaryDirectory(prefix="ocelli-cluster-") as folder:
        Path(folder).chmod(0o755)
        nodes = [
            Node(home, Path(folder, f"n{number}"), number, first_port + number - 1)
            for number in range(1, COUNT + 1)
        ]
        try:
            for node in nodes:
                node.folder.mkdir()
                node.start(nodes)
            wait_until(nodes, timeout_s=timeout_s)
            yield nodes
        finally:
            for node in nodes:
                node.stop()


def address(nodes: list[Node]) -> str:
    """The cluster's, as the edge takes it."""
    return "opensearch://" + ",".join(f"127.0.0.1:{node.http_port}" for node in nodes)


def wait_until(nodes: list[Node], *, timeout_s: float) -> None:
    """Returns when all nodes are in the cluster and all copies of all indexes are up."""
    give_up_s = time.monotonic() + timeout_s
    while time.monotonic() < give_up_s:
        for node in nodes:
            if node.process is not None and (status := node.process.poll()) is not None:
                raise ClusterError(f"node {node.number} ended with status {status}: {_end(node)}")
        if any(_is_whole(node, len(nodes)) for node in nodes):
            return
        time.sleep(_POLL_S)
    raise ClusterError(f"the nodes formed no cluster in {timeout_s:g} s: {_end(nodes[0])}")


def _is_whole(node: Node, count: int) -> bool:
    url = f"http://127.0.0.1:{node.http_port}/_cluster/health?local=true"
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            health = json.load(answer)
    except (urllib.error.URLError, OSError, ValueError):
        return False
    return (health.get("status"), health.get("number_of_nodes")) == ("green", count)


def _end(node: Node) -> str:
    lines = node.log.read_text(errors="replace").splitlines() or ["it wrote nothing"]
    return lines[-1][:300]
