"""Whether a server may be reached by callers of whom nobody knows who they are."""

import ipaddress
import logging

from ocelli.edge.config import Config, ConfigError

_log = logging.getLogger(__name__)


def check_exposure(config: Config) -> None:
    """Refuses to serve strangers, unless that is what `insecure` asks for.

    Raises:
        ConfigError: other machines reach the address, and callers need to show nothing.
    """
    if is_local(config.address):
        return
    if not config.asks_callers:
        if not config.insecure:
            raise ConfigError(
                f"{config.address} is reached from other machines, and callers need to show "
                "nothing: set keys_file, jwks or tls_client_ca (docs/operations.md, Access), serve "
                "on 127.0.0.1, or say --insecure if nobody else reaches it"
            )
        _log.warning("insecure: whoever reaches %s may do everything", config.address)
    elif not config.tls_cert:
        _log.warning(
            "keys and tokens reach %s in plain text unless a proxy before it ends TLS; "
            "set tls_cert and tls_key",
            config.address,
        )


def is_local(address: str) -> bool:
    """Whether only this machine reaches an address, `host:port` or `unix:path`."""
    if address.startswith("unix:"):
        return True
    host = address.removeprefix("dns:///").rpartition(":")[0].strip("[]")
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
