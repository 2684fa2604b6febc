"""What the name of a stage says: open, won, lost, put off. Companies name stages as they like. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from app.core.words import folded, words_of

_RARE_IN = 20
"""From so many rows on, a stage that only one of them has is looked at."""


class StageKind(StrEnum):
    OPEN = "open"
    PAUSED = "paused"
    WON = "won"
    LOST = "lost"
    CLOSED = "closed"


_KINDS = (
    (
        StageKind.LOST,
        r"проигр|провал|отказ|потерян|\bслив|слита|не ?реализов|не ?успеш|неуда|сорвал|\blost\b|дубл[ьи]|\bспам"
        r"|не ?целев|некачеств|\bjunk|не ?куп|ушел к конкурент|закрыт\w* ?\(?(?:без|отриц)",
    ),
    (
        StageKind.PAUSED,
        r"отлож|пауз|замороз|заморож|отсроч\w* сделк|приостанов|спящ|on ?hold|postponed|вернуться позже",
    ),
    (
        StageKind.WON,
        r"^оплачен|полностью оплач|успеш|выигр|^реализов|и реализов|\bwon\b|^заверш|^отгружен|^выполнен|^продан"
        r"|^сделка состоялась|^купил",
    ),
    (StageKind.CLOSED, r"^закрыт|\bclosed\b|^архив"),
)
_KNOWN = frozenset(
    """
    новый|новая|новая сделка|новая заявка|новый лид|новый запрос|новое обращение|новое|лид|входящий|входящая заявка
    |заявка|обращение|неразобранное|необработанная заявка|первичный контакт|первый контакт|контакт установлен
    |взят в работу|взято в работу|в работе|в обработке|обработка|квалификация|квалифицирован|потребность выяснена
    |выявление потребности|выявление потребностей|анализ потребностей|потребность|расчет|подготовка кп
    |подготовка документов
    |подготовка предложения|кп|кп отправлено|отправлено кп|коммерческое предложение|предложение|предложение отправлено
    |презентация|демонстрация|показ|встреча|встреча назначена|встреча проведена|замер|тест|тестирование|пилот|образцы
    |переговоры|принимают решение|принятие решения|ожидание решения|согласование|согласование договора|на согласовании
    |договор|договор отправлен|договор подписан|счет|счет выставлен|счет отправлен|выставлен счет|счет на предоплату
    |счет и договор|финальный счет|счет и отправка документов|ожидание оплаты|ждем оплату|предоплата|аванс
    |предоплата получена|частичная оплата|оплата|оплачено|оплачен|производство|в производстве|изготовление|отгрузка
    |отгружено|доставка|поставка|монтаж|внедрение|исполнение|выполнение|закрывающие документы|постпродажа
    |сопровождение|успешно|успешно реализовано|сделка успешна|успешна|выиграно|выиграна|завершено|завершена|закрыто
    |закрыта|закрыто и реализовано|закрыто и не реализовано|проиграно|проиграна|провалена|сделка провалена|отказ
    |отказ клиента|отложено|отложена|отложенный спрос|пауза|на паузе|заморожено|дубль|спам|повторный контакт|перезвонить
    |думает|тендер|new|qualified|qualification|proposal|proposition|proposal sent|negotiation|contract|contract sent
    |appointment scheduled|qualified to buy|presentation scheduled|decision maker bought-in|won|lost|closed won
    |closed lost
    """.replace("\n", "")
    .replace("    ", "")
    .split("|")
)
_STEM, _SLIP = 5, 84
_STEMS = frozenset(word[:_STEM] for name in _KNOWN for word in words_of(name) if len(word) >= _STEM)
_GARBAGE = re.compile(r"\?{2,}|!{2,}|[#@*{}<>=]|^\W*$|^\d+$|\b(?:xxx|ххх|тест{2,}|asdf|qwe|фыв|хз)\b")


def stage_kind(name: str) -> StageKind:
    """What a stage says of a deal; open where nothing else is plain."""
    plain = folded(name).strip()
    return next((kind for kind, pattern in _KINDS if re.search(pattern, plain)), StageKind.OPEN)


def unknown_stages(names: Iterable[str], known: Iterable[str] = ()) -> frozenset[str]:
    """Names that are no stage of this company.

    Args:
        names: The stage of each deal, empty ones left out.
        known: The company's own stages; without them, a stage is unknown that looks like no name at all, or that a
            single deal of many has and no CRM calls a stage so.
    """
    counted = Counter(names)
    frequent = [name for name, times in counted.items() if times > 1]
    own = {_plain(name) for name in known}
    if own:
        return frozenset(name for name in counted if _plain(name) not in own)
    total = sum(counted.values())
    by_plain = Counter[str]()
    for name, times in counted.items():
        by_plain[_plain(name)] += times
    rare = [name for name in counted if total >= _RARE_IN and by_plain[_plain(name)] == 1]
    return frozenset(
        name
        for name in counted
        if _GARBAGE.search(folded(name)) or (name in rare and not _sounds_like_a_stage(name, frequent))
    )


def _sounds_like_a_stage(name: str, others: Iterable[str]) -> bool:
    """Whether CRMs call a stage so, or nearly so; a slip in the name of another stage is none."""
    from rapidfuzz import fuzz

    plain = _plain(name)
    if plain in _KNOWN:
        return True
    if any(fuzz.ratio(plain, _plain(other)) >= _SLIP for other in others):
        return False
    return any(word[:_STEM] in _STEMS for word in words_of(name) if len(word) >= _STEM)


def _plain(name: str) -> str:
    return " ".join(folded(name).split())
