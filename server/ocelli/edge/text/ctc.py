"""Text out of the steps of a recogniser.

Greedy decoding of connectionist temporal classification (Graves et al., 2006): steps of one class
in a row are one character, and class 0 is none.
"""

import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def decode(
    classes: NDArray[np.integer], probabilities: NDArray[np.floating], characters: Sequence[str]
) -> tuple[str, float]:
    """What a line says, composed (NFC), and the mean probability of its characters, 0 to 1.

    Args:
        classes: [T], the likeliest class of each step.
        probabilities: [T], of that class.
        characters: of class 1, 2 and so on. What lies beyond them, or has no sign, is a space.
    """
    begins = np.append(True, classes[1:] != classes[:-1]) & (classes > 0)  # a value
    if not begins.any():
        return "", 0.0
    found = classes[begins].tolist()
    text = "".join(
        (characters[each - 1] or " ") if each <= len(characters) else " " for each in found
    )
    score = float(np.clip(probabilities[begins].mean(), 0, 1))
    return unicodedata.normalize("NFC", text).strip(), score
