"""Models as values."""

from ocelli.client import ModelInput, ModelStatistics
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


def test_every_state_and_task_of_the_contract_has_its_word() -> None:
    for number in model_pb2.ModelState.values():
        name = model_pb2.ModelState.Name(number).removeprefix("MODEL_STATE_").lower()
        assert model_info(model_pb2.Model(state=number)).state == name
    for number in model_pb2.Task.values():
        name = model_pb2.Task.Name(number).removeprefix("TASK_").lower()
        assert model_info(model_pb2.Model(task=number)).task == name


def test_a_model_that_did_not_run_has_no_mean() -> None:
    assert ModelStatistics().mean_batch == 0
