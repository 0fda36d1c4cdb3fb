from ocelli.edge.errors import OcelliError, Reason, invalid_field, quote
from ocelli.v1 import error_reason_pb2


def test_reasons_are_those_of_the_contract() -> None:
    names = error_reason_pb2.ErrorReason.DESCRIPTOR.values_by_name
    contract = {name.removeprefix("ERROR_REASON_") for name in names}
    assert {reason.value for reason in Reason} == contract - {"UNSPECIFIED"}


def test_a_field_is_named_from_the_request_down() -> None:
    error = invalid_field("too many", "filter.all_of")
    assert error.within("requests[3]").field == "requests[3].filter.all_of"


def test_an_error_without_a_field_gets_none() -> None:
    assert OcelliError(Reason.DRAINING, "stopping").within("config").field is None


def test_text_of_a_caller_is_cut() -> None:
    assert quote("cat") == "'cat'"
    assert len(quote("x" * 1_000_000)) < 100
    assert "\n" not in quote("a\nb")
