"""Keys: what finds them, and that an unknown id costs what a wrong secret costs."""

import hashlib
import hmac
from typing import Any

import pytest

from ocelli.edge.access.api_keys import ApiKey, KeySet, digest, new_secret, written

ID, SECRET = new_secret()
KEY = ApiKey(id=ID, name="team-a", sha256=digest(SECRET), created_s=0)
KEYS = KeySet([KEY])
GOOD = written(ID, SECRET)
OTHER_ID, OTHER_SECRET = new_secret()


def test_a_key_is_found_by_all_of_it() -> None:
    assert KEYS.find(GOOD) is KEY


@pytest.mark.parametrize(
    "shown",
    [
        "",
        "ocelli_",
        written(ID, OTHER_SECRET),
        written(OTHER_ID, SECRET),
        written("", SECRET),
        GOOD[:-1],
        f"{GOOD}0",
        f" {GOOD}",
        f"{GOOD}\n",
        GOOD.upper(),
        written(ID, digest(SECRET)),
        "ä" * 64,
    ],
    ids=lambda _: "shown",  # drawn anew in each process
)
def test_nothing_else_is_a_key(shown: str) -> None:
    assert KEYS.find(shown) is None


def test_the_file_does_not_hold_what_is_shown() -> None:
    assert SECRET not in repr(KEY)
    assert KEY.sha256 == hashlib.sha256(SECRET.encode()).hexdigest()
    assert len(bytes.fromhex(SECRET)) == 32


@pytest.mark.parametrize(
    "shown",
    [written(ID, OTHER_SECRET), written(OTHER_ID, SECRET), "none"],
    ids=["another secret", "another id", "no key"],
)
def test_every_refusal_costs_one_hash_and_one_comparison_of_whole_digests(
    monkeypatch: pytest.MonkeyPatch, shown: str
) -> None:
    hashed: list[int] = []
    compared: list[tuple[int, int]] = []
    compare: Any = hmac.compare_digest

    class Counting:
        @staticmethod
        def sha256(data: bytes) -> Any:
            hashed.append(len(data))
            return hashlib.sha256(data)

    def compare_digest(one: str, other: str) -> Any:
        compared.append((len(one), len(other)))
        return compare(one, other)

    monkeypatch.setattr("ocelli.edge.access.api_keys.hashlib", Counting)
    monkeypatch.setattr("ocelli.edge.access.api_keys.hmac.compare_digest", compare_digest)
    assert KEYS.find(shown) is None
    assert len(hashed) == 1
    assert compared == [(64, 64)]


@pytest.mark.parametrize(
    ("expires_s", "revoked_s", "expected"),
    [
        (None, None, "active"),
        (101, None, "active"),
        (100, None, "expired"),
        (None, 1, "revoked"),
        (1, 1, "revoked"),
    ],
)
def test_a_key_holds_until_it_expires_or_is_revoked(
    expires_s: int | None, revoked_s: int | None, expected: str
) -> None:
    key = ApiKey(id=ID, name="n", sha256="", created_s=0, expires_s=expires_s, revoked_s=revoked_s)
    assert key.state(100) == expected
