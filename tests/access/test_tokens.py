"""Tokens that hold, and all the ways in which they do not."""

import base64
import hashlib
import hmac
import json
import time
from pathlib import Path
from typing import Any

import jwt
import pytest

from ocelli.edge.access.key_source import KeySource
from ocelli.edge.access.tokens import BadTokenError, Claims, ExpiredTokenError, TokenVerifier
from tests.access.issuer import AUDIENCE, ISSUER, SigningKey, key_set, publish

EC = SigningKey.make("ec")
RSA = SigningKey.make("rsa", "RS256")
ED = SigningKey.make("ed", "EdDSA")
STRANGER = SigningKey.make("ec")


def verifier(tmp_path: Path, *keys: SigningKey, **settings: Any) -> TokenVerifier:
    path = tmp_path / "jwks.json"
    path.write_bytes(key_set(*(keys or (EC, RSA, ED))))
    source = KeySource(str(path), 3600, 3600, lambda: None)
    return TokenVerifier(
        source,
        issuer=ISSUER,
        audience=AUDIENCE,
        principal_claim=settings.get("principal_claim", "sub"),
        scope_claim=settings.get("scope_claim", "scope"),
    )


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def claims(**others: Any) -> dict[str, Any]:
    return {"sub": "7", "iss": ISSUER, "aud": AUDIENCE, "exp": time.time() + 3600, **others}


def signed_with_public_key(key: SigningKey) -> str:
    """The classic forgery: the public key, known to all, as the secret of an HMAC."""
    head = f"{part({'alg': 'HS256', 'kid': key.kid})}.{part(claims())}"
    mac = hmac.digest(key.public_pem, head.encode(), hashlib.sha256)
    return f"{head}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def with_header(token: str, **header: Any) -> str:
    old = jwt.get_unverified_header(token)
    return ".".join([part(old | header), *token.split(".")[1:]])


@pytest.mark.parametrize("key", [EC, RSA, ED], ids=lambda key: key.algorithm)
async def test_a_token_of_each_kind_of_key_holds(tmp_path: Path, key: SigningKey) -> None:
    found = await verifier(tmp_path).verify(key.token("9", scope="openid search:read *:infer"))
    assert (found.subject, found.scopes) == ("9", frozenset({"search:read", "*:infer"}))


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (None, None),
        ("", frozenset()),
        ("openid", frozenset()),
        (["search:read", 7], frozenset({"search:read"})),
        ({"search:read": 1}, frozenset()),
        (7, frozenset()),
    ],
)
async def test_scopes_are_those_that_this_server_knows(
    tmp_path: Path, scope: Any, expected: frozenset[str] | None
) -> None:
    assert (await verifier(tmp_path).verify(EC.token(scope=scope))).scopes == expected


BAD = {
    "no token": "none",
    "empty": "",
    "unsigned": f"{part({'alg': 'none', 'kid': 'ec'})}.{part(claims())}.",
    "unsigned in other letters": f"{part({'alg': 'nOnE', 'kid': 'ec'})}.{part(claims())}.",
    "the public RSA key as a secret": signed_with_public_key(RSA),
    "the public EC key as a secret": signed_with_public_key(EC),
    "a secret of one's own": jwt.encode(claims(), "s" * 32, "HS256", {"kid": "ec"}),
    "somebody else's key under our id": STRANGER.token(),
    "an unknown key": SigningKey.make("other").token(),
    "another algorithm of the header's": with_header(RSA.token(), alg="PS256"),
    "another key of the header's": with_header(EC.token(), kid="rsa"),
    "another audience": EC.token(aud="other"),
    "no audience": EC.token(aud=None),
    "another issuer": EC.token(iss="https://issuer.example.evil"),
    "no issuer": EC.token(iss=None),
    "no expiry": EC.token(exp=None),
    "not yet": EC.token(nbf=time.time() + 3600),
    "no subject": EC.token(sub=None),
    "an empty subject": EC.token(""),
    "a changed claim": ".".join(
        [EC.token().split(".")[0], part(claims(sub="1")), EC.token().split(".")[2]]
    ),
    "too long": EC.token(more="x" * 9000),
}


@pytest.mark.parametrize("name", BAD)
async def test_what_does_not_hold_is_refused(tmp_path: Path, name: str) -> None:
    checking = verifier(tmp_path)
    for _ in range(2):
        with pytest.raises(BadTokenError) as refused:
            await checking.verify(BAD[name])
        assert BAD[name][:20] not in str(refused.value) or not BAD[name]


async def test_a_key_in_the_header_is_not_looked_at(tmp_path: Path) -> None:
    forged = jwt.encode(
        claims(), STRANGER.private, "ES256", {"kid": "mine", "jwk": STRANGER.public}
    )
    with pytest.raises(BadTokenError):
        await verifier(tmp_path).verify(forged)


async def test_a_token_expires_also_where_it_is_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checking = verifier(tmp_path)
    token = EC.token(exp=time.time() + 60)
    assert isinstance(await checking.verify(token), Claims)
    later_s = time.time() + 120
    monkeypatch.setattr("ocelli.edge.access.tokens.time.time", lambda: later_s)
    for _ in range(2):
        with pytest.raises(ExpiredTokenError):
            await checking.verify(token)


async def test_one_that_had_expired_before_says_so(tmp_path: Path) -> None:
    with pytest.raises(ExpiredTokenError):
        await verifier(tmp_path).verify(EC.token(exp=time.time() - 60))


async def test_a_token_is_verified_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checking = verifier(tmp_path)
    token = EC.token()
    first = await checking.verify(token)

    def never(*_: object, **__: object) -> None:
        pytest.fail("it was verified again")

    monkeypatch.setattr("ocelli.edge.access.tokens.jwt.decode", never)
    assert await checking.verify(token) is first


async def test_a_key_set_of_one_needs_no_key_id(tmp_path: Path) -> None:
    token = jwt.encode(claims(), EC.private, "ES256")
    assert (await verifier(tmp_path, EC).verify(token)).subject == "7"
    with pytest.raises(BadTokenError, match="unknown key"):
        await verifier(tmp_path, EC, RSA).verify(token)


async def test_a_replaced_key_is_found_and_the_old_one_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "jwks.json"
    publish(path, EC)
    known: list[TokenVerifier] = []
    source = KeySource(str(path), 0.0, 0.0, lambda: [one.forget() for one in known] and None)
    checking = TokenVerifier(
        source, issuer=ISSUER, audience=AUDIENCE, principal_claim="sub", scope_claim="scope"
    )
    known.append(checking)
    old, new = EC.token(), SigningKey.make("next")
    await checking.verify(old)
    publish(path, new)
    assert (await checking.verify(new.token("8"))).subject == "8"
    with pytest.raises(BadTokenError):
        await checking.verify(old)
