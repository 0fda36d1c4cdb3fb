"""RetinaFace as the package facexlib carries it on, exported with torch and read by it."""

from pathlib import Path

import numpy as np
import torch
from facexlib.detection.retinaface import RetinaFace
from numpy.typing import NDArray

from scripts.exporters.cases import IOU_THRESHOLD, SCORE_THRESHOLD, Case
from scripts.exporters.theirs.liven import settle, spread
from scripts.exporters.theirs.made import Made, run

seed = torch.manual_seed
_DOUBT = 6.0
"""By how much a face is less likely than none: few of the many priors are to be faces."""


def export(case: Case, folder: Path, image: NDArray[np.uint8]) -> Made:
    """Makes a network and exports it; `image` is RGB."""
    network = RetinaFace(network_name="mobile0.25", device="cpu").eval()
    bgr = np.ascontiguousarray(image[..., ::-1])
    inputs = torch.from_numpy(bgr).permute(2, 0, 1)[None].float() - network.mean_tensor
    settle(network, network, inputs)
    heads = [head.conv1x1 for head in network.ClassHead]
    spread(heads, network, inputs, mean=0, highest=5)
    with torch.no_grad():
        for head in heads:
            head.bias[1::2] -= _DOUBT
        found = network.detect_faces(bgr, SCORE_THRESHOLD, IOU_THRESHOLD)
    path = folder / "model.onnx"
    names = ["loc", "conf", "landms"]
    torch.onnx.export(
        network, (inputs,), path, input_names=["input"], output_names=names, dynamo=False
    )
    expected = {
        "boxes": found[:, :4],
        "scores": found[:, 4],
        "classes": np.zeros(len(found), np.int64),
        "keypoints": found[:, 5:].reshape(-1, 5, 2),
        "image_size": np.array((case.height, case.width)),
        "lowest": np.array(SCORE_THRESHOLD),
    }
    return Made(run(path, {"input": inputs.numpy()}), {"input": inputs.numpy(), **expected})
