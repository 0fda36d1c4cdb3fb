"""Collections of faces, which are laid onto the embedder's template before they are embedded."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from ocelli.client import Client, IndexItem, InvalidRequest, RegionDetector
from tests import installed
from tests.conftest import RunningEdge

DETECTOR, EMBEDDER = "centerface", "face_vectors"
PHOTOS = ("astronaut", "diners", "photographer")


@pytest.fixture(scope="module")
def faces_client(edge: RunningEdge, models_dir: Path) -> Iterator[Client]:
    """A client of the shared edge, which has the models for faces meanwhile."""
    with edge.connect(timeout_s=60) as client:
        for name in (DETECTOR, EMBEDDER):
            shutil.copytree(models_dir / name, edge.models_dir / name)
            client.models.load(name)
        yield client
        for name in ("faces", "things"):
            client.collections.delete(name)
        for name in (DETECTOR, EMBEDDER):
            client.models.unload(name)
            shutil.rmtree(edge.models_dir / name)


def test_a_face_is_found_again_however_the_photo_is_turned(
    faces_client: Client, photo: Callable[[str], bytes]
):
    detector = RegionDetector(model=DETECTOR, min_size_px=30)
    faces_client.collections.create("faces", model=EMBEDDER, detector=detector)
    items = [IndexItem(name, photo(name)) for name in PHOTOS]
    answers = {answer.id: answer.result for answer in faces_client.index("faces", items)}
    told = {name: [region.id for region in answers[name].regions] for name in PHOTOS}
    assert told["astronaut"] == ["astronaut#0"]
    assert len(told["diners"]) >= 2
    pixels = cv2.imdecode(np.frombuffer(photo("astronaut"), np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    height, width = pixels.shape[:2]
    for degrees in (0, -25, 25):
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
        turned = cv2.warpAffine(np.ascontiguousarray(pixels), matrix, (width, height))
        for copy in (turned, np.ascontiguousarray(turned[:, ::-1]), (turned * 0.5).astype("u1")):
            found = faces_client.search("faces", image=copy, limit=2)
            assert found[0].id == "astronaut#0"
            assert found[0].score > 0.95 > found[1].score
            assert found.regions[0].label == "face"


def test_a_detector_without_landmarks_is_refused_for_aligned_faces(faces_client: Client):
    with pytest.raises(InvalidRequest) as caught:
        faces_client.collections.create(
            "never", model=EMBEDDER, detector=RegionDetector(model=installed.DETECTOR)
        )
    assert caught.value.field_violations[0].field == "collection.detector.model"
    assert "right_eye and left_eye" in caught.value.message
    detector = RegionDetector(model=installed.DETECTOR)
    faces_client.collections.create("things", model=installed.EMBEDDER, detector=detector)
    with pytest.raises(InvalidRequest):
        faces_client.collections.update("things", model=EMBEDDER)
