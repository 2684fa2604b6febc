"""Rules 1, 2, 3 and 19: what must never reach a client."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.proposal.style_text import EVERYWHERE, PROSE_AND_TERMS, Hit, Level, Piece, Rule, found
from app.proposal.style_text import later as _

_PLACEHOLDER = re.compile(
    r"\{\{.*?(?:\}\}|$)|\{%.*?(?:%\}|$)|\{[A-Za-zА-Яа-яЁё_][\w .~]{1,40}\}|\}\}|%\}"
    r"|\[[A-Za-zА-Яа-яЁё_…][^\]\n]{0,80}\]"
    r"|<[A-Za-zА-Яа-яЁё][^<>@\n]{0,60}>"
    r"|\b[XxХх]{3,}\b|_{3,}"
    r"|(?:\b(?:ООО|АО|ПАО|ЗАО|ИП)\s*)?(?:«\s*»|\"\s+\"|“\s*”)"
    r"|\b(?:TODO|TBD|FIXME|undefined|NaN|lorem ipsum)\b|(?<!\w)(?:дд\.мм\.гг(?:гг)?|dd\.mm\.yy(?:yy)?)(?!\w)"
    r"|(?<!\d)00\.00\.0000(?!\d)",
    re.IGNORECASE,
)
_CHAT = re.compile(
    r"\bкак (?:большая )?языков\w+ модел\w+|\bкак (?:ИИ|искусственный интеллект)\b"
    r"|\b(?:конечно|разумеется)[,!]\s+вот\b[^.!?\n]{0,60}"
    r"|\bвот (?:(?:ваш|готов\w+|исправленн\w+|обновл[её]нн\w+|переработанн\w+|возможн\w+)\s+)?"
    r"(?:вариант\w*|текст\w*|пример\w*|версия)(?: (?:текста|письма|предложения|ответа))?\b"
    r"|\bнадеюсь,? (?:что )?это поможет|\bдайте (?:мне )?знать,? если\b|\bесли (?:хотите|нужно),? (?:я )?могу\b"
    r"|\b(?:as an ai|certainly!|sure, here)\b"
    r"|\*\*(?:[^*\n]+\*\*)?|(?:^|(?<=\n))#{1,6}\s+\S[^\n]*|```\w*|:?(?:oaicite|contentReference)\S*"
    r"|(?<![\w:/.?=&-])[\w:/.?=&-]{0,300}utm_source=(?:chatgpt|openai|perplexity)[\w.&=-]*|\bturn\d+search\d+\b",
    re.IGNORECASE,
)
_INVISIBLE = re.compile(
    r"[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\ue000-\uf8ff]+"
)
_LETTERS = re.compile(r"[A-Za-zА-Яа-яЁё]+")
_LATIN, _CYRILLIC = "aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ"
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)
_TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)
_UNRESERVED = re.compile(
    r"\bгарантиру(?:ем|ю|ет)\s+(?:вам\s+)?(?:рост|результат|успех|экономи|увеличени|снижени|окупаемост|прибыл|отсутстви"
    r"|бесперебойн|безотказн|полн)\w*"
    r"|\bгарантированн\w+\s+(?:результат|рост|экономи|прибыл|успех)\w*"
    r"|(?<!\d)100\s?%(?:-\w+)?\s+(?:результат|гарант|качеств|над[её]жн|успех|уверенн)\w*"
    r"|\bвсегда (?:в наличии|на складе|вовремя|в срок)\b|\bраз и навсегда\b"
    r"|\bникогда не (?:лома|подвод|подвед|отка[зж]|сломает)\w*|\bбез (?:каких-либо |всяких )?рисков\b"
    r"|\bполностью исключ\w+ (?:риск|поломк|ошибк|просто)\w*",
    re.IGNORECASE,
)


def _chat_traces(pieces: Sequence[Piece]) -> Iterator[Hit]:
    for piece in pieces:
        for match in _CHAT.finditer(piece.text):
            bare = re.sub(r"^#+\s+|\*\*", "", match.group())
            is_markup = match.group().startswith(("#", "**"))
            yield Hit(piece, match.group(), bare if is_markup and bare else None)


def _foreign_signs(pieces: Sequence[Piece]) -> Iterator[Hit]:
    for piece in pieces:
        for match in re.finditer(r"\S+", piece.text):
            word = match.group()
            if _INVISIBLE.search(word):
                yield Hit(piece, word, _INVISIBLE.sub("", word), _INVISIBLE.sub("", word))
        for match in _LETTERS.finditer(piece.text):
            cure = _in_one_alphabet(match.group())
            if cure is not None:
                yield Hit(piece, match.group(), cure)


def _in_one_alphabet(word: str) -> str | None:
    """The word with its look-alike letters replaced; None where its alphabets are not mixed by look-alikes."""
    latin = [sign for sign in word if sign.isascii()]
    if not latin or len(latin) == len(word):
        return None
    if all(sign in _LATIN for sign in latin):
        return word.translate(_TO_CYRILLIC)
    if all(sign in _CYRILLIC for sign in word if not sign.isascii()):
        return word.translate(_TO_LATIN)
    return None


RULES = (
    Rule(
        1,
        _("Забытое место для подстановки"),
        _("Осталась незаполненная подстановка «{words}»: впишите значение или уберите её."),
        Level.STOP,
        EVERYWHERE,
        found(_PLACEHOLDER),
    ),
    Rule(
        2,
        _("Следы переписки с программой"),
        _("«{words}» осталось от черновика программы: уберите."),
        Level.STOP,
        EVERYWHERE,
        _chat_traces,
    ),
    Rule(
        3,
        _("Невидимые знаки и латиница внутри русского слова"),
        _("В слове «{words}» невидимый знак или буква чужого алфавита: замените."),
        Level.STOP,
        EVERYWHERE,
        _foreign_signs,
    ),
    Rule(
        19,
        _("Обещание без оговорок"),
        _("«{words}» обещает больше, чем можно выполнить: назовите условие договора или уберите."),
        Level.STOP,
        PROSE_AND_TERMS,
        found(_UNRESERVED),
    ),
)
