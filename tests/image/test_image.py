"""What is in the image, and what is not."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from tests.conftest import REPOSITORY_ROOT
from tests.image.conftest import ANYONE, IMAGE, docker

MAX_MB = 400
USER = "10001:10001"
READ_ONLY = ("--read-only", "--tmpfs", "/tmp")  # noqa: S108  # of a container


def version() -> str:
    project = tomllib.loads((REPOSITORY_ROOT / "pyproject.toml").read_text())["project"]
    return str(project["version"])


def inside(*command: str, **arguments: Any) -> str:
    """What a command prints in a container of the image, its root read-only."""
    return docker(
        *("run", "--rm", "--network", "none", *READ_ONLY),
        *("--entrypoint", command[0], IMAGE, *command[1:]),
        **arguments,
    )


def test_it_is_small(facts: dict[str, Any], figures: dict[str, Any]) -> None:
    figures["image_mb"] = round(facts["Size"] / 1e6)
    assert facts["Size"] < MAX_MB * 1e6


def test_a_new_version_of_the_edge_costs_little(facts: dict[str, Any]) -> None:
    history = docker("history", "--format", "{{.Size}}", IMAGE).split()
    edge = next(size for size in history if size != "0B")
    assert edge.endswith("MB")
    assert float(edge.removesuffix("MB")) < 20


def test_it_says_what_it_is_and_runs_without_root(facts: dict[str, Any]) -> None:
    config = facts["Config"]
    labels = config["Labels"]
    assert config["User"] == USER
    assert labels["org.opencontainers.image.version"] == version()
    assert re.fullmatch(r"[0-9a-f]{40}", labels["org.opencontainers.image.revision"])
    assert labels["org.opencontainers.image.licenses"] == "Apache-2.0"
    assert labels["org.opencontainers.image.base.name"].startswith("python:3.11-slim")
    assert "ocelli.v1.SearchService" in config["Healthcheck"]["Test"]


def test_nothing_in_it_builds_or_installs(files: Path) -> None:
    names = ("pip", "pip3", "apt", "apt-get", "dpkg", "gcc", "cc", "ld", "strip", "perl", "curl")
    for folder in ("bin", "usr/bin", "usr/local/bin", "opt/ocelli/bin", "opt/edge/bin"):
        found = {path.name for path in (files / folder).glob("*")}
        assert found.isdisjoint(names), folder
    packages = {path.name for path in files.glob("opt/ocelli/lib/python*/site-packages/*")}
    assert packages
    assert packages.isdisjoint({"pip", "setuptools", "onnx", "huggingface_hub", "hf_xet"})


def test_no_file_in_it_changes_its_user(files: Path) -> None:
    """Nothing that is set-uid could be of use to somebody who got in, once privileges are fixed."""
    owned = [path for path in (files / "opt").rglob("*") if path.lstat().st_uid == 10001]
    assert owned == []
    assert [path.name for path in (files / "var/lib/ocelli").iterdir() if path.is_dir()] == []


def test_bytecode_is_there_once_for_what_the_server_imports(files: Path) -> None:
    (packages,) = files.glob("opt/ocelli/lib/python*/site-packages")
    compiled = list(packages.rglob("*.pyc"))
    assert compiled
    assert all("opt-" not in path.name for path in compiled)
    sources = sum(1 for _ in packages.rglob("*.py"))
    assert len(compiled) < 0.75 * sources


def test_its_bill_of_materials_has_what_is_installed(files: Path) -> None:
    bill = json.loads((files / "opt/edge/sbom.cdx.json").read_text())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    about = bill["metadata"]["component"]
    assert (about["name"], about["version"]) == ("ocelli-vision", version())
    stated = {component["name"]: component["version"] for component in bill["components"]}
    installed = inside(
        "/opt/ocelli/bin/python",
        "-c",
        "from importlib.metadata import distributions\n"
        "for one in distributions(): print(one.metadata['Name'], one.version)",
    )
    found = dict(line.split() for line in installed.splitlines())
    found.pop("ocelli-vision")
    assert stated == {name.lower().replace("_", "-"): number for name, number in found.items()}
    assert all(component["licenses"] for component in bill["components"])


def test_opencv_computes_with_the_library_that_replaces_its_own() -> None:
    script = Path(__file__).with_name("linear_algebra.py").read_text()
    assert inside("/opt/ocelli/bin/python", "-c", script) == "as numpy\n"


def test_its_settings_are_taken_and_printed(facts: dict[str, Any]) -> None:
    printed = inside("ocelli", "config")
    assert "0.0.0.0:8500" in printed
    assert "/var/lib/ocelli" in printed


def test_a_volume_that_it_cannot_write_to_ends_the_start_with_one_line() -> None:
    """A volume of root's, as Kubernetes has them without fsGroup."""
    said = docker(
        *("run", "--rm", "--network", "none", *ANYONE),
        *("--tmpfs", "/var/lib/ocelli:mode=0755", IMAGE),
        status=1,
    )
    (line,) = said.splitlines()
    assert "cannot write to /var/lib/ocelli as user 10001" in line
    assert "fsGroup" in line


def test_another_user_may_run_it_on_a_volume_of_its_own() -> None:
    said = docker(
        *("run", "--rm", "--network", "none", "--user", "4711:0", *READ_ONLY, *ANYONE),
        *("--tmpfs", "/var/lib/ocelli:uid=4711,mode=0700", "--entrypoint", "timeout", IMAGE),
        *("--signal=TERM", "--preserve-status", "8", "ocelli", "serve"),
    )
    assert "draining" in said
