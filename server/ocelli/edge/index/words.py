"""The words of texts, by which filters find them.

A word is a run of letters, marks and digits, after NFKC normalisation and case folding. Scripts
that are written without spaces have no such runs: there each letter, with its marks, is a word.
"""

import re
import unicodedata
from collections.abc import Iterator

_ASCII_WORD = re.compile(r"[a-z0-9]+")
_SPACELESS = re.compile(
    r"[\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    r"\U00020000-\U0003ffff"  # CJK ideographs
    r"\u3040-\u30ff\u31f0-\u31ff\U0001aff0-\U0001b16f"  # kana
    r"\u0e00-\u0eff"  # Thai, Lao
    r"\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f"  # Myanmar
    r"\u1780-\u17ff]"  # Khmer
)


def words(text: str) -> list[str]:
    """The different words of a text, in the order of their first occurrence."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    found = _ASCII_WORD.findall(folded) if folded.isascii() else _runs(folded)
    return list(dict.fromkeys(found))


def _runs(text: str) -> Iterator[str]:
    start, alone = -1, False
    for position, char in enumerate(text):
        category = unicodedata.category(char)
        if category[0] == "M":  # belongs to what is before it, if that is a word
            continue
        is_digit = category == "Nd"
        is_letter = category[0] == "L" or category == "Nl"
        is_alone = is_letter and _SPACELESS.match(char) is not None
        if start >= 0 and (alone or is_alone or not (is_letter or is_digit)):
            yield text[start:position]
            start = -1
        if start < 0 and (is_letter or is_digit):
            start, alone = position, is_alone
    if start >= 0:
        yield text[start:]
