"""`ocelli keys` as operators run it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ocelli.edge.access.api_keys import KeySet
from ocelli.edge.access.key_file import read_keys

Ocelli = Callable[..., Any]


def test_a_key_is_created_listed_and_revoked(
    offline: Ocelli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "keys.json"
    monkeypatch.setenv("OCELLI_KEYS_FILE", str(path))
    made = offline(
        *("keys", "create", "team-a", "--scope", "search:*", "--scope", "point:write"),
        *("--collections", "team-a-*", "--models", "clip*", "--expires", "90d"),
    )
    (written,) = made.out.split()
    key = KeySet(read_keys(path).keys).find(written)
    assert key is not None
    assert (key.name, key.scopes) == ("team-a", ("search:*", "point:write"))
    assert (key.collections, key.models) == (("team-a-*",), ("clip*",))
    assert key.expires_s == key.created_s + 90 * 86400

    (listed,) = offline("keys", "list", "--json").lines
    assert (listed["id"], listed["state"]) == (key.id, "active")
    assert written.split("_")[2] not in offline("keys", "list").out
    assert "team-a" in offline("keys", "list").out
    assert key.id in offline("keys", "revoke", key.id).out
    (listed,) = offline("keys", "list", "--json").lines
    assert listed["state"] == "revoked"


def test_json_has_the_key(offline: Ocelli, tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    (made,) = offline("keys", "create", "ci", "--json", "--keys-file", path).lines
    assert KeySet(read_keys(path).keys).find(made["key"]) is not None
    assert (made["scopes"], made["expires"]) == (["*"], None)


def test_what_cannot_be_done_is_said_in_a_line(
    offline: Ocelli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("OCELLI_KEYS_FILE", raising=False)
    offline("keys", "list").says("name the file of keys", 2)
    path = tmp_path / "keys.json"
    offline("keys", "list", "--keys-file", path).says("cannot read", 1)
    offline("keys", "create", "a", "--expires", "soon", "--keys-file", path).says("is no time", 2)
    offline("keys", "create", "a", "--scope", "all", "--keys-file", path).says("no scope", 1)
    offline("keys", "create", "a", "--keys-file", path)
    offline("keys", "revoke", "nosuch", "--keys-file", path).says("has no key", 1)
