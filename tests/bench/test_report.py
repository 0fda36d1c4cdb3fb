from bench.measure import Measurement
from bench.report import CEILING, FASTAPI, FASTAPI_HALF, STREAM, UNARY, as_json
from bench.stack import MODELS

SPEEDS = {CEILING: 100.0, UNARY: 90.0, STREAM: 110.0, FASTAPI: 50.0, FASTAPI_HALF: 75.0}


def measured(frames_per_s: float) -> Measurement:
    return Measurement(frames_per_s, 1.0, 2.0, 3.0, 4.0)


def test_ratios_compare_within_a_round() -> None:
    # The machine is half as fast in the second round; no scenario changes its place.
    rounds = {
        (scenario, model): [measured(speed), measured(speed / 2), measured(speed)]
        for model in MODELS
        for scenario, speed in SPEEDS.items()
    }
    # One window was disturbed: the median leaves it out.
    rounds[UNARY, MODELS[0]][2] = measured(10.0)
    figures = as_json(rounds)
    expected = {
        "unary_vs_ceiling": 0.9,
        "stream_vs_ceiling": 1.1,
        "unary_vs_fastapi": 1.8,
        "stream_vs_fastapi": 2.2,
        "unary_vs_fastapi_half": 1.2,
        "stream_vs_fastapi_half": 1.467,
    }
    assert figures["ratios"] == expected
    assert figures["ratios_real"] == expected


def test_rows_name_what_programs_look_for() -> None:
    rounds = {
        (scenario, model): [measured(speed)]
        for model in MODELS
        for scenario, speed in SPEEDS.items()
    }
    rows = as_json(rounds)["rows"]
    assert len(rows) == 10
    assert rows[0] == {
        "scenario": "ceiling",
        "model": "trivial",
        "frames_per_s": 100.0,
        "p50_ms": 1.0,
        "p99_ms": 2.0,
        "edge_cpu_ms_per_frame": 3.0,
        "mean_batch": 4.0,
    }
