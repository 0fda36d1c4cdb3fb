"""What the Python runner expects of a stream's answers, and how it notices that it did not come."""

from typing import Any

import grpc
import pytest

from conformance.seen import Seen
from conformance.streams import difference_of_answers
from ocelli.client import ImageError

BAD = ImageError("cut", reason="IMAGE_CORRUPT", code=grpc.StatusCode.INVALID_ARGUMENT)
SEEN = Seen(
    windows=[{"maxInFlightFrames": 2}, {"maxInFlightFrames": 3}],
    answers=[
        {"frameId": "0", "result": {"width": 640}},
        {"frameId": "1", "error": BAD},
        {"frameId": "2", "dropped": {"reason": "DROP_REASON_TOO_OLD"}},
    ],
    sent=["0", "1", "2", "3"],
)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ({"window": {"maxInFlightFrames": 2}}, {"window": {"maxInFlightFrames": 3}}),
        ({"windows": [{}, {"maxInFlightFrames": 3}]}, {"windows": [{"maxInFlightFrames": 2}]}),
        ({"count": 3}, {"count": 4}),
        ({"each": {}}, {"each": {"result": {"width": 640}}}),
        ({"answers": [{}, {}, {}]}, {"answers": [{}, {}]}),
        ({"answers": [{"frameId": "0"}, {}, {}]}, {"answers": [{"frameId": "1"}, {}, {}]}),
        (
            {"answers": [{}, {"error": {"reason": "IMAGE_CORRUPT"}}, {}]},
            {"answers": [{}, {"error": {"reason": "IMAGE_EMPTY"}}, {}]},
        ),
        (
            {"answers": [{}, {"error": {}}, {}]},
            {"answers": [{"error": {}}, {"error": {}}, {}]},
        ),
        ({"outcomes": {"result": 1, "dropped": 1}}, {"outcomes": {"error": 0}}),
        ({"outcomes": {"error": {"$between": [1, 2]}}}, {"outcomes": {"dropped": 2}}),
    ],
)
def test_every_key_counts(right: dict[str, Any], wrong: dict[str, Any]) -> None:
    assert difference_of_answers(right, SEEN) == ""
    assert difference_of_answers(wrong, SEEN)


def test_answers_out_of_order_are_noticed() -> None:
    assert difference_of_answers({"in_order": True}, SEEN) == ""
    swapped = Seen(answers=SEEN.answers[::-1], sent=SEEN.sent)
    assert difference_of_answers({}, swapped) == ""
    assert "in_order" in difference_of_answers({"in_order": True}, swapped)
