import re
from pathlib import Path

from google.rpc import error_details_pb2

from ocelli.edge.errors import CODES, DOMAIN, OcelliError, Reason
from ocelli.v1 import error_reason_pb2

PROTO = Path(__file__).parents[1] / "protos" / "ocelli" / "v1" / "error_reason.proto"


def test_reasons_are_those_of_the_contract() -> None:
    names = error_reason_pb2.ErrorReason.DESCRIPTOR.values_by_name
    contract = {name.removeprefix("ERROR_REASON_") for name in names}
    assert {reason.value for reason in Reason} == contract - {"UNSPECIFIED"}


def test_the_contract_states_the_code_of_every_reason() -> None:
    blocks = re.findall(r"((?:  //.*\n)+)  ERROR_REASON_(\w+) =", PROTO.read_text())
    stated = {name: comment for comment, name in blocks if name != "UNSPECIFIED"}
    for reason, code in CODES.items():
        assert re.search(rf"\b{code.name}\b", stated[reason.value]), reason


def test_details_tell_a_program_what_to_do() -> None:
    error = OcelliError(
        Reason.OVERLOADED, "full", field="a.b", resource=("model", "m"), quota="bytes"
    )
    status = error.to_status()
    found = {}
    for packed in status.details:
        kind = getattr(error_details_pb2, packed.TypeName().rpartition(".")[2])
        detail = kind()
        assert packed.Unpack(detail)
        found[kind.__name__] = detail
    assert (status.code, status.message) == (8, "full")
    assert (found["ErrorInfo"].reason, found["ErrorInfo"].domain) == ("OVERLOADED", DOMAIN)
    assert found["BadRequest"].field_violations[0].field == "a.b"
    assert found["ResourceInfo"].resource_name == "m"
    assert found["QuotaFailure"].violations[0].subject == "bytes"
    assert found["RetryInfo"].retry_delay.nanos == 100_000_000
