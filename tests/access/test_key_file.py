"""The file of keys: what is written, and what is taken for one."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ocelli.edge.access.api_keys import KeySet
from ocelli.edge.access.key_file import create_key, read_keys, revoke_key
from ocelli.edge.config import ConfigError

CREATE = """
import sys
from pathlib import Path
from ocelli.edge.access.key_file import create_key
for _ in range(20):
    create_key(Path(sys.argv[1]), sys.argv[2])
"""


def test_a_key_is_created_found_and_revoked(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    written, key = create_key(path, "team-a", collections=("team-a-*",), valid_s=60)
    assert path.stat().st_mode & 0o777 == 0o600
    assert written.split("_")[2] not in path.read_text()
    (kept,) = read_keys(path).keys
    assert kept == key
    assert KeySet([kept]).find(written) == key
    assert kept.expires_s == kept.created_s + 60
    assert revoke_key(path, key.id).revoked_s is not None
    assert read_keys(path).keys[0].state(0) == "revoked"
    with pytest.raises(ConfigError, match="has no key"):
        revoke_key(path, "0" * 12)


def test_who_may_read_the_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    create_key(path, "a")
    path.chmod(0o640)
    create_key(path, "b")
    assert path.stat().st_mode & 0o777 == 0o640


def test_two_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    running = [
        subprocess.Popen([sys.executable, "-c", CREATE, str(path), name], env=os.environ)
        for name in ("a", "b")
    ]
    assert [one.wait(60) for one in running] == [0, 0]
    names = [key.name for key in read_keys(path).keys]
    assert (names.count("a"), names.count("b")) == (20, 20)


@pytest.mark.parametrize(
    ("name", "options", "says"),
    [
        ("", {}, "characters"),
        ("a\nb", {}, "printable"),
        ("a", {"scopes_": ("search",)}, "no scope"),
        ("a", {"collections": ("a b",)}, "no pattern"),
        ("a", {"models": ("",)}, "no pattern"),
    ],
)
def test_what_makes_no_key_is_refused(
    tmp_path: Path, name: str, options: dict[str, tuple[str, ...]], says: str
) -> None:
    with pytest.raises(ConfigError, match=says):
        create_key(tmp_path / "keys.json", name, **options)  # type: ignore[arg-type]  # of its own
    assert not (tmp_path / "keys.json").exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"keys": [{}]}',
        '{"keys": [], "more": 1}',
        json.dumps({"keys": [{"id": "0", "name": "a", "sha256": "", "created_s": 0}] * 2}),
        json.dumps(
            {"keys": [{"id": "0", "name": "a", "sha256": "", "created_s": 0, "scopes": ["x"]}]}
        ),
    ],
)
def test_what_is_no_file_of_keys_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"^keys_file: .* is no file of `ocelli keys`: .+$"):
        read_keys(path)


def test_a_file_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot read .*nosuch: No such file"):
        read_keys(tmp_path / "nosuch")
