"""Times that make no sense are refused before anything is sent."""

import math
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from ocelli.client import ChannelOptions, IndexItem, InvalidRequest, connect, connect_async
from ocelli.client.timeout import Deadline, checked_timeout_s
from tests.client.recorder import Recorder

Call = Callable[[Callable[[Any], Any]], Awaitable[Any]]

WRONG = [-1, 0, 0.0, math.nan, math.inf, -math.inf, 86_401, 1e300, True, "5", Decimal(5)]
USES: dict[str, Callable[[Any, Any], Any]] = {
    "detect": lambda client, timeout_s: client.detect(b"x", timeout_s=timeout_s),
    "detect_stream": lambda client, timeout_s: client.detect_stream([b"x"], timeout_s=timeout_s),
    "embed_stream": lambda client, timeout_s: client.embed_stream([b"x"], timeout_s=timeout_s),
    "index": lambda client, timeout_s: client.index(
        "c", [IndexItem("a", b"x")], timeout_s=timeout_s
    ),
    "load": lambda client, timeout_s: client.models.load("m", timeout_s=timeout_s),
    "list": lambda client, timeout_s: client.points.list("c", timeout_s=timeout_s),
    "health": lambda client, timeout_s: client.health(timeout_s=timeout_s),
    "wait_until_ready": lambda client, timeout_s: client.wait_until_ready(timeout_s),
}


@pytest.mark.parametrize("timeout_s", WRONG, ids=repr)
async def test_a_call_is_not_made(call: Call, recorder: Recorder, timeout_s: float) -> None:
    for use in USES.values():
        with pytest.raises(InvalidRequest) as caught:
            await call(lambda client, use=use: use(client, timeout_s))
        assert caught.value.message.startswith(f"timeout_s is {timeout_s!r}; expected seconds")
        assert caught.value.field_violations[0].field == "timeout_s"
    assert recorder.requests == []


@pytest.mark.parametrize("timeout_s", WRONG, ids=repr)
async def test_a_client_is_not_made(timeout_s: float) -> None:
    for make in (connect, connect_async):
        with pytest.raises(InvalidRequest, match="timeout_s is"):
            make(timeout_s=timeout_s)


async def test_a_stream_is_not_resumed_for_a_time_that_makes_no_sense(call: Call) -> None:
    for resume_s in (-1, math.nan, math.inf):
        with pytest.raises(InvalidRequest, match="resume_s is"):
            await call(
                lambda client, resume_s=resume_s: client.detect_stream([], resume_s=resume_s)
            )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("keepalive_time_s", math.nan),
        ("keepalive_timeout_s", math.inf),
        ("max_message_bytes", 0),
        ("max_message_bytes", 2**31),
        ("max_attempts", 0),
        ("max_attempts", 1.5),
    ],
)
def test_so_it_is_with_the_other_settings_of_a_connection(field: str, value: float) -> None:
    with pytest.raises(InvalidRequest, match=f"{field} is") as caught:
        ChannelOptions(**{field: value})
    assert caught.value.field_violations[0].field == field


def test_numbers_of_any_kind_will_do() -> None:
    assert [checked_timeout_s(one) for one in (1, 0.5, np.float32(0.25), 86_400)] == [
        1.0,
        0.5,
        0.25,
        86_400.0,
    ]


def test_a_deadline_tells_what_is_left() -> None:
    left_s = Deadline(60).left_s
    assert left_s is not None
    assert 59 < left_s <= 60
    assert not Deadline(60).has_passed
    assert Deadline(None).left_s is None
    assert not Deadline(None).has_passed
    assert Deadline(-1).has_passed
    assert Deadline(-1).left_s == 0
