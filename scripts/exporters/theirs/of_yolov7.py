"""YOLOv7, exported with torch as its `export.py` does, and read by its package."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from yolov7.models.experimental import End2End
from yolov7.models.yolo import Model
from yolov7.utils.activations import SiLU
from yolov7.utils.general import non_max_suppression

from scripts.exporters.cases import IOU_THRESHOLD, SCORE_THRESHOLD, Case
from scripts.exporters.theirs.liven import settle, spread
from scripts.exporters.theirs.made import Made, run

seed = torch.manual_seed
_MOST = 300
_LARGEST_SIDE_PX = 640


def export(case: Case, folder: Path, image: NDArray[np.uint8]) -> Made:
    """Makes a network and exports it; `image` is RGB."""
    network = Model(_small(case.classes)).eval()
    inputs = torch.from_numpy(image).permute(2, 0, 1)[None] / 255
    settle(network, network, inputs)
    head = network.model[-1]
    for layer in head.m:  # a fresh network is sure that there is nothing
        nn.init.zeros_(layer.bias)
    spread([*head.m], network, inputs, mean=-2, highest=5)
    _widen_boxes(head)
    if case.classes == 1:
        _forget_class(head)
    for part in network.modules():
        if isinstance(getattr(part, "act", None), nn.SiLU):
            part.act = SiLU()
    with torch.no_grad():
        rows = network(inputs)[0]
        (found,) = non_max_suppression(rows, SCORE_THRESHOLD, IOU_THRESHOLD)
        whole = network
        if case.options.get("end2end"):
            limits = (_MOST, IOU_THRESHOLD, SCORE_THRESHOLD, _LARGEST_SIDE_PX)
            whole = End2End(network, *limits, n_classes=case.classes).eval()
        head.concat = True
        path = folder / "model.onnx"
        batch = {0: "batch"}
        torch.onnx.export(
            whole,
            (inputs,),
            path,
            input_names=["images"],
            output_names=["output"],
            dynamic_axes={"images": batch, "output": batch} if case.options.get("dynamic") else {},
            opset_version=12,
            dynamo=False,
        )
    expected = {
        "boxes": found[:, :4].numpy(),
        "scores": found[:, 4].numpy(),
        "classes": found[:, 5].numpy().astype(np.int64),
        "image_size": np.array((case.height, case.width)),
        "lowest": np.array(SCORE_THRESHOLD),
    }
    return Made(run(path, {"images": inputs.numpy()}), {"input": inputs.numpy(), **expected})


def _small(classes: int) -> dict[str, object]:
    """A description of a network: those of its repository are not in the package."""
    convolutions = [[-1, 1, "Conv", [width, 3, 2]] for width in (16, 32, 64, 96, 128)]
    anchors = [[12, 16, 19, 36, 40, 28], [36, 75, 76, 55, 72, 146], [142, 110, 192, 243, 459, 401]]
    return {
        "nc": classes,
        "depth_multiple": 1.0,
        "width_multiple": 1.0,
        "anchors": anchors,
        "backbone": convolutions,
        "head": [[[2, 3, 4], 1, "Detect", ["nc", "anchors"]]],
    }


def _widen_boxes(head: nn.Module) -> None:
    """Makes boxes about as large as their anchors: hairs would only compare how sums round."""
    with torch.no_grad():
        for layer in head.m:
            for column in range(4):
                layer.weight[column :: head.no] *= 0.2
                layer.bias[column :: head.no] = 0


def _forget_class(head: nn.Module) -> None:
    """Makes the only class score 0.5, as after a training, which leaves it alone."""
    with torch.no_grad():
        for layer in head.m:
            layer.weight[head.no - 1 :: head.no] = 0
            layer.bias[head.no - 1 :: head.no] = 0
