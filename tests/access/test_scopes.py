"""The scope of every rpc, and what patterns of scopes give."""

import re
from pathlib import Path

import pytest

from ocelli.edge.access.scopes import SCOPES, VERBS, checked, narrowed
from ocelli.edge.principal import Principal
from ocelli.edge.server.grpc_server import described

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"
NO_SCOPE = {"grpc.health.v1.Health"}


def test_every_rpc_that_is_served_takes_one_scope() -> None:
    served = {
        f"{service.full_name}/{method.name}"
        for service in described()
        if service.full_name not in NO_SCOPE
        for method in service.methods
    }
    assert set(SCOPES) == served


def test_the_documentation_lists_every_scope_with_its_rpcs() -> None:
    rows = re.findall(r"^\| `([a-z]+:[a-z]+)` \| (.*?) \|", OPERATIONS.read_text(), re.MULTILINE)
    documented = {scope: set(re.findall(r"`(\w+)`", methods)) for scope, methods in rows}
    wanted: dict[str, set[str]] = {}
    for method, scope in SCOPES.items():
        wanted.setdefault(scope, set()).add(method.rpartition("/")[2])
    assert documented == wanted


@pytest.mark.parametrize(
    ("pattern", "given", "withheld"),
    [
        ("*", "model:admin", None),
        ("search:*", "search:read", "point:read"),
        ("*:read", "point:read", "point:write"),
        ("point:write", "point:write", "point:read"),
    ],
)
def test_a_pattern_gives_what_it_says(pattern: str, given: str, withheld: str | None) -> None:
    principal = Principal(scopes=frozenset({checked(pattern)}))
    assert principal.has_scope(given)
    assert withheld is None or not principal.has_scope(withheld)


@pytest.mark.parametrize("word", ["", "search", "search:", ":read", "searching:read", "*:*", "a:b"])
def test_what_is_no_scope_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match="no scope"):
        checked(word)


@pytest.mark.parametrize("one", ["*", "*:read", "search:*", "point:write"])
@pytest.mark.parametrize("other", ["*", "*:write", "point:*", "search:read"])
def test_two_sets_give_what_both_give(one: str, other: str) -> None:
    both = Principal(scopes=narrowed({one}, {other}))
    alone = [Principal(scopes=frozenset({each})) for each in (one, other)]
    for scope in set(SCOPES.values()) | {f"search:{verb}" for verb in VERBS}:
        assert both.has_scope(scope) is all(each.has_scope(scope) for each in alone), scope
