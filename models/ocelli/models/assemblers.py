"""What makes the graph of each model, by the name in its card."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from ocelli.models import (
    blazeface,
    centerface,
    efficientnet,
    face_vectors,
    minilm,
    nanodet,
    reading,
    ssdlite,
    words,
)
from ocelli.models.assembled import Assembled

Assembler: TypeAlias = Callable[[Mapping[str, Path]], Assembled]
"""Gets the paths of the source files by their names."""

ASSEMBLERS: Mapping[str, Assembler] = MappingProxyType(
    {
        "blazeface": blazeface.assemble,
        "centerface": centerface.assemble,
        "efficientnet_lite0": partial(efficientnet.assemble_embedder, efficientnet.LITE0),
        "efficientnet_lite2": partial(efficientnet.assemble_embedder, efficientnet.LITE2),
        "efficientnet_lite2_classes": partial(efficientnet.assemble_classifier, efficientnet.LITE2),
        "face_vectors": face_vectors.assemble,
        "nanodet": nanodet.assemble,
        "ssdlite": ssdlite.assemble,
        "text_directions": reading.assemble_directions,
        "text_lines": reading.assemble_detector,
        "text_recogniser": reading.assemble_recogniser,
        "words_images": words.assemble,
        "words_texts": minilm.assemble,
    }
)
