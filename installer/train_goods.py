"""Train what finds lines of goods that the rules miss, and write resources/goods/likely_items.json.

python -m installer.train_goods DATASET… [--out FILE] [--bar BAR]

A data set is a folder of ``sellers/<id>`` with ``calls/*.json``, of which ``seller``, ``date``, ``kind``, ``turns`` and
``gold.line_items`` are read. Companies and calls are invented.

Two lines are trained: whether an article that was named is wanted, and which of the numbers around it is its count.
Each figure is of a data set that was not trained on; of the bars that do best on them the highest is taken. The
weights written are of all data sets.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy
from scipy.optimize import minimize  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from app.draft.candidates import Candidates
from app.draft.conversation import Conversation
from app.draft.item_signs import COUNT, WANTED, ItemSigns
from app.draft.likely_items import ItemWeights, Likely, likely_articles
from app.draft.line_items import line_items
from app.draft.reading import Reading
from app.profile.folder import load_profile
from app.profile.model import Profile
from app.settings import ITEM_WEIGHTS
from app.transcript.model import CLIENT, MANAGER, Segment, Transcript

_STRENGTH, _PENALTY = 0.1, 3.0
_BARS = tuple(share / 100 for share in range(20, 65, 5))
_AS_GOOD = 0.01
_SOLD_IN = ("sales", "voicemail")

Lines = frozenset[tuple[str, int | None]]


@dataclass(frozen=True)
class Counts:
    """The counts that an article may have; `right` is the place of its own, None where it is not among them."""

    rows: Any
    right: int | None


@dataclass(frozen=True)
class Example:
    """A call: the lines it should have, those of the rules, and for each article named its signs."""

    of_set: str
    gold: Lines
    taken: Lines
    signs: ItemSigns
    wanted: Any
    is_wanted: Any
    counts: tuple[Counts, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", type=Path, metavar="DATASET")
    parser.add_argument("--out", type=Path, default=ITEM_WEIGHTS)
    parser.add_argument("--bar", type=float, help="written in place of the one found")
    options = parser.parse_args()
    examples = [example for folder in options.sets for example in _examples(folder)]
    bar = _measure(examples, [folder.name for folder in options.sets])
    weights = replace(_weights(examples), bar=options.bar or bar)
    stored = {
        "shift": round(weights.shift, 4),
        "wanted": {name: round(value, 4) for name, value in weights.wanted.items()},
        "count": {name: round(value, 4) for name, value in weights.count.items()},
        "bar": weights.bar,
    }
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")


def _examples(folder: Path) -> Iterator[Example]:
    profiles: dict[str, Profile] = {}
    for path in sorted((folder / "calls").glob("*.json")):
        call = json.loads(path.read_text("utf-8"))
        if call["kind"] not in _SOLD_IN:
            continue
        seller = call["seller"]
        if seller not in profiles:
            profiles[seller] = load_profile(folder / "sellers" / seller)
        yield _example(folder.name, call, profiles[seller])


def _example(of_set: str, call: dict[str, Any], profile: Profile) -> Example:
    at = datetime.fromisoformat(call["date"])
    sides = {"M": MANAGER}
    conversation = Conversation(
        Transcript(
            tuple(
                Segment(index, None, None, sides.get(turn["s"], CLIENT), None, turn["t"])
                for index, turn in enumerate(call["turns"])
            )
        )
    )
    reading = Reading(conversation, Candidates(conversation, at), profile, at)
    items = line_items(reading)
    signs = ItemSigns(reading, items)
    gold = {item["sku"]: int(item["qty"]) for item in call["gold"]["line_items"]}
    wanted, counts = [], []
    for entry in signs.articles():
        own = signs.count(entry)
        found = signs.wanted(entry, own)
        wanted.append([found[name] for name in WANTED])
        right = list(own).index(gold[entry.item.sku]) if gold.get(entry.item.sku) in own else None
        counts.append(Counts(numpy.array([[one[name] for name in COUNT] for one in own.values()]), right))
    return Example(
        of_set,
        frozenset(gold.items()),
        frozenset((item.sku, item.qty) for item in items),
        signs,
        numpy.array(wanted).reshape(-1, len(WANTED)),
        numpy.array([entry.item.sku in gold for entry in signs.articles()], bool),
        tuple(counts),
    )


def _weights(examples: Sequence[Example]) -> ItemWeights:
    """Weights of both lines, on the scale of the signs themselves; the bar is left open."""
    rows = numpy.vstack([example.wanted for example in examples])
    spread = rows.std(axis=0) + 1e-6
    line = LogisticRegression(C=_STRENGTH, max_iter=5000)
    line.fit((rows - rows.mean(axis=0)) / spread, numpy.concatenate([example.is_wanted for example in examples]))
    wanted = line.coef_[0] / spread
    shift = float(line.intercept_[0] - rows.mean(axis=0) @ wanted)
    counts = _count_weights([one for example in examples for one in example.counts if one.right is not None])
    return ItemWeights(
        wanted={name: float(value) for name, value in zip(WANTED, wanted, strict=True)},
        shift=shift,
        count={name: float(value) for name, value in zip(COUNT, counts, strict=True)},
        bar=0.0,
    )


def _count_weights(groups: Sequence[Counts]) -> Any:
    """Weights by which the right count of each article is the likeliest of its counts."""
    rows = numpy.vstack([group.rows for group in groups])
    spread = rows.std(axis=0) + 1e-6
    rows = rows / spread
    sizes = [len(group.rows) for group in groups]
    starts = numpy.cumsum([0, *sizes[:-1]])
    group_of = numpy.repeat(numpy.arange(len(groups)), sizes)
    right = starts + numpy.array([group.right for group in groups])

    def loss(weights: Any) -> tuple[float, Any]:
        sums = rows @ weights
        most = numpy.maximum.reduceat(sums, starts)
        odds = numpy.exp(sums - most[group_of])
        whole = numpy.add.reduceat(odds, starts)
        missed = -(sums[right] - most - numpy.log(whole)).sum() + _PENALTY * (weights @ weights) / 2
        slope = rows.T @ (odds / whole[group_of]) - rows[right].sum(axis=0) + _PENALTY * weights
        return float(missed), slope

    return minimize(loss, numpy.zeros(rows.shape[1]), jac=True, method="L-BFGS-B").x / spread


def _measure(examples: Sequence[Example], sets: Sequence[str]) -> float:
    """Print how data sets do that were not trained on; the bar that is best over all of them."""
    judged: list[tuple[Example, list[Likely]]] = []
    for left_out in sets:
        weights = _weights([one for one in examples if one.of_set != left_out])
        own = [(one, likely_articles(one.signs, weights)) for one in examples if one.of_set == left_out]
        judged += own
        at_bars = " ".join(f"{_f1(own, bar):.3f}" for bar in _BARS)
        print(f"{left_out:12} rules {_f1(own, 2.0):.3f}, with likely lines {at_bars}")
    most = max(_f1(judged, bar) for bar in _BARS)
    # A line too many costs a person more than one too few, so of bars as good as each other the highest is taken.
    best = max(bar for bar in _BARS if _f1(judged, bar) >= most - _AS_GOOD)
    print(f"bars {' '.join(f'{bar:.2f}' for bar in _BARS)}: {' '.join(f'{_f1(judged, bar):.3f}' for bar in _BARS)}")
    print(f"all: rules {_f1(judged, 2.0):.3f}, with likely lines from {best:.2f} on {_f1(judged, best):.3f}")
    return best


def _f1(judged: Sequence[tuple[Example, list[Likely]]], bar: float) -> float:
    right, shown, due = 0, 0, 0
    for example, likely in judged:
        lines = example.taken | {(one.entry.item.sku, one.qty) for one in likely if one.likelihood >= bar}
        right, shown, due = right + len(lines & example.gold), shown + len(lines), due + len(example.gold)
    return 2 * right / max(shown + due, 1)


if __name__ == "__main__":
    main()
