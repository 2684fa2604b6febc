"""Fills the fields of a profile: standard keys by what they mean everywhere, all others by type and definition."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from app.core.i18n import _
from app.deals.model import FieldDefinition, FieldType
from app.draft import contact, deciders, dictated, passages
from app.draft.amounts import budget, money_field
from app.draft.contact_role import contact_role
from app.draft.custom import int_field
from app.draft.custom_texts import text_field
from app.draft.days import date_field, deadline
from app.draft.deal_state import interest, stage
from app.draft.line_items import product_interest
from app.draft.model import CallKind, FieldStatus, FieldValue, LineItem
from app.draft.options import enum_field, multi_field
from app.draft.reading import Reading, empty
from app.draft.steps import Promise, next_step, next_step_at, next_steps
from app.draft.yes_no import bool_field

_STANDARD: dict[str, tuple[FieldType, Callable[[Reading, str], FieldValue]]] = {
    "contact_name": (FieldType.TEXT, lambda r, k: contact.contact_name(r)),
    "contact_role": (FieldType.TEXT, lambda r, k: contact_role(r)),
    "company_name": (FieldType.TEXT, lambda r, k: contact.company_name(r)),
    "phone": (FieldType.PHONE, dictated.client_phone),
    "email": (FieldType.EMAIL, dictated.client_email),
    "need": (FieldType.LONGTEXT, passages.need),
    "budget_amount": (FieldType.MONEY, budget),
    "deadline": (FieldType.DATE, deadline),
    "decision_maker": (FieldType.TEXT, deciders.decision_maker),
    "decision_process": (FieldType.LONGTEXT, passages.decision_process),
    "competitors": (FieldType.TEXT, deciders.competitors),
    "objections": (FieldType.LONGTEXT, passages.objections),
    "payment_terms": (FieldType.TEXT, passages.payment_terms),
    "delivery_city": (FieldType.TEXT, lambda r, k: contact.delivery_city(r)),
}
# Of a service call these say nothing about a purchase.
SALES_ONLY = frozenset(
    {
        "budget_amount",
        "payment_terms",
        "stage",
        "interest_level",
        "product_interest",
        "deadline",
        "decision_maker",
        "decision_process",
        "objections",
    }
)
_BROKEN_BY_ONE_WORD = frozenset({"contact_role"})
# A bare smaller number is mostly an hour.
_LEAST_DAY, _MOST_DAY = 13, 31
NO_CLIENT_FIELDS = frozenset({CallKind.INTERNAL, CallKind.WRONG_NUMBER})


def fill(
    reading: Reading, kind: CallKind, items: Sequence[LineItem], found: Sequence[Promise]
) -> dict[str, FieldValue]:
    """A value or an empty field for each definition of the profile, in its order."""
    steps = next_steps(found)
    values: dict[str, FieldValue] = {definition.key: empty(definition.key) for definition in reading.profile.fields}
    has_words = any(len(turn.text.split()) >= 4 for turn in reading.conversation.client_turns)
    if kind in NO_CLIENT_FIELDS or (kind is CallKind.VOICEMAIL and not has_words):
        return values
    for definition in reading.profile.fields:
        values[definition.key] = _value(reading, definition, kind, tuple(items), tuple(found))
    for definition in reading.profile.fields:
        if definition.type is not FieldType.ENUM or kind is CallKind.SERVICE:
            continue
        if definition.key == "stage":
            need = values.get("need", empty("need"))
            is_message = kind is CallKind.VOICEMAIL
            values["stage"] = stage(reading, definition, steps, items, need, is_message=is_message)
        elif definition.key == "interest_level":
            values["interest_level"] = interest(
                reading,
                definition,
                values.get("stage", empty("stage")),
                values.get("deadline", empty("deadline")),
                steps,
            )
    if values.get("stage", empty("stage")).norm == "lost":
        for key in ("next_step", "next_step_at", "product_interest"):
            if key in values and not any(s.who == "manager" for s in steps):
                values[key] = empty(key)
    return {key: _as_heard(reading, _as_listed(value)) for key, value in values.items()}


def _as_listed(value: FieldValue) -> FieldValue:
    """Goods are a list as any other: a missed line makes it wrong, and no quote can show that nothing is missing."""
    if value.key != "product_interest" or value.status is not FieldStatus.VERIFIED:
        return value
    return replace(
        value, status=FieldStatus.REVIEW, reason=_("Список собран по словам разговора: сверьте, весь ли он.")
    )


def _as_heard(reading: Reading, value: FieldValue) -> FieldValue:
    """A value that a recording alone cannot prove: titles and lists break by one misheard word, and nobody sees it."""
    if value.status is not FieldStatus.VERIFIED or reading.conversation.transcript.channels == 0:
        return value
    definition = reading.profile.field(value.key)
    is_list = definition is not None and definition.type is FieldType.MULTIENUM
    if value.key in _BROKEN_BY_ONE_WORD or is_list:
        return replace(
            value, status=FieldStatus.REVIEW, reason=_("Распознано по звуку, могло пропасть слово: сверьте.")
        )
    if definition is not None and definition.type is FieldType.INT and (other := _read_back(reading, value)):
        return replace(
            value,
            status=FieldStatus.REVIEW,
            reason=_("Менеджер тут же повторил другое число, {number}: сверьте по записи.").format(number=other),
            others=(*value.others, other),
        )
    if value.key == "next_step_at" and _other_day_beside(reading, value):
        return replace(
            value, status=FieldStatus.REVIEW, reason=_("Рядом прозвучало и другое число месяца: сверьте по записи.")
        )
    if value.key == "decision_maker" and "(решает сам)" in str(value.value):
        return replace(
            value, status=FieldStatus.REVIEW, reason=_("Со стороны клиента мог говорить и другой человек: сверьте.")
        )
    return value


def _other_day_beside(reading: Reading, value: FieldValue) -> bool:
    """«В понедельник» with a broken «двадцать третьего» beside it: a bare number that is another day."""
    turns = {quote.segment for quote in value.evidence}
    taken = [(m.turn, m.mark.start, m.mark.end) for m in reading.candidates.moments]
    taken += [(m.turn, m.mark.start, m.mark.end) for m in reading.candidates.times]
    day_of_month = int(str(value.norm)[8:10])
    return any(
        n.turn.index in turns
        and not n.mark.unit
        and _LEAST_DAY <= n.mark.value <= _MOST_DAY
        and n.mark.value != day_of_month
        and not any(turn is n.turn and start <= n.mark.start < end for turn, start, end in taken)
        for n in reading.candidates.numbers
    )


def _read_back(reading: Reading, value: FieldValue) -> str | None:
    """A number the manager says right after, of which the heard one is the end or the beginning: «10» — «110»."""
    after = reading.conversation.next(value.evidence[0].segment)
    if after is None or not after.is_manager:
        return None
    heard = str(value.norm)
    said = [str(int(n.mark.value)) for n in reading.candidates.numbers if n.turn is after and not n.mark.is_ordinal]
    if heard in said:
        return None
    return next((n for n in said if n != heard and (n.endswith(heard) or heard.endswith(n))), None)


def _value(  # noqa: PLR0911
    reading: Reading,
    definition: FieldDefinition,
    kind: CallKind,
    items: tuple[LineItem, ...],
    found: tuple[Promise, ...],
) -> FieldValue:
    key = definition.key
    if key in ("stage", "interest_level"):
        return empty(key)
    if kind is CallKind.SERVICE and key in SALES_ONLY:
        return empty(key)
    if key in _STANDARD and _STANDARD[key][0] is definition.type:
        return _STANDARD[key][1](reading, key)
    if key == "product_interest":
        return product_interest(reading, items, key)
    if key == "next_step":
        return next_step(found, key)
    if key == "next_step_at":
        return next_step_at(found, key)
    if kind is CallKind.SERVICE:
        return empty(key)
    return _by_type(reading, definition, items)


def _by_type(reading: Reading, definition: FieldDefinition, items: tuple[LineItem, ...]) -> FieldValue:  # noqa: PLR0911
    match definition.type:
        case FieldType.MONEY:
            return money_field(reading, definition)
        case FieldType.DATE | FieldType.DATETIME:
            return date_field(reading, definition)
        case FieldType.INT:
            return int_field(reading, definition)
        case FieldType.BOOL:
            return bool_field(reading, definition, items)
        case FieldType.ENUM:
            return enum_field(reading, definition, items)
        case FieldType.MULTIENUM:
            return multi_field(reading, definition, items)
        case FieldType.PHONE:
            return dictated.other_phone(reading, definition)
        case FieldType.EMAIL:
            return dictated.client_email(reading, definition.key)
        case _:
            return text_field(reading, definition)
