"""The company's own voice: what its letters have in common, and where a text differs from them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

from app.core.i18n import _
from app.proposal.model import Warning, WarningKind
from app.proposal.style_text import sentence_spans, words_in

FEWEST_LETTERS = 5
MOST_LETTERS = 20
_USUAL = 0.6
_GREETING = re.compile(
    r"^\W*(?:[А-ЯЁ][\w.-]+\s){0,3}?(?:[А-ЯЁ][\w-]+,\s*)?"
    r"(?P<words>добрый (?:день|вечер)|доброе утро|доброго (?:дня|времени суток)|здравствуйте|приветствую|привет"
    r"|уважаем(?:ый|ая|ые)|коллеги)\b",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"(?:^|\n|(?<=[.!?]\s))\W*(?P<words>с (?:наилучшими пожеланиями|глубоким уважением|уважением|благодарностью)"
    r"|всего доброго|всего хорошего|хорошего дня|удачного дня|до связи|до встречи)\b",
    re.IGNORECASE,
)
_YOU = re.compile(r"(?<=[\wа-яё,;:—–-]\s)(?P<you>[Вв](?:ы|ас|ам|ами|аш[а-яё]{0,3}))\b")


@dataclass(frozen=True, slots=True)
class Voice:
    """What letters have in common.

    Args:
        letters: How many were read.
        sentence_words: Words in a sentence, on average.
        shortest: Words in the shortest letter.
        usual: Words in the letter in the middle.
        longest: Words in the longest letter.
        greeting: «добрый день»; "" where there is no usual one.
        signature: «с уважением»; "" where there is no usual one.
        has_capital_you: True for «Вы», False for «вы», None where letters are of two minds or silent.
    """

    letters: int
    sentence_words: float
    shortest: int
    usual: int
    longest: int
    greeting: str
    signature: str
    has_capital_you: bool | None


def voice_of(letters: Sequence[str]) -> Voice | None:
    """The voice of the first 20 letters that hold words; None for fewer than 5: that is no manner yet."""
    texts = [letter for letter in letters if words_in(letter)][:MOST_LETTERS]
    if len(texts) < FEWEST_LETTERS:
        return None
    lengths = [len(words_in(text)) for text in texts]
    capitals = [match["you"][0] == "В" for text in texts for match in _YOU.finditer(text)]
    share = fmean(capitals) if capitals else 0.5
    return Voice(
        letters=len(texts),
        sentence_words=fmean([length for text in texts for length in _sentence_lengths(text)] or [0]),
        shortest=min(lengths),
        usual=round(median(lengths)),
        longest=max(lengths),
        greeting=_usual([_found(_GREETING, text) for text in texts]),
        signature=_usual([_found(_SIGNATURE, text) for text in texts]),
        has_capital_you=True if share >= 0.8 else False if share <= 0.2 else None,
    )


def differences(letters: Sequence[str], text: str) -> list[Warning]:
    """What in a text differs from the letters, in plain words; hints only, none of them blocks.

    Args:
        letters: 5 to 20 letters that the company sent; with fewer nothing is said.
    """
    voice = voice_of(letters)
    if voice is None or not words_in(text):
        return []
    return [*_of_length(voice, text), *_of_manners(voice, text)]


def _of_length(voice: Voice, text: str) -> list[Warning]:
    found = []
    mean = fmean(_sentence_lengths(text) or [0])
    if mean > voice.sentence_words * 1.5:
        found.append(_hint(_("Фразы длиннее, чем в ваших письмах: в среднем {here} слов, у вас {usual}."), mean, voice))
    elif mean < voice.sentence_words * 0.6:
        found.append(_hint(_("Фразы короче, чем в ваших письмах: в среднем {here} слов, у вас {usual}."), mean, voice))
    count = len(words_in(text))
    if count > voice.longest * 1.5:
        found.append(
            _length_hint(_("Текст длиннее ваших писем: {here} слов, у вас от {least} до {most}."), count, voice)
        )
    elif count < voice.shortest * 0.5:
        found.append(
            _length_hint(_("Текст короче ваших писем: {here} слов, у вас от {least} до {most}."), count, voice)
        )
    return found


def _of_manners(voice: Voice, text: str) -> list[Warning]:
    found = []
    greeting = _GREETING.search(text)
    if voice.greeting and greeting is None:
        words = _("Ваши письма начинаются словами «{usual}», здесь приветствия нет.")
        found.append(Warning(WarningKind.STYLE, words.format(usual=_titled(voice.greeting))))
    elif voice.greeting and greeting is not None and greeting["words"].casefold() != voice.greeting:
        found.append(
            _other(_("Вы обычно здороваетесь иначе: «{usual}», а не «{here}»."), greeting["words"], voice.greeting)
        )
    signature = _SIGNATURE.search(text)
    if voice.signature and signature is not None and signature["words"].casefold() != voice.signature:
        found.append(
            _other(_("Вы обычно прощаетесь иначе: «{usual}», а не «{here}»."), signature["words"], voice.signature)
        )
    if voice.has_capital_you is not None:
        for match in _YOU.finditer(text):
            you = match["you"]
            if (you[0] == "В") is not voice.has_capital_you:
                usual = you.capitalize() if voice.has_capital_you else you.lower()
                words = _("В ваших письмах пишут «{usual}», здесь «{here}».").format(usual=usual, here=you)
                start = text.rfind(" ", 0, match.start() - 1) + 1
                before = text[start : match.start()]
                found.append(Warning(WarningKind.STYLE, words, quote=before + you, cure=before + usual))
    return found


def _sentence_lengths(text: str) -> list[int]:
    return [count for start, end in sentence_spans(text) if (count := len(words_in(text[start:end]))) > 1]


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match["words"].casefold() if match else ""


def _usual(choices: Sequence[str]) -> str:
    words, count = Counter(choices).most_common(1)[0]
    return words if count >= _USUAL * len(choices) else ""


def _hint(text: str, mean: float, voice: Voice) -> Warning:
    return Warning(WarningKind.STYLE, text.format(here=round(mean), usual=round(voice.sentence_words)))


def _length_hint(text: str, count: int, voice: Voice) -> Warning:
    return Warning(WarningKind.STYLE, text.format(here=count, least=voice.shortest, most=voice.longest))


def _other(text: str, here: str, usual: str) -> Warning:
    cure = _titled(usual) if here[:1].isupper() else usual
    return Warning(WarningKind.STYLE, text.format(usual=_titled(usual), here=here), quote=here, cure=cure)


def _titled(words: str) -> str:
    return words[:1].upper() + words[1:]
