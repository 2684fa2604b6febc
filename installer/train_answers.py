"""Train what tells whether a passage answers, and write resources/knowledge/answers.json.

python -m installer.train_answers DATASET… [--out FILE]

A data set is a folder ``sellers/<id>/kb/*.md`` with ``calls/*.json``, of which ``seller`` and ``gold.kb_questions``
are read: ``{"q", "answerable", "file", "must": [stems of the answer]}``. Companies and questions are invented.

A question that can be answered gives two examples: with the passage, and with every passage that holds the answer
taken away, where it must be refused. Sellers are parted into fifths; each figure is of a fifth that was not trained
on. The weights written are of all sellers.
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
from app.core.ids import text_sha256
from app.core.words import folded
from app.knowledge.answering import AnswerService, AnswerWeights
from app.knowledge.importing import knowledge_of
from app.knowledge.model import Knowledge, KnowledgeText, Passage
from app.knowledge.pieces import Piece
from app.knowledge.relevance import FEATURES
from app.settings import ANSWER_WEIGHTS

_RANK_STRENGTH, _ANSWER_STRENGTH = 0.3, 0.3
_WEIGHTS = {"answered": 1.0, "refused": 1.5, "taken away": 0.5}
_PARTS = 5
_KEPT = 0.985
# Below every sum: nothing in the base could answer.
_NONE = -99.0
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
    sellers = sorted({example.seller for example in examples}, key=text_sha256)
    judged: list[tuple[Example, float, bool]] = []
    for part in range(_PARTS):
        left_out = frozenset(sellers[part::_PARTS])
        weights = _weights([one for one in examples if one.seller not in left_out])
        judged += [(one, *_judge(one, *weights)) for one in examples if one.seller in left_out]
    bar = _measure(judged)
    rank, answers, shift = _weights(examples)
    stored = {
        "rank": {name: round(float(value), 4) for name, value in zip(FEATURES, rank, strict=True)},
        "answers": {name: round(float(value), 4) for name, value in zip(FEATURES, answers, strict=True)},
        "bar": round(bar - shift, 4),
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
    return bool(passage.file == asked["file"]) and _says(passage, asked)


def _says(passage: Passage, asked: dict[str, Any]) -> bool:
    said = folded(passage.text).replace("\u00a0", " ")
    return all(folded(stem) in said for stem in asked["must"])


def _without_answer(knowledge: Knowledge, asked: dict[str, Any]) -> Knowledge:
    kept = [
        replace(document, passages=tuple(one for one in document.passages if not _says(one, asked)))
        for document in knowledge.documents
    ]
    return replace(knowledge, documents=tuple(kept))


def _weights(examples: Sequence[Example]) -> tuple[Any, Any, float]:
    """Weights that put in order, weights that judge, and what is to be added to the sum of the latter."""
    some = [one for one in examples if len(one.rows)]
    rank = _rank_weights([one for one in some if one.right.any()])
    tops = [int(numpy.argmax(one.rows @ rank)) for one in some]
    rows = numpy.array([one.rows[top] for one, top in zip(some, tops, strict=True)])
    said = numpy.array([bool(one.right[top]) for one, top in zip(some, tops, strict=True)])
    spread = rows.std(axis=0) + 1e-6
    line = LogisticRegression(C=_ANSWER_STRENGTH, max_iter=5000)
    line.fit(rows / spread, said, [_WEIGHTS[one.kind] for one in some])
    return rank, line.coef_[0] / spread, float(line.intercept_[0])


def _judge(example: Example, rank: Any, answers: Any, shift: float) -> tuple[float, bool]:
    """How much the piece that stands first answers, and whether it is the right one."""
    if not len(example.rows):
        return _NONE, False
    top = int(numpy.argmax(example.rows @ rank))
    return float(example.rows[top] @ answers) + shift, bool(example.right[top])


def _rank_weights(examples: Sequence[Example]) -> Any:
    """Weights by which what answers stands above what does not, learned from the differences of the two."""
    apart, weights = [], []
    for one in examples:
        # Where nothing else fits, nothing is to be put below the answer.
        for right in numpy.flatnonzero(one.right) if not one.right.all() else ():
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


def _measure(judged: Sequence[tuple[Example, float, bool]]) -> float:
    """Print how sellers do that were not trained on; the bar that keeps `_KEPT` of the right answers."""
    sums = numpy.array([found for _one, found, _is_right in judged])
    right = numpy.array([is_right for _one, _found, is_right in judged])
    kinds = numpy.array([one.kind for one, _found, _is_right in judged])
    is_answered = kinds == "answered"
    bar = float(numpy.quantile(sums[is_answered & right], 1 - _KEPT))
    print(f"first is right: {right[is_answered].mean():.2f} of {is_answered.sum()}")
    print(f"  and answered: {(right & (sums >= bar))[is_answered].mean():.2f}")
    for kind in ("refused", "taken away"):
        print(f"  refused of «{kind}»: {(sums[kinds == kind] < bar).mean():.2f} of {(kinds == kind).sum()}")
    return bar


if __name__ == "__main__":
    main()
