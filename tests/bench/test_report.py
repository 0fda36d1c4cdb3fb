from io import StringIO

from rich.console import Console

from bench.cookbook_calls import CLIENTS, PATTERNS, Called
from bench.fairness import Fairness
from bench.measure import Measurement
from bench.report import (
    CEILING,
    FASTAPI,
    FASTAPI_HALF,
    PIXELS,
    RAW_STREAM,
    RAW_UNARY,
    STREAM,
    UNARY,
    Results,
    Rounds,
    as_json,
    show,
)
from bench.stack import MODELS

SPEEDS = {CEILING: 100.0, UNARY: 90.0, STREAM: 110.0, FASTAPI: 50.0, FASTAPI_HALF: 75.0}
CPU_MS = {PIXELS: 4.0, UNARY: 6.0, STREAM: 5.0, RAW_UNARY: 3.0, RAW_STREAM: 1.5}
END_S = {"ocelli_sync": 1.0, "ocelli_async": 0.9, "fastapi_sync": 1.8, "fastapi_async": 2.0}


def measured(frames_per_s: float, cpu_ms: float = 3.0) -> Measurement:
    return Measurement(frames_per_s, 1.0, 2.0, cpu_ms, 4.0, 1.5)


def results(frames: Rounds) -> Results:
    extra = {(name, "trivial"): [measured(9.0, CPU_MS[name])] * 3 for name in CPU_MS}
    fairness = [Fairness(60.0, 20.0, 30.0, 90.0), Fairness(60.0, 20.0, 80.0, 90.0)]
    fairness.append(Fairness(60.0, 20.0, 32.0, 90.0))
    cookbook = {
        (model, pattern, client): [Called(END_S[client] * 500, END_S[client])]
        for model in MODELS
        for pattern in PATTERNS
        for client in CLIENTS
    }
    return Results({**extra, **frames}, fairness, cookbook)


def test_ratios_compare_within_a_round() -> None:
    # The machine is half as fast in the second round; no scenario changes its place.
    rounds = {
        (scenario, model): [measured(speed), measured(speed / 2), measured(speed)]
        for model in MODELS
        for scenario, speed in SPEEDS.items()
    }
    # One window was disturbed: the median leaves it out.
    rounds[UNARY, MODELS[0]][2] = measured(10.0)
    figures = as_json(results(rounds))
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


def test_costs_compare_within_a_round() -> None:
    speeds = {(name, model): [measured(9.0)] * 3 for model in MODELS for name in SPEEDS}
    costs = {
        (name, "trivial"): [measured(9.0, cost), measured(9.0, cost * 3), measured(9.0, cost)]
        for name, cost in CPU_MS.items()
    }
    figures = as_json(results({**speeds, **costs}))
    assert figures["edge_cpu_vs_pixels"] == {"stream": 1.25, "unary": 1.5}
    assert figures["raw720p_stream_vs_unary_cpu"] == 0.5


def test_one_bad_round_of_fairness_is_left_out() -> None:
    figures = as_json(results(frames()))
    assert figures["fairness_p99_ratio"] == 1.6


def test_the_better_client_of_each_server_counts() -> None:
    figures = as_json(results(frames()))
    assert figures["cookbook"] == {"mean_vs_fastapi": 0.5, "end_vs_fastapi": 0.5}
    assert len(figures["cookbook_rows"]) == 24


def test_rows_name_what_programs_look_for() -> None:
    (row,) = (
        row
        for row in as_json(results(frames()))["rows"]
        if (row["scenario"], row["model"]) == (CEILING, "trivial")
    )
    assert row == {
        "scenario": "ceiling",
        "model": "trivial",
        "frames_per_s": 100.0,
        "p50_ms": 1.0,
        "p99_ms": 2.0,
        "edge_cpu_ms_per_frame": 3.0,
        "mean_batch": 4.0,
    }


def test_people_are_shown_every_figure() -> None:
    console = Console(record=True, width=120, file=StringIO())
    show(console, results(frames()))
    shown = console.export_text()
    for figure in ("stream_vs_ceiling", "pixels alone", "ocelli_async", "polite streams"):
        assert figure in shown


def frames() -> Rounds:
    return {
        (name, model): [measured(speed, CPU_MS.get(name, 3.0))] * 3
        for model in MODELS
        for name, speed in SPEEDS.items()
    }
