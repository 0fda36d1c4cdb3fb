"""The made-up image."""

import cv2
import numpy as np

from ocelli.client.load.scene import make_scene


def test_the_scene_is_a_full_hd_jpeg_of_a_photos_size_and_always_the_same() -> None:
    scene = make_scene()
    assert scene == make_scene()
    assert 150_000 < len(scene) < 600_000
    pixels = cv2.imdecode(np.frombuffer(scene, np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    assert pixels.shape == (1080, 1920, 3)
    assert pixels.std() > 30
