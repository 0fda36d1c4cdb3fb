"""One caller sends megabytes of text through Envoy, whose calls share one connection to the edge.

A status that is too large would end that connection, and with it the calls of everyone.
"""

import base64
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import grpc
import httpx
import pytest

from ocelli.v1 import detect_pb2, detect_pb2_grpc, model_pb2, model_pb2_grpc
from tests.web.conftest import Gateway

MEGABYTE = 1 << 20
CALLERS = 6
CALLS = 60
OPTIONS = [
    ("grpc.enable_retries", 0),
    ("grpc.use_local_subchannel_pool", 1),  # a connection of its own for every channel
    ("grpc.max_send_message_length", -1),
]


def failures_of_one_caller(gateway: Gateway) -> list[str]:
    """Calls, again and again; returns what failed."""
    failed = []
    with grpc.insecure_channel(gateway.address, options=OPTIONS) as channel:
        models = model_pb2_grpc.ModelServiceStub(channel)
        for _ in range(CALLS):
            try:
                answer = models.ListModels(model_pb2.ListModelsRequest(), timeout=30)
                assert answer.models
            except grpc.RpcError as error:
                failed.append(f"{error.code()}: {error.details()}")
    return failed


def bad_labels_over_grpc(gateway: Gateway, image: bytes) -> None:
    request = detect_pb2.DetectRequest(
        image={"encoded": image}, options={"labels": ["x" * MEGABYTE, "語" * (MEGABYTE // 3)]}
    )
    with grpc.insecure_channel(gateway.address, options=OPTIONS) as channel:
        with pytest.raises(grpc.RpcError) as refused:
            detect_pb2_grpc.DetectServiceStub(channel).Detect(request, timeout=30)
        assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT, refused.value


def bad_labels_over_json(gateway: Gateway, image: bytes) -> None:
    options = {"labels": ["x" * MEGABYTE, "語" * (MEGABYTE // 3)]}
    body = {"image": {"encoded": base64.b64encode(image).decode()}, "options": options}
    answer = httpx.post(f"{gateway.url}/v1/detect", json=body, timeout=30)
    assert answer.status_code == 400
    reasons = [detail["reason"] for detail in answer.json()["details"] if "domain" in detail]
    assert reasons == ["INVALID_FIELD"]
    assert len(answer.content) < 8192


@pytest.mark.parametrize("send", [bad_labels_over_grpc, bad_labels_over_json])
def test_a_callers_bad_labels_cost_the_others_nothing(
    send: Callable[[Gateway, bytes], None], gateway: Gateway, photo: Callable[[str], bytes]
) -> None:
    stop = threading.Event()
    sent = 0

    def misbehave() -> None:
        nonlocal sent
        while not stop.is_set():
            send(gateway, photo("cat"))
            sent += 1

    with ThreadPoolExecutor(CALLERS + 1) as threads:
        bad = threads.submit(misbehave)
        try:
            others = [threads.submit(failures_of_one_caller, gateway) for _ in range(CALLERS)]
            failed = [failure for other in others for failure in other.result()]
        finally:
            stop.set()
        bad.result()
    assert failed == []
    assert sent > 3
