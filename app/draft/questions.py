"""What was not discussed and should be asked next time."""

from __future__ import annotations

from collections.abc import Mapping

from app.core.i18n import _
from app.draft.model import CallKind, FieldStatus, FieldValue
from app.profile.model import Profile

_MOST = 6
# Fields that follow from the call or that a client would not be asked for in so many words.
_NEVER_ASKED = frozenset({"stage", "interest_level", "next_step", "objections", "product_interest"})


def questions(profile: Profile, kind: CallKind, fields: Mapping[str, FieldValue]) -> tuple[str, ...]:
    """Questions for the empty fields of a sales call, required ones first; none for the other kinds."""
    if kind not in (CallKind.SALES, CallKind.SERVICE):
        return ()
    asked = {
        "contact_name": _("Как к вам обращаться?"),
        "contact_role": _("Какая у вас должность?"),
        "company_name": _("Какую компанию вы представляете?"),
        "phone": _("По какому телефону вам удобнее звонить?"),
        "email": _("На какую почту отправить документы?"),
        "need": _("Что сейчас происходит и что хотите изменить?"),
        "budget_amount": _("На какую сумму ориентируетесь? Это с НДС?"),
        "deadline": _("К какой дате это нужно и что будет, если позже?"),
        "decision_maker": _("Кто, кроме вас, согласует покупку?"),
        "decision_process": _("Как у вас проходит закупка?"),
        "competitors": _("С кем ещё сравниваете?"),
        "payment_terms": _("Какие условия оплаты вам подходят?"),
        "delivery_city": _("Куда везти?"),
        "next_step_at": _("Когда созвонимся в следующий раз?"),
    }
    if kind is CallKind.SERVICE:
        asked = {
            key: text for key, text in asked.items() if key in ("contact_name", "company_name", "phone", "next_step_at")
        }
    missing = [d for d in profile.fields if fields.get(d.key, FieldValue(d.key)).status is FieldStatus.EMPTY]
    ordered = sorted(missing, key=lambda d: not d.is_required)
    result = []
    for definition in ordered:
        if definition.key in _NEVER_ASKED:
            continue
        if definition.key in asked:
            result.append(asked[definition.key])
        elif kind is CallKind.SALES and definition.key.startswith("uf_"):
            result.append(_("Не обсудили: {label}.").format(label=definition.label))
    return tuple(result[:_MOST])
