"""What is under way on a stream, without a stream."""

from typing import TypeAlias

import pytest

from ocelli.client import MessageTooLarge, ServerError, StreamWindow
from ocelli.client.errors import OcelliError, image_error
from ocelli.client.pending import Pending
from ocelli.client.requests.call import StreamCall
from ocelli.v1 import vector_pb2

Answer: TypeAlias = str | OcelliError


def window(unanswered: int, *, max_message_bytes: int = 0) -> StreamWindow:
    return StreamWindow(1, unanswered, max_message_bytes, "m", "block")


def pack(_: int, item: int) -> vector_pb2.Vector:
    if item < 0:
        raise image_error("it cannot be sent")
    return vector_pb2.Vector(values=[1] * item)


@pytest.fixture
def pending() -> Pending[vector_pb2.Vector, StreamWindow | Answer, int, Answer]:
    """Items are numbers of values, -1 one that cannot be sent; responses are read already."""
    return Pending(
        StreamCall(
            method=lambda _: None,  # type: ignore[arg-type,return-value]  # never called
            config=vector_pb2.Vector(),
            pack=pack,
            pack_blank=lambda _, item: vector_pb2.Vector(),
            fail=lambda _, item, error: error,
            identify=lambda position, item: f"{position}:{item}",
            read=lambda response: response,
            blocks=lambda _: False,
        )
    )


Pended: TypeAlias = Pending[vector_pb2.Vector, StreamWindow | Answer, int, Answer]


def test_there_is_no_room_before_the_first_window(pending: Pended) -> None:
    assert not pending.has_room
    pending.receive(window(1))
    assert pending.has_room


def test_room_is_what_the_latest_window_leaves(pending: Pended) -> None:
    pending.receive(window(3))
    for _ in range(3):
        assert pending.has_room
        pending.pack(1)
    assert not pending.has_room
    assert pending.receive(window(2)) == window(2)
    for _ in range(2):
        assert not pending.has_room
        assert pending.receive("answer") == "answer"
    assert pending.has_room
    pending.pack(1)
    assert not pending.has_room
    pending.receive(window(4))
    assert pending.has_room


def test_what_cannot_be_sent_fails_in_its_turn(pending: Pended) -> None:
    pending.receive(window(9, max_message_bytes=100))
    sent = [pending.pack(item) for item in (1, -1, 1000, 2)]
    assert [len(message.values) for message in sent] == [1, 0, 0, 2]
    first, gone, large, last = (pending.receive(f"answer {n}") for n in range(4))
    assert (first, last) == ("answer 0", "answer 3")
    assert isinstance(gone, OcelliError)
    assert isinstance(large, MessageTooLarge)
    pending.close()


def test_a_later_window_may_change_the_largest_message(pending: Pended) -> None:
    pending.receive(window(9, max_message_bytes=10))
    assert len(pending.pack(100).values) == 0
    pending.receive(window(9, max_message_bytes=1000))
    assert len(pending.pack(100).values) == 100


def test_a_server_that_breaks_the_protocol_is_found_out(pending: Pended) -> None:
    with pytest.raises(ServerError, match="not its window"):
        pending.receive("answer")
    pending.receive(window(1))
    with pytest.raises(ServerError, match="answers no item"):
        pending.receive("answer")
    pending.pack(1)
    with pytest.raises(ServerError, match="left 1 items unanswered") as caught:
        pending.close()
    assert caught.value.unanswered == ("0:1",)
    assert caught.value.hint


def test_it_tells_what_is_not_answered(pending: Pended) -> None:
    pending.receive(window(9))
    assert pending.unanswered == ()
    for item in (4, -1, 6):
        pending.pack(item)
    assert pending.unanswered == ("0:4", "1:-1", "2:6")
    pending.receive("answer")
    assert pending.unanswered == ("1:-1", "2:6")


def test_positions_go_on_from_another_stream(pending: Pended) -> None:
    later = Pending(pending._call, 7)
    later.receive(window(9))
    later.pack(1)
    assert later.unanswered == ("7:1",)
