"""The chart as Helm renders it. These tests run under `make test-chart`, which fetches Helm.

It sets OCELLI_HELM to Helm's binary; without it nothing here is collected.
"""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

HELM = os.environ.get("OCELLI_HELM", "")
collect_ignore_glob = [] if HELM else ["test_*.py"]
CHART = Path(__file__).parents[2] / "deploy" / "helm" / "ocelli"
CASES = ["values.yaml", *(f"ci/{path.name}" for path in sorted((CHART / "ci").glob("*.yaml")))]
ANYONE = ("--set", "access.insecure=true")
"""Without it, and without any other answer to who may call, nothing is rendered."""
Render = Callable[..., list[dict[str, Any]]]


def helm(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [HELM, *arguments], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def render() -> Render:
    """The objects of the chart with the values of a file and settings of one's own."""

    def rendered(case: str = "values.yaml", *settings: str) -> list[dict[str, Any]]:
        changes = [*ANYONE, *(part for setting in settings for part in ("--set", setting))]
        ended = helm("template", "try", str(CHART), "--values", str(CHART / case), *changes)
        assert ended.returncode == 0, ended.stderr
        return [found for found in yaml.safe_load_all(ended.stdout) if found]

    return rendered


def the(objects: list[dict[str, Any]], kind: str, name: str = "try-ocelli") -> dict[str, Any]:
    (found,) = (one for one in objects if one["kind"] == kind and one["metadata"]["name"] == name)
    return found


def pod_of(objects: list[dict[str, Any]]) -> dict[str, Any]:
    """The pod of the edges."""
    spec: dict[str, Any] = the(objects, "Deployment")["spec"]["template"]["spec"]
    return spec


def variables_of(objects: list[dict[str, Any]]) -> dict[str, str]:
    """The edge's environment, as far as it is not from secrets."""
    (edge,) = pod_of(objects)["containers"]
    return {one["name"]: one["value"] for one in edge["env"] if "value" in one}
