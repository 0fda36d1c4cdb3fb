"""Cases of streams, through the SDK's windows."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from conformance import messages, opening, seen
from conformance.failures import error_difference
from conformance.link import Link
from conformance.matching import ABSENT, difference
from conformance.seen import Seen
from ocelli.client import IndexItem, OcelliError


def run(link: Link, case: dict[str, Any], files: Path) -> Seen:
    """Opens the stream, sends, and collects what comes."""
    found = Seen()
    call, item, answered = opening.opened(case["rpc"], case.get("config", {}))
    frames = [messages.with_bytes(frame, files) for frame in case["frames"]]
    stream = link.connection.stream(
        call,
        _items(case, frames, item, found),
        link.timeout_s,
        lambda granted: found.windows.append(seen.window(granted)),
    )
    try:
        for answer in stream:
            found.answers.append(answered(answer))
            if len(found.answers) == case.get("cancel_after"):
                break
    except OcelliError as error:
        found.error = error
    finally:
        stream.close()
    return found


def difference_of_answers(expect: dict[str, Any], found: Seen) -> str:
    """Says in one line how a stream differs from what is expected; empty if it matches."""
    if differs := _difference_of_windows(expect, found.windows):
        return differs
    count = expect.get("count", len(expect["answers"]) if "answers" in expect else None)
    if count is not None and (differs := difference(count, len(found.answers), "count")):
        return differs
    wanted = expect.get("answers", [expect.get("each", {})] * len(found.answers))
    for at, (one, answer) in enumerate(zip(wanted, found.answers, strict=True)):
        if differs := _difference_of_answer(one, answer, f"answers[{at}]"):
            return differs
    counts = Counter(seen.outcome(answer) for answer in found.answers)
    for name, number in expect.get("outcomes", {}).items():
        if differs := difference(number, counts[name], f"outcomes.{name}"):
            return differs
    ids = [answer.get("frameId", answer.get("id")) for answer in found.answers]
    if expect.get("in_order") and ids != found.sent[: len(ids)]:
        return f"in_order: sent {found.sent}, answered {ids}"
    return ""


def _difference_of_windows(expect: dict[str, Any], windows: list[messages.Json]) -> str:
    first = windows[0] if windows else ABSENT
    if "window" in expect and (differs := difference(expect["window"], first, "window")):
        return differs
    return difference(expect["windows"], windows, "windows") if "windows" in expect else ""


def _difference_of_answer(expected: dict[str, Any], answer: dict[str, Any], path: str) -> str:
    wanted = dict(expected)
    error = answer.get("error")
    if "error" in wanted:
        if error is None:
            return f"{path}: no error; expected {wanted['error']}"
        if differs := error_difference(wanted.pop("error"), error):
            return f"{path}.{differs}"
    return difference(wanted, answer, path)


def _items(
    case: dict[str, Any],
    frames: list[dict[str, Any]],
    item: Callable[[dict[str, Any], int | None], Any],
    found: Seen,
) -> Iterator[Any]:
    """What is sent, drawn as the window allows."""
    repeat = case.get("repeat", 1)
    for position in range(repeat * len(frames)):
        if position:
            time.sleep(case.get("pause_ms", 0) / 1e3)
        made = item(frames[position % len(frames)], position if "repeat" in case else None)
        found.sent.append(made.id if isinstance(made, IndexItem) else str(made.frame_id))
        yield made
