"""What callers ask for, as several tasks read it."""

from ocelli.edge.errors import invalid_field, quote

_MAX_LABELS = 1000


def fraction(name: str, value: float | None, default: float) -> float:
    """A number from 0 to 1, or `default` where the caller says nothing.

    Raises:
        OcelliError: INVALID_FIELD, at `name`.
    """
    if value is None:
        return default
    if not 0 <= value <= 1:
        raise invalid_field(f"{name} is {value:g}; expected 0 to 1", name)
    return value


def class_ids(labels: tuple[str, ...], known: tuple[str, ...], model: str) -> frozenset[int] | None:
    """The class numbers of some labels; None, for all, if there are none.

    Args:
        labels: as the caller has them.
        known: those of the model, by class number.
        model: its name, for errors.

    Raises:
        OcelliError: INVALID_FIELD, at `labels`.
    """
    if not labels:
        return None
    if len(labels) > _MAX_LABELS:
        raise invalid_field(f"{len(labels)} labels; expected at most {_MAX_LABELS}", "labels")
    wanted = set(labels)
    unknown = next((label for label in labels if label not in known), None)
    if unknown is not None:
        some = ", ".join(known[:5]) or "none"
        raise invalid_field(
            f"label {quote(unknown)} is not one of the {len(known)} of model {model!r} "
            f"({some}, …); GetModel lists them",
            "labels",
        )
    return frozenset(number for number, label in enumerate(known) if label in wanted)
