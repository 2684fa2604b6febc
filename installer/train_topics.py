"""Train the model of topics from the calls in installer/topics and write resources/topics/weights.npz.

python -m installer.train_topics [--calls DIR] [--without SELLER …] [--out FILE]

A call is ``{"id", "seller", "date", "turns": [{"s": "M|C|C2", "t": text}], "topics": {topic: [turns]},
"absent": [topics never spoken of], "call": {"kind": …, "mood": …}, "own": {field of the seller's own: [turns]}}``;
a topic in neither list is not counted. The sellers' own fields are defined in ``fields/SELLER.json``.

People, companies and talks are invented. Every figure printed, and every bar stored, comes from sellers that the
measured lines were not trained on.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.model_selection import GroupKFold  # type: ignore[import-untyped]

from app.adapters.topics.features import BESIDE, FieldVectors, call_row, field_rows, rows
from app.adapters.topics.linear import LinearTopicReader
from app.draft.candidates import Candidates
from app.draft.conversation import Conversation
from app.draft.facts import facts, field_facts
from app.draft.topics import TOPICS, FieldFacts, TurnFacts
from app.profile.folder import read_fields
from app.settings import TOPIC_WEIGHTS
from app.transcript.model import CLIENT, MANAGER, Segment, Transcript

_CALLS = Path(__file__).parent / "topics"
_STRENGTH = 6.0
_SEEN_IN_CALLS = 3
_MOST_WORDS = 6000
_PRECISION = 0.6
_DOUBTFUL_SHARE = 0.04
_FOLDS = 5
_OF_CALLS = ("kind", "mood")
_CALL_STRENGTH, _CALL_FOLDS = 10.0, 12
_FIELD_STRENGTH, _FIELD_FOLDS = 0.01, 8


@dataclass(frozen=True)
class Example:
    """A call with the turns that prove each topic."""

    name: str
    seller: str
    turns: tuple[TurnFacts, ...]
    vectors: Any
    gold: dict[str, frozenset[int]]
    absent: frozenset[str]
    answers: dict[str, str]
    fields: tuple[FieldFacts, ...]
    field_vectors: tuple[FieldVectors, ...]
    own: dict[str, frozenset[int]]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--calls", type=Path, default=_CALLS)
    parser.add_argument("--without", nargs="*", default=[], metavar="SELLER")
    parser.add_argument("--out", type=Path, default=TOPIC_WEIGHTS)
    options = parser.parse_args()
    examples = [e for e in _examples(options.calls, LinearTopicReader(options.out)) if e.seller not in options.without]
    print(f"{len(examples)} calls of {len({e.seller for e in examples})} sellers", file=sys.stderr)
    words, rarity = _vocabulary(examples)
    places = {word: place for place, word in enumerate(words)}
    blocks = [rows(e.turns, e.vectors, places, rarity) for e in examples]
    found, groups = numpy.vstack(blocks), numpy.concatenate([[e.seller] * len(e.turns) for e in examples])
    lines = [_line(topic, examples, found, groups) for topic in TOPICS]
    unseen = {topic: line[4] for topic, line in zip(TOPICS, lines, strict=True)}
    of_calls = {name: value for question in _OF_CALLS for name, value in _of_calls(question, examples).items()}
    numpy.savez_compressed(
        options.out,
        **of_calls,
        **_of_fields(examples, unseen),
        topics=numpy.array(TOPICS),
        words=numpy.array(words),
        rarity=numpy.array(rarity, numpy.float32),
        coefficients=numpy.array([line[0] for line in lines], numpy.float16),
        intercepts=numpy.array([line[1] for line in lines], numpy.float32),
        expected=numpy.array([line[2] for line in lines], numpy.float32),
        doubtful=numpy.array([line[3] for line in lines], numpy.float32),
    )
    print(f"{options.out.name}: {options.out.stat().st_size // 1024} KB", file=sys.stderr)
    return 0


def _examples(folder: Path, encoder: LinearTopicReader) -> Iterator[Example]:
    for path in sorted(folder.glob("*.json")):
        call = json.loads(path.read_text("utf-8"))
        segments = tuple(
            Segment(number, None, None, MANAGER if turn["s"] == "M" else CLIENT, None, turn["t"])
            for number, turn in enumerate(call["turns"])
        )
        conversation = Conversation(Transcript(segments))
        turns = facts(conversation, Candidates(conversation, datetime.fromisoformat(call["date"])))
        definitions = read_fields(folder / "fields" / f"{call['seller']}.json")
        fields = field_facts(conversation, [one for one in definitions if one.key in call["own"]])
        proven = {topic: frozenset(places) for topic, places in call["topics"].items()}
        vectors, sentences = encoder.turn_vectors(turns)
        related = encoder.field_vectors(turns, vectors, sentences, fields)
        own = {key: frozenset(places) for key, places in call["own"].items()}
        absent = frozenset(call["absent"])
        yield Example(
            call["id"], call["seller"], turns, vectors, proven, absent, call["call"], fields, tuple(related), own
        )


def _vocabulary(examples: Sequence[Example]) -> tuple[list[str], list[float]]:
    """Words and pairs that occur in several calls, so that no name or number of one call gets in."""
    seen: Counter[str] = Counter()
    turns: Counter[str] = Counter()
    count = 0
    for example in examples:
        of_call: set[str] = set()
        for turn in example.turns:
            terms = {*turn.words, *(f"{a} {b}" for a, b in pairwise(turn.words))}
            of_call |= terms
            turns.update(terms)
            count += 1
        seen.update(of_call)
    words = sorted(word for word, _ in seen.most_common(_MOST_WORDS) if seen[word] >= _SEEN_IN_CALLS)
    return words, [float(numpy.log((1 + count) / (1 + turns[word])) + 1) for word in words]


def _line(topic: str, examples: Sequence[Example], found: Any, groups: Any) -> tuple[Any, float, float, float, Any]:
    """Weights, intercept and the two bars of a topic, and the shares of all turns by lines that did not see them."""
    labels = numpy.array([turn.place in e.gold.get(topic, ()) for e in examples for turn in e.turns])
    unseen = numpy.zeros(len(labels))
    for train, held in GroupKFold(min(_FOLDS, len(set(groups)))).split(found, labels, groups):
        if not labels[train].any():
            continue
        model = _fitted(found[train], labels[train])
        unseen[held] = model.predict_proba(found[held])[:, 1]
    expected, doubtful = _bars(topic, _by_call(topic, examples, unseen))
    model = _fitted(found, labels)
    return model.coef_[0], float(model.intercept_[0]), expected, doubtful, unseen


def _of_calls(question: str, examples: Sequence[Example]) -> dict[str, Any]:
    """Names, weights and intercepts of the answers to a question about whole calls."""
    found = numpy.array([call_row(e.turns, e.vectors) for e in examples])
    answers = numpy.array([e.answers[question] for e in examples])
    groups = [e.seller for e in examples]
    right = 0
    for train, held in GroupKFold(min(_CALL_FOLDS, len(set(groups)))).split(found, answers, groups):
        right += (_call_line(found[train], answers[train]).predict(found[held]) == answers[held]).sum()
    print(f"{question:18} right in {right} of {len(answers)} calls")
    model = _call_line(found, answers)
    return {
        f"{question}_names": model.classes_,
        f"{question}_coefficients": model.coef_.astype(numpy.float16),
        f"{question}_intercepts": model.intercept_.astype(numpy.float32),
    }


def _call_line(found: Any, answers: Any) -> Any:
    return LogisticRegression(C=_CALL_STRENGTH, class_weight="balanced", max_iter=800).fit(found, answers)


def _fitted(found: Any, labels: Any) -> Any:
    return LogisticRegression(C=_STRENGTH, class_weight="balanced", max_iter=300).fit(found, labels)


@dataclass(frozen=True)
class Asked:
    """A topic or field in one call: the shares of its turns by a line that did not see the seller; the right turns."""

    shares: Any
    right: frozenset[int]


def _by_call(topic: str, examples: Sequence[Example], unseen: Any) -> list[Asked]:
    asked = []
    start = 0
    for example in examples:
        line = unseen[start : start + len(example.turns)]
        start += len(example.turns)
        right = example.gold.get(topic, frozenset())
        if right or topic in example.absent or topic not in ("stage", "interest_level"):
            asked.append(Asked(line, right))
    return asked


def _of_fields(examples: Sequence[Example], unseen: dict[str, Any]) -> dict[str, Any]:
    """The line that relates a turn to any field of a company's own, with its bars and the rarity of stems."""
    rarity = _stem_rarity(examples)
    blocks, labels, groups = [], [], []
    start = 0
    for example in examples:
        beside = {topic: unseen[topic][start : start + len(example.turns)] for topic in BESIDE}
        start += len(example.turns)
        for field, vectors in zip(example.fields, example.field_vectors, strict=True):
            if example.answers["kind"] != "sales":
                continue
            blocks.append(field_rows(example.turns, field, vectors, beside, rarity))
            labels.append(numpy.array([turn.place in example.own[field.key] for turn in example.turns]))
            groups.append(example.seller)
    asked = []
    numbers = numpy.arange(len(blocks))
    for train, held in GroupKFold(min(_FIELD_FOLDS, len(set(groups)))).split(numbers, groups=groups):
        weights, intercept = _field_line([blocks[n] for n in train], [labels[n] for n in train])
        for n in held:
            shares = 1 / (1 + numpy.exp(-(blocks[n] @ weights + intercept)))
            asked.append(Asked(shares, frozenset(int(place) for place in numpy.flatnonzero(labels[n]))))
    expected, doubtful = _bars("own fields", asked)
    weights, intercept = _field_line(blocks, labels)
    return {
        "field_coefficients": weights.astype(numpy.float32),
        "field_intercept": numpy.float32(intercept),
        "field_expected": numpy.float32(expected),
        "field_doubtful": numpy.float32(doubtful),
        "stems": numpy.array(list(rarity)),
        "stem_rarity": numpy.array(list(rarity.values()), numpy.float16),
    }


def _field_line(blocks: Sequence[Any], labels: Sequence[Any]) -> tuple[Any, float]:
    """Weights and intercept over the rows as they are; trained on rows of even spread."""
    found, right = numpy.vstack(blocks), numpy.concatenate(labels)
    middle, spread = found.mean(axis=0), found.std(axis=0) + 1e-6
    model = LogisticRegression(C=_FIELD_STRENGTH, class_weight="balanced", max_iter=400)
    model.fit((found - middle) / spread, right)
    weights = model.coef_[0] / spread
    return weights, float(model.intercept_[0] - middle @ weights)


def _stem_rarity(examples: Sequence[Example]) -> dict[str, float]:
    """How rare each stem of several calls is among the turns, from 0 to 1."""
    calls: Counter[str] = Counter()
    turns: Counter[str] = Counter()
    for example in examples:
        calls.update({stem for turn in example.turns for stem in turn.stems})
        for turn in example.turns:
            turns.update(turn.stems)
    count = sum(len(example.turns) for example in examples) + 1
    known = sorted(stem for stem in calls if calls[stem] >= _SEEN_IN_CALLS)
    return {stem: float(numpy.log(count / (turns[stem] + 1)) / numpy.log(count)) for stem in known}


def _bars(name: str, asked: Sequence[Asked]) -> tuple[float, float]:
    """From where on a call's likeliest turn is right often enough to be shown, and below what none ever was."""
    tops: list[tuple[float, bool]] = []
    right: list[float] = []
    present = hits = 0
    for one in asked:
        best = int(numpy.argmax(one.shares))
        if one.right:
            present += 1
            hits += best in one.right
            right.append(max(one.shares[place] for place in one.right))
        tops.append((float(one.shares[best]), best in one.right))
    tops.sort(reverse=True)
    best_bar, best_f1, correct = 1.1, 0.0, 0
    for number, (share, is_right) in enumerate(tops, 1):
        correct += is_right
        f1 = 2 * correct / (number + present)
        if correct / number >= _PRECISION and f1 >= best_f1:
            best_bar, best_f1 = share, f1
    doubtful = float(numpy.quantile(right, _DOUBTFUL_SHARE)) if right else 0.0
    told = f"{present:3} calls; place right {hits / max(present, 1):.2f}; shown from {best_bar:.2f}, F1 {best_f1:.2f}"
    print(f"{name:18} in {told}; doubtful below {doubtful:.2f}")
    return best_bar, doubtful


if __name__ == "__main__":
    sys.exit(main())
