"""What calls return."""

import numpy as np

from ocelli.client import EmbedResult, Hit, SearchResult, Timings


def test_a_search_is_the_row_of_its_hits() -> None:
    hits = (Hit("a", 0.9, {}), Hit("b", 0.5, {}))
    result = SearchResult(hits, Timings(), 7)
    assert [hit.id for hit in result] == ["a", "b"]
    assert (len(result), result[1].id) == (2, "b")


def test_a_vector_is_not_printed() -> None:
    result = EmbedResult(np.zeros(1280, np.float32), 640, 480, "m", "1")
    assert repr(result).startswith("EmbedResult(vector=float32[1280], width=640")
