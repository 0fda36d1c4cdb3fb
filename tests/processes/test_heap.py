import subprocess
import sys

PROGRAM = """
import resource, sys
from ocelli.edge.processes.heap import configure_heap
if sys.argv[1] == "configured":
    configure_heap()
def hold():
    frames = [b"x" * (3 << 20) for _ in range(8)]
for _ in range(3):
    hold()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(10):
    hold()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def page_faults(heap: str) -> int:
    command = [sys.executable, "-c", PROGRAM, heap]
    return int(subprocess.run(command, check=True, capture_output=True, timeout=30).stdout)


def test_a_configured_heap_keeps_the_memory_of_frames() -> None:
    frames_pages = 10 * 8 * (3 << 20) // 4096
    assert page_faults("configured") < frames_pages / 20
    assert page_faults("as it is") > frames_pages / 2
