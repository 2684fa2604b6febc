"""Discounts for volume that the company's own documents promise: told to the manager, never given by the program."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.core.i18n import _
from app.core.money import roubles
from app.core.words import folded
from app.knowledge.model import Knowledge, Passage, PriceItem
from app.knowledge.search import stems_of
from app.proposal.model import Line, Proposal, Warning, WarningKind
from app.proposal.units import written

_NUMBER = r"(?:\d{1,3}(?:\s\d{3})+|\d+)(?:[.,]\d+)?(?!\d)(?!\s?%)"
_AMOUNT = (
    rf"(?:от|свыше|более|больше|начиная с)\s+(?P<least>{_NUMBER})(?:\s?(?:до|по|[–—-])\s?{_NUMBER})?"
    r"\s*(?P<scale>тыс|млн)?\.?\s*(?P<unit>₽|[а-яa-z][а-яa-z²³]*)?"
)
_PERCENT = r"(?<![\d.,])(?P<percent>\d{1,2}(?:[.,]\d+)?)\s?%"
# A comma parts one step from the next: «5 % от 10 штук, 7 % от 20».
_STEP = re.compile(rf"{_AMOUNT}\.?[^.;,%\d]{{0,60}}?(?:[;,]\s*скид[^;,%\d]{{0,30}})?{_PERCENT}")
_BEHIND = re.compile(rf"(?:скид|,)[^.;,%]{{0,30}}{_PERCENT}[^.;,%\d]{{0,40}}?\b{_AMOUNT}")
_MONEY = re.compile(r"₽|руб|р$|rub")
_OF_MONEY = re.compile(r"сумм|стоимост|заказ\w* на\b|₽|руб")
# «Скидка при оплате от 6 месяцев», «доставка от 10 км» are no volume of goods.
_OTHER = re.compile(r"дн|день|дней|недел|мес|год|лет|час|минут|км|километр|процент|лет")
_PIECES = re.compile(r"шт|штук|ед$|единиц|экземпляр")
_SCALES = {"тыс": Decimal(1000), "млн": Decimal(1_000_000)}
_LEAST_STEM = 3


@dataclass(frozen=True, slots=True)
class VolumeStep:
    """«От 10 шт скидка 5 %».

    Args:
        least: From which quantity, or from which sum in roubles.
        unit: What is counted, as it is written: «шт», «светильников»; empty for a sum and where nothing is said.
        is_sum: True where the sum of the order counts.
        quote: The words of the document.
        place: Where they stand: «terms.md › Скидки за объём».
        sku: The only article it is about; empty where it is about all.
    """

    least: Decimal
    unit: str
    is_sum: bool
    percent: Decimal
    quote: str
    place: str
    sku: str = ""


def steps_of(knowledge: Knowledge) -> tuple[VolumeStep, ...]:
    """All steps of the documents and of the notes of the price list, in their order."""
    found = [step for document in knowledge.documents for passage in document.passages for step in _of_passage(passage)]
    items = knowledge.price_list.items if knowledge.price_list is not None else ()
    return (*found, *(step for item in items if "%" in item.note for step in _of_note(item)))


def hints(proposal: Proposal, steps: Sequence[VolumeStep]) -> list[Warning]:
    """What the manager should know: the highest step that each row and the whole order have reached and not got."""
    if not steps:
        return []
    found = [hint for line in proposal.lines if (hint := _of_line(line, steps)) is not None]
    for option in proposal.options or ("",):
        lines = [line for line in proposal.lines if line.option in ("", option)]
        hint = _of_order(lines, steps)
        if hint is not None and hint not in found:
            found.append(hint)
    return found


def _of_passage(passage: Passage) -> Iterator[VolumeStep]:
    nearest = passage.heading.rsplit("›", 1)[-1].strip()
    text = _even(passage.text)
    if "скид" not in text and "скид" not in folded(nearest):
        return
    place = " › ".join(filter(None, (passage.file, nearest)))
    yield from _of_text(text, passage.text, place, is_of_money=_OF_MONEY.search(folded(nearest)) is not None)


def _of_note(item: PriceItem) -> Iterator[VolumeStep]:
    yield from _of_text(_even(item.note), item.note, item.source, is_of_money=False, sku=item.sku)


def _of_text(text: str, shown: str, place: str, *, is_of_money: bool, sku: str = "") -> Iterator[VolumeStep]:
    """Steps of a text; one without a unit counts what the one before it counts."""
    unit, is_sum = "", False
    hits = sorted((*_STEP.finditer(text), *_BEHIND.finditer(text)), key=lambda hit: hit.start())
    taken: set[int] = set()
    for hit in hits:
        if taken & {hit.start("percent"), hit.start("least")}:
            continue
        taken |= {hit.start("percent"), hit.start("least")}
        said = hit["unit"] or ""
        if _OTHER.match(said):
            continue
        if said or hit["scale"]:
            unit, is_sum = said, bool(hit["scale"]) or _MONEY.match(said) is not None
        elif not unit:
            before = re.split(r"[.;]", text[: hit.start("least")])[-1]
            is_sum = is_of_money or _OF_MONEY.search(before) is not None
        yield VolumeStep(
            _number(hit["least"]) * _SCALES.get(hit["scale"] or "", Decimal(1)),
            "" if is_sum else unit,
            is_sum,
            _number(hit["percent"]),
            shown[hit.start() : hit.end()],
            place,
            sku,
        )


def _of_line(line: Line, steps: Sequence[VolumeStep]) -> Warning | None:
    reached = [s for s in steps if not s.is_sum and s.least <= line.qty and s.sku in ("", line.sku) and _fits(s, line)]
    best = max(reached, key=lambda step: step.percent, default=None)
    if best is None or line.discount_percent >= best.percent:
        return None
    text = _("«{name}»: {qty} {unit}. В базе «{place}» есть ступень «{quote}». Скидка сама не ставится: решать вам.")
    said = text.format(name=line.name, qty=written(line.qty), unit=line.unit, place=best.place, quote=best.quote)
    return Warning(WarningKind.VOLUME, said, quote=line.name)


def _of_order(lines: Sequence[Line], steps: Sequence[VolumeStep]) -> Warning | None:
    total = sum((line.price * line.qty for line in lines), Decimal(0))
    reached = [step for step in steps if step.is_sum and step.least <= total]
    best = max(reached, key=lambda step: step.percent, default=None)
    if best is None or any(line.discount_percent >= best.percent for line in lines):
        return None
    text = _("Заказ на {total}. В базе «{place}» есть ступень «{quote}». Скидка сама не ставится: решать вам.")
    return Warning(WarningKind.VOLUME, text.format(total=roubles(total), place=best.place, quote=best.quote))


def _fits(step: VolumeStep, line: Line) -> bool:
    """Whether a step counts what a row is about: its unit, or a word of its name."""
    unit = folded(line.unit).strip(". ")
    if step.sku or not step.unit:
        return True
    if _PIECES.match(step.unit):
        return _PIECES.match(unit) is not None
    shorter, longer = sorted((step.unit, unit), key=len)
    if shorter and longer.startswith(shorter):
        return True
    stems = [stem for stem in stems_of(step.unit) if len(stem) >= _LEAST_STEM]
    return bool(stems) and set(stems) <= set(stems_of(f"{line.name} {line.unit}"))


def _even(text: str) -> str:
    """Small letters with plain spaces, sign for sign in the places of the text."""
    low = re.sub(r"[\u00a0\u2009\u202f]", " ", folded(text))
    return low if len(low) == len(text) else text.lower()


def _number(text: str) -> Decimal:
    return Decimal(re.sub(r"\s", "", text).replace(",", "."))
