"""What callers show to the server `guarded`, and what it knows of them."""

import time
from dataclasses import dataclass
from pathlib import Path

from ocelli.edge.access.key_file import create_key
from tests.access.issuer import AUDIENCE, ISSUER, SigningKey, publish

_POLICY = """
[principals.team]
scopes = ["collection:*", "embed:infer", "detect:infer", "model:read"]
collections = ["mine-*"]
models = ["efficientnet_*"]
"""
_LONG_S = 86400


@dataclass(frozen=True, slots=True)
class Guard:
    """Flags of the server.

    Attributes:
        flags: what it is started with.
        tokens: a key that is `good`, one that is `wrong`, one that is `expired`, and a token of a
            `stranger`.
    """

    flags: list[str]
    tokens: dict[str, str]


def set_up(folder: Path) -> Guard:
    """Writes the files."""
    folder.mkdir(parents=True, exist_ok=True)
    keys, policy, jwks = (folder / name for name in ("keys.json", "policy.toml", "jwks.json"))
    policy.write_text(_POLICY)
    signing = SigningKey.make("only")
    publish(jwks, signing)
    good, _ = create_key(keys, "team")
    expired, _ = create_key(keys, "team", valid_s=0)
    flags = ["--keys-file", str(keys), "--policy-file", str(policy), "--jwks", str(jwks)]
    return Guard(
        [*flags, "--jwt-issuer", ISSUER, "--jwt-audience", AUDIENCE],
        {
            "good": good,
            "wrong": good.replace(good[-64:], "0" * 64),
            "expired": expired,
            "stranger": signing.token("stranger", exp=time.time() + _LONG_S),
        },
    )
