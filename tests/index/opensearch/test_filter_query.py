"""Filters as OpenSearch's query language; what they select is tested by the port's tests."""

import math

from ocelli.edge.index.filters import AllOf, Equals, NoneOf, OneOf, Range
from ocelli.edge.index.opensearch.filter_query import comparable, query
from ocelli.edge.index.opensearch.mapping import column


def test_the_tightest_bound_counts():
    field = column("n")
    both = Range(field="n", gt=1, gte=2, lt=5, lte=4)
    assert query(both) == {"range": {field: {"gte": 2.0, "lte": 4.0}}}
    equal = Range(field="n", gt=1, gte=1, lt=5, lte=5)
    assert query(equal) == {"range": {field: {"gt": 1.0, "lt": 5.0}}}


def test_branches_become_one_query():
    tree = AllOf((NoneOf((Equals("a", True),)), OneOf("b", ("x", "y"))))
    assert query(tree) == {
        "bool": {
            "filter": [
                {"bool": {"must_not": [{"term": {column("a"): {"value": True}}}]}},
                {"terms": {column("b"): ["x", "y"]}},
            ]
        }
    }


def test_long_words_are_compared_by_digest():
    long, longer = "é" * 5000, "é" * 5001
    assert comparable(long) != comparable(longer)
    assert len(str(comparable(long)).encode()) < 300
    assert comparable("é" * 4096) == "é" * 4096


def test_zero_has_one_sign():
    assert math.copysign(1, float(comparable(-0.0))) == 1
    assert comparable(True) is True
