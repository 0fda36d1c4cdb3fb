"""A real Prometheus of one's own."""

import json
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import free_port

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy" / "prometheus" / "rules.yml"
RULES_TEST = RULES.with_name("rules_test.yml")
SCRAPE_S = 1
_START_S = 30


@dataclass(frozen=True)
class Prometheus:
    """One that runs.

    Attributes:
        url: its address.
    """

    url: str

    def ask(self, path: str, **parameters: object) -> Any:
        """The data of an answer of its HTTP API; fails if it is an error."""
        query = urllib.parse.urlencode(parameters)
        with urllib.request.urlopen(f"{self.url}/api/v1/{path}?{query}", timeout=30) as answer:  # noqa: S310  # http only
            found = json.load(answer)
        assert found["status"] == "success", found
        return found["data"]

    def wait_until_up(self, jobs: int, timeout_s: float = 60) -> None:
        """Waits until so many targets answer its scrapes."""
        deadline_s = time.monotonic() + timeout_s
        while len(self.ask("query", query="up == 1")["result"]) < jobs:
            assert time.monotonic() < deadline_s, self.ask("targets")
            time.sleep(0.5)


def fixed(targets: dict[str, str]) -> list[dict[str, Any]]:
    """Jobs of one target each: `host:port` by the name of its job."""
    return [
        {"job_name": job, "static_configs": [{"targets": [target]}]}
        for job, target in targets.items()
    ]


@contextmanager
def running_prometheus(
    binaries: Path, folder: Path, jobs: list[dict[str, Any]]
) -> Iterator[Prometheus]:
    """Starts one that scrapes every second and evaluates the rules of deploy/; ends it.

    Args:
        binaries: where `prometheus` is.
        folder: for its data.
        jobs: what it scrapes, as `scrape_configs` has it.
    """
    config = {
        "global": {"scrape_interval": f"{SCRAPE_S}s", "evaluation_interval": f"{SCRAPE_S}s"},
        "rule_files": [str(RULES)],
        "scrape_configs": jobs,
    }
    folder.mkdir(parents=True)
    path = folder / "prometheus.yml"
    path.write_text(yaml.safe_dump(config))
    address = f"127.0.0.1:{free_port()}"
    command = [
        str(binaries / "prometheus"),
        f"--config.file={path}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={address}",
        "--enable-feature=exemplar-storage",
        "--log.level=warn",
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait_ready(f"http://{address}/-/ready", process, folder / "log")
        yield Prometheus(f"http://{address}")
    finally:
        process.terminate()
        process.wait(20)


def alerts_tested(binaries: Path) -> int:
    """Has promtool check the rules and run their unit tests.

    Returns:
        Alerts that a test has seen fire; every alert is one of them.
    """
    promtool = str(binaries / "promtool")
    subprocess.run([promtool, "check", "rules", str(RULES)], check=True, capture_output=True)
    subprocess.run([promtool, "test", "rules", str(RULES_TEST)], check=True, capture_output=True)
    rules = yaml.safe_load(RULES.read_text())
    alerts = {
        rule["alert"] for group in rules["groups"] for rule in group["rules"] if "alert" in rule
    }
    fired = {
        tested["alertname"]
        for test in yaml.safe_load(RULES_TEST.read_text())["tests"]
        for tested in test["alert_rule_test"]
        if tested["exp_alerts"]
    }
    assert alerts == fired, f"no test sees these fire: {alerts - fired}"
    return len(fired)


def _wait_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline_s = time.monotonic() + _START_S
    while True:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline_s, log.read_text()
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310  # http only
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.1)
