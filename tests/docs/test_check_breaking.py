"""scripts/check-breaking: against what a change of the contract is held."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "check-breaking"
BUF = Path(sys.executable).with_name("buf")
CONFIG = "version: v2\nmodules:\n  - path: protos\nbreaking:\n  use:\n    - FILE\n"
CONTRACT = 'syntax = "proto3";\npackage a.v1;\nmessage M {\n'


@dataclass
class Repository:
    """A git repository with a contract of one message."""

    folder: Path

    def git(self, *arguments: str) -> None:
        identity = ["-c", "user.name=test", "-c", "user.email=test@test", "-c", "commit.gpgsign=0"]
        subprocess.run(
            ["git", *identity, *arguments], cwd=self.folder, check=True, capture_output=True
        )

    def commit(self, *fields: str) -> None:
        """Commits the contract with these fields, numbered by their names' last character."""
        (self.folder / "protos").mkdir(exist_ok=True)
        lines = (f"string {name} = {name[-1]};\n" for name in fields)
        (self.folder / "protos" / "a.proto").write_text(CONTRACT + "".join(lines) + "}\n")
        self.git("add", "--all")
        self.git("commit", "-m", "contract")

    def check(self, **variables: str) -> subprocess.CompletedProcess[str]:
        (self.folder / ".build" / "googleapis").mkdir(parents=True, exist_ok=True)
        return subprocess.run(
            [SCRIPT, BUF],
            cwd=self.folder,
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "made")
    made.folder.mkdir()
    made.git("init", "--initial-branch=main")
    (made.folder / "buf.yaml").write_text(CONFIG)
    (made.folder / ".gitignore").write_text(".build/\n")
    made.commit("a1", "b2")
    return made


def test_before_the_first_release_everything_may_change(repository: Repository) -> None:
    repository.git("tag", "v0.1.0-rc1")
    repository.commit("a1")
    ended = repository.check()
    assert ended.returncode == 0
    assert "promises nothing yet" in ended.stdout


def test_another_revision_can_be_named(repository: Repository) -> None:
    repository.git("switch", "-c", "change")
    repository.commit("a1", "b2", "c3")
    assert repository.check(BREAKING_AGAINST="main").returncode == 0
    repository.commit("a1")
    ended = repository.check(BREAKING_AGAINST="main")
    assert ended.returncode == 1
    assert "breaks the contract of main" in ended.stdout


def test_after_a_release_its_contract_is_what_counts(repository: Repository) -> None:
    repository.git("tag", "v0.1.0")
    repository.commit("a1", "b2", "c3")
    repository.git("tag", "v0.2.0-rc1")
    repository.commit("a1", "b2")
    assert repository.check().returncode == 0, "c3 was never released"
    repository.commit("a1")
    ended = repository.check()
    assert ended.returncode == 1, "b2 was released"
    assert "breaks the contract of v0.1.0" in ended.stdout


def test_a_later_release_of_another_branch_does_not_count(repository: Repository) -> None:
    repository.git("tag", "v0.1.0")
    repository.git("switch", "-c", "maintenance")
    repository.git("switch", "main")
    repository.commit("a1", "b2", "c3")
    repository.git("tag", "v0.2.0")
    repository.git("switch", "maintenance")
    assert repository.check().returncode == 0


def test_a_revision_that_is_not_there_is_no_pass(repository: Repository) -> None:
    assert repository.check(BREAKING_AGAINST="v9.9.9").returncode != 0
