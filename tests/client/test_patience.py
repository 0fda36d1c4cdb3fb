"""When a stream that was interrupted is opened again."""

import pytest

from ocelli.client import (
    Cancelled,
    DeadlineExceeded,
    InvalidRequest,
    NotFound,
    Overloaded,
    ServerError,
    Unavailable,
    patience,
)
from ocelli.client.errors import OcelliError
from ocelli.client.patience import Patience
from ocelli.client.timeout import Deadline


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds, to be set."""
    now_s = [1000.0]
    monkeypatch.setattr(patience.time, "monotonic", lambda: now_s[0])
    return now_s


def test_the_delays_grow_and_start_anew_when_the_server_answers(clock: list[float]) -> None:
    waiting = Patience(60, Deadline(None))
    gone = Unavailable("gone")
    assert [waiting.wait_s(gone) for _ in range(6)] == [0.1, 0.2, 0.4, 0.8, 1.0, 1.0]
    waiting.answered()
    assert waiting.wait_s(gone) == 0.1


def test_no_less_than_the_server_asks_for_is_waited() -> None:
    waiting = Patience(60, Deadline(None))
    assert waiting.wait_s(Overloaded("full", retry_after_s=3.5)) == 3.5
    assert waiting.wait_s(Overloaded("full", retry_after_s=0.01)) == 0.2


def test_it_ends_when_the_server_was_missed_for_so_long(clock: list[float]) -> None:
    waiting = Patience(5, Deadline(None))
    gone = Unavailable("gone")
    assert waiting.wait_s(gone) == 0.1
    clock[0] += 4.7
    assert waiting.wait_s(gone) == 0.2
    clock[0] += 0.2
    assert waiting.wait_s(gone) is None
    waiting.answered()
    assert waiting.wait_s(gone) == 0.1


def test_a_delay_that_is_longer_than_that_ends_it_at_once() -> None:
    assert Patience(5, Deadline(None)).wait_s(Unavailable("gone", retry_after_s=6)) is None


def test_so_does_one_beyond_the_deadline() -> None:
    assert Patience(5, Deadline(0.05)).wait_s(Unavailable("gone")) is None


@pytest.mark.parametrize(
    "kind", [Cancelled, DeadlineExceeded, InvalidRequest, NotFound, ServerError]
)
def test_what_a_repetition_cannot_help_ends_it(kind: type[OcelliError]) -> None:
    assert Patience(5, Deadline(None)).wait_s(kind("no")) is None
