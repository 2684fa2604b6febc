"""A call, its draft and what became of it, as text for the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from app.core.i18n import _
from app.draft.hearing import heard_text, whole_reason
from app.draft.model import CallKind, Draft, Evidence, FieldStatus
from app.profile.model import Profile
from app.transcript.model import CLIENT, MANAGER, Transcript

_WIDTH = 110


def conversation(transcript: Transcript) -> str:
    """The turns with their minute and speaker."""
    names = {MANAGER: _("Менеджер"), CLIENT: _("Клиент")}
    lines = []
    for segment in transcript.segments:
        speaker = names.get(segment.speaker, _("Собеседник"))
        lines.append(_wrapped(f"{minute(segment.start_s):>5}  {speaker:<9} ", segment.text))
    return "\n".join(lines)


def draft_text(draft: Draft, profile: Profile) -> str:
    """The draft by its states: proven with the quote, to be checked with the reason, not discussed."""
    parts = [
        _heading(_("Поля карточки")),
        *_fields(draft, profile),
        _heading(_("Записка")),
        *(_wrapped("  ", line.text) for line in draft.note),
        _heading(_("Следующие шаги")),
        *_steps(draft),
    ]
    if draft.line_items:
        parts += [_heading(_("Товары")), *_items(draft)]
    if draft.risks:
        parts += [_heading(_("Риски")), *(f"  {risk_label(risk.kind)}{_quoted(risk.evidence)}" for risk in draft.risks)]
    if draft.questions:
        parts += [_heading(_("Спросить в следующий раз")), *(_wrapped("  ", question) for question in draft.questions)]
    return "\n".join(parts)


def kind_label(kind: CallKind) -> str:
    """The kind of a call in words."""
    return {
        CallKind.SALES: _("продажа"),
        CallKind.SERVICE: _("обслуживание"),
        CallKind.VOICEMAIL: _("автоответчик"),
        CallKind.WRONG_NUMBER: _("ошиблись номером"),
        CallKind.INTERNAL: _("внутренний"),
    }[kind]


def risk_label(kind: str) -> str:
    """A risk in words."""
    return {
        "price": _("цена"),
        "competitor": _("конкурент"),
        "no_budget": _("нет бюджета"),
        "no_authority": _("решает не собеседник"),
        "delay": _("откладывает"),
        "complaint": _("жалоба"),
        "asked_for_human": _("просит руководителя"),
        "churn": _("может уйти"),
        "legal": _("обещание расходится с базой знаний или законом"),
    }.get(kind, kind)


def minute(seconds: float | None) -> str:
    """Minute and second of the recording; nothing for a text without times."""
    if seconds is None:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes:02d}:{rest:02d}"


def _fields(draft: Draft, profile: Profile) -> Iterator[str]:
    marks = {FieldStatus.VERIFIED: _("проверено"), FieldStatus.REVIEW: _("проверьте")}
    empty = []
    for definition in profile.fields:
        field = draft.fields.get(definition.key)
        if field is None or field.status is FieldStatus.EMPTY or field.value is None:
            empty.append(definition.label)
            continue
        why = whole_reason(field.reason, field.misheard)
        reason = f" ({why})" if why else ""
        text = f"{definition.label}: {field.value}{reason}{_quoted(field.evidence)}"
        yield _wrapped(f"  {marks[field.status]:<10} ", text)
    if empty:
        yield _wrapped("  " + f"{_('не было'):<10} ", ", ".join(empty))


def _steps(draft: Draft) -> Iterator[str]:
    for step in draft.next_steps:
        who = _("менеджер") if step.who == MANAGER else _("клиент")
        due = step.due.replace("T", " ") if step.due else _("без срока")
        mark = "" if step.status is FieldStatus.VERIFIED else " " + _("(проверьте)")
        yield _wrapped("  ", f"{who}, {due}: {step.action}{mark}{_quoted(step.evidence)}")


def _items(draft: Draft) -> Iterator[str]:
    for item in draft.line_items:
        mark = "" if item.status is FieldStatus.VERIFIED else " " + _("(проверьте)")
        heard = "".join(f" ({heard_text(pair)})" for pair in item.misheard)
        yield _wrapped("  ", f"{item.sku}  {item.name}, {item.qty or '?'}{mark}{heard}{_quoted(item.evidence)}")


def _quoted(evidence: Sequence[Evidence]) -> str:
    if not evidence:
        return ""
    place = minute(evidence[0].start_s)
    return f" — «{evidence[0].quote}»" + (f" [{place}]" if place else "")


def _heading(text: str) -> str:
    return f"\n{text}"


def _wrapped(prefix: str, text: str) -> str:
    return textwrap.fill(text, _WIDTH, initial_indent=prefix, subsequent_indent=" " * len(prefix))
