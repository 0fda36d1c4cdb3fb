"""What each of several workers may use."""

from ocelli.edge.config import Config
from ocelli.edge.processes.workers.split_limits import split_limits


def test_the_limits_of_the_server_are_divided() -> None:
    config = Config(
        workers=4, decode_threads=8, max_inflight_bytes=1 << 30, max_concurrent_calls=10
    )
    part = split_limits(config, 4, address="127.0.0.1:8500", triton="127.0.0.1:8001")
    assert (part.decode_threads, part.max_inflight_bytes, part.max_concurrent_calls) == (
        2,
        1 << 28,
        3,
    )
    assert (part.address, part.triton_targets) == ("127.0.0.1:8500", ("127.0.0.1:8001",))


def test_what_belongs_to_the_server_alone_is_left_out() -> None:
    config = Config(
        metrics_address="127.0.0.1:9500",
        triton_metrics_address="127.0.0.1:9501",
        triton_otlp_endpoint="http://127.0.0.1:4318",
        otlp_endpoint="http://127.0.0.1:4317",
    )
    part = split_limits(config, 2, address="127.0.0.1:8500", triton="127.0.0.1:8001")
    assert Config.model_validate(part.model_dump()) == part
    assert (part.metrics_address, part.triton_metrics_address) == ("", "")
    assert part.otlp_endpoint == config.otlp_endpoint


def test_however_many_workers_there_are_each_can_take_the_largest_message() -> None:
    part = split_limits(Config(), 256, address="127.0.0.1:8500", triton="127.0.0.1:8001")
    assert part.max_inflight_bytes == 2 * part.max_message_bytes
    assert part.decode_threads == 1
