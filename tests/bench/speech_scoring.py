"""How recognised text is compared with what was said: one spelling for both sides, errors, speakers."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_UNITS = {
    "ноль нол": 0, "од перв": 1, "дв втор": 2, "тр трет": 3, "четыр четв": 4, "пят": 5, "шест": 6, "сем седьм": 7,
    "восем восьм": 8, "девят": 9, "десят": 10, "одиннадцат": 11, "двенадцат": 12, "тринадцат": 13,
    "четырнадцат": 14, "пятнадцат": 15, "шестнадцат": 16, "семнадцат": 17, "восемнадцат": 18, "девятнадцат": 19,
    "двадцат": 20, "тридцат": 30, "сорок": 40, "пятьдесят пятидесят": 50, "шестьдесят шестидесят": 60,
    "семьдесят семидесят": 70, "восемьдесят восьмидесят": 80, "девяност": 90, "сто ста сот": 100,
    "двест двухс двумст": 200, "трист трехс тремст": 300, "четырест четырехс": 400, "пятьсот пятис": 500,
    "шестьсот шестис": 600, "семьсот семис": 700, "восемьсот восьмис": 800, "девятьсот девятис": 900,
    "тысяч": 1000, "миллион": 1_000_000, "миллиард": 1_000_000_000,
}  # fmt: skip
_EXACT = {
    **dict.fromkeys(("один", "одна", "одно", "одну", "одной", "одного", "одним", "одному", "одном"), 1),
    **dict.fromkeys(("два", "две", "двух", "двум", "двумя"), 2),
    **dict.fromkeys(("три", "трех", "трем", "тремя"), 3),
    **dict.fromkeys(("сто", "ста", "соток", "сотый", "сотая", "сотых"), 100),
}
_ENDING = r"(?:ь|ью|и|ый|ого|ому|ым|ом|ая|ой|ую|ое|ые|ых|ыми|ий|его|ьего|ья|ье|ьей|ю|а|е|я|ами|ов|у|ам|ах|от|там|м|мя|)"
_WORDS = [
    (re.compile(rf"^{stem}{_ENDING}$"), value)
    for stems, value in _UNITS.items()
    for stem in stems.split()
    if len(stem) > 3 or stem in ("пят", "сем", "нол")
]
_SAME = (
    (re.compile(r"^процент\w*$"), "процент"),
    (re.compile(r"^(?:рубл\w*|руб|р)$"), "рубль"),
    (re.compile(r"^(?:нол\w*|ноль)$"), "0"),
)


def normal(text: str) -> list[str]:
    """Words in the spelling that both sides are compared in: numbers are the same as digits and as words."""
    text = text.lower().replace("ё", "е")
    text = re.sub(r"(?<=\d)[ \u00a0](?=\d{3}\b)", "", text)
    text = re.sub(r"%", " процент ", text)
    text = re.sub(r"[₽]", " рубль ", text)
    text = re.sub(r"(?<=\d)-?(?:го|му|й|е|ое|ая|ый|х|м|ти|ми)\b", " ", text)
    text = re.sub(r"(?<=\d)(?=[a-zа-я])|(?<=[a-zа-я])(?=\d)", " ", text)
    words: list[str] = []
    for word in re.findall(r"\w+", text):
        words += _spelt(word)
    return words


def _spelt(word: str) -> list[str]:
    if word.isdigit():
        return _parts(int(word)) if len(word) <= 12 and not (len(word) > 1 and word.startswith("0")) else list(word)
    if word in _EXACT:
        return [str(_EXACT[word])]
    for pattern, same in _SAME:
        if pattern.match(word):
            return [same]
    return next(([str(value)] for pattern, value in _WORDS if pattern.match(word)), [word])


def _parts(number: int) -> list[str]:
    """A number as the words that say it: 2750 is 2, 1000, 700, 50."""
    if number == 0:
        return ["0"]
    found: list[str] = []
    for scale in (1_000_000_000, 1_000_000, 1000):
        if number >= scale:
            found += ([] if number // scale == 1 else _parts(number // scale)) + [str(scale)]
            number %= scale
    for part in (number // 100 * 100, number % 100 if number % 100 < 20 else number % 100 // 10 * 10):
        found += [str(part)] if part else []
    if number % 100 >= 20 and number % 10:
        found.append(str(number % 10))
    return found


@dataclass(frozen=True, slots=True)
class Errors:
    """Word errors of some texts, to be added up."""

    words: int = 0
    substituted: int = 0
    deleted: int = 0
    inserted: int = 0

    @property
    def rate(self) -> float:
        """Word error rate in per cent."""
        return 100 * (self.substituted + self.deleted + self.inserted) / max(1, self.words)

    def __add__(self, other: Errors) -> Errors:
        return Errors(
            self.words + other.words,
            self.substituted + other.substituted,
            self.deleted + other.deleted,
            self.inserted + other.inserted,
        )


def errors(said: str, heard: str) -> Errors:
    """Word errors of one text."""
    import jiwer

    reference, hypothesis = normal(said), normal(heard)
    if not reference:
        return Errors(0, 0, 0, len(hypothesis))
    if not hypothesis:
        return Errors(len(reference), 0, len(reference), 0)
    found = jiwer.process_words(" ".join(reference), " ".join(hypothesis))
    return Errors(len(reference), found.substitutions, found.deletions, found.insertions)


@dataclass(frozen=True, slots=True)
class SaidTurn:
    """A turn of the benchmark."""

    is_manager: bool
    start_s: float
    end_s: float
    text: str


def said_turns(recording: Path) -> list[SaidTurn]:
    """What was said in a recording of the benchmark, from the files beside it."""
    turns = json.loads(recording.with_suffix(".json").read_text("utf-8"))["turns"]
    times = json.loads(recording.with_suffix(".turns.json").read_text("utf-8"))
    return [
        SaidTurn(turn["s"] == "M", time["start"], time["end"], turn["t"])
        for turn, time in zip(turns, times, strict=True)
    ]


def speaker_errors(turns: list[SaidTurn], transcript: dict[str, Any]) -> Errors:
    """Word errors counted for each speaker apart and added up."""
    total = Errors()
    for is_manager in (True, False):
        said = " ".join(t.text for t in turns if t.is_manager is is_manager)
        heard = " ".join(s["text"] for s in transcript["segments"] if (s["speaker"] == "manager") is is_manager)
        total += errors(said, heard)
    return total


def words_at_right_speaker(turns: list[SaidTurn], transcript: dict[str, Any]) -> tuple[int, int]:
    """How many recognised words stand at the speaker who was speaking then, and how many words there are."""
    right = total = 0
    for segment in transcript["segments"]:
        for word in segment["words"]:
            middle_s = (word["start"] + word["end"]) / 2
            distance = {True: 1e9, False: 1e9}
            for turn in turns:
                away_s = max(turn.start_s - middle_s, middle_s - turn.end_s, 0.0)
                distance[turn.is_manager] = min(distance[turn.is_manager], away_s)
            # Where both speak, or neither, the word may be either's as far as the clock can tell.
            is_manager = segment["speaker"] == "manager"
            right += distance[is_manager] <= distance[not is_manager]
            total += 1
    return right, total


def onset_errors_s(turns: list[SaidTurn], transcript: dict[str, Any]) -> list[float]:
    """How far the first word of each turn stands from the moment its speaker began, in seconds.

    Turns that were not found, or were said to be the other speaker's, are counted by other figures.
    """
    found = []
    for segment in transcript["segments"]:
        side = segment["speaker"] == "manager"
        near = [abs(turn.start_s - segment["start"]) for turn in turns if turn.is_manager is side]
        if near and min(near) < 2.0:
            found.append(min(near))
    return found
