"""Detectors and classifiers of transformers, exported with torch, read by their processors."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
import transformers
from numpy.typing import NDArray
from torch import nn

from scripts.exporters.cases import SCORE_THRESHOLD, Case
from scripts.exporters.theirs.best import best_of_each
from scripts.exporters.theirs.liven import settle, spread, stir
from scripts.exporters.theirs.made import Made, run

seed = torch.manual_seed

_SOFTMAX_MAX = 10.0
"""Of logits around 0, so that one class of tens stands out."""
_ALL = 100_000
_RESNET = {
    "model_type": "resnet",
    "embedding_size": 16,
    "hidden_sizes": [16, 32, 64, 128],
    "depths": [1, 1, 1, 1],
    "layer_type": "basic",
}
_ENCODER_DECODER = {
    "encoder_layers": 1,
    "encoder_ffn_dim": 128,
    "decoder_layers": 2,
    "decoder_ffn_dim": 128,
    "init_std": 0.3,  # so that queries differ
    "backbone_config": {**_RESNET, "out_features": ["stage4"]},
}
_REAL_TIME = {"encoder_ffn_dim": 128, "decoder_layers": 2, "decoder_ffn_dim": 128}

# Class, image processor, and what of its config is smaller than usual.
_DETECTORS: Mapping[str, tuple[str, str, Mapping[str, Any]]] = {
    "detr": ("Detr", "Detr", _ENCODER_DECODER),
    "conditional-detr": ("ConditionalDetr", "ConditionalDetr", _ENCODER_DECODER),
    "deformable-detr": (
        "DeformableDetr",
        "DeformableDetr",
        {
            **_ENCODER_DECODER,
            "backbone_config": {**_RESNET, "out_features": ["stage2", "stage3", "stage4"]},
        },
    ),
    "rt-detr": ("RTDetr", "RTDetr", _REAL_TIME),
    "rt-detr-v2": ("RTDetrV2", "RTDetr", _REAL_TIME),
    "d-fine": ("DFine", "RTDetr", _REAL_TIME),
    "yolos": (
        "Yolos",
        "Yolos",
        {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4},
    ),
}
_CLASSIFIERS: Mapping[str, tuple[str, str, Mapping[str, Any]]] = {
    "vit": ("ViT", "ViT", {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4}),
    "resnet": ("ResNet", "ConvNext", {key: _RESNET[key] for key in _RESNET if key != "model_type"}),
}


class _Outputs(nn.Module):
    """Some outputs of a network, which gives many, in the order that the file names them."""

    def __init__(self, network: nn.Module, names: tuple[str, ...]) -> None:
        super().__init__()
        self.network = network
        self.names = names

    def forward(
        self, pixel_values: torch.Tensor, pixel_mask: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, ...]:
        masked = {} if pixel_mask is None else {"pixel_mask": pixel_mask}
        found = self.network(pixel_values=pixel_values, **masked)
        return tuple(found[name] for name in self.names)


def export(case: Case, folder: Path, image: NDArray[np.uint8]) -> Made:
    """Makes a network and exports it; `image` is RGB."""
    detects = case.network in _DETECTORS
    name, processor_name, smaller = (_DETECTORS if detects else _CLASSIFIERS)[case.network]
    sized = {"image_size": [case.height, case.width]} if case.network in ("yolos", "vit") else {}
    config = getattr(transformers, f"{name}Config")(
        **smaller, **sized, id2label=dict(enumerate(case.labels))
    )
    kind = "ForObjectDetection" if detects else "ForImageClassification"
    network = getattr(transformers, f"{name}{kind}")(config).eval()
    size = {"height": case.height, "width": case.width}
    if case.network == "resnet":  # whose processor crops nothing from this size on
        size = {"shortest_edge": case.width}
    processor = getattr(transformers, f"{processor_name}ImageProcessor")(size=size)
    given = dict(processor(images=image, return_tensors="pt"))
    pixels = given["pixel_values"]
    stir(network)
    settle(network, network, pixels)
    heads = _linear(network, len(case.labels)) + _linear(network, len(case.labels) + 1)
    if case.said.get("activation") == "softmax":
        spread(heads, network, pixels, mean=0, highest=_SOFTMAX_MAX, last_call=True)
    else:
        spread(heads, network, pixels, last_call=True)
    spread(_linear(network, 4), network, pixels, mean=0, highest=3)
    inputs = {"pixel_values": pixels}
    if case.options.get("pixel_mask"):
        inputs["pixel_mask"] = given["pixel_mask"]
    names = ("logits", "pred_boxes") if detects else ("logits",)
    path = folder / "model.onnx"
    batch = {0: "batch"}
    torch.onnx.export(
        _Outputs(network, names),
        tuple(inputs.values()),
        path,
        input_names=list(inputs),
        output_names=list(names),
        dynamic_axes=dict.fromkeys((*inputs, *names), batch) if "dynamic" in case.variant else {},
        dynamo=bool(case.options.get("dynamo")),
    )
    outputs = run(path, {one: values.numpy() for one, values in inputs.items()})
    tensors = {one: torch.from_numpy(values) for one, values in outputs.items()}
    expected = _objects(processor, tensors, case) if detects else _scores(tensors)
    return Made(outputs, {"input": pixels.numpy(), **expected})


def _linear(network: nn.Module, outputs: int) -> list[nn.Module]:
    return [
        part
        for part in network.modules()
        if isinstance(part, nn.Linear) and part.out_features == outputs and part.bias is not None
    ]


def _scores(outputs: Mapping[str, torch.Tensor]) -> dict[str, NDArray[np.generic]]:
    return {"probabilities": outputs["logits"].softmax(-1)[0].numpy()}


def _objects(
    processor: Any, outputs: Mapping[str, torch.Tensor], case: Case
) -> dict[str, NDArray[np.generic]]:
    read: Callable[..., Any] = processor.post_process_object_detection
    more = {"top_k": _ALL} if "top_k" in read.__code__.co_varnames else {}
    size = [(case.height, case.width)]
    queries = outputs["logits"].shape[1]
    (found,) = read(
        SimpleNamespace(**outputs), threshold=SCORE_THRESHOLD, target_sizes=size, **more
    )
    scores, boxes = found["scores"].numpy(), found["boxes"].numpy()
    # Processors report a box once more for each other class that passes the threshold; we report
    # its best class.
    best = best_of_each(boxes, scores)
    return {
        "boxes": boxes[best],
        "scores": scores[best],
        "classes": found["labels"].numpy()[best],
        "image_size": np.array((case.height, case.width)),
        # Some keep as many pairs of box and class as there are queries, whatever the threshold.
        "lowest": np.array(scores.min(initial=1) if len(scores) >= queries else SCORE_THRESHOLD),
    }
