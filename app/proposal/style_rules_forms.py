"""Rules 9, 13, 15 and 16: what only the forms of words show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from app.proposal.style_text import PROSE, PROSE_AND_TERMS, Hit, Level, Piece, Rule, like, word_spans
from app.proposal.style_text import later as _
from app.spoken.morphology import parses
from app.spoken.tokens import vocabulary

# Verbs that only carry a noun, imperfective and perfective, and the nouns with the verbs that say it in one word.
_EMPTY_VERBS = frozenset({"осуществлять", "осуществить", "производить", "произвести", "оказывать", "оказать"})
_VERB_OF = {
    "поставка": ("поставлять", "поставить"), "доставка": ("доставлять", "доставить"),
    "монтаж": ("монтировать", "смонтировать"), "расчёт": ("рассчитывать", "рассчитать"),
    "оплата": ("оплачивать", "оплатить"), "отгрузка": ("отгружать", "отгрузить"),
    "проверка": ("проверять", "проверить"), "замена": ("заменять", "заменить"),
    "ремонт": ("ремонтировать", "отремонтировать"), "установка": ("устанавливать", "установить"),
    "контроль": ("контролировать", "проконтролировать"), "внедрение": ("внедрять", "внедрить"),
    "подготовка": ("готовить", "подготовить"), "разгрузка": ("разгружать", "разгрузить"),
    "настройка": ("настраивать", "настроить"), "помощь": ("помогать", "помочь"),
    "консультация": ("консультировать", "проконсультировать"), "обучение": ("обучать", "обучить"),
    "подбор": ("подбирать", "подобрать"), "упаковка": ("упаковывать", "упаковать"),
}  # fmt: skip
_REFLEXIVE_PASSIVE = vocabulary(
    "планируется предусматривается осуществляется производится выполняется рассматривается предполагается"
    " обеспечивается предоставляется оказывается проводится ожидается допускается"
)
# Colours and materials come in threes for good reason; these do not.
_PRAISING = vocabulary(
    "надёжный удобный современный качественный эффективный выгодный быстрый простой комфортный безопасный долговечный"
    " прочный стильный гибкий мощный экономичный доступный профессиональный оперативный стабильный прозрачный понятный"
    " уникальный функциональный практичный универсальный внимательный ответственный опытный честный открытый дружный"
    " инновационный передовой технологичный актуальный комплексный полный грамотный четкий чёткий лёгкий интуитивный"
)
_ACTORS = re.compile(r"^\s*(?:[А-Яа-яё]+\s){0,2}?(?:нами|вами|мной|[а-яё]+(?:ами|ями))\b")
_LIKELY = 0.3


def _three_adjectives(pieces: Sequence[Piece]) -> Iterator[Hit]:
    """Three that praise, one behind the other; «газовый напольный одноконтурный» describes and is left alone."""
    for piece in pieces:
        run: list[re.Match[str]] = []
        for word in word_spans(piece.text):
            gap = piece.text[run[-1].end() : word.start()] if run else ""
            if run and re.fullmatch(r"(?:,?\s+и\s+|,\s*|\s+)", gap) is None:
                yield from _praising(piece, run)
                run = []
            if word.group() == "и" and run:
                continue
            if _is_adjective(word.group()):
                run.append(word)
            else:
                yield from _praising(piece, run)
                run = []
        yield from _praising(piece, run)


def _praising(piece: Piece, run: list[re.Match[str]]) -> Iterator[Hit]:
    if len(run) < 3 or sum(_is_praise(word.group()) for word in run) < 2:
        return
    words = piece.text[run[0].start() : run[-1].end()]
    # Without a sign between they narrow one another down; what is strung together by commas praises.
    if "," in words or " и " in words:
        yield Hit(piece, words, run[0].group())


def _is_adjective(word: str) -> bool:
    if not word.isalpha() or not ("а" <= word[0].lower() <= "я"):
        return False
    tag = parses(word.lower())[0].tag
    return tag.POS == "ADJF" and not {"Apro", "Anum"} & tag.grammemes


def _is_praise(word: str) -> bool:
    return bool({p.normal_form for p in parses(word.lower())} & _PRAISING)


def _empty_verbs(pieces: Sequence[Piece]) -> Iterator[Hit]:
    for piece in pieces:
        words = word_spans(piece.text)
        for verb, noun in pairwise(words):
            if piece.text[verb.end() : noun.start()].strip():
                continue
            said = next((p for p in parses(verb.group().lower()) if p.normal_form in _EMPTY_VERBS), None)
            name = next((p.normal_form for p in parses(noun.group().lower()) if p.normal_form in _VERB_OF), None)
            if said is None or name is None or said.tag.POS not in {"VERB", "INFN"}:
                continue
            quote = piece.text[verb.start() : noun.end()]
            yield Hit(piece, quote, _plain_verb(said, name, quote, piece.text[noun.end() :]))


def _plain_verb(said: Any, name: str, quote: str, behind: str) -> str | None:
    """«осуществим поставку» as «поставим»; None where an object behind would have to change its case."""
    following = re.match(r"\s+([А-Яа-яЁё]+)", behind)
    if following is not None and any(
        p.tag.POS in {"NOUN", "ADJF", "PRTF", "NPRO"} for p in parses(following[1].lower())[:1]
    ):
        return None
    verb = _VERB_OF[name][said.tag.aspect == "perf"]
    reading = next((p for p in parses(verb) if p.tag.POS == "INFN"), None)
    if reading is None:
        return None
    wanted = {said.tag.tense, said.tag.number, said.tag.person, said.tag.gender, said.tag.mood} - {None}
    form = reading if said.tag.POS == "INFN" else reading.inflect(frozenset(str(one) for one in wanted))
    return like(quote, str(form.word)) if form is not None else None


def _passives(pieces: Sequence[Piece]) -> Iterator[Hit]:
    hits = []
    for piece in pieces:
        words = word_spans(piece.text)
        for at, word in enumerate(words):
            low = word.group().lower()
            end = word.end()
            if low not in _REFLEXIVE_PASSIVE:
                following = words[at + 1] if at + 1 < len(words) else None
                is_auxiliary = low in {"был", "была", "было", "были", "будет", "будут"}
                if not is_auxiliary or following is None or parses(following.group().lower())[0].tag.POS != "PRTS":
                    continue
                end = following.end()
            if not _ACTORS.match(piece.text[end:]):
                hits.append(Hit(piece, piece.text[word.start() : end]))
    if len(hits) >= 2:
        yield from hits


def _genitives(pieces: Sequence[Piece]) -> Iterator[Hit]:
    for piece in pieces:
        run: list[re.Match[str]] = []
        count = 0
        for word in word_spans(piece.text):
            kind = _genitive_kind(word.group())
            is_apart = run and piece.text[run[-1].end() : word.start()].strip()
            if is_apart or not kind:
                if count >= 4:
                    yield Hit(piece, piece.text[run[0].start() : run[-1].end()])
                run, count = [], 0
            if kind:
                run.append(word)
                count += kind == "NOUN"
        if count >= 4:
            yield Hit(piece, piece.text[run[0].start() : run[-1].end()])


def _genitive_kind(word: str) -> str:
    """«NOUN» or «ADJF» for what is likely a genitive; names and what has a capital are left out."""
    if not word.isalpha() or not word.islower() or not ("а" <= word[0] <= "я" or word[0] == "ё"):
        return ""
    fitting = [p for p in parses(word) if p.tag.case in {"gent", "gen2"} and p.tag.POS in {"NOUN", "ADJF", "PRTF"}]
    if not fitting or sum(p.score for p in fitting) < _LIKELY:
        return ""
    return "NOUN" if fitting[0].tag.POS == "NOUN" else "ADJF"


RULES = (
    Rule(
        9,
        _("Три прилагательных подряд"),
        _("Три прилагательных подряд, «{words}»: оставьте одно."),
        Level.ERROR,
        PROSE_AND_TERMS,
        _three_adjectives,
    ),
    Rule(
        13,
        _("Пустой глагол с существительным"),
        _("«{words}» скажите одним глаголом."),
        Level.WARN,
        PROSE,
        _empty_verbs,
    ),
    Rule(
        15,
        _("Страдательный залог без деятеля"),
        _("«{words}»: не видно, кто это делает. Назовите, кто."),
        Level.WARN,
        PROSE,
        _passives,
    ),
    Rule(
        16,
        _("Цепочка родительных падежей"),
        _("Четыре родительных падежа подряд, «{words}»: разбейте на части."),
        Level.WARN,
        PROSE,
        _genitives,
    ),
)
