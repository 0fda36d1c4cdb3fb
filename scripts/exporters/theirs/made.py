"""What every exporter gives back, and how a file is run."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray


@dataclass(frozen=True)
class Made:
    """A file's outputs and what they mean.

    Attributes:
        outputs: by name.
        expected: `input`; and, of a detector, `boxes` [K, 4] in pixels of the image, `scores` and
            `classes` [K], perhaps `masks` [K, H, W], `keypoints` [K, P, 2 or 3] and `oriented`
            [K, 5] with radians, `image_size` (height, width), and `lowest`, the score from which
            all objects are there; of a classifier, `probabilities` [classes].
    """

    outputs: Mapping[str, NDArray[np.generic]]
    expected: Mapping[str, NDArray[np.generic]]


def run(path: Path, inputs: Mapping[str, NDArray[np.generic]]) -> dict[str, NDArray[np.generic]]:
    """What a file answers."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    taken = {one.name for one in session.get_inputs()}
    given = {name: value for name, value in inputs.items() if name in taken}
    return dict(zip(names, session.run(names, given), strict=True))
