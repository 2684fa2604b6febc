"""Words that a recogniser put together wrongly, spelled anew by their sound; what it wrote is kept beside them.

«А срочка» is no Russian, «отсрочка» sounds the same and is said in sales calls: so that is what stands in the
transcript, and whoever reads it sees that «а срочка» was heard. Numbers are never touched, words that the calls or the
company know neither. Nothing that rests on such a word is verified (app/draft/heard_otherwise.py).

The way is that of a noisy channel: of all spellings of a turn the likeliest is taken, where each change costs more the
surer the recogniser was and the further the sound is away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from app.core.words import folded
from app.settings import CALL_WORDS
from app.spoken.sound import sound_distance, sound_key
from app.transcript.model import Segment, Transcript, Word
from app.transcript.vocabulary import BEGIN, CallWords, Vocabulary, is_in_dictionary

# Costs in natural logarithms of chance. Chosen on the benchmark's recordings, where word errors differ by 0.3 of 100
# words between half and twice of each; dearer changes are fewer and more often right.
_CHANGE, _SURE, _LETTER, _IN_DICTIONARY = 2.0, 3.0, 5.0, 8.0
_FURTHEST = 0.25
_LANGUAGE = "ru"
_LONGEST_RUN, _WORDS_MORE = 3, 1
_SHORTEST_SOUND, _SHORTEST_NEAR = 4, 5
_KEPT = 12
_CLEARLY, _SAME_BEGINNING = 1.5, 4
_WORD = re.compile(r"[а-яё]+(?:-[а-яё]+)*", re.IGNORECASE)
_SIGNS_BEHIND = re.compile(r"[^\w%₽]*$")
_SENTENCE_END = re.compile(r"[.!?…][»\")]*$")


@dataclass(frozen=True, slots=True)
class _Token:
    """A recognised word: `low` is what is compared, `is_word` is false for numbers and all that is no Russian word.

    `ends_clause` is true before any sign, which no run of words goes across, `ends_sentence` before a full stop.
    """

    low: str
    is_word: bool
    is_named: bool
    ends_sentence: bool
    ends_clause: bool
    probability: float


@dataclass(frozen=True, slots=True)
class _Way:
    """A spelling of the first words of a turn: for each run of words how many it takes and what stands for them."""

    cost: float
    runs: tuple[tuple[int, tuple[str, ...]], ...] = ()


def respelled(transcript: Transcript, texts: Iterable[str] = ()) -> Transcript:
    """A recognised transcript with its words as they were meant; one of another language than Russian stays as it is.

    Args:
        texts: What the company writes: its names, price list and knowledge.
    """
    if transcript.language != _LANGUAGE or not transcript.segments:
        return transcript
    respeller = Respeller(Vocabulary(CallWords.read(CALL_WORDS), texts))
    return replace(transcript, segments=respeller.respelled(transcript.segments))


class Respeller:
    """Spells the turns of one call.

    Args:
        vocabulary: The words that may be meant.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def respelled(self, segments: Iterable[Segment]) -> tuple[Segment, ...]:
        """The turns with their words as they were meant; a turn in which nothing changes is the same object."""
        return tuple(self._segment(segment) for segment in segments)

    def _segment(self, segment: Segment) -> Segment:
        tokens = list(_tokens(segment.words))
        best = self._best(tokens)
        words: list[Word] = []
        at = 0
        for taken, spelled in best.runs:
            heard = segment.words[at : at + taken]
            at += taken
            words += heard if spelled == tuple(token.low for token in tokens[at - taken : at]) else _new(heard, spelled)
        if len(words) == len(segment.words) and all(word.heard is None for word in words):
            return segment
        return replace(segment, words=tuple(words), text=" ".join(word.text for word in words))

    def _best(self, tokens: Sequence[_Token]) -> _Way:
        ways: list[dict[str, _Way]] = [{} for _place in range(len(tokens) + 1)]
        ways[0][BEGIN] = _Way(0.0)
        for at in range(len(tokens)):
            kept = sorted(ways[at].items(), key=lambda item: item[1].cost)[:_KEPT]
            for taken, spelled, price in self._spellings(tokens, at):
                ends = tokens[at + taken - 1].ends_sentence
                for before, way in kept:
                    cost, last = way.cost + price, before
                    for word in spelled:
                        cost += self._vocabulary.surprise(last, word)
                        last = word
                    last = BEGIN if ends else last
                    known = ways[at + taken].get(last)
                    if known is None or cost < known.cost:
                        ways[at + taken][last] = _Way(cost, (*way.runs, (taken, spelled)))
        return min(ways[-1].values(), key=lambda way: way.cost)

    def _spellings(self, tokens: Sequence[_Token], at: int) -> Iterator[tuple[int, tuple[str, ...], float]]:
        """How many words from a place on are taken, what may stand for them, and what the change costs."""
        yield 1, (tokens[at].low,), 0.0
        for behind in range(at + 1, min(len(tokens), at + _LONGEST_RUN) + 1):
            run = tokens[at:behind]
            if not run[-1].is_word or any(token.ends_clause for token in run[:-1]):
                return
            strange = [token.low for token in run if not self._vocabulary.has(token.low)]
            if not strange:
                continue
            heard = "".join(token.low for token in run)
            sure = min(1.0, sum(token.probability for token in run) / len(run))
            price = _CHANGE + _SURE * sure
            if all(is_in_dictionary(word) for word in strange):
                price += _IN_DICTIONARY
            likely = [
                (price + _LETTER * distance, spelled)
                for spelled in self._alike(heard)
                if (distance := sound_distance(heard, "".join(spelled))) <= _FURTHEST * len(heard)
                and len(spelled) <= len(run) + _WORDS_MORE
                and not self._takes_too_much(run, spelled)
                and not (any(token.is_named for token in run) and not any(map(self._vocabulary.is_name, spelled)))
            ]
            yield from ((len(run), spelled, cost) for cost, spelled in self._told_apart(tokens, at, behind, likely))

    def _told_apart(
        self, tokens: Sequence[_Token], at: int, behind: int, likely: list[tuple[float, tuple[str, ...]]]
    ) -> list[tuple[float, tuple[str, ...]]]:
        """The spellings, or none where two different words are as likely: «рассрочка» is not guessed for «отсрочка»."""
        if len(likely) < 2:
            return likely
        before = BEGIN if at == 0 or tokens[at - 1].ends_sentence else tokens[at - 1].low
        after = None if behind == len(tokens) or tokens[behind - 1].ends_sentence else tokens[behind].low
        costs = []
        for price, spelled in likely:
            chain = [before, *spelled, *([after] if after else [])]
            costs.append((price + sum(map(self._vocabulary.surprise, chain, chain[1:])), spelled))
        (best, first), *others = sorted(costs)
        is_clear = all(cost - best >= _CLEARLY or _is_one_word(first, other) for cost, other in others)
        return likely if is_clear else []

    def _takes_too_much(self, run: Sequence[_Token], spelled: Sequence[str]) -> bool:
        """Whether a word that may be right stands at an end of the run and only comes along, as it is or as another."""
        if len(run) == 1:
            return spelled[0] == run[0].low
        return any(
            self._vocabulary.has(token.low) and sound_distance(token.low, word) <= _FURTHEST * len(token.low)
            for token, word in ((run[0], spelled[0]), (run[-1], spelled[-1]))
        )

    def _alike(self, heard: str) -> Iterator[tuple[str, ...]]:
        """Words and pairs of words that sound like what was heard."""
        key = sound_key(heard)
        if len(key) < _SHORTEST_SOUND:
            return
        alone = self._vocabulary.sounding_near(key) if len(key) >= _SHORTEST_NEAR else self._vocabulary.sounding(key)
        yield from ((word,) for word in alone)
        for cut in range(1, len(key)):
            behind = self._vocabulary.sounding(key[cut:])
            for word in self._vocabulary.sounding(key[:cut]) if behind else ():
                yield from ((word, second) for second in behind)


def _is_one_word(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Whether two spellings are one in other cases or genders: «складе», «склада»."""
    one, other = "".join(left), "".join(right)
    return one[:_SAME_BEGINNING] == other[:_SAME_BEGINNING]


def _tokens(words: Sequence[Word]) -> Iterator[_Token]:
    begins = True
    for word in words:
        bare = word.text.strip("«»\"'()[]—–-.,!?…:;")
        is_word = bool(_WORD.fullmatch(bare))
        ends = bool(_SENTENCE_END.search(word.text))
        yield _Token(
            folded(bare) or word.text,
            is_word,
            is_named=is_word and bare[0].isupper() and not begins,
            ends_sentence=ends,
            ends_clause=word.text != _SIGNS_BEHIND.sub("", word.text),
            probability=word.probability,
        )
        begins = ends


def _new(heard: Sequence[Word], spelled: Sequence[str]) -> list[Word]:
    """The words meant, at the time of those heard, which stand beside the first; each as long as it has letters."""
    written = " ".join(word.text for word in heard)
    signs = _SIGNS_BEHIND.search(written)
    bare = _SIGNS_BEHIND.sub("", written).lstrip("«\"'(—– ")
    begin_s, length_s = heard[0].start_s, heard[-1].end_s - heard[0].start_s
    letters, found = sum(map(len, spelled)), []
    probability = min(word.probability for word in heard)
    for number, word in enumerate(spelled):
        end_s = begin_s + length_s * len(word) / letters
        found.append(Word(round(begin_s, 2), round(end_s, 2), word, probability, heard="" if number else written))
        begin_s = end_s
    if bare[:1].isupper():
        found[0] = replace(found[0], text=found[0].text[:1].upper() + found[0].text[1:])
    found[-1] = replace(found[-1], end_s=heard[-1].end_s, text=found[-1].text + (signs.group() if signs else ""))
    return found
