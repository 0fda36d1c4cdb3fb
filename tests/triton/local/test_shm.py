"""Shared memory that Triton and its stubs left behind."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ocelli.edge.triton.local.shm import claim_prefix, remove_regions, remove_stale_regions

SHM = Path("/dev/shm")  # noqa: S108 - where POSIX shared memory lives on Linux


@pytest.fixture
def make_region() -> Iterator[list[Path]]:
    made: list[Path] = []
    yield made
    for path in made:
        path.unlink(missing_ok=True)


def region(made: list[Path], prefix: str) -> Path:
    path = SHM / f"{prefix}region"
    path.write_bytes(b"x")
    made.append(path)
    return path


def test_prefixes_differ(tmp_path: Path):
    assert claim_prefix(tmp_path) != claim_prefix(tmp_path)


def test_only_ones_own_are_removed(tmp_path: Path, make_region: list[Path]):
    own, other = claim_prefix(tmp_path), claim_prefix(tmp_path)
    gone, kept = region(make_region, own), region(make_region, other)
    remove_regions(own)
    assert (gone.exists(), kept.exists()) == (False, True)


def test_those_of_the_dead_are_removed(tmp_path: Path, make_region: list[Path]):
    with subprocess.Popen(["true"]) as process:
        pass
    prefix = claim_prefix(tmp_path)
    dead = region(make_region, prefix.replace(f"_{os.getpid()}_", f"_{process.pid}_"))
    strange = region(make_region, prefix.replace(f"_{os.getpid()}_", "_what_"))
    own = region(make_region, prefix)
    elsewhere = region(
        make_region,
        claim_prefix(tmp_path / "other").replace(f"_{os.getpid()}_", f"_{process.pid}_"),
    )
    remove_stale_regions(tmp_path)
    assert [path.exists() for path in (dead, strange, own, elsewhere)] == [False, True, True, True]
