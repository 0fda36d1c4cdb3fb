"""What a collection is, as JSON."""

import pytest

from ocelli.client import Collection
from ocelli.client.cli.transfer.description import from_json, to_json
from ocelli.client.region import RegionDetector


@pytest.mark.parametrize(
    "detector",
    [
        None,
        RegionDetector(),
        RegionDetector(model="m", labels=("cat", "dog"), min_score=0.25, margin=0.5),
    ],
)
def test_a_description_comes_back(detector: RegionDetector | None) -> None:
    one = Collection("c", 8, "dot", {"é": "text", "n": "bool"}, "model", detector=detector)
    assert from_json(to_json(one)) == one


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1}', '{"format": "1"}', "null"])
def test_what_is_no_description(text: str) -> None:
    with pytest.raises(ValueError, match=r"incomplete|Expecting value"):
        from_json(text)
