"""Texts to token ids, by the tokenizer file that comes with a model.

Source of the format: `tokenizer.json` as Hugging Face's `tokenizers` library writes and reads it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

_LENGTHS = (16, 32, 64, 128, 256, 512)
"""Ids are padded to one of these, so that Triton finds requests of one shape to batch."""


class TokenizerError(Exception):
    """A tokenizer file cannot be used; the message says why, without a full stop."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """N texts as tokens, named as models name their inputs; each int64 [N, length].

    Attributes:
        input_ids: of the tokens; then of padding.
        attention_mask: 1 for a token, 0 for padding.
        token_type_ids: number of the segment that a token is in.
    """

    input_ids: NDArray[np.int64]
    attention_mask: NDArray[np.int64]
    token_type_ids: NDArray[np.int64]


class TextTokenizer:
    """Turns texts into ids. For any thread.

    Args:
        path: a `tokenizer.json`.
        max_tokens: longest sequence that the model takes; longer texts are cut.
        fixed: every sequence is padded to `max_tokens`, as models with an input of fixed length
            want it.

    Raises:
        TokenizerError: the file is missing or no tokenizer.
    """

    def __init__(self, path: Path, max_tokens: int, *, fixed: bool) -> None:
        if not path.is_file():
            raise TokenizerError(f"there is no file {path}")
        try:
            self._tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # the library raises Exception itself
            raise TokenizerError(f"{path} is no tokenizer: {error}") from error
        self._max_tokens = max_tokens
        self._fixed = fixed
        padding = self._tokenizer.padding or {}
        self._pad_id = int(padding.get("pad_id", self._tokenizer.token_to_id("[PAD]") or 0))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_tokens)

    @property
    def max_tokens(self) -> int:
        """Longest sequence."""
        return self._max_tokens

    def encode(self, texts: Sequence[str]) -> Encoding:
        """The ids of texts, padded to one length."""
        encoded = [self._tokenizer.encode(text) for text in texts]
        length = self._length(max(len(each.ids) for each in encoded))
        ids = np.full((len(texts), length), self._pad_id, np.int64)
        mask, segments = np.zeros_like(ids), np.zeros_like(ids)
        for row, each in enumerate(encoded):
            count = len(each.ids)
            ids[row, :count], mask[row, :count] = each.ids, 1
            segments[row, :count] = each.type_ids
        return Encoding(ids, mask, segments)

    def _length(self, needed: int) -> int:
        if self._fixed:
            return self._max_tokens
        return min(self._max_tokens, next((n for n in _LENGTHS if n >= needed), needed))
