"""Detectors and classifiers of torchvision, exported with torch; what they say is final."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torchvision import models, transforms
from torchvision.models import detection

from scripts.exporters.cases import SCORE_THRESHOLD, Case
from scripts.exporters.theirs.liven import settle, spread
from scripts.exporters.theirs.made import Made, run

seed = torch.manual_seed

_SOFTMAX_MAX = 10.0
"""Of logits around 0, so that one class of tens stands out."""
_IMAGENET = transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))

# Layers that give the logits of classes, whether a softmax follows, and the order of the outputs.
_DETECTORS: Mapping[str, tuple[Callable[[Any], list[nn.Module]], bool, tuple[str, ...]]] = {
    "fasterrcnn_mobilenet_v3_large_320_fpn": (
        lambda network: [network.roi_heads.box_predictor.cls_score],
        True,
        ("boxes", "labels", "scores"),
    ),
    "ssdlite320_mobilenet_v3_large": (
        lambda network: [part[-1] for part in network.head.classification_head.module_list],
        True,
        ("boxes", "scores", "labels"),
    ),
    "retinanet_resnet50_fpn": (
        lambda network: [network.head.classification_head.cls_logits],
        False,
        ("boxes", "scores", "labels"),
    ),
    "fcos_resnet50_fpn": (
        lambda network: [network.head.classification_head.cls_logits],
        False,
        ("boxes", "scores", "labels"),
    ),
}


def export(case: Case, folder: Path, image: NDArray[np.uint8]) -> Made:
    """Makes a network and exports it; `image` is RGB."""
    inputs = torch.from_numpy(image).permute(2, 0, 1)[None] / 255
    if case.network not in _DETECTORS:
        return _classifier(case, folder, _IMAGENET(inputs))
    layers, has_softmax, names = _DETECTORS[case.network]
    sized = {} if "320_mobilenet" in case.network else _size(case)
    network = getattr(detection, case.network)(
        weights=None, weights_backbone=None, num_classes=case.classes, **sized
    ).eval()
    settle(network, network, inputs)
    logits = {"mean": 0, "highest": _SOFTMAX_MAX} if has_softmax else {}
    spread(layers(network), network, inputs, **logits)
    path = _export(network, inputs, folder, names, case)
    with torch.no_grad():
        (found,) = network(inputs)
    kept = found["scores"] >= SCORE_THRESHOLD
    expected = {
        "boxes": found["boxes"][kept].numpy(),
        "scores": found["scores"][kept].numpy(),
        "classes": found["labels"][kept].numpy(),
        "image_size": np.array((case.height, case.width)),
        "lowest": np.array(SCORE_THRESHOLD),
    }
    return Made(run(path, {"images": inputs.numpy()}), {"input": inputs.numpy(), **expected})


def _classifier(case: Case, folder: Path, inputs: torch.Tensor) -> Made:
    network = getattr(models, case.network)(weights=None, num_classes=case.classes).eval()
    settle(network, network, inputs)
    path = _export(network, inputs, folder, ("output",), case)
    with torch.no_grad():
        scores = network(inputs).softmax(-1)[0].numpy()
    return Made(
        run(path, {"images": inputs.numpy()}), {"input": inputs.numpy(), "probabilities": scores}
    )


def _size(case: Case) -> dict[str, int]:
    """What keeps a detector from resizing the image once more."""
    return {"min_size": case.height, "max_size": case.width}


def _export(
    network: nn.Module, inputs: torch.Tensor, folder: Path, names: tuple[str, ...], case: Case
) -> Path:
    path = folder / "model.onnx"
    torch.onnx.export(
        network,
        (inputs,),
        path,
        input_names=["images"],
        output_names=list(names),
        dynamo=bool(case.options.get("dynamo")),
    )
    return path
