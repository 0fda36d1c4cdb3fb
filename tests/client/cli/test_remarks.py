"""What the commands say beside their results."""

import pytest

from ocelli.client import ImageWarning
from ocelli.client.cli.remarks import say_error, say_failure, say_warnings
from ocelli.client.errors import image_error


def test_an_error_is_one_line_whatever_it_says(capfd: pytest.CaptureFixture[str]) -> None:
    say_error("it\n  broke")
    say_failure("x.jpg", image_error("cannot read x.jpg"))
    say_failure("x.jpg", image_error("it is damaged"))
    assert capfd.readouterr() == (
        "",
        "ocelli: it broke\nocelli: cannot read x.jpg\nocelli: x.jpg: it is damaged\n",
    )


def test_each_warning_is_a_line(capfd: pytest.CaptureFixture[str]) -> None:
    say_warnings("x.jpg", [ImageWarning("damaged", "it is cut")])
    say_warnings("y.jpg", [])
    assert capfd.readouterr() == ("", "ocelli: warning: x.jpg: it is cut\n")
