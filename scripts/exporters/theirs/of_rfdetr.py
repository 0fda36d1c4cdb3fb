"""Roboflow's RF-DETR, exported and read by its package."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import rfdetr
import torch
from numpy.typing import NDArray
from torchvision.transforms import functional

from scripts.exporters.cases import SCORE_THRESHOLD, Case
from scripts.exporters.theirs.best import best_of_each
from scripts.exporters.theirs.liven import spread, stir
from scripts.exporters.theirs.made import Made, run

seed = torch.manual_seed


def export(case: Case, folder: Path, image: NDArray[np.uint8]) -> Made:
    """Makes a network and exports it; `image` is RGB."""
    model = getattr(rfdetr, case.network)(
        pretrain_weights=None, num_classes=case.classes, device="cpu"
    )
    network = model.model.model.eval()
    inputs = functional.normalize(
        torch.from_numpy(image).permute(2, 0, 1)[None] / 255, model.means, model.stds
    )
    stir(network)
    heads = [network.class_embed, network.transformer.enc_out_class_embed[0]]
    spread(heads, network, inputs, last_call=True)
    boxes = [network.bbox_embed, network.transformer.enc_out_bbox_embed[0]]
    spread([part.layers[-1] for part in boxes], network, inputs, mean=0, highest=1)
    path = Path(
        model.export(
            output_dir=str(folder),
            output_name="model",
            shape=(case.height, case.width),
            verbose=False,
            **case.options,
        )
    )
    outputs = run(path, {"input": inputs.numpy()})
    return Made(outputs, {"input": inputs.numpy(), **_objects(model, outputs, case)})


def _objects(
    model: rfdetr.RFDETR, outputs: Mapping[str, NDArray[np.generic]], case: Case
) -> dict[str, NDArray[np.generic]]:
    named = {"pred_boxes": "dets", "pred_logits": "labels", "pred_masks": "masks"}
    tensors = {
        name: torch.from_numpy(outputs[ours]) for name, ours in named.items() if ours in outputs
    }
    size = torch.tensor([[case.height, case.width]])
    (found,) = model.model.postprocess(tensors, target_sizes=size)
    values = {name: tensor.numpy() for name, tensor in found.items()}
    scores, classes = values["scores"], values["labels"]
    # It keeps as many pairs of object and class as there are objects, whatever they score.
    lowest = max(SCORE_THRESHOLD, float(scores.min()))
    # The last class is the background, which its own reader of exported files leaves out.
    kept = np.flatnonzero((scores >= SCORE_THRESHOLD) & (classes < case.classes))
    kept = kept[best_of_each(values["boxes"][kept], scores[kept])]
    masks = {"masks": values["masks"][kept, 0]} if "masks" in values else {}
    return {
        "boxes": values["boxes"][kept],
        "scores": scores[kept],
        "classes": classes[kept],
        "image_size": np.array((case.height, case.width)),
        "lowest": np.array(lowest),
        **masks,
    }
