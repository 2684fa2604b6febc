"""Rules 6-8, 10-12, 14, 18, 20 and 21: words and phrases, as tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from app.proposal.style_text import (
    PROSE,
    PROSE_AND_TERMS,
    Hit,
    Level,
    Piece,
    Rule,
    begins_sentence,
    dropped,
    found,
    like,
    word_count,
)
from app.proposal.style_text import later as _


def _any(*parts: str) -> re.Pattern[str]:
    return re.compile(r"(?<![\w-])(?:" + "|".join(parts) + r")(?![\w-])", re.IGNORECASE)


_OPENING = _any(
    r"в (?:современном|сегодняшнем|динамично меняющемся|быстро меняющемся) мире",
    r"в (?:наше|настоящее непростое) время", r"в условиях (?:современного|сегодняшнего|растущей|жёсткой) \w+",
    r"в эпоху \w+", r"как (?:всем )?известно", r"ни для кого не секрет", r"не секрет", r"сегодня, как никогда",
    r"как никогда ранее", r"в современных (?:условиях|реалиях)", r"на современном этапе",
)  # fmt: skip
_TODAY = _any(r"на сегодняшний день")
_THAT = re.compile(r",?\s*(?:что|,)(?=\s)")

# The adjective of these can go, the noun says all there is to say.
_CLICHE_ADJECTIVES = _any(
    r"уникальн\w+ (?:решени|возможност|услови|предложени|продукт|технологи)\w*",
    r"широк\w+ (?:ассортимент|выбор)\w*",
    r"взаимовыгодн\w+ (?:сотрудничеств|услови|партн[её]рств)\w*",
    r"над[её]жн\w+ партн[её]р\w*",
    r"(?:плодотворн|долгосрочн)\w+ сотрудничеств\w*",
)
_CLICHES = _any(
    r"индивидуальн\w+ подход\w*", r"комплексн\w+ подход\w*", r"лидер\w* (?:рынка|отрасли|продаж|рынке|отрасли)",
    r"(?:широк|полн)\w+ спектр\w*", r"команд\w+ (?:профессионал|эксперт|единомышленник|специалист)\w*",
    r"гибк\w+ (?:систем\w+ скидок|подход\w*|ценов\w+ политик\w*)", r"динамично развивающ\w+",
    r"высок\w+ качеств\w+", r"(?:богат|многолетн)\w+ опыт\w*", r"доступн\w+ цен\w*", r"высочайш\w+ \w+",
    r"на (?:качественно )?новый уровень", r"залог\w* (?:вашего )?успех\w*", r"сердц\w+ вашего \w+",
    r"безграничн\w+ возможност\w*", r"ключ к успеху", r"взаимовыгодн\w+",
)  # fmt: skip
_ADVERTS = _any(
    r"наилучш\w+", r"передов(?:ой|ая|ое|ые|ых|ым|ыми|ую|ого|ому)", r"инновационн\w+", r"революционн\w+",
    r"непревзойд[её]нн\w+", r"эксклюзивн\w+", r"безупречн\w+", r"идеальн\w+", r"превосходн\w+", r"первоклассн\w+",
    r"высокотехнологичн\w+", r"уникальнейш\w+", r"(?:ультра)?совершенн(?:ый|ая|ое|ые|ых|ым|ую|ого|ому)",
    r"сам(?:ый|ая|ое|ые|ых|ую|ого) (?:лучш|выгодн|над[её]жн|качественн|современн|низк)\w+",
    r"лучш(?:ий|ая|ее|ие|их|ую|им|ими)(?= (?:цен|качеств|решени|услови|предложени|производител|на рынке))",
    r"ведущ(?:ий|ая|ее|ие|их|его|ую|им)(?= (?:компани|производител|поставщик|мировы|игрок))",
)  # fmt: skip
_NUMBER_ONE = re.compile(
    r"(?<!\w)(?:№|номер)\s?(?:1|один)(?= (?:на рынке|в (?:России|отрасли|мире|регионе|городе|области)))"
)

_NOT_MERELY = re.compile(
    r"\b(?P<head>не просто)\b[^.!?,—–]{1,60},\s*(?:а|но)(?: и)?\s+(?P<word>\w[\w-]*)", re.IGNORECASE
)
_NOT_MERELY_DASH = re.compile(
    r"\bне просто\b[^.!?—–]{1,60}\s[—–-]\s(?:это\s)?\w+|\bэто не (?:просто )?\w[^.!?,—–]{0,40}(?:,|\s[—–])\s*это\b",
    re.IGNORECASE,
)

_CUSHIONS = _any(
    r"(?:стоит|следует|необходимо|нужно|важно|хотим|хотелось бы|нельзя не) (?:отметить|подчеркнуть|упомянуть|сказать)",
    r"важно понимать", r"отметим", r"спешим сообщить", r"(?:мы )?рады сообщить", r"имеем честь",
)  # fmt: skip
_CUSHION_VERBS = (
    (
        _any(r"рады предложить", r"позвольте предложить", r"готовы предложить", r"с удовольствием предлагаем"),
        "предлагаем",
    ),
    (_any(r"рады представить", r"позвольте представить"), "представляем"),
    (_any(r"позвольте"), None),
)
_INTENSIFIERS = _any(
    r"очень", r"крайне", r"значительно", r"существенно", r"весьма", r"чрезвычайно", r"максимально", r"невероятно"
)

_OFFICIALESE: tuple[tuple[re.Pattern[str], str | None], ...] = (
    (_any(r"данный"), "этот"), (_any(r"данная"), "эта"), (_any(r"данное"), "это"), (_any(r"данного"), "этого"),
    (_any(r"данному"), "этому"), (_any(r"данной"), "этой"), (_any(r"данную"), "эту"), (_any(r"данном"), "этом"),
    (_any(r"явля(?:ет|ют|л|ла|ло|ли)ся", r"являться"), None), (_any(r"в рамках"), None),
    (_any(r"посредством"), "с помощью"), (_any(r"в целях"), "для"), (_any(r"с целью"), None),
    (_any(r"в настоящее время"), "сейчас"), (_any(r"(?:выше|ниже)(?:указанн|изложенн|перечисленн|следующ)\w+"), None),
    (_any(r"надлежащ\w+"), None), (_any(r"в случае,? если"), "если"), (_any(r"имеет место"), None),
    (_any(r"осуществля\w+"), None), (_any(r"ввиду того,? что", r"в силу того,? что"), "потому что"),
)  # fmt: skip

_PRESSURE = re.compile(
    r"\bтолько (?:сегодня|сейчас)\b|\bне упуст\w+|\bуспей(?:те)?\b|\b(?:по)?спешите\b|\bторопитесь\b"
    r"|\bпоследн\w+ шанс\w*|\bуже сегодня\s?!"
    r"|\b(?:закаж|купи|оформ|позвони|свяжи)\w+ (?:с нами )?(?:прямо |уже )?сейчас\b"
    r"|\b(?:предложение|количество) ограничено\b|\bпока не поздно\b",
    re.IGNORECASE,
)
_PRAISE = _any(
    r"(?:значительно|существенно|заметно|кардинально)"
    r" (?:сни[зж]|повы[сш]|сокра[тщ]|увелич|улучш|ускор|упро[сщ]|сэконом)\w+",
    r"в (?:кратчайшие|сжатые|минимальные|максимально короткие) сроки",
    r"оптимальн\w+ (?:услови|цен|решени|вариант|соотношени)\w*",
    r"(?:выгодн|привлекательн)\w+ (?:цен|услови|предложени)\w*",
    r"высок\w+ (?:эффективност|производительност|над[её]жност)\w+",
    r"по (?:лучшей|выгодной|приемлемой) цене",
    r"(?:быстр|оперативн)\w+ доставк\w+",
)
_AUTHORITY = _any(
    r"(?:исследовани|опрос)\w+ (?:показыва|доказыва|подтвержда|свидетельству)\w+",
    r"многи(?:е|м|х) (?:компани|клиент|предприяти)\w+",
    r"(?:эксперты|специалисты|уч[её]ные|аналитики) (?:считают|отмечают|рекомендуют|подтверждают|доказали|сходятся)",
    r"по мнению (?:экспертов|специалистов|аналитиков)",
    r"по статистике",
    r"статистика (?:показывает|подтверждает|говорит)",
    r"(?:как )?показывает (?:практика|опыт)",
    r"практика показывает",
    r"по данным исследований",
    r"общепризнанн\w+",
)


def _openings(pieces: Sequence[Piece]) -> Iterator[Hit]:
    for piece in pieces:
        for match in _OPENING.finditer(piece.text):
            that = _THAT.match(piece.text, match.end())
            yield dropped(piece, match.start(), that.end() if that else match.end())
        for match in _TODAY.finditer(piece.text):
            yield Hit(piece, match.group(), like(match.group(), "сегодня"))


def _cliches(pieces: Sequence[Piece]) -> Iterator[Hit]:
    for piece in pieces:
        taken: list[tuple[int, int]] = []
        for match in _CLICHE_ADJECTIVES.finditer(piece.text):
            taken.append(match.span())
            adjective = match.start() + match.group().index(" ")
            yield _with_name(dropped(piece, match.start(), adjective), match.group())
        for match in _CLICHES.finditer(piece.text):
            if not any(a < match.end() and match.start() < b for a, b in taken):
                yield Hit(piece, match.group())


def _adverts(pieces: Sequence[Piece]) -> Iterator[Hit]:
    for piece in pieces:
        for match in _ADVERTS.finditer(piece.text):
            behind = re.match(r"\s[а-яё]", piece.text[match.end() :])
            yield dropped(piece, *match.span()) if behind else Hit(piece, match.group())
    yield from found(_NUMBER_ONE)(pieces)


def _not_merely(pieces: Sequence[Piece]) -> Iterator[Hit]:
    for piece in pieces:
        for match in _NOT_MERELY.finditer(piece.text):
            yield Hit(piece, match.group(), like(match["head"], match["word"]))
        for match in _NOT_MERELY_DASH.finditer(piece.text):
            yield Hit(piece, match.group())


def _cushions(pieces: Sequence[Piece]) -> Iterator[Hit]:
    for piece in pieces:
        taken: list[tuple[int, int]] = []
        for pattern, verb in _CUSHION_VERBS:
            for match in pattern.finditer(piece.text):
                if not any(a < match.end() and match.start() < b for a, b in taken):
                    taken.append(match.span())
                    yield Hit(piece, match.group(), like(match.group(), verb) if verb else None)
        for match in _CUSHIONS.finditer(piece.text):
            that = _THAT.match(piece.text, match.end())
            end = that.end() if that else match.end()
            # Without «что» the words behind may hang on the verb: «стоит отметить надёжность».
            is_free = that is not None or piece.text[end : end + 1] in ":,"
            yield (
                dropped(piece, match.start(), end)
                if is_free and begins_sentence(piece, match.start())
                else Hit(piece, match.group())
            )


def _intensifiers(pieces: Sequence[Piece]) -> Iterator[Hit]:
    hits = [dropped(piece, *match.span()) for piece in pieces for match in _INTENSIFIERS.finditer(piece.text)]
    if len(hits) >= 2:
        yield from hits


def _officialese(pieces: Sequence[Piece]) -> Iterator[Hit]:
    """More than two in a hundred words; a lone one in a short text is no manner."""
    hits = []
    for piece in pieces:
        matches = [(match, cure) for pattern, cure in _OFFICIALESE for match in pattern.finditer(piece.text)]
        for match, cure in sorted(matches, key=lambda one: one[0].start()):
            # One word alone may stand in the text more than once in other roles: the cure takes its neighbour in.
            hits.append(Hit(piece, match.group(), None if cure is None else like(match.group(), cure)))
    if len(hits) >= 2 and len(hits) > word_count(pieces) * 0.02:
        yield from hits


def _without_digits(pattern: re.Pattern[str]) -> Callable[[Sequence[Piece]], Iterator[Hit]]:
    """Praise counts as empty only in a sentence that has no figure."""

    def find(pieces: Sequence[Piece]) -> Iterator[Hit]:
        for piece in pieces:
            for match in pattern.finditer(piece.text):
                if not re.search(r"\d", piece.sentence_at(match.start())):
                    yield Hit(piece, match.group())

    return find


def _without_source(pattern: re.Pattern[str]) -> Callable[[Sequence[Piece]], Iterator[Hit]]:
    def find(pieces: Sequence[Piece]) -> Iterator[Hit]:
        return found(pattern)([piece for piece in pieces if not piece.has_source])

    return find


def _with_name(hit: Hit, words: str) -> Hit:
    return Hit(hit.piece, hit.quote, hit.cure, words)


RULES = (
    Rule(
        6,
        _("Пустое начало"),
        _("«{words}» ничего не сообщает: начните с дела."),
        Level.ERROR,
        PROSE_AND_TERMS,
        _openings,
    ),
    Rule(
        7,
        _("Рекламный штамп"),
        _("Штамп «{words}»: замените фактом, сроком или числом."),
        Level.ERROR,
        PROSE_AND_TERMS,
        _cliches,
    ),
    Rule(
        8,
        _("Превосходная степень и рекламный эпитет"),
        _("«{words}» нечем доказать: уберите или назовите показатель."),
        Level.ERROR,
        PROSE_AND_TERMS,
        _adverts,
    ),
    Rule(
        10,
        _("«Не просто …, а …»"),
        _("Оборот «{words}» звучит как реклама: скажите прямо, что это."),
        Level.ERROR,
        PROSE_AND_TERMS,
        _not_merely,
    ),
    Rule(
        11,
        _("Слова-подушки"),
        _("«{words}» можно убрать, смысл останется."),
        Level.ERROR,
        PROSE_AND_TERMS,
        _cushions,
    ),
    Rule(
        12,
        _("Усилители"),
        _("Усилитель «{words}» не первый в тексте: уберите или назовите число."),
        Level.WARN,
        PROSE,
        _intensifiers,
    ),
    Rule(
        14,
        _("Канцелярит"),
        _("Канцелярит «{words}»: скажите проще."),
        Level.WARN,
        PROSE,
        _officialese,
    ),
    Rule(
        18,
        _("Давление на клиента"),
        _("«{words}» давит на клиента: назовите срок действия предложения."),
        Level.ERROR,
        PROSE_AND_TERMS,
        found(_PRESSURE),
    ),
    Rule(
        20,
        _("Похвала без числа"),
        _("«{words}» без числа: напишите, сколько именно."),
        Level.WARN,
        PROSE_AND_TERMS,
        _without_digits(_PRAISE),
    ),
    Rule(
        21,
        _("Мнимый авторитет"),
        _("«{words}»: назовите, кто именно, или уберите."),
        Level.ERROR,
        PROSE_AND_TERMS,
        _without_source(_AUTHORITY),
    ),
)
