"""The demo as `make demo` runs it: one run, judged by what it wrote."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import psutil
import pytest
from PIL import Image

REPOSITORY_ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]  # the first run installs Triton

Edges = Sequence[float]


@dataclass
class Run:
    """A run of the demo and every process that it was seen to have."""

    folder: Path
    process: subprocess.Popen[str]
    seen: dict[int, psutil.Process] = field(default_factory=dict)
    programs: set[str] = field(default_factory=set)
    printed: str = ""

    def look(self) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            for member in psutil.Process(self.process.pid).children(recursive=True):
                self.seen.setdefault(member.pid, member)
                self.programs.add(member.name())

    def finish(self, timeout_s: float) -> int:
        """Waits for its end; returns the status."""
        end_s = time.monotonic() + timeout_s
        while self.process.poll() is None:
            assert time.monotonic() < end_s, f"still running after {timeout_s:g} s"
            self.look()
            time.sleep(0.1)
        self.printed = (self.folder.parent / "printed.txt").read_text(encoding="utf-8")
        return self.process.returncode

    def left_behind(self) -> list[psutil.Process]:
        return psutil.wait_procs(self.seen.values(), timeout=2)[1]


def by_python(folder: Path) -> list[str]:
    return [sys.executable, "-m", "demo", str(folder)]


def by_make(folder: Path) -> list[str]:
    return ["make", "--silent", "demo", f"DEMO={folder}"]


@contextlib.contextmanager
def started(
    folder: Path,
    ocelli_home: Path,
    command: Callable[[Path], list[str]] = by_python,
    **environ: str,
) -> Iterator[Run]:
    variables = {**os.environ, "OCELLI_HOME": str(ocelli_home), "COLUMNS": "100", **environ}
    with (
        (folder.parent / "printed.txt").open("w") as printed,
        subprocess.Popen(
            command(folder),
            cwd=REPOSITORY_ROOT,
            env=variables,
            stdout=printed,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process,
    ):
        run = Run(folder, process)
        try:
            yield run
        finally:
            for member in (process, *run.seen.values()):
                with contextlib.suppress(psutil.NoSuchProcess):
                    member.kill()


@pytest.fixture(scope="module")
def run(
    tmp_path_factory: pytest.TempPathFactory, ocelli_home: Path, models_dir: Path, media: Any
) -> Iterator[Run]:
    """The demo, run to its end."""
    assert models_dir.is_dir()
    assert media.photos
    with started(tmp_path_factory.mktemp("demo") / "out", ocelli_home, by_make) as run:
        status = run.finish(timeout_s=540)
        assert status == 0, run.printed
        yield run


@pytest.fixture(scope="module")
def report(run: Run) -> Any:
    """Its demo.json."""
    return json.loads((run.folder / "demo.json").read_text(encoding="utf-8"))


def test_it_runs_a_real_triton_and_leaves_no_process(run: Run) -> None:
    assert {"ocelli", "tritonserver"} <= run.programs
    assert run.left_behind() == []


@pytest.mark.parametrize(
    ("image", "label", "box"),
    [
        ("cat.png", "cat", (0, 0, 420, 300)),
        ("coffee.png", "cup", (172, 18, 415, 250)),
        ("motorcycle.png", "motorcycle", (98, 85, 690, 455)),
        ("photographer.png", "person", (0, 65, 320, 512)),
    ],
)
def test_objects_are_where_they_are(report: Any, image: str, label: str, box: Edges) -> None:
    (photo,) = [entry for entry in report["detect"] if Path(entry["image"]).name == image]
    best = photo["detections"][0]
    assert best["label"] == label
    assert iou(best["box"], box) > 0.8


def test_boxes_lie_in_their_images_and_scores_fall(report: Any, media: Any) -> None:
    assert len(report["detect"]) == len(media.photos)
    for photo in report["detect"]:
        height, width = pixels(Path(photo["image"])).shape[:2]
        assert (photo["width"], photo["height"]) == (width, height)
        assert photo["model"] == "ssdlite_coco80"
        assert sum(photo["labels"].values()) == len(photo["detections"])
        scores = [found["score"] for found in photo["detections"]]
        assert scores == sorted(scores, reverse=True)
        for found in photo["detections"]:
            x_min, y_min, x_max, y_max = found["box"]
            assert 0 <= x_min < x_max <= width
            assert 0 <= y_min < y_max <= height


@pytest.mark.parametrize(
    ("image", "labels"),
    [
        ("cat.png", {"tabby", "tiger cat", "Egyptian cat"}),
        ("coffee.png", {"espresso", "cup", "coffee mug"}),
        ("photographer.png", {"tripod"}),
    ],
)
def test_photos_show_what_they_show(report: Any, image: str, labels: set[str]) -> None:
    (photo,) = [entry for entry in report["classify"] if entry["image"] == image]
    assert len(photo["labels"]) == 5
    assert photo["labels"][0]["label"] in labels
    assert photo["labels"][0]["score"] > 0.5


def test_faces_are_found_and_told_apart(report: Any) -> None:
    faces = report["faces"]
    assert faces["found"] >= 8
    with_faces = {photo["image"]: photo["faces"] for photo in faces["photos"] if photo["faces"]}
    assert set(with_faces) == {"astronaut.png", "diners.jpg", "photographer.png"}
    (astronaut,) = with_faces["astronaut.png"]
    assert iou(astronaut["box"], (180, 62, 271, 178)) > 0.8
    assert astronaut["keypoints"]["left_eye"] == pytest.approx([247, 104], abs=6)
    assert faces["persons"] >= 4
    assert faces["queries"] == faces["same_person_correct"] == 3 * faces["persons"]


def test_objects_and_faces_are_found_by_a_part_of_a_photo(report: Any) -> None:
    objects, faces = report["objects"], report["faces"]["search"]
    assert objects["indexed"] == objects["queries"] >= 12
    assert objects["found"] >= 0.8 * objects["indexed"]
    assert faces["indexed"] >= 4
    assert faces["queries"] == 3 * faces["indexed"]
    assert faces["found"] >= 0.9 * faces["queries"]


def test_words_find_photos(report: Any) -> None:
    words = report["words"]
    assert words["queries"] == 18
    assert words["top1_correct"] >= 12
    assert words["top3_correct"] >= 14
    ranks = {result["words"]: result["rank"] for result in words["results"]}
    for sure in ("a cup of coffee", "a kitten", "a temple", "people eating dinner"):
        assert ranks[sure] == 1, sure


def test_text_is_read_and_pictures_are_found_by_it(report: Any) -> None:
    text = report["text"]
    notices = [each for each in text["pictures"] if each["expected"]]
    assert len(notices) == 6
    for notice in notices:
        height, width = pixels(Path(notice["image"])).shape[:2]
        for line, expected in zip(notice["lines"][-2:], notice["expected"], strict=True):
            assert line["text"] == expected
            assert line["score"] > 0.9
            assert all(-5 <= x <= width + 5 and 0 < y < height for x, y in line["corners"])
    (bin_photo,) = [each for each in text["pictures"] if each["id"] == "bin.jpg"]
    jokes = next(line for line in bin_photo["lines"] if line["text"] == "JOKES")
    assert jokes["corners"][0][0] > jokes["corners"][1][0], "it lies on its head"
    assert [asked["found"] for asked in text["asked"]] == [
        [asked["expected"]] for asked in text["asked"]
    ]


def test_every_frame_is_answered_in_order_and_in_batches(report: Any) -> None:
    stream = report["stream"]
    assert stream["frames"] == 250
    assert stream["failed"] == 0
    assert [answer["frame_id"] for answer in stream["answers"]] == list(range(250))
    assert stream["mean_batch"] > 2
    assert stream["fps"] == pytest.approx(250 / stream["seconds"], rel=0.01)
    assert stream["labels"]["car"] > 50
    assert stream["labels"]["person"] > 50


def test_every_altered_copy_finds_its_photo(report: Any, media: Any) -> None:
    search = report["search"]
    assert search["points"] == len(media.photos) + 50
    assert search["queries"] == search["top1_correct"] == len(media.photos)
    for query in search["results"]:
        first, second = query["hits"][:2]
        assert first["id"] == query["expected"]
        assert first["score"] > second["score"] + 0.1


def test_filters_hold(report: Any) -> None:
    person, vehicle, frames = report["search"]["filtered"]
    assert person["hits"][0]["id"] == "astronaut.png"
    assert {hit["payload"]["label"] for hit in person["hits"]} == {"person"}
    assert {hit["id"] for hit in vehicle["hits"]} == {"motorcycle.png", "rocket.jpg"}
    assert {hit["payload"]["kind"] for hit in frames["hits"]} == {"frame"}
    assert all(4 <= hit["payload"]["second"] <= 8 for hit in frames["hits"])


def test_vectors_have_length_one(run: Run, report: Any) -> None:
    vectors = np.load(run.folder / "vectors.npy")
    assert vectors.shape == (len(report["embed"]), 1280)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_what_it_wrote_can_be_looked_at(run: Run, report: Any) -> None:
    files = [Path(name) for name in report["files"]]
    assert all(path.is_file() and path.stat().st_size for path in files)
    for path in files:
        if path.suffix in {".png", ".jpg"}:
            assert pixels(path).size
    names = {path.relative_to(run.folder).as_posix() for path in files}
    assert {"overview.png", "search.png", "photos/cat.png", "street.mp4"} <= names
    assert {"classes.png", "faces.png", "text.png", "words.png"} <= names
    assert {"objects.png", "face_search.png"} <= names
    assert frame_count(run.folder / "street.mp4") == 250
    with Image.open(run.folder / "street.webp") as preview:
        assert getattr(preview, "n_frames", 1) == 125


def test_drawing_changed_a_photo_only_where_something_was_found(run: Run, report: Any) -> None:
    for photo in report["detect"]:
        path = Path(photo["image"])
        after = pixels(run.folder / "photos" / f"{path.stem}.png")
        changed = not np.array_equal(pixels(path), after)
        assert changed == bool(photo["detections"]), path.name


def test_a_start_that_fails_is_one_line(tmp_path: Path, ocelli_home: Path) -> None:
    with started(tmp_path / "out", ocelli_home, OCELLI_TRITON="nowhere") as run:
        assert run.finish(timeout_s=30) == 1
    last = run.printed.splitlines()[-1]
    assert last.startswith("demo: error: the server did not start: triton is 'nowhere'")
    assert run.left_behind() == []


def test_ctrl_c_ends_everything(tmp_path: Path, ocelli_home: Path) -> None:
    with started(tmp_path / "out", ocelli_home) as run:
        end_s = time.monotonic() + 60
        while "tritonserver" not in run.programs:
            assert time.monotonic() < end_s, "Triton did not start"
            run.look()
            time.sleep(0.1)
        run.process.send_signal(signal.SIGINT)
        assert run.finish(timeout_s=30) == 128 + signal.SIGINT
    assert run.printed.splitlines()[-1] == "demo: stopped"
    assert run.left_behind() == []


def iou(one: Edges, other: Edges) -> float:
    """Overlap of two boxes, 0 to 1."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    shared = max(0.0, width) * max(0.0, height)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return shared / (sum(areas) - shared)


def pixels(path: Path) -> npt.NDArray[np.uint8]:
    """An image file as uint8 BGR, shape (H, W, 3)."""
    read = cv2.imread(str(path))
    assert read is not None, path
    return np.asarray(read, dtype=np.uint8)


def frame_count(path: Path) -> int:
    capture = cv2.VideoCapture(str(path))
    count = 0
    while capture.read()[0]:
        count += 1
    capture.release()
    return count
