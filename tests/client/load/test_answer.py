"""What came of one request."""

import grpc
from google.rpc import error_details_pb2, status_pb2

from ocelli.client import Unavailable
from ocelli.client.load.answer import failed, of_frame, of_response
from ocelli.v1 import detect_pb2, embed_pb2, stream_pb2
from ocelli.v1.sdk import ERROR_DOMAIN


def test_an_answer_is_a_result_dropped_or_an_error() -> None:
    timed = {"total_us": 5}
    result = of_frame(detect_pb2.DetectFrameAnswer(result=detect_pb2.DetectResult(), timings=timed))
    assert (result.outcome, result.timings and result.timings.total_us) == ("result", 5)
    dropped = of_frame(embed_pb2.EmbedFrameAnswer(dropped=stream_pb2.Dropped()))
    assert (dropped.outcome, dropped.timings) == ("dropped", None)
    response = of_response(embed_pb2.EmbedResponse(timings=timed))
    assert (response.outcome, response.timings and response.timings.total_us) == ("result", 5)


def test_an_error_is_told_by_its_reason_or_else_its_code() -> None:
    status = status_pb2.Status(code=grpc.StatusCode.INVALID_ARGUMENT.value[0])
    assert of_frame(detect_pb2.DetectFrameAnswer(error=status)).reason == "INVALID_ARGUMENT"
    status.details.add().Pack(
        error_details_pb2.ErrorInfo(reason="IMAGE_EMPTY", domain=ERROR_DOMAIN)
    )
    assert of_frame(detect_pb2.DetectFrameAnswer(error=status)).reason == "IMAGE_EMPTY"
    assert failed(Unavailable("x", code=grpc.StatusCode.UNAVAILABLE)).reason == "UNAVAILABLE"
