import re
from pathlib import Path
from urllib.parse import quote as percent_encode

from google.rpc import error_details_pb2
from hypothesis import given
from hypothesis import strategies as st

from ocelli.edge.errors import RETRY_AFTER_S, OcelliError, Reason
from ocelli.edge.server.status import CODES, grpc_message, to_status, trailers

PROTO = Path(__file__).parents[2] / "protos" / "ocelli" / "v1" / "error_reason.proto"


def test_the_contract_states_the_code_of_every_reason() -> None:
    blocks = re.findall(r"((?:  //.*\n)+)  ERROR_REASON_(\w+) =", PROTO.read_text())
    stated = {name: comment for comment, name in blocks if name != "UNSPECIFIED"}
    assert set(stated) == {reason.value for reason in CODES}
    for reason, code in CODES.items():
        assert re.search(rf"\b{code.name}\b", stated[reason.value]), reason


def test_details_tell_a_program_what_to_do() -> None:
    error = OcelliError(
        Reason.OVERLOADED, "full", field="a.b", resource=("model", "m"), quota="bytes"
    )
    status = to_status(error)
    found = {}
    for packed in status.details:
        kind = getattr(error_details_pb2, packed.TypeName().rpartition(".")[2])
        detail = kind()
        assert packed.Unpack(detail)
        found[kind.__name__] = detail
    assert (status.code, status.message) == (8, "full")
    assert (found["ErrorInfo"].reason, found["ErrorInfo"].domain) == ("OVERLOADED", "ocelli.dev")
    assert found["BadRequest"].field_violations[0].field == "a.b"
    assert found["ResourceInfo"].resource_name == "m"
    assert found["QuotaFailure"].violations[0].subject == "bytes"
    assert found["RetryInfo"].retry_delay.nanos == 100_000_000


def test_a_delay_is_sent_to_grpcs_own_retries_too() -> None:
    for reason in Reason:
        sent = dict(trailers(OcelliError(reason, "no")))
        delay_s = RETRY_AFTER_S.get(reason)
        expected = None if delay_s is None else str(round(delay_s * 1000))
        assert sent.get("grpc-retry-pushback-ms") == expected


SENT_AS_IT_IS = "".join(map(chr, range(0x20, 0x7F))).replace("%", "")
TEXTS = st.text(min_size=1, max_size=5) | st.sampled_from(
    ["x", "語", "\n\0", "\U0001f441", "\ud800"]
)


@given(message=TEXTS, field=TEXTS, name=TEXTS, times=st.sampled_from([1, 10**5]))
def test_no_text_makes_a_status_too_large(message: str, field: str, name: str, times: int) -> None:
    error = OcelliError(
        Reason.OVERLOADED,
        message * times,
        field=field * times,
        resource=("collection", name * times),
        quota="bytes",
    )
    sent = grpc_message(error)
    assert "\n" not in sent
    size = len(percent_encode(sent.encode(errors="replace"), safe=SENT_AS_IT_IS))
    for key, value in trailers(error):
        size += len(key) + (len(value) * 4 // 3 + 4 if isinstance(value, bytes) else len(value))
    assert size < 4096
