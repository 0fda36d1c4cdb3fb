"""Networks of the package ultralytics, exported and read by it."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from ultralytics import RTDETR, YOLO
from ultralytics.data.augment import LetterBox

from scripts.exporters.cases import IOU_THRESHOLD, SCORE_THRESHOLD, Case
from scripts.exporters.theirs.liven import settle, spread
from scripts.exporters.theirs.made import Made, run

seed = torch.manual_seed


def export(case: Case, folder: Path, image: NDArray[np.uint8]) -> Made:
    """Makes a network and exports it; `image` is RGB."""
    make = RTDETR if case.network.startswith("rtdetr") else YOLO
    model = make(f"{case.network}.yaml")
    network = type(model.model)(f"{case.network}.yaml", nc=case.classes, verbose=False)
    network.args, network.task = model.model.args, model.task
    network.names = dict(enumerate(case.labels))
    model.model = network.eval()
    size = [case.height, case.width]
    fitted = LetterBox(size, auto=False)(image=image)
    inputs = torch.from_numpy(fitted).permute(2, 0, 1)[None] / 255
    settle(network, network, inputs)
    spread(_last_layers(network.model[-1]), network, inputs)
    options = {"conf": SCORE_THRESHOLD, "iou": IOU_THRESHOLD, **case.options}
    written = Path(model.export(format="onnx", imgsz=size, **options))
    path = written.rename(folder / "model.onnx")
    again = RTDETR(path) if make is RTDETR else YOLO(path, task=model.task)
    return _read(again, path, size, image)


def _last_layers(head: nn.Module) -> list[nn.Module]:
    """Those that give the logits of classes."""
    if hasattr(head, "dec_score_head"):
        return [*head.dec_score_head, head.enc_score_head]
    names = [name for name in ("cv3", "one2one_cv3") if getattr(head, name, None) is not None]
    return [branch[-1] for name in names for branch in getattr(head, name)]


def _read(model: Any, path: Path, size: list[int], image: NDArray[np.uint8]) -> Made:
    """What a predictor makes of the file's outputs."""
    bgr = np.ascontiguousarray(image[..., ::-1])
    # Masks as large as the image, as ours are.
    shown = {"conf": SCORE_THRESHOLD, "iou": IOU_THRESHOLD, "imgsz": size, "retina_masks": True}
    model.predict(bgr, verbose=False, device="cpu", **shown)
    predictor = model.predictor
    inputs = predictor.preprocess([bgr])
    outputs = run(path, {"images": inputs.numpy()})
    tensors = [torch.from_numpy(values) for values in outputs.values()]
    answers = tensors if len(tensors) > 1 else tensors[0]
    (result,) = predictor.postprocess(answers, inputs, [bgr])
    return Made(outputs, {"input": inputs.numpy(), **_values(result)})


def _values(result: Any) -> dict[str, NDArray[np.generic]]:
    if result.probs is not None:
        return {"probabilities": result.probs.data.numpy()}
    found = result.boxes if result.obb is None else result.obb
    values = {
        "boxes": found.xyxy.numpy(),
        "scores": found.conf.numpy(),
        "classes": found.cls.numpy().astype(np.int64),
        "image_size": np.array(result.orig_shape),
        "lowest": np.array(SCORE_THRESHOLD),
    }
    if result.obb is not None:
        values["oriented"] = result.obb.xywhr.numpy()
    if result.masks is not None:
        values["masks"] = result.masks.data.numpy().astype(np.bool_)
    if result.keypoints is not None:
        values["keypoints"] = result.keypoints.data.numpy()
    return values
