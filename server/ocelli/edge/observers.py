"""What looks at calls from outside: traces and the access log, where they are configured."""

from ocelli.edge.config import Config, ConfigError
from ocelli.edge.observability.access_log import AccessLog
from ocelli.edge.observability.call_record import CallRecord
from ocelli.edge.observability.trace_context import TraceContext
from ocelli.edge.server.interceptors.call_record import RecordInterceptor


class Observers:
    """Opened once, closed once. Nothing is kept of calls, nor imported, if both are off.

    Args:
        config: says where traces and lines go.

    Raises:
        ConfigError: the access log cannot be opened.
    """

    def __init__(self, config: Config) -> None:
        self._access_log = _access_log(config)
        self._tracing = None
        if config.otlp_endpoint:
            from ocelli.edge.observability.tracing import Tracing  # noqa: PLC0415  # dear when off

            self._tracing = Tracing(config.otlp_endpoint, config.trace_ratio)

    def interceptor(self) -> RecordInterceptor | None:
        """What goes around every call; None if nothing does."""
        if self._tracing is None and self._access_log is None:
            return None
        begin = _as_it_is if self._tracing is None else self._tracing.begin
        return RecordInterceptor(
            begin, _ignore if self._access_log is None else self._access_log.add
        )

    def close(self) -> None:
        """Sends and writes what is left; takes a few seconds at most. For a thread."""
        if self._tracing is not None:
            self._tracing.close()
        if self._access_log is not None:
            self._access_log.close()


def _access_log(config: Config) -> AccessLog | None:
    if not config.access_log:
        return None
    try:
        return AccessLog(config.access_log, config.access_log_ratio)
    except OSError as error:
        raise ConfigError(
            f"access_log: {config.access_log} cannot be opened: {error.strerror}; choose another "
            "file, or stderr"
        ) from error


def _as_it_is(_method: str, caller: TraceContext) -> TraceContext:
    return caller


def _ignore(_record: CallRecord) -> None:
    return None
