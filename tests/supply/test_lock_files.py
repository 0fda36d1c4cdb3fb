"""Lock files fix what is installed, by digest, and do not say where from."""

import json
import re
from pathlib import Path

import pytest

from deploy.supply import npm_packages
from deploy.supply.lock import FILE
from deploy.supply.python_packages import pinned

ROOT = Path(__file__).parents[2]
ADDRESS = re.compile(r"\b(?:https?|ssh|git)://\S+")
LINE = re.compile(r"[\w.-]+==\S+ --hash=sha256:[0-9a-f]{64}")


@pytest.mark.parametrize("lock", npm_packages.LOCKS)
def test_npm_packages_have_digests_and_no_download_addresses(lock: str) -> None:
    for folder, package in json.loads((ROOT / lock).read_text())["packages"].items():
        resolved = package.get("resolved", "")
        assert resolved == "" or resolved.startswith(("file:", "../")), folder
        from_registry = "node_modules/" in folder and not resolved
        assert not from_registry or package["integrity"].startswith("sha512-"), folder


@pytest.mark.parametrize("sums", sorted(str(p.relative_to(ROOT)) for p in ROOT.glob("*/**/go.sum")))
def test_go_modules_have_digests_and_no_download_addresses(sums: str) -> None:
    for line in (ROOT / sums).read_text().splitlines():
        _, _, digest = line.split()
        assert re.fullmatch(r"h1:[A-Za-z0-9+/]{43}=", digest)
        assert not ADDRESS.search(line)


def test_the_images_packages_have_digests_and_the_pinned_versions() -> None:
    lines = [line for line in FILE.read_text().splitlines() if not line.startswith("#")]
    assert len(lines) > 20
    assert not [line for line in lines if not LINE.fullmatch(line)]
    pins = {
        name.lower().replace("_", "-").replace(".", "-"): version
        for name, version in pinned((ROOT / "constraints.txt").read_text()).items()
    }
    for line in lines:
        name, _, version = line.partition(" ")[0].partition("==")
        assert pins[name] == version
    assert not ADDRESS.search((ROOT / "constraints.txt").read_text())
