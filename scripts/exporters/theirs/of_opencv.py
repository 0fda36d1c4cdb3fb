"""YuNet as OpenCV's own `FaceDetectorYN` reads it; the network is a small one with its outputs."""

from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from scripts.exporters.cases import IOU_THRESHOLD, SCORE_THRESHOLD, Case
from scripts.exporters.theirs.liven import settle, spread
from scripts.exporters.theirs.made import Made, run

seed = torch.manual_seed
_KINDS = {"cls": 1, "obj": 1, "bbox": 4, "kps": 10}
_STRIDES = (8, 16, 32)
_WIDTH = 24
_MOST = 5000


class _YuNet(nn.Module):
    """Gives `cls`, `obj`, `bbox` and `kps` of each stride, rows of cells."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(_halved(3), _halved(_WIDTH))
        self.levels = nn.ModuleList(_halved(_WIDTH) for _ in _STRIDES)
        self.heads = nn.ModuleDict(
            {
                kind: nn.ModuleList(nn.Conv2d(_WIDTH, columns, 1) for _ in _STRIDES)
                for kind, columns in _KINDS.items()
            }
        )

    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, ...]:
        features = self.stem(images / 255)
        levels = []
        for level in self.levels:
            features = level(features)
            levels.append(features)
        outputs = []
        for kind, columns in _KINDS.items():
            for head, level in zip(self.heads[kind], levels, strict=True):
                rows = head(level).permute(0, 2, 3, 1).reshape(1, -1, columns)
                outputs.append(rows.sigmoid() if kind in {"cls", "obj"} else rows)
        return tuple(outputs)


def _halved(channels: int) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(channels, _WIDTH, 3, 2, 1), nn.BatchNorm2d(_WIDTH), nn.LeakyReLU(0.1)
    )


def export(case: Case, folder: Path, image: NDArray[np.uint8]) -> Made:
    """Makes a network and exports it; `image` is RGB."""
    network = _YuNet().eval()
    bgr = np.ascontiguousarray(image[..., ::-1])
    inputs = torch.from_numpy(bgr).permute(2, 0, 1)[None].float()
    settle(network, network, inputs)
    for kind in ("cls", "obj"):
        spread([*network.heads[kind]], network, inputs, mean=-3)
    path = folder / "model.onnx"
    names = [f"{kind}_{stride}" for kind in _KINDS for stride in _STRIDES]
    torch.onnx.export(
        network, (inputs,), path, input_names=["input"], output_names=names, dynamo=False
    )
    size = (case.width, case.height)
    reader = cv2.FaceDetectorYN.create(str(path), "", size, SCORE_THRESHOLD, IOU_THRESHOLD, _MOST)
    _, found = reader.detect(bgr)
    expected = {
        "boxes": np.concatenate((found[:, :2], found[:, :2] + found[:, 2:4]), axis=1),
        "scores": found[:, 14],
        "classes": np.zeros(len(found), np.int64),
        "keypoints": found[:, 4:14].reshape(-1, 5, 2),
        "image_size": np.array((case.height, case.width)),
        "lowest": np.array(SCORE_THRESHOLD),
    }
    return Made(run(path, {"input": inputs.numpy()}), {"input": inputs.numpy(), **expected})
