"""Train what tells whether a passage answers, and write resources/knowledge/answers.json.

python -m installer.train_answers DATASET… [--out FILE]

A data set is a folder ``sellers/<id>/kb/*.md`` with ``calls/*.json``, of which ``seller`` and ``gold.kb_questions``
are read: ``{"q", "answerable", "file", "must": [stems of the answer]}``. Companies and questions are invented.

A question that can be answered gives two examples: with the passage, and with every passage that holds the answer
taken away, where it must be refused. Sellers are halved; each figure is of a half that was not trained on. The
weights written are of all sellers.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from app.adapters.meaning.universal import UniversalVectors
from app.adapters.storage.knowledge_index import index_in_memory
from app.core.words import folded
from app.knowledge.answering import AnswerService, AnswerWeights
from app.knowledge.importing import knowledge_of
from app.knowledge.model import Knowledge, KnowledgeText, Passage
from app.knowledge.relevance import FEATURES, Piece
from app.settings import ANSWER_WEIGHTS

_RANK_STRENGTH, _ANSWER_STRENGTH = 0.1, 0.05
_WEIGHT_REFUSED, _WEIGHT_TAKEN_AWAY = 3.0, 0.4
_KEPT = 0.94
_BESIDE = 2.0
_NOTHING = AnswerWeights((0.0,) * len(FEATURES), (0.0,) * len(FEATURES), 0.0, 0.0)


@dataclass(frozen=True)
class Example:
    """A question with what may answer it: `right` says of each row whether it does."""

    seller: str
    question: str
    kind: str
    pieces: tuple[Piece, ...]
    rows: Any
    right: Any


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", type=Path, metavar="DATASET")
    parser.add_argument("--out", type=Path, default=ANSWER_WEIGHTS)
    options = parser.parse_args()
    examples = list(_examples(options.sets))
    sellers = sorted({example.seller for example in examples})
    halves = (frozenset(sellers[::2]), frozenset(sellers[1::2]))
    bars = []
    for trained, measured in (halves, halves[::-1]):
        rank, answers = _weights([one for one in examples if one.seller in trained])
        bars.append(_measure([one for one in examples if one.seller in measured], rank, answers))
    rank, answers = _weights(examples)
    stored = {
        "rank": {name: round(float(value), 4) for name, value in zip(FEATURES, rank, strict=True)},
        "answers": {name: round(float(value), 4) for name, value in zip(FEATURES, answers, strict=True)},
        "bar": round(float(numpy.mean(bars)), 4),
        "beside": _BESIDE,
    }
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")


def _examples(sets: Sequence[Path]) -> Iterator[Example]:
    vectors = UniversalVectors()
    for folder, seller, questions in _questions(sets):
        texts = [KnowledgeText(path.name, path.read_text("utf-8")) for path in sorted((folder / "kb").glob("*.md"))]
        whole = knowledge_of(texts, [], datetime.now(UTC))
        index, database = index_in_memory(vectors)
        service = AnswerService(index, vectors, weights=_NOTHING)
        try:
            index.replace(whole)
            for asked in questions:
                yield _judged(service, seller, asked, "answered" if asked["answerable"] else "refused")
            for asked in questions:
                if asked["answerable"]:
                    index.replace(_without_answer(whole, asked))
                    yield _judged(service, seller, asked, "taken away")
        finally:
            database.close()


def _questions(sets: Sequence[Path]) -> Iterator[tuple[Path, str, list[dict[str, Any]]]]:
    """The folder of each seller with its questions, each once."""
    found: dict[str, tuple[Path, dict[str, dict[str, Any]]]] = {}
    for folder in sets:
        for path in sorted((folder / "calls").glob("*.json")):
            call = json.loads(path.read_text("utf-8"))
            seller = str(call["seller"])
            _folder, questions = found.setdefault(seller, (folder / "sellers" / seller, {}))
            for asked in call["gold"].get("kb_questions", []):
                questions.setdefault(asked["q"], asked)
    for seller, (folder, questions) in found.items():
        yield folder, seller, list(questions.values())


def _judged(service: AnswerService, seller: str, asked: dict[str, Any], kind: str) -> Example:
    _asked, pieces, rows = service.judged(asked["q"])
    right = [kind == "answered" and _is_answer(piece.passage, asked) for piece in pieces]
    return Example(seller, asked["q"], kind, tuple(pieces), numpy.array(rows), numpy.array(right, bool))


def _is_answer(passage: Passage, asked: dict[str, Any]) -> bool:
    return bool(passage.file == asked["file"]) and all(stem in folded(passage.text) for stem in asked["must"])


def _without_answer(knowledge: Knowledge, asked: dict[str, Any]) -> Knowledge:
    kept = [
        replace(
            document,
            passages=tuple(
                one for one in document.passages if not all(stem in folded(one.text) for stem in asked["must"])
            ),
        )
        for document in knowledge.documents
    ]
    return replace(knowledge, documents=tuple(kept))


def _weights(examples: Sequence[Example]) -> tuple[Any, Any]:
    rank = _rank_weights([one for one in examples if one.right.any()])
    rows = numpy.array([one.rows[numpy.argmax(one.rows @ rank)] for one in examples])
    said = numpy.array([one.kind == "answered" for one in examples])
    weight = {"answered": 1.0, "refused": _WEIGHT_REFUSED, "taken away": _WEIGHT_TAKEN_AWAY}
    spread = rows.std(axis=0) + 1e-6
    line = LogisticRegression(C=_ANSWER_STRENGTH, max_iter=5000)
    line.fit(rows / spread, said, [weight[one.kind] for one in examples])
    return rank, line.coef_[0] / spread


def _rank_weights(examples: Sequence[Example]) -> Any:
    """Weights by which what answers stands above what does not, learned from the differences of the two."""
    apart, weights = [], []
    for one in examples:
        for right in numpy.flatnonzero(one.right):
            found = one.rows[right] - one.rows[~one.right]
            apart.append(found)
            weights += [1 / len(found) / one.right.sum()] * len(found)
    rows = numpy.vstack(apart)
    spread = rows.std(axis=0) + 1e-6
    both = numpy.vstack([rows, -rows]) / spread
    said = numpy.r_[numpy.ones(len(rows)), numpy.zeros(len(rows))]
    shares = numpy.r_[weights, weights] * len(rows) / sum(weights) / 10
    line = LogisticRegression(C=_RANK_STRENGTH, fit_intercept=False, max_iter=5000).fit(both, said, shares)
    return line.coef_[0] / spread


def _measure(examples: Sequence[Example], rank: Any, answers: Any) -> float:
    """Print how a half does that was not trained on; the bar that keeps `_KEPT` of what can be answered."""
    best = [int(numpy.argmax(one.rows @ rank)) for one in examples]
    said = numpy.array([one.rows[at] @ answers for one, at in zip(examples, best, strict=True)])
    kinds = numpy.array([one.kind for one in examples])
    bar = float(numpy.quantile(said[kinds == "answered"], 1 - _KEPT))
    right = numpy.array([bool(one.right[at]) for one, at in zip(examples, best, strict=True)])
    print(f"first is right: {right[kinds == 'answered'].mean():.2f} of {(kinds == 'answered').sum()}")
    for kind in ("refused", "taken away"):
        print(f"  refused of «{kind}»: {(said[kinds == kind] < bar).mean():.2f} of {(kinds == kind).sum()}")
    return bar


if __name__ == "__main__":
    main()
