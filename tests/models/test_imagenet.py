"""The names of classes out of a JavaScript file."""

from pathlib import Path

import pytest

from ocelli.models import imagenet


def test_names_are_read_over_lines_and_past_quotes(tmp_path: Path) -> None:
    path = tmp_path / "classes.js"
    entries = [f"    {number}: 'thing {number}, object {number}'," for number in range(1000)]
    entries[2] = "    2: 'great white shark, man-eater, ' +\n        'Carcharodon carcharias',"
    entries[607] = "    607: 'jack-o\\'-lantern',"
    path.write_text("exports.IMAGENET_CLASSES = {\n" + "\n".join(entries) + "\n};\n")
    names = imagenet.read(path)
    assert len(names) == 1000
    assert names[0] == ["thing 0", "object 0"]
    assert names[2] == ["great white shark", "man-eater", "Carcharodon carcharias"]
    assert names[607] == ["jack-o'-lantern"]


def test_a_list_that_is_not_whole_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "classes.js"
    path.write_text("{\n    0: 'tench',\n    2: 'shark',\n}")
    with pytest.raises(ValueError, match=r"classes\.js lists 2 classes; expected 1000 from 0"):
        imagenet.read(path)
