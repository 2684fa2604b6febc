"""The note of a call: short lines of facts, each with its quotes; nothing that was not said or agreed."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.i18n import _
from app.draft import proof
from app.draft.model import CallKind, Evidence, FieldStatus, FieldValue, LineItem, NextStep, NoteLine, Risk
from app.draft.reading import Reading
from app.draft.wording import day_in_words, is_mostly_filler, lower_first, tidy

_MOST_LINES = 8
_LINE = 260


def note_lines(  # noqa: PLR0917
    reading: Reading,
    kind: CallKind,
    fields: dict[str, FieldValue],
    items: Sequence[LineItem],
    steps: Sequence[NextStep],
    risks: Sequence[Risk],
    claims: Sequence[tuple[Evidence, str, str]],
) -> tuple[NoteLine, ...]:
    """Three to eight lines; one for a voicemail, a wrong number."""
    if kind in (CallKind.VOICEMAIL, CallKind.WRONG_NUMBER):
        return _short_note(reading, kind, steps)
    if kind is CallKind.INTERNAL:
        return tuple(_internal_lines(reading, steps))[:_MOST_LINES]
    lines = [
        _field_line(_("Обратились"), fields.get("need")),
        _products_line(items, fields.get("product_interest")),
        _terms_line(fields),
        _field_line(
            _("Решение"), fields.get("decision_process") or fields.get("decision_maker"), fields.get("decision_maker")
        ),
        _field_line(_("Сравнивают"), fields.get("competitors")),
        _field_line(_("Возражение"), fields.get("objections")),
        *_risk_lines(risks, claims),
        _open_questions(reading),
        _steps_line(steps),
    ]
    kept = [line for line in lines if line is not None]
    return tuple(kept[:_MOST_LINES])


def _field_line(label: str, value: FieldValue | None, also: FieldValue | None = None) -> NoteLine | None:
    if value is None or value.status is FieldStatus.EMPTY or not value.value:
        value, also = also, None
    if value is None or value.status is FieldStatus.EMPTY or not value.value:
        return None
    text = value.value
    if also is not None and also.value and also.value.lower() not in text.lower():
        text = f"{also.value}. {text}"
    return NoteLine(f"{label}: {_cut(text)}", value.evidence)


def _cut(text: str) -> str:
    return text if len(text) <= _LINE else text[: _LINE - 1].rsplit(" ", 1)[0].rstrip(" ,;") + "…"


def _products_line(items: Sequence[LineItem], interest: FieldValue | None) -> NoteLine | None:
    if not items:
        return _field_line(_("Интерес"), interest)
    names = "; ".join(f"{item.name}" + (f" — {item.qty}" if item.qty else "") for item in items)
    return NoteLine(
        _cut(_("Товары: {names}").format(names=names)), tuple(quote for item in items for quote in item.evidence[:1])
    )


def _terms_line(fields: dict[str, FieldValue]) -> NoteLine | None:
    parts: list[str] = []
    evidence: list[Evidence] = []
    for key, label in (
        ("budget_amount", _("бюджет")),
        ("deadline", _("срок")),
        ("delivery_city", _("город")),
        ("payment_terms", _("оплата")),
    ):
        value = fields.get(key)
        if value is None or value.status is FieldStatus.EMPTY or not value.value:
            continue
        text = value.value
        if key == "deadline" and isinstance(value.norm, str):
            text = _("до {day}").format(day=day_in_words(value.norm))
        parts.append(f"{label}: {lower_first(text) if key == 'payment_terms' else text}")
        evidence += value.evidence[:1]
    if not parts:
        return None
    line = "; ".join(parts)
    return NoteLine(_cut(line[:1].upper() + line[1:]), tuple(evidence))


def _risk_lines(risks: Sequence[Risk], claims: Sequence[tuple[Evidence, str, str]]) -> list[NoteLine]:
    labels = {
        "complaint": _("Жалоба"),
        "asked_for_human": _("Просит руководителя"),
        "churn": _("Может уйти"),
        "legal": _("Грозит жалобой или судом"),
        "no_budget": _("Бюджета нет"),
        "delay": _("Сроки сдвигаются"),
        "price": _("Про цену"),
    }
    lines = []
    for quote, file, passage in claims:
        lines.append(
            NoteLine(
                _("Обещание расходится с базой: «{said}», в {file}: «{base}»").format(
                    said=_cut(tidy(quote.quote, 120)), file=file, base=tidy(passage, 120)
                ),
                (quote,),
            )
        )
    claimed = {quote for quote, _file, _passage in claims}
    for risk in risks:
        own = [quote for quote in risk.evidence if quote not in claimed]
        if risk.kind in labels and own:
            lines.append(NoteLine(f"{labels[risk.kind]}: {_cut(lower_first(tidy(own[0].quote, 160)))}", tuple(own[:1])))
    return lines[:3]


def _open_questions(reading: Reading) -> NoteLine | None:
    """What the manager could not answer at once."""
    import re

    unsure = re.compile(r"\bуточн\w+|\bузна[юе]\w*|\bне скажу\b|\bсходу не\b|\bвыясн\w+|\bспрошу\b")
    quotes: list[Evidence] = []
    texts: list[str] = []
    for turn, sentence in reading.conversation.sentences(client=False):
        if not unsure.search(sentence.folded) or sentence.is_question:
            continue
        before = reading.conversation.previous(turn.index)
        asked = [s for s in before.sentences if s.is_question] if before is not None and before.is_client else []
        text = tidy(asked[-1].text, 110) if asked else tidy(sentence.text, 110)
        if is_mostly_filler(text) or text in texts:
            continue
        texts.append(text)
        quotes.append(reading.conversation.evidence(turn.index, sentence.start, sentence.end))
    if not texts:
        return None
    return NoteLine(_cut(_("Уточнить: {what}").format(what="; ".join(texts[:3]))), tuple(quotes[:3]))


def _steps_line(steps: Sequence[NextStep]) -> NoteLine | None:
    if not steps:
        return None
    parts = []
    for step in steps[:5]:
        who = _("мы") if step.who == "manager" else _("клиент")
        when = f" ({day_in_words(step.due)})" if step.due else ""
        parts.append(f"{who}: {lower_first(tidy(step.action, 90))}{when}")
    evidence = tuple(quote for step in steps[:5] for quote in step.evidence[:1])
    return NoteLine(_("Дальше: {steps}").format(steps="; ".join(parts)), evidence)


def _short_note(reading: Reading, kind: CallKind, steps: Sequence[NextStep]) -> tuple[NoteLine, ...]:
    turns = reading.conversation.turns
    if not turns:
        return (NoteLine(_("Разговора не было."), ()),)
    spoken = (
        max(turns, key=lambda turn: len(turn.text)) if kind is CallKind.VOICEMAIL else turns[min(1, len(turns) - 1)]
    )
    if kind is CallKind.VOICEMAIL:
        own = [turn for turn in turns if turn.is_manager]
        spoken = max(own, key=lambda turn: len(turn.text)) if own else spoken
        text = (
            _("Автоответчик, оставлено сообщение: {words}").format(words=lower_first(tidy(spoken.text, 200)))
            if own
            else _("Автоответчик, сообщения не оставили.")
        )
    else:
        text = _("Ошиблись номером: {words}").format(words=lower_first(tidy(spoken.text, 120)))
    lines = [NoteLine(text, (reading.conversation.evidence(spoken.index),))]
    line = _steps_line(steps)
    return (*lines, line) if line is not None else tuple(lines)


def _internal_lines(reading: Reading, steps: Sequence[NextStep]) -> list[NoteLine]:
    """An internal call: what was agreed, and the sentences with most to say."""
    scored = []
    for turn, sentence in reading.conversation.sentences():
        if sentence.is_question or is_mostly_filler(sentence.text) or proof.is_hypothetical(sentence):
            continue
        scored.append((len(tidy(sentence.text)), turn, sentence))
    best = sorted(scored, key=lambda s: -s[0])[:3]
    lines = [
        NoteLine(tidy(sentence.text, 200), (reading.conversation.evidence(turn.index, sentence.start, sentence.end),))
        for _length, turn, sentence in sorted(best, key=lambda s: s[1].index)
    ]
    line = _steps_line(steps)
    return [*lines, line] if line is not None else lines
