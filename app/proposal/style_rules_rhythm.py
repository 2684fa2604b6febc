"""Rules 4, 5, 17 and 22-25: signs, rhythm, repetition, who the text is about."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from statistics import fmean, pstdev

from app.proposal.model import BlockKind, Zone
from app.proposal.style_text import (
    PROSE,
    PROSE_AND_TERMS,
    Hit,
    Level,
    Piece,
    Rule,
    sentences_in,
    word_count,
    words_in,
)
from app.proposal.style_text import later as _
from app.spoken.tokens import vocabulary

_DASH = re.compile(r"(?<=\S)\s[—–]\s(?=\S)")
_PAIRED = re.compile(
    r"(?<![\w»%)])(?P<before>[\w»%)]{1,60})\s[—–]\s(?P<insert>[^—–.!?,;:\d\n]{2,70}?)\s[—–]\s(?P<behind>\w+)"
)
_EXCLAMATION = re.compile(r"(?<![\w»\")])(?P<word>[\w»\")]{1,60})\s?!+")
_WE = re.compile(r"\b(?:мы|нас|нам|нами|наш\w{0,3})\b", re.IGNORECASE)
_YOU = re.compile(r"\b(?:вы|вас|вам|вами|ваш\w{0,3})\b", re.IGNORECASE)
_STRAIGHT = re.compile(r"(?<![\d\w])[\"“„](?P<inner>[^\"“”„«»\n]{1,80})[\"”“](?!\w)")
_TWO_DOTS = re.compile(r"(?<!\w)(?P<word>\w{1,60})\.\.(?!\.)")
_SPACE_BEFORE = re.compile(
    r"(?<![\w»%)])(?P<word>[\w»%)]{1,60})[ \u00a0]{1,9}(?P<sign>[,;](?=\s|$)|\.(?=\s*$|\s+[А-ЯЁA-Z]))"
)
_LONGEST_SENTENCE = 32
_SMALL_WORDS = vocabulary("в во на с со по для к ко у за из от до при о об не и а но или если без")


def _dashes(pieces: Sequence[Piece]) -> Iterator[Hit]:
    places = [(piece, match) for piece in pieces for match in _DASH.finditer(piece.text)]
    if len(places) >= 3 and len(places) > word_count(pieces) * 0.012:
        piece, match = places[-1]
        around = re.search(r"\S+$", piece.text[: match.start()]), re.match(r"\S+", piece.text[match.end() :])
        words = "".join([around[0].group() if around[0] else "", match.group(), around[1].group() if around[1] else ""])
        yield Hit(piece, words, named=str(len(places)))


def _paired_dashes(pieces: Sequence[Piece]) -> Iterator[Hit]:
    for piece in pieces:
        for match in _PAIRED.finditer(piece.text):
            # «Москва — Самара — Уфа» is a route.
            if match["insert"].istitle() and " " not in match["insert"]:
                continue
            yield Hit(piece, match.group(), f"{match['before']} ({match['insert']}) {match['behind']}")


def _exclamations(pieces: Sequence[Piece]) -> Iterator[Hit]:
    places = [(piece, match) for piece in pieces for match in _EXCLAMATION.finditer(piece.text)]
    for piece, match in places[1:]:
        yield Hit(piece, match.group(), f"{match['word']}.")


def _even_rhythm(pieces: Sequence[Piece]) -> Iterator[Hit]:
    lengths = [len(words_in(sentence)) for _piece, sentence in sentences_in(pieces)]
    if len(lengths) >= 6 and pstdev(lengths) / fmean(lengths) < 0.25:
        yield Hit(pieces[0], "", named=str(round(fmean(lengths))))


def _repetitions(pieces: Sequence[Piece]) -> Iterator[Hit]:
    by_block: dict[BlockKind, dict[str, list[tuple[Piece, str]]]] = defaultdict(lambda: defaultdict(list))
    for piece, sentence in sentences_in(pieces):
        first = words_in(sentence)[0]
        if first.isalpha() and first.casefold() not in _SMALL_WORDS:
            by_block[piece.block][first.casefold()].append((piece, first))
    for firsts in by_block.values():
        for same in firsts.values():
            if len(same) >= 3:
                yield Hit(*same[2])
    yield from _repeated_runs(pieces)


def _repeated_runs(pieces: Sequence[Piece]) -> Iterator[Hit]:
    """Four words that stand in the text twice; names and articles are repeated for good reason."""
    seen: dict[tuple[str, ...], str] = {}
    reported: set[str] = set()
    for piece, sentence in sentences_in(pieces):
        words = re.findall(r"[\w-]+|[^\w\s]", sentence)
        for at in range(len(words) - 3):
            run = words[at : at + 4]
            if not all(word.isalpha() for word in run) or any(word[1:].lower() != word[1:] for word in run):
                continue
            if any(word[0].isupper() for word in run[1:]) or (at and run[0][0].isupper()):
                continue
            key = tuple(word.casefold() for word in run)
            quote = " ".join(run)
            if key in seen and not (reported & set(key)) and quote in piece.text:
                reported |= set(key)
                yield Hit(piece, quote)
            seen.setdefault(key, quote)


def _about_us(pieces: Sequence[Piece]) -> Iterator[Hit]:
    we = [(piece, match.group()) for piece in pieces for match in _WE.finditer(piece.text)]
    you = sum(len(_YOU.findall(piece.text)) for piece in pieces)
    if len(we) >= 4 and len(we) > 2 * you:
        yield Hit(*we[-1], named=f"{len(we)} : {you}")


def _no_figures(pieces: Sequence[Piece]) -> Iterator[Hit]:
    from app.spoken.numbers import find_numbers

    count = word_count(pieces)
    if count > 40 and not any(re.search(r"\d", piece.text) or find_numbers(piece.text) for piece in pieces):
        yield Hit(pieces[0], "", named=str(count))


def _typography(pieces: Sequence[Piece]) -> Iterator[Hit]:
    has_guillemets = any("«" in piece.text for piece in pieces)
    for piece in pieces:
        if has_guillemets:
            for match in _STRAIGHT.finditer(piece.text):
                yield Hit(piece, match.group(), f"«{match['inner']}»")
        for match in _TWO_DOTS.finditer(piece.text):
            yield Hit(piece, match.group(), f"{match['word']}.")
        for match in _SPACE_BEFORE.finditer(piece.text):
            yield Hit(piece, match.group(), match["word"] + match["sign"])


def _long_sentences(pieces: Sequence[Piece]) -> Iterator[Hit]:
    for piece, sentence in sentences_in([piece for piece in pieces if piece.zone is Zone.PROSE]):
        count = len(words_in(sentence))
        if count > _LONGEST_SENTENCE:
            yield Hit(piece, sentence, named=str(count))


RULES = (
    Rule(
        4,
        _("Много тире"),
        _("В тексте {words} тире, для его длины это много: часть замените точкой или двоеточием."),
        Level.WARN,
        PROSE,
        _dashes,
    ),
    Rule(
        5,
        _("Вставка между двумя тире"),
        _("Вставка между двумя тире, «{words}»: возьмите в скобки или вынесите в отдельную фразу."),
        Level.WARN,
        PROSE_AND_TERMS,
        _paired_dashes,
    ),
    Rule(
        17,
        _("Восклицательные знаки"),
        _("Второй восклицательный знак, «{words}»: хватит одного на всё письмо."),
        Level.ERROR,
        PROSE_AND_TERMS,
        _exclamations,
    ),
    Rule(
        22,
        _("Ровный ритм"),
        _("Все фразы примерно одной длины, по {words} слов: соедините или укоротите некоторые."),
        Level.WARN,
        PROSE,
        _even_rhythm,
    ),
    Rule(
        23,
        _("Повторы"),
        _("«{words}» повторяется: скажите иначе."),
        Level.WARN,
        PROSE,
        _repetitions,
    ),
    Rule(
        24,
        _("Больше о себе, чем о клиенте"),
        _("«Мы» и «вы» стоят как {words}: пишите о том, что получит клиент."),
        Level.WARN,
        PROSE,
        _about_us,
    ),
    Rule(
        24,
        _("Ни одного числа"),
        _("{words} слов без единого числа: назовите срок, количество или цену."),
        Level.WARN,
        PROSE,
        _no_figures,
    ),
    Rule(
        25,
        _("Кавычки, точки и пробелы"),
        _("Знаки в «{words}»: нужны одинаковые кавычки, одна точка, запятая без пробела перед ней."),
        Level.WARN,
        PROSE_AND_TERMS,
        _typography,
    ),
    Rule(
        25,
        _("Длинная фраза"),
        _("Во фразе {words} слов: разбейте её, больше 32 читают с трудом."),
        Level.WARN,
        PROSE,
        _long_sentences,
    ),
)
