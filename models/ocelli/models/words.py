"""Images among words: a vector for an image in the space of a text encoder.

ConSE (Norouzi et al., Zero-shot learning by convex combination of semantic embeddings, 2013): the
image's vector is the sum of the text vectors of the classes that a classifier finds most probable,
each times its probability. Nothing is trained. It knows the thousand things that the classifier
knows, and of a text only how near it is to their names.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from ocelli.models import imagenet, minilm
from ocelli.models.assembled import Assembled
from ocelli.models.efficientnet import LITE2, NAMES, Network
from ocelli.models.graph import Graph, ValueInfo

MOST_PROBABLE = 10


def assemble(files: Mapping[str, Path]) -> Assembled:
    """Assembles the embedder from EfficientNet-Lite2, the names of its classes, and MiniLM.

    The model takes `images`, uint8 `[N, 260, 260, 3]`, RGB, and gives `embedding`, float32
    `[N, 384]`, not normalised.

    Args:
        files: paths by name, those for MiniLM included.
    """
    graph = Graph()
    network = Network(graph, LITE2, files)
    scores, classes = graph.split(
        "TopK",
        network.probabilities(network.embedding()),
        graph.constant(np.array([MOST_PROBABLE])),
        outputs=2,
    )
    table = graph.constant(_vectors(imagenet.read(files[NAMES]), files))
    weights = graph.add("Unsqueeze", scores, graph.constant(np.array([1])))
    product = graph.add("MatMul", weights, graph.add("Gather", table, classes, axis=0))
    vector = graph.add("Squeeze", product, graph.constant(np.array([1])))
    output: ValueInfo = ("embedding", TensorProto.FLOAT, ["N", minilm.DIMENSION])
    return Assembled.of(graph.model("words_images", [network.images], [(vector, output)]))


def _vectors(names: Sequence[Sequence[str]], files: Mapping[str, Path]) -> NDArray[np.float32]:
    """A text vector for each class, `[classes, 384]`."""
    return minilm.encode(files, [f"a photo of {of_class[0]}" for of_class in names])
