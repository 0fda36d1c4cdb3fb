"""The chart in a real cluster, under `make test-cluster`, which brings one up.

It sets OCELLI_CLUSTER; without it nothing here is collected. The release is the one that the
commands of docs/deploy.md make.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cluster.guide import Guide, check_out
from tests.cluster.kubectl import addresses, edges, is_ready, kubectl, vision, wait_until
from tests.cluster.monitoring import monitored
from tests.ops.prometheus import Prometheus

collect_ignore_glob = [] if os.environ.get("OCELLI_CLUSTER") else ["test_*.py"]
REPLICAS = 2
_SETTLED_S = 120


@pytest.fixture(scope="session")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """What scrapes the release."""
    with monitored(tmp_path_factory.mktemp("monitoring")) as running:
        yield running


@pytest.fixture(scope="session")
def guide(
    tmp_path_factory: pytest.TempPathFactory, ocelli_home: Path, prometheus: Prometheus
) -> Iterator[Guide]:
    """Somebody who has followed docs/deploy.md to its end."""
    checkout = tmp_path_factory.mktemp("reader") / "ocelli"
    check_out(checkout, ocelli_home)
    reader = Guide(checkout)
    try:
        reader.follow()
        yield reader
    except BaseException:
        print(kubectl("get", "pods,events", "--all-namespaces"))
        print(vision("describe", "pods"))
        raise
    finally:
        reader.close()


@pytest.fixture(scope="session")
def key(guide: Guide) -> str:
    """The key that was made on the way."""
    return (guide.folder / "team-a.key").read_text().strip()


@pytest.fixture
def settled(guide: Guide) -> None:
    """As many edges as there are without load, all of them ready."""

    def all_ready() -> bool:
        pods = edges()
        return len(pods) == REPLICAS == len(addresses()) and all(map(is_ready, pods))

    wait_until(all_ready, _SETTLED_S, f"{REPLICAS} edges are ready")


@pytest.fixture(scope="session")
def diners(photo: Callable[[str], bytes]) -> bytes:
    """A photo with people in it."""
    return photo("diners")
