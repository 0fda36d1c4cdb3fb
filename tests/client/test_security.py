"""What protects a connection."""

from collections.abc import Callable

import grpc
import pytest

from ocelli.client import InvalidRequest, Tls
from ocelli.client.security import Security, secure


def test_plain_text_is_the_default() -> None:
    assert secure() == Security()


def test_a_name_to_expect_is_an_argument_of_the_channel() -> None:
    security = secure(Tls(server_name="edge.example"))
    assert security.credentials is not None
    assert ("grpc.ssl_target_name_override", "edge.example") in security.arguments


def test_tls_and_credentials_are_not_both_taken() -> None:
    with pytest.raises(InvalidRequest, match="tls or credentials, not both"):
        secure(tls=True, credentials=grpc.ssl_channel_credentials())


def test_a_token_is_not_sent_in_plain_text() -> None:
    with pytest.raises(InvalidRequest, match="a token is not sent in plain text"):
        secure(token="secret")
    for elsewhere in ("edge.example:1", "192.0.2.1:1", "localhost.example:1", "[2001:db8::1]:1"):
        with pytest.raises(InvalidRequest, match="a token is not sent in plain text"):
            secure(token="secret", address=elsewhere)
    with pytest.raises(InvalidRequest, match="a token is not sent in plain text"):
        secure(token=lambda: "secret", address="localhost:1")


@pytest.mark.parametrize(
    "here", ["localhost:1", "127.0.0.1:1", "127.1.2.3:1", "[::1]:1", "unix:/s"]
)
def test_a_token_is_sent_to_this_machine(here: str) -> None:
    assert secure(token="key", address=here).metadata == (("authorization", "Bearer key"),)
    with pytest.raises(InvalidRequest, match="the token cannot be sent"):
        secure(token="two\nlines", address=here)


@pytest.fixture
def plugins(monkeypatch: pytest.MonkeyPatch) -> list[grpc.AuthMetadataPlugin]:
    """What is handed to gRPC to authenticate calls."""
    handed: list[grpc.AuthMetadataPlugin] = []
    made = grpc.metadata_call_credentials

    def note(plugin: grpc.AuthMetadataPlugin) -> grpc.CallCredentials:
        handed.append(plugin)
        return made(plugin)

    monkeypatch.setattr(grpc, "metadata_call_credentials", note)
    return handed


Answered = list[tuple[object, Exception | None]]


def _answer(plugin: grpc.AuthMetadataPlugin) -> tuple[object, Exception | None]:
    answered: Answered = []
    plugin(None, lambda metadata, error: answered.append((metadata, error)))  # type: ignore[arg-type]
    (one,) = answered
    return one


def test_each_call_has_a_token_of_its_own(plugins: list[grpc.AuthMetadataPlugin]) -> None:
    tokens = iter(("first", "second"))
    secure(tls=True, token=lambda: next(tokens))
    (plugin,) = plugins
    for token in ("first", "second"):
        assert _answer(plugin) == ((("authorization", f"Bearer {token}"),), None)


def _no_vault() -> str:
    raise OSError("the vault is locked")


@pytest.mark.parametrize(
    ("token", "says"),
    [(_no_vault, "the vault is locked"), ("a\nb", "cannot carry"), ("", "empty")],
)
def test_a_token_that_cannot_be_sent_names_where_it_came_from(
    plugins: list[grpc.AuthMetadataPlugin], token: str | Callable[[], str], says: str
) -> None:
    secure(tls=True, token=token)
    metadata, error = _answer(plugins[0])
    assert metadata == ()
    assert says in str(error)
    assert "given to connect()" in str(error)
