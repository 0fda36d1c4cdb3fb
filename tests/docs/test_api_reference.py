"""docs/api.md: what the generator makes of a contract."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.docs.protoc import run_plugin

ROOT = Path(__file__).parents[2]
HEAD = """
syntax = "proto3";
// What it is for.
package a.v1;
import "google/api/annotations.proto";
"""
PART_AS_BODY = """
// M.
message M { string a = 1; }
// S.
service S { rpc R(M) returns (M) { option (google.api.http) = {post: "/v1/r" body: "a"}; } }
"""


def generate(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    """Makes `api.md` in the folder from a file of this text."""
    return run_plugin("api_reference", folder, HEAD + text)


def chapter(folder: Path, text: str) -> str:
    ended = generate(folder, text)
    assert ended.returncode == 0, ended.stderr
    return (folder / "api.md").read_text().partition("\n## some.proto\n")[2]


def test_a_message_is_a_table_whose_types_are_links(tmp_path: Path) -> None:
    made = chapter(
        tmp_path,
        """
        // A thing.
        //
        // Of two paragraphs.
        message Thing {
          // Either | or.
          oneof way {
            // A number.
            uint32 count = 3;
          }
          // Parts of it,
          // in order.
          //
          // At most 8.
          repeated Part parts = 1;
          // Unset: none.
          optional float limit = 2;
          // Use parts.
          bytes old = 4 [deprecated = true];
        }
        // A part.
        message Part {}
        """,
    )
    assert made == (
        "\nWhat it is for.\n"
        "\n### Thing\n"
        "\nA thing.\n"
        "\nOf two paragraphs.\n"
        "\n| Field | Type | No. | Meaning |"
        "\n|---|---|---:|---|"
        "\n| one of: *way* | | | Either \\| or. |"
        "\n| – `count` | uint32 | 3 | A number. |"
        "\n| `parts` | repeated [Part](#part) | 1 | Parts of it, in order.<br>At most 8. |"
        "\n| `limit` | optional float | 2 | Unset: none. |"
        "\n| `old` | bytes | 4 | **Deprecated.** Use parts. |\n"
        "\n### Part\n"
        "\nA part.\n"
        "\nIt has no fields.\n"
    )


def test_a_call_shows_what_streams_and_its_routes(tmp_path: Path) -> None:
    made = chapter(
        tmp_path,
        """
        // A message.
        message M {}
        // Calls.
        service Calls {
          // Talks.
          rpc Talk(stream M) returns (stream M);
          // Gets.
          rpc Get(M) returns (M) {
            option (google.api.http) = {
              get: "/v1/m"
              additional_bindings {post: "/v1/m:get" body: "*"}
            };
          }
        }
        """,
    )
    assert (
        "#### Calls/Talk\n\nTalks.\n\nstream of [M](#m) → stream of [M](#m)\n"
        "\n#### Calls/Get\n\nGets.\n\n[M](#m) → [M](#m)\n<br>`GET /v1/m`\n<br>`POST /v1/m:get`\n"
    ) in made
    index = (tmp_path / "api.md").read_text().partition("| Service | Calls |")[2]
    assert "[Calls](#calls) | [Talk](#callstalk) · [Get](#callsget) |" in index


def test_an_enum_is_a_table(tmp_path: Path) -> None:
    made = chapter(tmp_path, "// Way.\nenum Way {\n// Never sent.\nWAY_UNSPECIFIED = 0;\n}")
    assert "### Way\n\nWay.\n" in made
    assert "| `WAY_UNSPECIFIED` | 0 | Never sent. |" in made


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("// M.\nmessage M { map<string, string> all = 1; }", "M has maps or types inside"),
        (PART_AS_BODY, "R: the body is not what INTRODUCTION says"),
    ],
)
def test_what_it_cannot_describe_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    ended = generate(tmp_path, text)
    assert ended.returncode != 0
    assert reason in ended.stderr


def test_every_heading_of_the_reference_can_be_linked() -> None:
    text = (ROOT / "docs" / "api.md").read_text()
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading).lower() for heading in headings}
    assert len(anchors) == len(headings)
    assert {"detectservicedetectstream", "pointserviceindexstream", "box"} <= anchors
