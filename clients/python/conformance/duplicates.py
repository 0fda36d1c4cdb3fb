"""Cases of duplicates, through the SDK's method."""

from contextlib import closing
from pathlib import Path
from typing import Any

from google.protobuf import json_format

from conformance import messages, seen
from conformance.link import Link
from conformance.seen import Seen
from ocelli.client.results import DuplicateProgress
from ocelli.v1 import search_pb2


def find(link: Link, case: dict[str, Any], files: Path) -> Seen:
    """Looks for duplicates, and notes the groups and the last progress."""
    described = messages.with_bytes(case["request"], files)
    asked = json_format.ParseDict(described, search_pb2.FindDuplicatesRequest())
    told: list[DuplicateProgress] = []
    found = link.client.find_duplicates(
        asked.collection,
        score_threshold=asked.score_threshold,
        filter=asked.filter if asked.HasField("filter") else None,
        with_payload=asked.with_payload,
        on_progress=told.append,
        timeout_s=link.timeout_s,
    )
    groups: list[messages.Json] = []
    with closing(found):
        for group in found:
            groups.append(seen.duplicate_group(group))
            if len(groups) == case.get("cancel_after"):
                break
    progress = [seen.duplicate_progress(one) for one in told[-1:]]
    return Seen(response={"groups": groups, "progress": progress[0] if progress else {}})
