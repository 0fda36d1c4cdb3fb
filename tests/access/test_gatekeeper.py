"""Whose a call is: by key, token and certificate, with a policy and without."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from ocelli.edge.access.gatekeeper import Gatekeeper, Shown
from ocelli.edge.access.key_file import create_key, revoke_key
from ocelli.edge.config import Config
from ocelli.edge.errors import OcelliError
from ocelli.edge.principal import Principal, Priority
from tests.access.issuer import AUDIENCE, ISSUER, SigningKey, publish

POLICY = """
[principals.team-a]
certificates = ["a.example"]
subjects = ["7"]
scopes = ["search:*", "point:read"]
collections = ["team-a-*"]
priority = "batch"
"""
EC = SigningKey.make("ec")


class Door:
    """A gatekeeper, and files for it."""

    def __init__(self, folder: Path) -> None:
        self.keys, self.policy, self.jwks = (
            folder / name for name in ("keys.json", "policy.toml", "jwks.json")
        )
        publish(self.jwks, EC)
        self.operator, _ = create_key(self.keys, "operator")

    def config(self, *, keys: bool = True, policy: str | None = None, **others: Any) -> Config:
        if policy is not None:
            self.policy.write_text(policy)
            others["policy_file"] = str(self.policy)
        return Config(keys_file=str(self.keys) if keys else "", **others)

    @property
    def tokens(self) -> dict[str, Any]:
        return {"jwks": str(self.jwks), "jwt_issuer": ISSUER, "jwt_audience": AUDIENCE}


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path)


async def whose(
    gatekeeper: Gatekeeper,
    *credentials: str,
    names: tuple[str, ...] = (),
    scope: str = "search:read",
) -> Principal | str:
    """The principal, or the reason for refusing it."""
    shown = Shown("ocelli.v1.SearchService/Search", "ipv4:192.0.2.1:1", credentials, names)
    try:
        return await gatekeeper.admit(shown, scope)
    except OcelliError as error:
        return error.reason.value


def name_of(found: Principal | str) -> str:
    assert isinstance(found, Principal), found
    return found.name


async def test_a_key_without_a_policy_may_do_what_it_says(door: Door) -> None:
    reader, _ = create_key(door.keys, "reader", scopes_=("search:read",), models=("clip*",))
    gatekeeper = Gatekeeper(door.config())
    assert name_of(await whose(gatekeeper, door.operator, scope="model:admin")) == "operator"
    found = await whose(gatekeeper, reader)
    assert isinstance(found, Principal)
    assert (found.name, found.models, found.collections) == ("reader", ("clip*",), ("*",))
    assert await whose(gatekeeper, reader, scope="point:read") == "SCOPE_MISSING"


async def test_a_key_narrows_what_the_policy_gives_its_principal(door: Door) -> None:
    wide, _ = create_key(door.keys, "team-a")
    narrow, _ = create_key(
        door.keys, "team-a", scopes_=("*:read",), collections=("team-a-x*", "team-b-*")
    )
    gatekeeper = Gatekeeper(door.config(policy=POLICY))
    for key, collections in ((wide, ("team-a-*",)), (narrow, ("team-a-x*",))):
        found = await whose(gatekeeper, key)
        assert isinstance(found, Principal)
        assert (found.collections, found.priority) == (collections, Priority.BATCH)
        assert await whose(gatekeeper, key, scope="point:write") == "SCOPE_MISSING"
    assert name_of(await whose(gatekeeper, door.operator, scope="model:admin")) == "operator"


async def test_keys_that_are_none_are_refused_alike(door: Door) -> None:
    revoked, kept = create_key(door.keys, "team-a")
    revoke_key(door.keys, kept.id)
    expired, _ = create_key(door.keys, "team-a", valid_s=0)
    gatekeeper = Gatekeeper(door.config())
    head, id_, secret = door.operator.split("_")
    wrong = f"{head}_{id_}_{'0' * 64}"
    unknown = f"{head}_{'0' * 12}_{secret}"
    for credential in (revoked, wrong, unknown, "", "x"):
        assert await whose(gatekeeper, credential) == "CREDENTIALS_INVALID"
    assert await whose(gatekeeper, expired) == "CREDENTIALS_EXPIRED"
    assert await whose(gatekeeper) == "CREDENTIALS_MISSING"
    assert await whose(gatekeeper, door.operator, door.operator) == "CREDENTIALS_INVALID"


async def test_a_bad_key_is_not_made_good_by_a_certificate(door: Door) -> None:
    gatekeeper = Gatekeeper(door.config(policy=POLICY))
    assert name_of(await whose(gatekeeper, names=("a.example",))) == "team-a"
    assert await whose(gatekeeper, "x", names=("a.example",)) == "CREDENTIALS_INVALID"
    assert await whose(gatekeeper, names=("b.example",)) == "PRINCIPAL_UNKNOWN"
    assert name_of(await whose(gatekeeper, names=("b.example", "a.example"))) == "team-a"


async def test_where_keys_are_asked_for_a_certificate_alone_is_no_key(door: Door) -> None:
    assert await whose(Gatekeeper(door.config()), names=("a.example",)) == "CREDENTIALS_MISSING"
    alone = Gatekeeper(door.config(keys=False))
    assert name_of(await whose(alone, names=("a.example",))) == "a.example"
    # A proxy's token is nobody's here.
    assert name_of(await whose(alone, "proxied", names=("a.example",))) == "a.example"


async def test_tokens_are_mapped_by_their_subjects(door: Door) -> None:
    gatekeeper = Gatekeeper(door.config(policy=POLICY, **door.tokens))
    assert name_of(await whose(gatekeeper, EC.token("7"))) == "team-a"
    assert await whose(gatekeeper, EC.token("7"), scope="model:read") == "SCOPE_MISSING"
    narrowed = EC.token("7", scope="point:read model:admin")
    assert await whose(gatekeeper, narrowed) == "SCOPE_MISSING"
    assert name_of(await whose(gatekeeper, narrowed, scope="point:read")) == "team-a"
    assert await whose(gatekeeper, narrowed, scope="model:admin") == "SCOPE_MISSING"
    assert await whose(gatekeeper, EC.token("8")) == "PRINCIPAL_UNKNOWN"
    assert await whose(gatekeeper, EC.token("7", aud="other")) == "CREDENTIALS_INVALID"
    assert await whose(gatekeeper, EC.token("7", exp=1)) == "CREDENTIALS_EXPIRED"
    assert name_of(await whose(gatekeeper, door.operator)) == "operator"


async def test_without_a_policy_a_token_may_do_what_it_says(door: Door) -> None:
    gatekeeper = Gatekeeper(door.config(keys=False, **door.tokens))
    assert await whose(gatekeeper, EC.token("7")) == "SCOPE_MISSING"
    assert name_of(await whose(gatekeeper, EC.token("7", scope="search:read"))) == "7"


async def test_strangers_get_what_the_policy_says(door: Door) -> None:
    policy = '[anonymous]\nscopes = ["search:*"]\n[unknown]\nscopes = ["*:read"]\nweight = 0.5\n'
    gatekeeper = Gatekeeper(door.config(policy=policy, **door.tokens))
    assert name_of(await whose(gatekeeper)) == ""
    assert await whose(gatekeeper, scope="point:read") == "SCOPE_MISSING"
    for found in (
        await whose(gatekeeper, EC.token("7")),
        await whose(gatekeeper, names=("7",)),
        await whose(gatekeeper, door.operator),
    ):
        assert isinstance(found, Principal)
        assert found.name in {"7", "operator"}
        assert found.weight == 0.5
        assert not found.has_scope("point:write")


async def test_the_files_are_followed(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    key, kept = create_key(door.keys, "team-a")
    gatekeeper = Gatekeeper(door.config(policy=POLICY))
    following = asyncio.create_task(gatekeeper.follow())
    try:
        assert name_of(await whose(gatekeeper, key)) == "team-a"
        door.policy.write_text(POLICY.replace('"search:*", ', ""))
        await until(gatekeeper, key, "SCOPE_MISSING")
        door.policy.write_text("nonsense")
        await logged(caplog, "what it said before stays in force")
        assert await whose(gatekeeper, key) == "SCOPE_MISSING"
        door.policy.write_text(POLICY)
        await until(gatekeeper, key, "team-a")
        revoke_key(door.keys, kept.id)
        await until(gatekeeper, key, "CREDENTIALS_INVALID")
    finally:
        following.cancel()
    assert key not in caplog.text


async def until(gatekeeper: Gatekeeper, key: str, expected: str) -> None:
    async with asyncio.timeout(5):
        while True:
            found = await whose(gatekeeper, key)
            if expected == (found.name if isinstance(found, Principal) else found):
                return
            await asyncio.sleep(0.05)


async def logged(caplog: pytest.LogCaptureFixture, text: str) -> None:
    for _ in range(100):
        if text in caplog.text:
            return
        await asyncio.sleep(0.05)
    pytest.fail(f"not logged: {text}")


async def test_a_flood_of_refusals_fills_no_log(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    gatekeeper = Gatekeeper(door.config())
    for _ in range(1000):
        await whose(gatekeeper, f"x-{door.operator}")
    lines = [record for record in caplog.records if "refused" in record.getMessage()]
    assert 1 <= len(lines) <= 60
    assert door.operator not in caplog.text
