"""`ocelli serve` with settings that cannot work."""

from collections.abc import Callable
from typing import Any

Ocelli = Callable[..., Any]


def test_a_setting_that_cannot_work_is_one_line(offline: Ocelli) -> None:
    offline("serve", "--triton", "not an address").says("triton", 1)


def test_options_of_clients_do_not_pass_for_the_servers(offline: Ocelli) -> None:
    offline("--tls-cert", "cert.pem", "serve").says("--tls-cert before `serve` is for clients", 2)
