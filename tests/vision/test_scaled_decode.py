"""A real detector finds the same boxes whether a JPEG is decoded in full or scaled."""

import os
from collections.abc import Callable
from pathlib import Path

import cv2
import imgviz
import numpy as np
import onnxruntime
import pytest
import skimage.data
from numpy.typing import NDArray

from ocelli.edge.vision.adapters import DETECT_ADAPTERS
from ocelli.edge.vision.adapters.adapter import ModelSignature, TensorSpec
from ocelli.edge.vision.boxes import Detections, select
from ocelli.edge.vision.header import read_header
from ocelli.edge.vision.image import ColorOrder, EncodedImage, Region
from ocelli.edge.vision.letterbox import Anchor, InputSpec, Placement, letterbox
from tests.vision.preparing import LIMITS, prepare

Pixels = NDArray[np.uint8]
Detect = Callable[[NDArray[np.uint8], Placement], Detections]
Boxes = NDArray[np.float32]

HOME = Path(os.environ.get("OCELLI_HOME", Path(__file__).parents[2] / ".ocelli"))
MODEL = HOME / "models" / "nanodet_coco80" / "1" / "model.onnx"
SPEC = InputSpec(416, 416, ColorOrder.BGR, anchor=Anchor.TOP_LEFT)
PHOTOS = {
    "chelsea": skimage.data.chelsea,
    "astronaut": skimage.data.astronaut,
    "motorcycle": lambda: skimage.data.stereo_motorcycle()[0],
    "dinner": lambda: imgviz.data.voc()["rgb"],
}


@pytest.fixture(scope="session")
def detect():
    """Runs the detector on a prepared tensor: `detect(tensor, placement)`."""
    if not MODEL.exists():
        pytest.skip(f"{MODEL} is not installed; run `ocelli models install`")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(MODEL, options, providers=["CPUExecutionProvider"])
    outputs = (
        TensorSpec("boxes", "FP32", (-1, 100, 4)),
        TensorSpec("scores", "FP32", (-1, 100)),
        TensorSpec("classes", "INT32", (-1, 100)),
    )
    adapter = DETECT_ADAPTERS["candidates"](
        ModelSignature(outputs=outputs, input_width=416, input_height=416)
    )
    names = list(adapter.output_names)

    def run(tensor: Pixels, placement: Placement) -> Detections:
        found = session.run(names, {session.get_inputs()[0].name: tensor[None]})
        candidates = adapter.decode(dict(zip(names, found, strict=True)), 0.4)
        return select(
            candidates, placement, score_threshold=0.4, iou_threshold=0.6, max_detections=100
        )

    return run


def overlap(a: Boxes, b: Boxes):
    low, high = np.maximum(a[:2], b[:2]), np.minimum(a[2:], b[2:])
    both = np.prod(np.maximum(high - low, 0))
    return both / (np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2]) - both)


@pytest.mark.parametrize(
    "long_side", [0, 1280, 1920, 3840], ids=["as it is", "720p", "1080p", "4K"]
)
@pytest.mark.parametrize("photo", PHOTOS)
def test_detections_stay_where_they_are(photo: str, long_side: int, detect: Detect):
    image = PHOTOS[photo]()[:, :, ::-1]
    if long_side:
        factor = long_side / max(image.shape[:2])
        image = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()
    full = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    height, width = full.shape[:2]
    assert read_header(data, LIMITS).width == width
    tensor = np.empty((416, 416, 3), np.uint8)
    whole = Region(0, 0, width, height)
    reference = detect(tensor, letterbox(full, SPEC, tensor, covers=whole, bounds=whole))
    prepared = prepare(EncodedImage(data), SPEC)
    found = detect(prepared.tensor, prepared.placement)
    sure = np.flatnonzero(reference.scores >= 0.5)
    assert sure.size
    for i in sure:
        same = found.boxes[found.classes == reference.classes[i]]
        assert max(overlap(reference.boxes[i], box) for box in same) >= 0.9
