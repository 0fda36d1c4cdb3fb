"""What goes into inputs beside the image."""

import pytest
from tritonclient.grpc import model_config_pb2

from ocelli.edge.triton.extra_inputs import fill
from ocelli.edge.triton.parameters import Parameters


@pytest.mark.parametrize(
    ("name", "dims", "batched", "shape"),
    [
        ("scale_factor", [2], True, (1, 2)),
        ("scale_factor", [-1, 2], False, (1, 2)),
        ("scale_factor", [1, 2], False, (1, 2)),
        ("orig_target_sizes", [-1, 2], False, (1, 2)),
        ("pixel_mask", [-1, -1], True, (1, 48, 64)),
        ("pixel_mask", [-1, -1, -1], False, (1, 48, 64)),
    ],
)
def test_one_image_is_one_in_the_batch(
    name: str, dims: list[int], batched: bool, shape: tuple[int, ...]
) -> None:
    tensor = model_config_pb2.ModelInput(
        name=name, data_type=model_config_pb2.DataType.TYPE_INT64, dims=dims
    )
    (found,) = fill([tensor], Parameters("best", {}), width=64, height=48, batched=batched)
    assert found.values.shape == shape
