"""The local CRM as tables for another program: deals with their approved values, notes, tasks. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from app.core.clock import Clock
from app.core.i18n import _
from app.deals.model import DealContents, FieldDefinition, FieldRecord, Norm
from app.deals.ports import OutTable
from app.deals.typed_values import moment_text

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_PHONE = re.compile(r"\+7(\d{3})(\d{3})(\d{2})(\d{2})")


def tables_of(contents: Sequence[DealContents], fields: Sequence[FieldDefinition], clock: Clock) -> list[OutTable]:
    """Three tables: deals (a column for each field that any deal has), notes, tasks. Every cell is neutralised."""
    used = {key for one in contents for key in one.values}
    by_key = {field.key: field for field in fields}
    keys = [key for key in by_key if key in used] + sorted(used - set(by_key))
    headings = (
        *(_("ID"), _("Сделка"), _("Компания"), _("ИНН"), _("Контакт"), _("Должность"), _("Телефон"), _("Почта")),
        *(_("Дата создания"), _("Дата изменения")),
    )
    labels = _labels(keys, by_key, headings)
    return [
        OutTable(
            _("Сделки"),
            (*headings, *labels),
            [
                _neutral_row((*_card(one, clock), *(_value(by_key.get(key), one.values.get(key)) for key in keys)))
                for one in contents
            ],
        ),
        OutTable(
            _("Заметки"),
            (_("ID сделки"), _("Сделка"), _("Дата"), _("Заметка")),
            [
                _neutral_row((one.deal.id, one.deal.title, _when(note.approved_at, clock), note.text))
                for one in contents
                for note in one.notes
            ],
        ),
        OutTable(
            _("Задачи"),
            (_("ID сделки"), _("Сделка"), _("Кто"), _("Что"), _("Срок"), _("Сделано")),
            [
                _neutral_row(
                    (
                        *(one.deal.id, one.deal.title, _("клиент") if task.who == "client" else _("менеджер")),
                        *(task.action, moment_text(task.due) or task.due or "", _("да") if task.is_done else _("нет")),
                    )
                )
                for one in contents
                for task in one.tasks
            ],
        ),
    ]


def neutral(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe stands before what would begin one.

    Russian phones are written with an eight instead, and so need none.

    Source: OWASP, CSV Injection.
    """
    text = "".join(sign for sign in text if sign in "\t\n" or ord(sign) >= 32)
    phone = _PHONE.fullmatch(text)
    if phone:
        return "8 ({}) {}-{}-{}".format(*phone.groups())
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_FORMULA_SIGNS) else text


def without_apostrophe(text: str) -> str:
    """What stood in a cell before `neutral`."""
    return text[1:] if text.startswith("'") and text[1:].lstrip(" \u00a0").startswith(_FORMULA_SIGNS) else text


def _neutral_row(cells: Sequence[str]) -> list[str]:
    return [neutral(cell) for cell in cells]


def _labels(keys: Sequence[str], fields: dict[str, FieldDefinition], taken: Sequence[str]) -> list[str]:
    """Headings of the company's fields; one that is there already gets its key beside it."""
    labels: list[str] = []
    for key in keys:
        label = fields[key].label if key in fields else key
        labels.append(f"{label} ({key})" if label in (*taken, *labels) else label)
    return [neutral(label) for label in labels]


def _card(one: DealContents, clock: Clock) -> tuple[str, ...]:
    deal, company, contact = one.deal, one.deal.company, one.deal.contact
    return (
        *(deal.id, deal.title, company.name if company else "", (company.inn or "") if company else ""),
        *((contact.name, contact.role or "", contact.phone or "", contact.email or "") if contact else ("",) * 4),
        *(_when(deal.created_at, clock) if deal.created_at else "", _when(one.touched_at, clock)),
    )


def _value(definition: FieldDefinition | None, record: FieldRecord | None) -> str:
    """Numbers bare, so that they can be summed; dates and options as a person reads them."""
    if record is None:
        return ""
    norm: Norm = record.norm
    if isinstance(norm, bool) or norm is None or definition is None:
        return record.value
    if isinstance(norm, int):
        return str(norm)
    if isinstance(norm, list):
        return ", ".join(map(definition.option_label, norm))
    return moment_text(norm) or definition.option_label(norm)


def _when(moment: datetime, clock: Clock) -> str:
    return f"{clock.local(moment):%d.%m.%Y %H:%M}"
