"""Models as people see them."""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from ocelli.client.cli.model_tables import description, overview
from ocelli.client.model import model_info
from ocelli.v1 import model_pb2

CLASSIFIER = model_pb2.Model(
    name="breeds",
    version="12",
    state=model_pb2.MODEL_STATE_READY,
    task=model_pb2.TASK_CLASSIFY,
    adapter="classifier",
    is_default=True,
    input_kind=model_pb2.INPUT_KIND_PIXELS,
    input=model_pb2.ModelInput(
        width=224,
        height=192,
        color_order=model_pb2.COLOR_ORDER_RGB,
        datatype="UINT8",
        layout=model_pb2.TENSOR_LAYOUT_NHWC,
        resize=model_pb2.RESIZE_COVER,
    ),
    labels=[f"breed {number}" for number in range(20)],
    max_batch_size=8,
    versions=[
        model_pb2.ModelVersion(
            version="12",
            statistics=model_pb2.ModelStatistics(
                inference_count=40,
                execution_count=16,
                failure_count=3,
                queue_us=20_000,
                compute_us=480_000,
            ),
        ),
        model_pb2.ModelVersion(version="11", statistics=model_pb2.ModelStatistics()),
        model_pb2.ModelVersion(version="9"),
    ],
    canary=model_pb2.ModelCanary(version="12", share=0.05),
    batch_latencies=[
        model_pb2.BatchLatency(batch_size=1, latency_us=2_500),
        model_pb2.BatchLatency(batch_size=8, latency_us=10_000),
    ],
)
TEXTS = model_pb2.Model(
    name="words",
    version="1",
    state=model_pb2.MODEL_STATE_READY,
    task=model_pb2.TASK_EMBED,
    input_kind=model_pb2.INPUT_KIND_TEXT,
    space="toy",
    dimension=512,
    versions=[model_pb2.ModelVersion(version="1")],
)
REFUSED = model_pb2.Model(
    name="odd",
    version="1",
    state=model_pb2.MODEL_STATE_REFUSED,
    message="it answers the same to everything",
    versions=[model_pb2.ModelVersion(version="1")],
)


def lines(tables: Iterable[Table]) -> list[list[str]]:
    """The words of every line."""
    console = Console(width=200)
    with console.capture() as captured:
        for one in tables:
            console.print(one)
    return [line.split() for line in captured.get().splitlines()]


def facts(message: model_pb2.Model) -> list[str]:
    return [" ".join(line) for line in lines(description(model_info(message)))]


def test_a_row_says_what_a_model_does_and_takes() -> None:
    found = [model_info(one) for one in (CLASSIFIER, REFUSED, TEXTS)]
    _, breeds, odd, words = lines([overview(found)])
    shown = "breeds classify ready 12 224×192 20 labels ≤ 8 the default"
    assert " ".join(breeds) == shown
    assert " ".join(odd) == "odd refused 1 it answers the same to everything"
    assert " ".join(words) == "words embed ready 1 text 512 values"


def test_a_model_is_described_by_its_facts() -> None:
    shown = facts(CLASSIFIER)
    for fact in (
        "name breeds",
        "state ready",
        "task classify, the default",
        "adapter classifier",
        "input 224×192 RGB UINT8 NHWC cover",
        "output 20 labels",
        "batch ≤ 8",
    ):
        assert fact in shown
    (labels,) = [fact for fact in shown if fact.startswith("labels ")]
    assert labels.endswith("breed 7 and 12 more")


def test_versions_have_their_share_and_what_they_did() -> None:
    shown = facts(CLASSIFIER)
    at = shown.index("version share inferred mean batch failed queue ms compute ms")
    assert shown[at + 1 : at + 4] == [
        "12 5 % 40 2.5 3 0.5 12.0 canary",
        "11 95 % 0 0",
        "9 0 %",
    ]


def test_the_newest_version_gets_all_where_none_is_tried() -> None:
    plain = model_pb2.Model()
    plain.CopyFrom(CLASSIFIER)
    plain.ClearField("canary")
    shown = facts(plain)
    at = shown.index("version share inferred mean batch failed queue ms compute ms")
    assert shown[at + 1 : at + 4] == ["12 100 % 40 2.5 3 0.5 12.0", "11 0 % 0 0", "9 0 %"]


def test_batches_have_their_time_and_rate() -> None:
    shown = facts(CLASSIFIER)
    at = shown.index("batch ms when loaded per second")
    assert shown[at + 1 :] == ["1 2.5 400", "8 10.0 800"]


def test_what_a_model_has_not_is_left_out() -> None:
    shown = facts(TEXTS)
    assert shown[:6] == [
        "name words",
        "state ready",
        "task embed",
        "input text",
        "output 512 values",
        "space toy",
    ]
    assert not any(fact.startswith(("labels", "keypoints", "batch")) for fact in shown)


def test_one_that_cannot_be_used_says_why_and_has_no_shares() -> None:
    assert facts(REFUSED) == [
        "name odd",
        "state refused",
        "why it answers the same to everything",
        "version 1",
    ]


def test_thresholds_keypoints_and_whole_files_are_told() -> None:
    message = model_pb2.Model(
        name="pose",
        state=model_pb2.MODEL_STATE_READY,
        task=model_pb2.TASK_DETECT,
        input_kind=model_pb2.INPUT_KIND_ENCODED,
        input=model_pb2.ModelInput(width=640, height=480),
        labels=["person"],
        score_threshold=0,
        iou_threshold=0.5,
        keypoint_names=["left_eye", "right_eye"],
    )
    assert facts(message)[3:] == [
        "input whole files, seen as 640×480",
        "output 1 label",
        "labels person",
        "keypoints left_eye, right_eye",
        "lowest score 0",
        "largest overlap 0.5",
    ]
