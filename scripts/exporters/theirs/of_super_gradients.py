"""YOLO-NAS of the library super-gradients, exported and read by it."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from super_gradients.conversion import DetectionOutputFormatMode, ExportTargetBackend
from super_gradients.training import models
from super_gradients.training.models.detection_models.pp_yolo_e import (
    PPYoloEPostPredictionCallback,
)

from scripts.exporters.cases import IOU_THRESHOLD, SCORE_THRESHOLD, Case
from scripts.exporters.theirs.liven import settle, spread
from scripts.exporters.theirs.made import Made, run

seed = torch.manual_seed
_MOST = 300
_LOGIT_MEAN = -6
"""Few enough for a file with a list, which would leave out last classes, not lowest scores."""


def export(case: Case, folder: Path, image: NDArray[np.uint8]) -> Made:
    """Makes a network and exports it; `image` is RGB."""
    network = models.get(case.network, num_classes=case.classes, pretrained_weights=None).eval()
    inputs = torch.from_numpy(image).permute(2, 0, 1)[None] / 255
    settle(network, network, inputs)
    heads = (network.heads.head1, network.heads.head2, network.heads.head3)
    spread([head.cls_pred for head in heads], network, inputs, mean=_LOGIT_MEAN)
    path = folder / "model.onnx"
    listed = str(case.options.get("listed", ""))  # empty: every cell, with duplicates
    network.export(
        str(path),
        preprocessing=False,
        postprocessing=bool(listed),
        input_image_shape=(case.height, case.width),
        engine=ExportTargetBackend.ONNXRUNTIME,
        onnx_simplify=False,
        output_predictions_format=DetectionOutputFormatMode(listed or "batch"),
        confidence_threshold=SCORE_THRESHOLD,
        nms_threshold=IOU_THRESHOLD,
        max_predictions_per_image=_MOST,
    )
    # What removes duplicates inside a file reports a box for each class that passes.
    reads = PPYoloEPostPredictionCallback(
        score_threshold=SCORE_THRESHOLD,
        nms_threshold=IOU_THRESHOLD,
        nms_top_k=1000,
        max_predictions=_MOST,
        multi_label_per_box=bool(listed),
    )
    with torch.no_grad():
        (found,) = reads(network(inputs))
    expected = {
        "boxes": found[:, :4].numpy(),
        "scores": found[:, 4].numpy(),
        "classes": found[:, 5].numpy().astype(np.int64),
        "image_size": np.array((case.height, case.width)),
        "lowest": np.array(SCORE_THRESHOLD),
    }
    return Made(run(path, {"input": inputs.numpy()}), {"input": inputs.numpy(), **expected})
