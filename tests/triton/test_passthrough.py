"""The name of a model in a request's bytes."""

import contextlib

import pytest
from google.protobuf.message import DecodeError
from hypothesis import given
from hypothesis import strategies as st
from tritonclient.grpc import service_pb2

from ocelli.edge.errors import OcelliError, Reason
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


@given(st.text(min_size=1), st.text())
def test_of_several_names_it_is_the_one_that_triton_reads(first: str, last: str) -> None:
    both = b"".join(
        service_pb2.ModelInferRequest(model_name=name).SerializeToString() for name in (first, last)
    )
    assert model_name(both) == service_pb2.ModelInferRequest.FromString(both).model_name


@given(st.binary(max_size=200))
def test_bytes_that_a_parser_reads_have_the_name_that_it_reads_or_are_refused(data: bytes) -> None:
    with contextlib.suppress(OcelliError, DecodeError):
        name = model_name(data)
        assert service_pb2.ModelInferRequest.FromString(data).model_name == name


@pytest.mark.parametrize(
    "data",
    [
        b"\x0a",
        b"\xff" * 12,
        b"\x0b\x01",
        b"\x12\xff\xff\xff\x7f",
        b"\x0a\x02a",
        b"\x8a\x80\x80\x80\x10\x01a",  # a tag whose lower 32 bits are those of the name
        b"\x10\x01" * 5000,
    ],
)
def test_what_no_parser_reads_alike_is_refused(data: bytes) -> None:
    with pytest.raises(OcelliError) as refused:
        model_name(data)
    assert refused.value.reason is Reason.MESSAGE_INVALID


def test_no_bytes_have_no_name() -> None:
    assert model_name(b"") == ""
