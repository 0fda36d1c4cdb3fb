"""Triton model that decodes image files for the detector or embedder behind it.

Triton's Python stub runs this file: it is part of the model's folder and imports nothing of the
edge's. It turns an image upright as its Exif orientation says, fits it as the config's parameters
say, and gives the tensor that the next model takes. A pipeline of DALI or nvJPEG that does the same
takes its place on a GPU.
"""

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import triton_python_backend_utils as pb_utils  # type: ignore[import-not-found]  # Triton's own
from PIL import Image, ImageOps

_MAX_PIXELS = 1 << 28
_TYPES = {"TYPE_UINT8": np.uint8, "TYPE_FP16": np.float16, "TYPE_FP32": np.float32}
Image.MAX_IMAGE_PIXELS = _MAX_PIXELS


class TritonPythonModel:
    """One instance, as Triton's Python backend wants it."""

    def initialize(self, args: Mapping[str, str]) -> None:
        """Reads how images are to be fitted.

        Args:
            args: Triton's: `model_config` (JSON) among others.
        """
        config = json.loads(args["model_config"])
        (output,) = config["output"]
        dims = [int(size) for size in output["dims"]]
        self._is_planar = dims[0] == 3
        self._height, self._width = dims[1:] if self._is_planar else dims[:2]
        self._dtype = _TYPES[output["data_type"]]
        said = {key: value["string_value"] for key, value in config.get("parameters", {}).items()}
        self._resize = said["resize"]
        self._is_centered = said["letterbox_anchor"] == "center"
        self._crop_share = float(said["crop_share"])
        self._pad = int(said["pad_value"])
        self._is_bgr = said["color_order"] == "BGR"
        self._scale = float(said["scale"])
        self._mean, self._std = (
            np.array([float(part) for part in said[key].split(",")], np.float32)
            for key in ("mean", "std")
        )

    def execute(self, requests: Sequence[Any]) -> list[object]:
        """One response per request, in order; a file that cannot be decoded fails its own."""
        return [self._answer(request) for request in requests]

    def _answer(self, request: Any) -> object:  # noqa: ANN401  # Triton's own
        files = pb_utils.get_input_tensor_by_name(request, "files").as_numpy().reshape(-1)
        try:
            images = np.stack([self._tensor(bytes(file)) for file in files])
        except Exception as error:  # noqa: BLE001  # whatever a decoder may raise
            message = f"the image cannot be decoded: {error}"
            return pb_utils.InferenceResponse(error=pb_utils.TritonError(message))
        return pb_utils.InferenceResponse([pb_utils.Tensor("images", images)])

    def _tensor(self, file: bytes) -> np.ndarray[Any, Any]:
        with Image.open(io.BytesIO(file)) as image:
            pixels = np.asarray(self._fit(image))
        if self._is_bgr:
            pixels = pixels[:, :, ::-1]
        if self._dtype is not np.uint8:
            pixels = ((pixels * np.float32(self._scale) - self._mean) / self._std).astype(
                self._dtype
            )
        return np.ascontiguousarray(pixels.transpose(2, 0, 1) if self._is_planar else pixels)

    def _fit(self, image: Image.Image) -> Image.Image:
        stored = image.size
        turned = image.getexif().get(274, 1) >= 5
        columns, rows = stored[::-1] if turned else stored
        scale_x, scale_y = self._width / columns, self._height / rows
        if self._resize == "letterbox":
            scale_x = scale_y = min(scale_x, scale_y)
        elif self._resize == "cover":
            scale_x = scale_y = max(scale_x, scale_y) / self._crop_share
        width, height = max(1, round(columns * scale_x)), max(1, round(rows * scale_y))
        # A JPEG is decoded no larger than it is looked at.
        image.draft("RGB", (height, width) if turned else (width, height))
        upright = ImageOps.exif_transpose(image).convert("RGB")
        small = upright.resize((width, height), Image.Resampling.BILINEAR)
        fitted = Image.new("RGB", (self._width, self._height), (self._pad,) * 3)
        middle = ((self._width - width) // 2, (self._height - height) // 2)
        fitted.paste(small, middle if self._is_centered else (0, 0))
        return fitted
