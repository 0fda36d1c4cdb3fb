from pathlib import Path

import cv2

from bench.scaling import Cost, Load, loads, sketch, spread


def costs() -> list[Cost]:
    return [
        Cost(load, 100.0, 5.0 + load.width_px * load.height_px / 1e6 + load.streams / 64)
        for load in loads()
    ]


def test_no_load_is_measured_twice() -> None:
    assert len(set(loads())) == len(loads()) == 12


def test_only_equal_sizes_are_compared() -> None:
    full_hd = 1920 * 1080 / 1e6
    assert spread(costs()) == round((6 + full_hd) / (5 + full_hd + 1 / 64) - 1, 3)
    assert spread([Cost(Load(1, 1, 1920, 1080), 1.0, 4.0)]) == 0.0


def test_the_plot_is_a_image(tmp_path: Path) -> None:
    sketch(costs(), tmp_path / "scaling.png")
    image = cv2.imread(str(tmp_path / "scaling.png"))
    assert image is not None
    assert image.shape == (380, 1000, 3)
