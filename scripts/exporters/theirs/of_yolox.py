"""Megvii's YOLOX, exported with torch as its `export_onnx.py` does, and read by its package."""

from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnxsim import simplify
from torch import nn
from yolox.data.data_augment import preproc
from yolox.exp import get_exp
from yolox.models.network_blocks import SiLU
from yolox.utils import postprocess, replace_module
from yolox.utils.demo_utils import demo_postprocess

from scripts.exporters.cases import IOU_THRESHOLD, SCORE_THRESHOLD, Case
from scripts.exporters.theirs.liven import settle, spread
from scripts.exporters.theirs.made import Made, run

seed = torch.manual_seed


def export(case: Case, folder: Path, image: NDArray[np.uint8]) -> Made:
    """Makes a network and exports it; `image` is RGB."""
    described = get_exp(exp_name=case.network)
    described.num_classes = case.classes
    network = described.get_model().eval()
    size = (case.height, case.width)
    fitted, ratio = preproc(np.ascontiguousarray(image[..., ::-1]), size)
    inputs = torch.from_numpy(fitted)[None]
    settle(network, network, inputs)
    spread([*network.head.cls_preds], network, inputs, highest=5)
    spread([*network.head.obj_preds], network, inputs, mean=-2, highest=5)
    network = replace_module(network, nn.SiLU, SiLU)
    decoded = bool(case.options["decode_in_inference"])
    network.head.decode_in_inference = decoded
    path = folder / "model.onnx"
    batch = {0: "batch"}
    torch.onnx.export(
        network,
        (inputs,),
        path,
        input_names=["images"],
        output_names=["output"],
        dynamic_axes={"images": batch, "output": batch} if case.options.get("dynamic") else {},
        opset_version=11,
        dynamo=False,
    )
    simplified, _ = simplify(onnx.load(path))
    onnx.save(simplified, path)
    outputs = run(path, {"images": inputs.numpy()})
    rows = outputs["output"].copy()
    whole = torch.from_numpy(rows if decoded else demo_postprocess(rows, size))
    (found,) = postprocess(whole, case.classes, SCORE_THRESHOLD, IOU_THRESHOLD)
    expected = {
        "boxes": found[:, :4].numpy() / ratio,
        "scores": (found[:, 4] * found[:, 5]).numpy(),
        "classes": found[:, 6].numpy().astype(np.int64),
        "image_size": np.array(image.shape[:2]),
        "lowest": np.array(SCORE_THRESHOLD),
    }
    return Made(outputs, {"input": inputs.numpy(), **expected})
