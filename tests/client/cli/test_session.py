"""Where the server is, and over what, as options say."""

from collections.abc import Callable
from typing import Any

import pytest

from ocelli.client import InvalidRequest, ModelInfo, Tls
from ocelli.client.cli.entry import cli
from ocelli.client.cli.session import Session
from ocelli.client.model import model_info
from ocelli.v1 import model_pb2

Ocelli = Callable[..., Any]


def _parsed(*arguments: str) -> Session:
    """What the options before a command come to."""
    with cli.make_context("ocelli", [*arguments, "health"]) as context:
        found: Session = context.obj or context.ensure_object(Session)
        return found


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OCELLI_ADDRESS", raising=False)


def test_nothing_said_is_the_default() -> None:
    session = _parsed()
    assert (session.address, session.timeout_s, session.tls) == (None, None, False)
    with session.connect() as client:
        assert client.address == "127.0.0.1:8500"


def test_each_option_of_tls_implies_it() -> None:
    assert _parsed("--tls").tls is True
    assert _parsed("--tls-ca", "ca.pem").tls == Tls(ca="ca.pem")
    both = _parsed("--tls-server-name", "edge.example", "--tls", "--tls-ca", "ca.pem")
    assert both.tls == Tls(ca="ca.pem", server_name="edge.example")


def test_the_environment_is_read_by_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCELLI_ADDRESS", "there:1")
    monkeypatch.setenv("OCELLI_CLIENT_TLS_CA", "ca.pem")
    session = _parsed()
    assert (session.address, session.tls) == ("there:1", Tls(ca="ca.pem"))
    assert _parsed("--address", "here:1").address == "here:1"


def test_a_key_is_shown_to_the_server_and_to_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _parsed("--api-key", "given").api_key == "given"
    monkeypatch.setenv("OCELLI_API_KEY", "secret")
    session = _parsed("--address", "edge.example:1")
    assert session.api_key == "secret"
    assert "secret" not in repr(session)
    with pytest.raises(InvalidRequest, match="not sent in plain text"):
        session.connect()


def test_a_time_limit_holds_for_every_call(
    offline: Ocelli, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[float | None] = []

    def load(self: object, name: str, *, timeout_s: float) -> ModelInfo:
        seen.append(timeout_s)
        return model_info(model_pb2.Model(name=name))

    monkeypatch.setattr("ocelli.client.sync.models.Models.load", load)
    offline("models", "load", "m", "--json")
    offline("models", "load", "m", "--json", "--timeout", "7")
    assert seen == [600, 7]
