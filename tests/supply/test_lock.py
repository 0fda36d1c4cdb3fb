"""What the image installs: all that is needed, and nothing that only something left out needs."""

from typing import Any

import pytest

from deploy.supply.lock import LEFT_OUT, lock
from deploy.supply.requirements import requirements


def item(name: str, *requires: str) -> dict[str, Any]:
    return {
        "metadata": {"name": name, "version": "1.0", "requires_dist": list(requires)},
        "download_info": {"archive_info": {"hashes": {"sha256": name[0] * 64}}},
    }


REPORT = {
    "install": [
        item("Tokens", "huggingface-hub>=1", "shared"),
        item("huggingface_hub", "shared", "of-the-hub"),
        item("of-the-hub"),
        item("shared", "never; extra == 'more'", "windows; sys_platform == 'win32'"),
        item("client", "plain", "wired; extra == 'grpc'"),
        item("plain", "client"),
        item("wired"),
        item("never"),
    ]
}


def test_it_has_what_is_needed_with_its_digest() -> None:
    lines = lock(REPORT, ["tokens>=0.1", "client[grpc]<2"])
    assert [line.split("==")[0] for line in lines] == [
        "client",
        "plain",
        "shared",
        "tokens",
        "wired",
    ]
    assert lines[0] == f"client==1.0 --hash=sha256:{'c' * 64}"
    assert "huggingface-hub" in LEFT_OUT


def test_what_pip_did_not_find_is_no_silent_omission() -> None:
    with pytest.raises(KeyError, match="missing"):
        lock(REPORT, ["missing"])


def test_extras_name_others_in_turn() -> None:
    project = {
        "name": "ours",
        "dependencies": ["a"],
        "optional-dependencies": {"x": ["b", "ours[y,z]"], "y": ["c"], "z": ["a", "d[e]"]},
    }
    assert requirements(project, "x") == ["a", "b", "c", "d[e]"]
    with pytest.raises(KeyError):
        requirements(project, "nothing")
