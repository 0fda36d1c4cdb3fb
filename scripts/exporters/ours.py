"""What Ocelli makes of a file and of its outputs."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from google.protobuf import text_format
from numpy.typing import NDArray
from tritonclient.grpc import model_config_pb2

from ocelli.edge.tasks.classify_head import ClassifyHead
from ocelli.edge.tasks.detect_head import DetectHead
from ocelli.edge.tasks.registry import TASKS
from ocelli.edge.triton.describe import describe
from ocelli.edge.triton.model_input import PixelInput
from ocelli.edge.vision.boxes import Detections, select
from ocelli.edge.vision.fit import fit
from ocelli.edge.vision.image import ColorOrder, Region
from ocelli.edge.vision.upright import UprightImage
from ocelli.models.errors import InstallError
from ocelli.models.own.add import config_of, keys_of
from ocelli.models.own.onnx_file import OnnxFile, read
from ocelli.models.own.recognise import recognise, said_to_be
from scripts.exporters.cases import IOU_THRESHOLD, SCORE_THRESHOLD

MAX_OBJECTS = 300
"""What Ultralytics reports at most."""


@dataclass(frozen=True, slots=True)
class Ours:
    """What was found.

    Attributes:
        file: what the file says of itself.
        family: that it is taken for.
        adapter: that reads it.
        input: what the model would be given for the image.
        found: the objects of a detector, in pixels of the image; the scores of a classifier.
    """

    file: OnnxFile
    family: str
    adapter: str
    input: NDArray[np.generic]
    found: Detections | NDArray[np.float32]


def look(
    path: Path,
    said: Mapping[str, str],
    image: NDArray[np.uint8],
    outputs: Mapping[str, NDArray[Any]],
) -> Ours:
    """Recognises a file as `ocelli models add` does, and reads its outputs as the edge does.

    Args:
        path: of the file.
        said: keys that a person gives.
        image: that the file was run on: RGB, [H, W, 3].
        outputs: what it answered.

    Raises:
        InstallError: it is not recognised, or more has to be said.
        OcelliError: its config is refused, or its outputs are.
    """
    file = read(path)
    recognised = said_to_be(said["adapter"]) if "adapter" in said else recognise(file)
    config = model_config_pb2.ModelConfig()
    text_format.Parse(config_of("true", file, keys_of(file, recognised, said)), config)
    unbatched = [name for name, values in outputs.items() if values.shape[:1] != (1,)]
    if config.max_batch_size > 0 and unbatched:
        raise InstallError(f"the config says batches, and {unbatched[0]} has no axis for them")
    spec = describe(config, "1", TASKS)
    if not isinstance(spec.input, PixelInput):
        raise TypeError(f"{path} does not take pixels")
    height, width = image.shape[:2]
    whole = Region(0, 0, width, height)
    fitted = fit(UprightImage(image, ColorOrder.RGB, whole, whole, width, height), spec.input.view)
    found: Detections | NDArray[np.float32]
    if isinstance(spec.head, DetectHead):
        found = select(
            spec.head.adapter.decode(outputs, SCORE_THRESHOLD),
            fitted.placement,
            score_threshold=SCORE_THRESHOLD,
            iou_threshold=IOU_THRESHOLD,
            max_detections=MAX_OBJECTS,
            masks=True,
        )
    elif isinstance(spec.head, ClassifyHead):
        found = spec.head.adapter.decode(outputs)
    else:
        raise TypeError(f"{path} is neither a detector nor a classifier")
    return Ours(
        file, recognised.family, spec.adapter_name, spec.input.packer.pack(fitted.tensor), found
    )
