"""The policy as a file says it."""

from pathlib import Path

import pytest

from ocelli.edge.access.policy import Policy, read_policy
from ocelli.edge.config import ConfigError
from ocelli.edge.principal import Limits, Priority

WHOLE = """
[anonymous]
scopes = ["detect:infer"]
models = ["nanodet_*"]

[unknown]
scopes = ["*:read"]
priority = "batch"

[principals.team-a]
certificates = ["a.example", "spiffe://a"]
subjects = ["7"]
scopes = ["search:*"]
collections = ["team-a-*"]
weight = 2
limits = { calls_per_s = 100, max_open_streams = 4 }

[principals.operator]
"""


def policy(tmp_path: Path, text: str) -> Policy:
    path = tmp_path / "policy.toml"
    path.write_text(text)
    return read_policy(path)


def test_principals_are_found_by_what_callers_show(tmp_path: Path) -> None:
    found = policy(tmp_path, WHOLE)
    team = found.principals["team-a"]
    assert (team.name, team.scopes, team.collections) == (
        "team-a",
        frozenset({"search:*"}),
        ("team-a-*",),
    )
    assert (team.weight, team.limits) == (2.0, Limits(calls_per_s=100, max_open_streams=4))
    assert found.by_certificate == {"a.example": team, "spiffe://a": team}
    assert found.by_subject == {"7": team}
    assert found.anonymous is not None
    assert (found.anonymous.name, found.anonymous.models) == ("", ("nanodet_*",))
    assert found.unknown is not None
    assert (found.unknown("x").name, found.unknown("x").priority) == ("x", Priority.BATCH)
    assert found.principals["operator"].has_scope("model:admin")


def test_an_empty_policy_lets_nobody_in(tmp_path: Path) -> None:
    assert policy(tmp_path, "") == Policy()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[principals.a]\nscope = []", "principals.a.scope: Extra inputs"),
        ("[principals.a]\nscopes = ['find']", "principals.a.scopes: 'find' is no scope"),
        ("[principals.a]\ncollections = ['a b']", "principals.a.collections: 'a b' is no pattern"),
        ("[principals.a]\nweight = 0", "principals.a.weight"),
        ("[principals.a]\npriority = 'high'", "principals.a.priority"),
        ("[principals.a]\nlimits = {calls = 1}", "principals.a.limits: 'calls' is no limit"),
        ("[principals.a]\nlimits = {calls_per_s = 0}", "calls_per_s is 0; expected a number over"),
        ("[principals.a]\nlimits = {calls_per_s = '9'}", "calls_per_s is '9'"),
        ("[principals.a]\nlimits = {max_points = true}", "max_points is True"),
        ("[anonymous]", "anonymous.scopes: Field required"),
        ("[unknown]", "unknown.scopes: Field required"),
        ("[principals.a]\nsubjects=['s']\n[principals.b]\nsubjects=['s']", "'s' is of two"),
        ("[[principals]]", "principals"),
        ("a =", "Invalid value"),
    ],
)
def test_what_is_no_policy_is_refused_where_it_is_wrong(
    tmp_path: Path, text: str, says: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        policy(tmp_path, text)
    assert says in str(refused.value)
    assert str(refused.value).startswith("policy_file: ")
    assert "\n" not in str(refused.value)
