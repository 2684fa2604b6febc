"""Which side is the manager: told by what is said. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.transcript.model import CLIENT, MANAGER, UNKNOWN, Segment

_OPENING_TURNS = 4
_NAME_SCORE = 78
_SHORTEST_NAME = 4
_DOUBT = 3.0
# One sentence that managers say more often than clients is the least that names two voices of one channel.
_LEAST_CONFIDENCE = 0.28

# Weights say how much more often one side says it; telephone etiquette of sales, not words of any one trade.
_MANAGER_SAYS = (
    (3.0, r"чем (?:я )?(?:могу|можем|смогу) (?:быть |вам )?(?:помочь|полез)"),
    (3.0, r"вас (?:беспокоит|приветствует)|вам звонит"),
    (3.0, r"звоню (?:вам )?(?:из компании|по ваш\w+ (?:заявк|обращен|запрос))"),
    (3.0, r"оставлял\w* (?:заявк|запрос|обращен)|вы (?:обращались|интересовались)"),
    (3.0, r"разговор (?:может быть |будет )?записыва|вы позвонили в|оставьте (?:\w+ ){0,2}сообщение"),
    (1.0, r"не отвлекаю|вам (?:сейчас )?удобно"),
    (2.0, r"(?:удобно|можете|получится)(?: ли)?(?: вам)?(?: сейчас)? (?:говорить|разговаривать|пообщаться|общаться)"),
    (
        2.0,
        r"(?:пришлю|вышлю|отправлю|подготовлю|сделаю|направлю|выставлю) (?:вам )?(?:\w+ )?(?:кп|коммерческ|предложен)",
    ),
    (2.0, r"(?:пришлю|вышлю|отправлю|подготовлю|сделаю|направлю|выставлю) (?:вам )?(?:\w+ )?(?:счет|договор|расчет)"),
    (1.5, r"(?:какой|какого|на какой|есть ли) (?:у вас )?(?:\w+ )?бюджет|бюджет (?:заложен|предусмотрен|рассматрива)"),
    (1.5, r"к как(?:ому|им) срок|в какие сроки|кто (?:еще )?(?:принимает|участвует|согласу|утвержда)"),
    (1.5, r"(?:могу|можем|хочу|хотим|хотел\w* бы) (?:вам )?предложить|рекомендую"),
    (1.5, r"я бы (?:поставил|предложил|взял|рекомендовал)|вам обращаться|как вас зовут"),
    (1.5, r"как(?:ая|ой|ие|ое|ую) у вас|сколько (?:у вас|вам)|для каких целей|что (?:вас )?интересует|а что нужно"),
    (1.5, r"(?:спасибо|благодарю) за (?:звонок|обращение|уделенное)|хорошего (?:вам )?дня"),
    (1.0, r"слушаю вас|записал[аи]?\b|зафиксировал|оформлю|у нас (?:есть )?в наличии"),
    (1.0, r"наш (?:менеджер|инженер|специалист|технолог)|передам (?:вас|ваш)"),
    (1.0, r"(?:гарантия|доставка|минимальн\w+ парти\w+) (?:у нас|от нас|составляет)"),
)
_CLIENT_SAYS = (
    (2.0, r"(?:хотел\w*|хочу|хотим)(?: бы)?(?: у вас)? (?:узнать|заказать|купить|уточнить|приобрести|спросить|взять)"),
    (2.0, r"(?:пришлите|скиньте|вышлите|отправьте|посчитайте|выставьте|сделайте)(?: мне| нам)?\b"),
    (1.5, r"нам (?:нужн|надо|бы|требу|необходим|подойд)|мне (?:нужн\w*|надо) (?!вам|вас)"),
    (1.5, r"сколько (?:это |все |он |она |они )?(?:будет |будут )?сто[ия]т|почем|во сколько (?:это |нам )?обойд"),
    (
        1.5,
        r"как(?:ая|ие|ова) (?:\w+ )?(?:цен|стоимост)|скидк\w+ (?:дади|сдела|буде|ест|возмож)|а скидк|дорого(?:вато)?",
    ),
    (1.5, r"(?:мы|я) (?:еще )?(?:подума|посовету|посмотр\w+ (?:и|потом))|надо (?:подумать|посоветоваться|согласовать)"),
    (1.5, r"у (?:меня|нас) (?:директор|начальник|шеф)"),
    (1.0, r"\bу вас (?:есть|бывает|можно|на сайте)|вы (?:делаете|работаете|привезете|доставляете|даете|можете)"),
    (1.0, r"у нас (?:цех|склад|офис|объект|завод|магазин|производств|старый|старая|сейчас)"),
    (1.0, r"(?:у|от) (?:другой|другого|других|конкурент)|другие (?:предлага|обеща)"),
    (1.0, r"вас (?:порекомендовал|посоветовал|нашл)|(?:вам|вчера|уже) звонил|я по \w+ звоню|перезвоните мне"),
    (1.0, r"(?:отдел|начальник\w*|директор|специалист\w*|менеджер) (?:по )?(?:снабжени|закупк|логистик)|заведующ"),
    (1.0, r"(?:выбираем|ищем|рассматриваем|сравниваем) (?:\w+ )?(?:поставщик|вариант|предложен)|у нас тендер"),
)

# A name or a company before the greeting: so a firm answers its phone, and a caller says «алло» or greets first.
_ANSWERS_AS_COMPANY = re.compile(
    r"^(?!алло|да\b|ага|здравс|добр|слушаю)(?:\W*\w+){1,6}?\W+(?:добр(?:ый|ое|ого)|здравствуйте|слушаю)\b"
)


@dataclass(frozen=True, slots=True)
class SpeakerGuess:
    """Which channel is the manager's.

    Args:
        manager_channel: Number of the channel, or of the voice.
        confidence: 0 (nothing speaks for either side) to 1.
    """

    manager_channel: int
    confidence: float


def guess_manager(
    segments: Sequence[Segment], greetings: Sequence[str] = (), direction: str | None = None, channels: int = 2
) -> SpeakerGuess:
    """Guess which of the channels is the manager's, from what the sides say.

    Args:
        segments: Turns of the channels in order.
        greetings: Brand and people of the selling company.
        direction: "in" or "out" where it is known: who is called speaks first.
        channels: How many channels there are, or voices that stand for channels; at least 2.

    Returns:
        The left channel with confidence 0 where nothing speaks for either side: most exchanges record themselves there.
    """
    scores = [_score([s.text for s in segments if s.channel == channel], greetings) for channel in range(channels)]
    first = next((s for s in segments if s.channel is not None and s.text), None)
    if first is not None and first.channel is not None:
        is_company = bool(_ANSWERS_AS_COMPANY.match(first.text.lower().replace("ё", "е")))
        scores[first.channel] += 2.0 * is_company + 1.0 * (direction == "in")
    best, second = sorted(range(channels), key=lambda channel: -scores[channel])[:2]
    return SpeakerGuess(best, round(1 - math.exp((scores[second] - scores[best]) / _DOUBT), 3))


def with_speakers(
    segments: Sequence[Segment],
    streams: int,
    manager_channel: int | None,
    greetings: Sequence[str] = (),
    direction: str | None = None,
) -> tuple[Segment, ...]:
    """The same turns with their speakers named: manager and client by channel, unknown where there is one stream.

    Args:
        segments: Turns in order.
        streams: 2 where each channel is a speaker.
        manager_channel: 0 or 1 where a person or the settings said it, else None.
        greetings: As for `guess_manager`.
        direction: As for `guess_manager`.
    """
    if streams != 2:
        return tuple(replace(s, speaker=UNKNOWN) for s in segments)
    chosen = manager_channel
    if chosen is None:
        chosen = guess_manager(segments, greetings, direction).manager_channel
    return tuple(replace(s, speaker=MANAGER if s.channel == chosen else CLIENT) for s in segments)


def with_voices(
    segments: Sequence[Segment], greetings: Sequence[str] = (), direction: str | None = None
) -> tuple[Segment, ...]:
    """The turns of several voices in one channel with their speakers named, as a guess.

    Args:
        segments: Turns in order, `channel` being the voice.
        greetings: As for `guess_manager`.
        direction: As for `guess_manager`.

    Returns:
        The turns, all of channel 0: one voice the manager's and the others of the client's side, or numbered speakers
        where nothing said tells who is who, or unknown ones where only one voice says words.
    """
    voices = {s.channel or 0 for s in segments}
    if len(voices) < 2:
        return tuple(replace(s, speaker=UNKNOWN, channel=0) for s in segments)
    guess = guess_manager(segments, greetings, direction, max(voices) + 1)
    if guess.confidence < _LEAST_CONFIDENCE:
        return tuple(replace(s, speaker=f"speaker_{(s.channel or 0) + 1}", channel=0) for s in segments)
    return tuple(
        replace(s, speaker=MANAGER if s.channel == guess.manager_channel else CLIENT, channel=0) for s in segments
    )


def _score(texts: Sequence[str], greetings: Sequence[str]) -> float:
    """How much a side sounds like the manager: above 0 more than the client."""
    plain = [text.lower().replace("ё", "е") for text in texts]
    whole = " ".join(re.sub(r"[^\w\s]", " ", text) for text in plain)
    whole = re.sub(r"\s+", " ", whole)
    score = sum(weight * min(2, len(re.findall(p, whole))) for weight, p in _MANAGER_SAYS)
    score -= sum(weight * min(2, len(re.findall(p, whole))) for weight, p in _CLIENT_SAYS)
    return score + _introduction(plain[:_OPENING_TURNS], greetings)


def _introduction(opening: Sequence[str], greetings: Sequence[str]) -> float:
    """Weight of the company's words in the first turns of a side: who names the brand with the greeting sells."""
    from rapidfuzz import fuzz

    score = 0.0
    for at, text in enumerate(opening):
        squeezed = re.sub(r"\W", "", text)
        named = sum(
            1
            for name in {re.sub(r"\W", "", g.lower().replace("ё", "е")) for g in greetings}
            if len(name) >= _SHORTEST_NAME
            and len(squeezed) >= len(name)
            and fuzz.partial_ratio(name, squeezed) >= _NAME_SCORE
        )
        # A client names the company too, but as a question, and the manager by name when greeting back.
        if named and not re.search(r"\bэто\b[^.!]*\?", text):
            score += (3.0 if at == 0 else 1.0) * min(named, 2) ** 0.5
    return score
