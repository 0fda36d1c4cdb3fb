"""What is quoted from Triton's log."""

from pathlib import Path

from ocelli.edge.triton.local.log import last_errors

LOG = """\
E1122 00:34:38.783686 8423 old.cc:1] "an earlier start's error"
W1122 00:34:36.833870 8423 pinned_memory_manager.cc:273] "Unable to allocate pinned system memory"
E1122 00:34:36.834022 8423 server.cc:241] "CudaDriverHelper has not been initialized."
error: Failed to initialize NVML
I1122 00:34:38.783686 8423 server.cc:604] "fine"
E1122 00:34:38.826659 8423 backend_model.cc:692] "ERROR: Failed to create instance"
error: creating server: Internal - failed to load all models
/x/tritonserver: error while loading shared libraries: libfoo.so: cannot open
"""


def test_errors_without_noise_from_this_start_on(tmp_path: Path):
    path = tmp_path / "log"
    path.write_text(LOG)
    assert last_errors(path, LOG.index("W1122")) == (
        '"ERROR: Failed to create instance"; '
        "error: creating server: Internal - failed to load all models; "
        "/x/tritonserver: error while loading shared libraries: libfoo.so: cannot open"
    )


def test_nothing_to_quote(tmp_path: Path):
    path = tmp_path / "log"
    assert last_errors(path, 0) == ""
    path.write_text(LOG)
    assert last_errors(path, len(LOG)) == ""
