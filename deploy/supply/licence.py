"""The licence of an installed distribution, as its own metadata states it."""

from importlib.metadata import Distribution

_CLASSIFIER = "License :: "
_MAX_NAME_CHARS = 80


def licence_of(distribution: Distribution) -> str:
    """One line: an SPDX expression where the distribution has one, else what it says in words.

    Metadata 2.4 has `License-Expression`; before that there were classifiers, and a free field into
    which some put the whole text.

    Returns:
        An empty string if it says nothing.
    """
    metadata = distribution.metadata
    if "License-Expression" in metadata:
        return metadata["License-Expression"].strip()
    named = [
        classifier.rpartition(" :: ")[2]
        for classifier in metadata.get_all("Classifier") or []
        if classifier.startswith(_CLASSIFIER) and classifier.count(" :: ") > 1
    ]
    if named:
        return " AND ".join(named)
    text = metadata["License"].strip() if "License" in metadata else ""
    return text if 0 < len(text) <= _MAX_NAME_CHARS and "\n" not in text else ""
