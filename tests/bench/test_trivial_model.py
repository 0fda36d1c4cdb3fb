from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2

from bench import trivial_model
from ocelli.edge.tasks.detect_head import DetectHead
from ocelli.edge.tasks.registry import TASKS
from ocelli.edge.triton.describe import describe
from ocelli.edge.vision.boxes import select
from ocelli.edge.vision.image import Region
from ocelli.edge.vision.letterbox import Placement


@pytest.mark.parametrize("side_px", [64, trivial_model.SIDE_PX])
def test_every_image_of_a_batch_gets_the_same_boxes_through_the_edges_own_reading(
    tmp_path: Path, side_px: int
) -> None:
    trivial_model.write(tmp_path, side_px)
    folder = tmp_path / trivial_model.NAME
    config = text_format.Parse(
        (folder / "config.pbtxt").read_text(), model_config_pb2.ModelConfig()
    )
    head = describe(config, "1", TASKS).head
    assert isinstance(head, DetectHead)
    session = ort.InferenceSession(
        str(folder / "1" / "model.onnx"), providers=["CPUExecutionProvider"]
    )
    images = np.zeros((3, side_px, side_px, 3), np.uint8)
    batch = dict(
        zip(
            head.output_names,
            session.run(list(head.output_names), {"images": images}),
            strict=True,
        )
    )
    placement = Placement(1, 1, 0, 0, Region(0, 0, side_px, side_px))
    for row in range(3):
        outputs = {name: tensor[row : row + 1] for name, tensor in batch.items()}
        found = select(
            head.adapter.decode(outputs, head.score_threshold),
            placement,
            score_threshold=head.score_threshold,
            iou_threshold=head.iou_threshold,
            max_detections=100,
        )
        assert len(found.boxes) == trivial_model.CONFIDENT
