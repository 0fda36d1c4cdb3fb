"""The limit of open files, in a process of its own: it cannot be lowered and raised in this one."""

import subprocess
import sys

import pytest

SHOW = """
import resource
from ocelli.edge.processes.open_files import allow_many_files
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
allow_many_files()
print(*resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.parametrize(
    ("soft", "hard", "becomes"), [(64, 4000, 4000), (4000, 4000, 4000), (256, 256, 256)]
)
def test_it_becomes_what_the_machine_allows(soft: int, hard: int, becomes: int) -> None:
    told = subprocess.run(
        [sys.executable, "-c", SHOW.format(soft=soft, hard=hard)],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert told.stdout.split() == [str(becomes), str(hard)]
