"""SECURITY.md names tests that there are."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEST = re.compile(r"`(tests/[\w/.]+)::(test_\w+)`")


def test_every_attack_names_a_test_that_there_is() -> None:
    text = (ROOT / "SECURITY.md").read_text()
    attacks = text.partition("| Attack |")[2].partition("\n## ")[0].splitlines()[2:]
    attacks = [row for row in attacks if row.startswith("|")]
    assert len(attacks) > 15
    for row in attacks:
        named = TEST.findall(row)
        assert named, row
        for file, test in named:
            assert f"def {test}(" in (ROOT / file).read_text(), f"{file} has no {test}"
