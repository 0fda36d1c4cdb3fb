"""Models as values."""

from ocelli.client import (
    BatchLatency,
    ModelCanary,
    ModelInput,
    ModelStatistics,
    ModelVersion,
)
from ocelli.client.model import model_info
from ocelli.v1 import model_pb2


def test_a_detector_is_read() -> None:
    message = model_pb2.Model(
        name="finder",
        version="1",
        state=model_pb2.MODEL_STATE_READY,
        task=model_pb2.TASK_DETECT,
        adapter="yolov8",
        is_default=True,
        input=model_pb2.ModelInput(
            width=640,
            height=480,
            color_order=model_pb2.COLOR_ORDER_BGR,
            datatype="UINT8",
            layout=model_pb2.TENSOR_LAYOUT_NHWC,
            resize=model_pb2.RESIZE_LETTERBOX,
        ),
        labels=["cat", "dog"],
        score_threshold=0,
        iou_threshold=0.5,
        max_batch_size=0,
        statistics=model_pb2.ModelStatistics(inference_count=6, execution_count=2),
    )
    model = model_info(message)
    assert (model.state, model.task, model.is_default) == ("ready", "detect", True)
    assert model.input == ModelInput(640, 480, "BGR", "UINT8", "NHWC", "letterbox")
    assert model.labels == ("cat", "dog")
    assert (model.dimension, model.score_threshold, model.iou_threshold) == (None, 0, 0.5)
    assert model.max_batch_size == 0
    assert model.statistics == ModelStatistics(inference_count=6, execution_count=2)
    assert model.statistics.mean_batch == 3


def test_what_could_not_be_read_is_none() -> None:
    model = model_info(model_pb2.Model(name="odd", state=model_pb2.MODEL_STATE_REFUSED))
    assert (model.state, model.task) == ("refused", "unspecified")
    assert (model.input, model.statistics, model.max_batch_size) == (None, None, None)
    assert (model.score_threshold, model.iou_threshold, model.dimension) == (None, None, None)
    assert (model.versions, model.canary, model.batch_latencies) == ((), None, ())
    assert (model.space, model.keypoint_names, model.input_kind) == ("", (), "unspecified")


def test_versions_and_what_was_tried_at_load_are_read() -> None:
    counted = model_pb2.ModelStatistics(inference_count=6, execution_count=2)
    message = model_pb2.Model(
        versions=[
            model_pb2.ModelVersion(version="12", statistics=counted),
            model_pb2.ModelVersion(version="9"),
        ],
        canary=model_pb2.ModelCanary(version="12", share=0.25),
        batch_latencies=[
            model_pb2.BatchLatency(batch_size=1, latency_us=900),
            model_pb2.BatchLatency(batch_size=2, latency_us=1500),
        ],
    )
    model = model_info(message)
    assert model.versions == (
        ModelVersion("12", ModelStatistics(inference_count=6, execution_count=2)),
        ModelVersion("9"),
    )
    assert model.canary == ModelCanary("12", 0.25)
    assert model.batch_latencies == (BatchLatency(1, 900), BatchLatency(2, 1500))


def test_a_model_says_what_it_takes_and_in_which_space_it_answers() -> None:
    message = model_pb2.Model(
        task=model_pb2.TASK_EMBED, input_kind=model_pb2.INPUT_KIND_TEXT, space="toy"
    )
    model = model_info(message)
    assert (model.input_kind, model.space, model.input) == ("text", "toy", None)
    named = model_pb2.Model(keypoint_names=["left_eye", "right_eye"])
    assert model_info(named).keypoint_names == ("left_eye", "right_eye")


def test_every_state_task_and_kind_of_input_of_the_contract_has_its_word() -> None:
    for number in model_pb2.ModelState.values():
        name = model_pb2.ModelState.Name(number).removeprefix("MODEL_STATE_").lower()
        assert model_info(model_pb2.Model(state=number)).state == name
    for number in model_pb2.Task.values():
        name = model_pb2.Task.Name(number).removeprefix("TASK_").lower()
        assert model_info(model_pb2.Model(task=number)).task == name
    for number in model_pb2.InputKind.values():
        name = model_pb2.InputKind.Name(number).removeprefix("INPUT_KIND_").lower()
        assert model_info(model_pb2.Model(input_kind=number)).input_kind == name


def test_a_model_that_did_not_run_has_no_mean() -> None:
    assert ModelStatistics().mean_batch == 0
