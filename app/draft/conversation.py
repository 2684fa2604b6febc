"""A transcript as the rules read it: turns, sentences, sides, and who answers whom.

Texts are compared in a folded form (lower case, ё as е) that keeps every character's place, so a span found in
the folded text is a span of what was said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from app.draft.model import Evidence
from app.transcript.model import MANAGER, TEXT_MODEL, UNKNOWN, Segment, Transcript

_SENTENCE = re.compile(r"[^.!?…]+(?:[.!?…]+(?=\s|$)|$|[.!?…]+)")
_SHORT_FORM = re.compile(r"(?:\b(?:г|ул|д|руб|тыс|млн|т|e|стр|им)|\d)\.$", re.IGNORECASE)
_CLAUSE = re.compile(r"[^,;:—–]+")
_WORD = re.compile(r"[0-9a-zа-яё]+", re.IGNORECASE)
_STRONG_END = 3
# Said to a program and not to a person: an order is no fact, whoever gives it.
_ORDER = re.compile(
    r"\bигнорируй|\bпромпт\w*|(?:предыдущ|нов|перв)\w+ инструкци\w+|\bинструкци\w+ ?:|теперь инструкци"
    r"|(?:^|[,.!?:]\s*)(?:робот|помощник|ассистент|программа|система|нейросеть)\s*[,:]"
    r"|\b(?:слышишь меня|приказ\w*|системе)\b|\bприми за факт|\bсчитай\b.{0,40}(?:что|правд|сказанн)|\bотныне\b"
    r"|\b(?:запиши|напиши|пропиши|отметь|пометь|обнови|перепиши|исправь|поставь|выставь статус|удали|добавь в)\b"
    r".{0,60}\b(?:бюджет|скидк|этап|статус|пол[ея]\b|цен[ауы]|сделк|прайс|заметк|товар"
    r"|отч[её]т|проверенн|в crm|кп\b|телефон)"
    r"|\bignore\b|\bdisregard\b|\binstructions?\b|\bsystem\b|\boverride\b|\bassistant\b|\bdeveloper mode\b"
)
_ASKING = re.compile(
    r"\b(?:как(?:ой|ая|ое|ие|ую|ого|ому|им|ом|их)|сколько|когда|куда|где|кто|кого|кому|почему|зачем|чем могу|чей"
    r"|что (?:насчет|по|с|вас|вам|для)|к какому|на какую|подскажите|нужн\w* ли|будете ли)\b"
)
_MACHINE = re.compile(
    r"оставьте (?:ваше |свое |нам )?сообщение|после (?:звукового |длинного )?сигнала|абонент (?:временно )?(?:не|вне)"
    r"|\bавтоответчик\b.{0,40}\b(?:вас|приветств|компани|клиник)|\bвас приветствует автоответчик"
)
_MAX_QUOTE = 400


def fold(text: str) -> str:
    """Lower case with ё as е; every character keeps its place."""
    folded = text.lower().replace("ё", "е")
    return folded if len(folded) == len(text) else "".join(c.lower()[:1] or c for c in text).replace("ё", "е")


def words_of(text: str) -> list[str]:
    """The folded words and numbers of a text."""
    return _WORD.findall(fold(text))


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a turn. `start` and `end` are offsets in the turn's text."""

    turn: int
    start: int
    end: int
    text: str

    @property
    def folded(self) -> str:
        return fold(self.text)

    @property
    def is_question(self) -> bool:
        return self.text.rstrip(" \"»'").endswith("?")

    def clause_at(self, offset: int) -> str:
        """The folded piece between commas in which a character of the turn stands."""
        place = offset - self.start
        for piece in _CLAUSE.finditer(self.folded):
            if piece.start() <= place < piece.end():
                return piece.group()
        return self.folded

    def before(self, offset: int) -> str:
        """The folded sentence up to a character of the turn."""
        return self.folded[: max(offset - self.start, 0)]

    def after(self, offset: int) -> str:
        """The folded sentence from a character of the turn on."""
        return self.folded[max(offset - self.start, 0) :]


@dataclass(frozen=True)
class Turn:
    """What one side said in one go."""

    segment: Segment
    is_guessed: bool = False

    @property
    def index(self) -> int:
        return self.segment.index

    @property
    def text(self) -> str:
        return self.segment.text

    @property
    def is_manager(self) -> bool:
        return self.segment.speaker == MANAGER

    @property
    def is_client(self) -> bool:
        """Said by the client's side, or by somebody whose side is not known."""
        return not self.is_manager

    @property
    def is_machine(self) -> bool:
        """The greeting of an answering machine: nobody's words about the deal."""
        return self.is_client and bool(_MACHINE.search(self.folded))

    @property
    def is_unknown(self) -> bool:
        """Nobody could tell for sure which side spoke; nothing said here is proven."""
        return self.is_guessed or self.segment.speaker == UNKNOWN or self.segment.speaker.startswith("speaker_")

    @cached_property
    def folded(self) -> str:
        return fold(self.text)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """What was said, sentence by sentence; orders to a program are left out."""
        found: list[Sentence] = []
        start = None
        for piece in _SENTENCE.finditer(self.text):
            begin = piece.start() if start is None else start
            if _SHORT_FORM.search(piece.group().rstrip()) and piece.end() < len(self.text):
                start = begin
                continue
            start = None
            raw = self.text[begin : piece.end()]
            lead = len(raw) - len(raw.lstrip())
            if raw.strip() and not _ORDER.search(fold(raw)):
                found.append(Sentence(self.index, begin + lead, begin + len(raw.rstrip()), raw.strip()))
        if start is not None and self.text[start:].strip():
            found.append(Sentence(self.index, start, len(self.text), self.text[start:].strip()))
        return tuple(found)

    def sentence_at(self, offset: int) -> Sentence:
        """The sentence in which a character stands."""
        for sentence in self.sentences:
            if sentence.start <= offset < sentence.end:
                return sentence
        return self.sentences[-1] if self.sentences else Sentence(self.index, 0, len(self.text), self.text)


class Conversation:
    """All turns of a call with the questions one asks of them."""

    def __init__(self, transcript: Transcript) -> None:
        self.transcript = transcript
        guessed = transcript.has_guessed_speakers
        self.turns = tuple(Turn(segment, guessed) for segment in transcript.segments if segment.text.strip())
        self._by_index = {turn.index: place for place, turn in enumerate(self.turns)}

    def turn(self, index: int) -> Turn:
        """The turn with an index of the transcript. Raises KeyError."""
        return self.turns[self._by_index[index]]

    def place(self, index: int) -> int:
        """Position of a turn among those that hold words."""
        return self._by_index[index]

    @property
    def client_turns(self) -> Iterator[Turn]:
        return (turn for turn in self.turns if turn.is_client and not turn.is_machine)

    @property
    def manager_turns(self) -> Iterator[Turn]:
        return (turn for turn in self.turns if turn.is_manager)

    def sentences(self, *, client: bool = True, manager: bool = True) -> Iterator[tuple[Turn, Sentence]]:
        """Sentences in order, of one side or both."""
        for turn in self.turns:
            if (turn.is_client and client) or (turn.is_manager and manager):
                for sentence in turn.sentences:
                    yield turn, sentence

    def previous(self, index: int, steps: int = 1) -> Turn | None:
        """The turn before, or None at the beginning."""
        place = self._by_index[index] - steps
        return self.turns[place] if place >= 0 else None

    def next(self, index: int, steps: int = 1) -> Turn | None:
        """The turn after, or None at the end."""
        place = self._by_index[index] + steps
        return self.turns[place] if place < len(self.turns) else None

    def question_before(self, index: int) -> str:
        """What the other side asked right before a turn, folded; "" if it asked nothing."""
        turn = self.turn(index)
        before = self.previous(index)
        steps = 1
        while before is not None and before.is_manager == turn.is_manager and steps < _STRONG_END:
            steps += 1
            before = self.previous(index, steps)
        if before is None or before.is_manager == turn.is_manager:
            return ""
        questions = [s.folded for s in before.sentences if s.is_question]
        if not questions and steps == 1 and before.sentences and before.text.rstrip().endswith(("…", "...")):
            questions = [before.sentences[-1].folded]
        if not questions and self.transcript.model != TEXT_MODEL:
            # Recognisers often leave the question mark out: then the asking word tells.
            questions = [s.folded for s in before.sentences[-2:] if _ASKING.search(s.folded)]
        return " ".join(questions)

    def evidence(self, index: int, start: int | None = None, end: int | None = None) -> Evidence:
        """The quote of a span of a turn, whole sentences around it; the whole turn without a span."""
        turn = self.turn(index)
        begin, stop = 0, len(turn.text)
        if start is not None and end is not None:
            begin = turn.sentence_at(start).start
            stop = max(turn.sentence_at(max(end - 1, start)).end, end)
        quote = turn.text[begin:stop].strip()
        if len(quote) > _MAX_QUOTE and start is not None and end is not None:
            quote = turn.text[max(start - 80, begin) : min(end + 80, stop)].strip()
        start_s, end_s = self._times(turn.segment, begin, stop)
        return Evidence(turn.index, start_s, end_s, quote)

    @staticmethod
    def _times(segment: Segment, start: int, end: int) -> tuple[float | None, float | None]:
        """Seconds of a span by the times of its words; those of the segment where no word carries a time."""
        place, hits = 0, []
        for word in segment.words:
            found = segment.text.find(word.text.strip(), place)
            if found < 0:
                continue
            place = found + len(word.text.strip())
            if found < end and place > start:
                hits.append(word)
        if not hits:
            return segment.start_s, segment.end_s
        return hits[0].start_s, hits[-1].end_s
