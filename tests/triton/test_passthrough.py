"""The name of a model in a request's bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tritonclient.grpc import service_pb2

from ocelli.edge.triton.passthrough import model_name


@given(st.text(), st.text(), st.binary(max_size=100))
def test_it_is_the_name_that_the_message_has(name: str, id_: str, data: bytes) -> None:
    request = service_pb2.ModelInferRequest(
        model_name=name, id=id_, raw_input_contents=[data, data]
    )
    request.inputs.add(name=id_, datatype="UINT8", shape=[1, -1])
    assert model_name(request.SerializeToString()) == name
    rest = service_pb2.ModelInferRequest(id=id_, raw_input_contents=[data])
    after = rest.SerializeToString() + request.SerializeToString()
    assert model_name(after) == name


@given(st.binary(max_size=200))
def test_any_bytes_have_one_or_none(data: bytes) -> None:
    assert isinstance(model_name(data), str)


@pytest.mark.parametrize("data", [b"", b"\x0a", b"\xff" * 12, b"\x0b\x01", b"\x12\xff\xff\xff\x7f"])
def test_broken_bytes_have_none(data: bytes) -> None:
    assert model_name(data) == ""
