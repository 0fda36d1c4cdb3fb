"""Compares all pairs of the points that it is sent, in a process of its own, until its parent ends.

On standard input come one line of JSON, the arguments of `PairMatrix`, and then blocks: the number
of points as 4 bytes, little-endian, and their float32 values. Each is answered by one byte once it
is compared. After a block of no points follow the labels, int32 [N], and the scores, float32 [N].
"""

import json
import os
import struct
import sys

import numpy as np

from ocelli.edge.tasks.near_points.pair_matrix import PairMatrix

_NICE = 10


def main() -> None:
    """Serves one comparison."""
    os.nice(_NICE)
    source, answers = sys.stdin.buffer, sys.stdout.buffer
    arguments = json.loads(source.readline())
    dimension = int(arguments["dimension"])
    matrix = PairMatrix(**arguments)
    while header := source.read(4):
        (count,) = struct.unpack("<I", header)
        if count == 0:
            answers.write(matrix.labels.astype("<i4").tobytes())
            answers.write(matrix.scores.astype("<f4").tobytes())
            answers.flush()
            return
        size_bytes = count * dimension * 4
        block = source.read(size_bytes)
        if len(block) < size_bytes:
            return
        matrix.add(np.frombuffer(block, "<f4").reshape(count, dimension))
        answers.write(b".")
        answers.flush()


if __name__ == "__main__":
    main()
