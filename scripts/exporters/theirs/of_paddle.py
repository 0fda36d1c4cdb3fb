"""Detectors of PaddleDetection, exported by it and paddle2onnx; what they say is final."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import paddle
import paddle2onnx
import ppdet.modeling  # noqa: F401  registers what is created below
from numpy.typing import NDArray
from paddle import nn
from paddle.static import InputSpec
from ppdet.core.workspace import create, global_config
from ppdet.data.transform.operators import NormalizeImage
from ppdet.engine.export_utils import _prune_input_spec

from scripts.exporters.cases import IOU_THRESHOLD, SCORE_THRESHOLD, Case
from scripts.exporters.theirs.made import Made, run

seed = paddle.seed
_LOGIT_MEAN, _LOGIT_MAX = -4.0, 3.5
_IMAGENET = {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}

# What its configuration files say: those of the repository are not in its package.
_SHARED = {"num_classes": 80, "norm_type": "bn", "use_ema": False}
_NMS = {
    "nms_top_k": 1000,
    "keep_top_k": 300,
    "score_threshold": SCORE_THRESHOLD,
    "nms_threshold": IOU_THRESHOLD,
}
_PP_YOLOE: Mapping[str, Mapping[str, Any]] = {
    "CSPResNet": {
        "layers": [3, 6, 6, 3],
        "channels": [64, 128, 256, 512, 1024],
        "return_idx": [1, 2, 3],
        "use_large_stem": True,
        "depth_mult": 0.33,
        "width_mult": 0.5,
    },
    "CustomCSPPAN": {
        "out_channels": [768, 384, 192],
        "stage_num": 1,
        "block_num": 3,
        "act": "swish",
        "spp": True,
        "depth_mult": 0.33,
        "width_mult": 0.5,
    },
    "PPYOLOEHead": {"static_assigner": None, "nms": "MultiClassNMS"},
    "PPYOLOE": {"post_process": None, "ssod_loss": None},
}
_PICODET: Mapping[str, Mapping[str, Any]] = {
    "LCNet": {"scale": 0.75, "feature_maps": [3, 4, 5]},
    "LCPAN": {"out_channels": 96, "use_depthwise": True, "num_features": 4},
    "PicoFeat": {
        "feat_in": 96,
        "feat_out": 96,
        "num_convs": 2,
        "num_fpn_stride": 4,
        "norm_type": "bn",
        "share_cls_reg": True,
        "use_se": True,
    },
    "PicoHeadV2": {
        "conv_feat": "PicoFeat",
        "fpn_stride": [8, 16, 32, 64],
        "feat_in_chan": 96,
        "reg_max": 7,
        "cell_offset": 0.5,
        "grid_cell_scale": 5.0,
        "loss_class": "VarifocalLoss",
        "static_assigner": None,
        "nms": "MultiClassNMS",
    },
    "PicoDet": {"backbone": "LCNet", "neck": "LCPAN", "head": "PicoHeadV2"},
}
# Architecture, what it is made of, and what pixels are divided by.
_NETWORKS: Mapping[str, tuple[str, Mapping[str, Mapping[str, Any]], Mapping[str, Any]]] = {
    "ppyoloe": ("PPYOLOE", _PP_YOLOE, _IMAGENET),
    "ppyoloe-plus": (
        "PPYOLOE",
        {**_PP_YOLOE, "CSPResNet": {**_PP_YOLOE["CSPResNet"], "use_alpha": True}},
        {"mean": [0.0] * 3, "std": [1.0] * 3, "norm_type": "none"},
    ),
    "picodet": ("PicoDet", _PICODET, _IMAGENET),
}


def export(case: Case, folder: Path, image: NDArray[np.uint8]) -> Made:
    """Makes a network and exports it; `image` is RGB."""
    architecture, parts, pixels = _NETWORKS[case.network]
    global_config.update({**_SHARED, "num_classes": case.classes})
    for name, values in {**parts, "MultiClassNMS": _NMS}.items():
        global_config[name].update(values)
    network = create(architecture)
    network.eval()
    normalised = NormalizeImage(**pixels)({"image": image.astype(np.float32)})["image"]
    inputs = {
        "image": np.ascontiguousarray(normalised.transpose(2, 0, 1)[None], np.float32),
        "im_shape": np.array([[case.height, case.width]], np.float32),
        "scale_factor": np.ones((1, 2), np.float32),
    }
    _liven(network, {name: paddle.to_tensor(values) for name, values in inputs.items()})
    rows = network({name: paddle.to_tensor(values) for name, values in inputs.items()})[
        "bbox"
    ].numpy()
    path = _export(network, inputs, folder, batch=None if case.options.get("dynamic") else 1)
    expected = {
        "boxes": rows[:, 2:],
        "scores": rows[:, 1],
        "classes": rows[:, 0].astype(np.int64),
        "image_size": np.array((case.height, case.width)),
        "lowest": np.array(SCORE_THRESHOLD),
    }
    return Made(run(path, inputs), {"input": inputs["image"], **expected})


def _export(
    network: nn.Layer,
    inputs: Mapping[str, NDArray[np.float32]],
    folder: Path,
    *,
    batch: int | None,
) -> Path:
    """As `tools/export_model.py` and paddle2onnx's command do."""
    for layer in network.sublayers():
        if hasattr(layer, "convert_to_deploy"):
            layer.convert_to_deploy()
    spec = [
        {name: InputSpec([batch, *values.shape[1:]], name=name) for name, values in inputs.items()}
    ]
    static = paddle.jit.to_static(network, input_spec=spec, full_graph=True)
    program = static.forward
    used = _prune_input_spec(spec, program.main_program, program.outputs)
    paddle.jit.save(static, str(folder / "model"), input_spec=used)
    path = folder / "model.onnx"
    paddle2onnx.export(
        str(folder / "model.pdmodel"), str(folder / "model.pdiparams"), str(path), opset_version=11
    )
    return path


def _liven(network: nn.Layer, inputs: Mapping[str, paddle.Tensor]) -> None:
    """What the module `liven` does for torch."""
    for values in network.parameters():
        if values.ndim > 1 and not values.any():
            values.set_value(paddle.randn(values.shape))
    image = inputs["image"]
    varied = paddle.concat((image, image.flip(3), image * 0.6, paddle.randn(image.shape)))
    repeated = {name: paddle.concat([values] * len(varied)) for name, values in inputs.items()}
    norms = [part for part in network.sublayers() if isinstance(part, nn.BatchNorm2D)]
    momenta = [norm._momentum for norm in norms]  # noqa: SLF001  there is no other way
    for norm in norms:
        norm._momentum = 0.0  # noqa: SLF001  as above
        norm.train()
    network({**repeated, "image": varied})
    for norm, momentum in zip(norms, momenta, strict=True):
        norm._momentum = momentum  # noqa: SLF001  as above
        norm.eval()
    head = network.yolo_head if hasattr(network, "yolo_head") else network.head
    layers = head.pred_cls if hasattr(head, "pred_cls") else head.head_cls_list
    said: dict[nn.Layer, paddle.Tensor] = {}
    hooks = [
        layer.register_forward_post_hook(lambda part, _, output: said.update({part: output}))
        for layer in layers
    ]
    network(inputs)
    for layer, values in said.items():
        mean = float(values.mean())
        gain = (_LOGIT_MAX - _LOGIT_MEAN) / (float(values.max()) - mean)
        layer.weight.set_value(layer.weight * gain)
        layer.bias.set_value(layer.bias * gain + (_LOGIT_MEAN - gain * mean))
    for hook in hooks:
        hook.remove()
