"""One language after the other: first the cases, then what the others encoded."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ocelli.client import OcelliError
from ocelli.edge.processes.child import ChildError
from tests.conformance.crossing import decoding_faults, encoding_faults, messages_of
from tests.conformance.edge import StartError
from tests.conformance.languages import Runner, RunnerError
from tests.conformance.outcome import FAILED, Results
from tests.conformance.targets import Targets
from tests.conformance.vectors import Case, Golden, is_canary

_CANARIES = "runner/fails-what-is-wrong"
_ENCODING = "crossing/encode"
_DECODING = "crossing/decode"


async def run_all(
    runners: list[Runner],
    cases: list[Case],
    golden: list[Golden],
    targets: Targets,
    files: Path,
    report: Callable[[str], None],
) -> Results:
    """Runs every runner.

    Args:
        runners: of each language.
        cases: what to execute.
        golden: what to encode and to decode.
        targets: what runs.
        files: folder of the images that cases name.
        report: gets lines of progress.

    Returns:
        What came of it, whatever a runner did.
    """
    ids = [case["id"] for case in cases]
    canaries = [case_id for case_id in ids if is_canary(case_id)]
    results = Results([case_id for case_id in ids if not is_canary(case_id)])
    encoded: dict[str, dict[str, str]] = {}
    for runner in runners:
        began_s = time.monotonic()
        try:
            await targets.reset()
            found = await runner.run(
                _plan(runner.language, cases, golden, targets, files), targets.restart_drained
            )
            results.take(runner.language, found)
            if canaries:
                results.add(_CANARIES, runner.language, _unnoticed(canaries, found))
            encoded[runner.language] = found["encoded"]
        except (RunnerError, StartError, ChildError, OcelliError) as error:
            results.fail(runner.language, str(error))
        except (KeyError, TypeError) as error:
            results.fail(runner.language, f"its report is not as specified: {error!r}")
        report(f"{runner.language}: {time.monotonic() - began_s:.0f} s")
    await _cross(runners, encoded, golden, results)
    return results


def _unnoticed(canaries: list[str], report: dict[str, Any]) -> dict[str, str]:
    """The canaries that a runner did not report as failed, and what it said instead."""
    reported = {entry["id"]: entry["outcome"] for entry in report["cases"]}
    return {
        case_id: f"{reported.get(case_id, 'nothing')} was reported, but what it expects is wrong"
        for case_id in canaries
        if reported.get(case_id) != FAILED
    }


async def _cross(
    runners: list[Runner],
    encoded: dict[str, dict[str, str]],
    golden: list[Golden],
    results: Results,
) -> None:
    asked = messages_of(encoded, golden)
    for runner in runners:
        language = runner.language
        results.add(_ENCODING, language, encoding_faults(encoded.get(language, {}), golden))
        try:
            decoded = (await runner.decode({"messages": asked}))["messages"]
        except RunnerError as error:
            results.add(_DECODING, language, {"all": str(error)})
        except (KeyError, TypeError) as error:
            results.add(_DECODING, language, {"all": f"not as specified: {error!r}"})
        else:
            results.add(_DECODING, language, decoding_faults(decoded, asked, golden))


def _plan(
    language: str, cases: list[Case], golden: list[Golden], targets: Targets, files: Path
) -> dict[str, Any]:
    return {
        "language": language,
        "targets": targets.addresses,
        "tls": targets.certificates.of_plan,
        "tokens": targets.tokens,
        "files": str(files),
        "cases": cases,
        "golden": golden,
    }
