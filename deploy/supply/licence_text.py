"""Which licence a text is, by the sentences that it alone has."""

import re

_MARKS: dict[str, tuple[str, ...]] = {
    "Apache-2.0": ("apache license", "version 2.0, january 2004"),
    "MIT": ("to any person obtaining a copy of this software and associated documentation files",),
    "ISC": ("to use, copy, modify, and/or distribute this software for any purpose with or",),
    "MPL-2.0": ("mozilla public license", "version 2.0", "covered software"),
    "GPL": ("everyone is permitted to copy and distribute verbatim copies",),
    "Unlicense": ("this is free and unencumbered software released into the public domain",),
}
_APACHE_NOTICE = "licensed under the apache license, version 2.0"
_BSD = "redistribution and use in source and binary forms, with or without modification"
_NO_ENDORSEMENT = "endorse or promote products derived from this software"


def licences_in(text: str) -> list[str]:
    """SPDX names of the licences whose terms stand in a text, sorted; none if none is known.

    `GPL` stands for all licences of that family and any version: none of them is told apart.
    """
    folded = re.sub(r"[\s/#*]+", " ", text.lower())
    found = [name for name, marks in _MARKS.items() if all(mark in folded for mark in marks)]
    if _APACHE_NOTICE in folded:
        found.append("Apache-2.0")
    if _BSD in folded:
        found.append("BSD-3-Clause" if _NO_ENDORSEMENT in folded else "BSD-2-Clause")
    return sorted(set(found))
