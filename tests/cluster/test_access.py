"""Calls through the service, with keys on."""

import grpc
import pytest

from tests.cluster.calls import EDGES, SERVICE, Caller


@pytest.mark.parametrize("address", [SERVICE, EDGES])
def test_who_has_a_key_is_answered(address: str, settled: None, key: str, diners: bytes) -> None:
    caller = Caller(address, key, diners)
    with caller.channel:
        assert "person" in caller.detect()


@pytest.mark.parametrize("shown", ["", "ocelli_nobody_nothing"])
def test_who_has_none_is_refused(shown: str, settled: None, diners: bytes) -> None:
    caller = Caller(SERVICE, shown, diners)
    with caller.channel, pytest.raises(grpc.RpcError) as refused:
        caller.detect()
    assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED
