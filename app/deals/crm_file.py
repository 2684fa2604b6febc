"""An export of any CRM as rows of deals: which column holds what is known by its heading. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from app.core.errors import UserFixable
from app.core.i18n import _
from app.core.words import folded
from app.deals.crm_rows import MOMENTS, CrmColumn, CrmRow, CrmTable
from app.deals.ports import Cell, CrmSheet

_HEADER_WITHIN = 30
_LEAST_COLUMNS = 2
_OF_CLIENTS = {
    CrmColumn.COMPANY,
    CrmColumn.INN,
    CrmColumn.CONTACT,
    CrmColumn.PHONE,
    CrmColumn.EMAIL,
    CrmColumn.STAGE,
}
_FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001 - the day 0 of spreadsheets
_DAYS_THAT_ARE_DATES = range(30_000, 70_000)

# Exports of Bitrix24, amoCRM, RetailCRM, Megaplan, HubSpot, Odoo and Salesforce, and what people call columns.
_HEADINGS = {
    CrmColumn.DEAL_ID: "deal id|id|ид|id сделки|ид сделки|номер|номер сделки|№|№ сделки|n|no|number|record id"
    "|external id|код|код сделки|сделка id|лид id|lead id",
    CrmColumn.TITLE: "deal title|deal name|deal|title|name|сделка|название|название сделки|наименование"
    "|наименование сделки|тема|тема сделки|заголовок|opportunity|opportunity name|лид|название лида|предмет сделки",
    CrmColumn.STAGE: "stage|deal stage|stage name|status|этап|этап сделки|стадия|стадия сделки|статус|статус сделки"
    "|стадия воронки|этап воронки",
    CrmColumn.AMOUNT: "amount|sum|budget|price|value|deal value|expected revenue|revenue|сумма|сумма сделки|бюджет"
    "|бюджет сделки|стоимость|стоимость сделки|бюджет руб|сумма руб|сумма ₽|бюджет ₽|сумма рублей",
    CrmColumn.CREATED_AT: "created at|created|created on|create date|created date|date created|creation date"
    "|дата создания|создана|создан|создано|дата создания сделки|дата добавления|добавлена|когда создана|дата начала"
    "|когда добавлена|дата заведения|заведена",
    CrmColumn.UPDATED_AT: "updated at|updated|modified|last modified|last modified date|last updated on|last activity"
    "|last activity date|дата изменения|изменена|изменен|изменено|дата редактирования|дата обновления|обновлена"
    "|обновлен|обновлено|последнее изменение|последняя активность|дата последней активности|дата последнего изменения"
    "|последнее касание|последний контакт|дата последнего контакта|дата последнего касания|дата модификации",
    CrmColumn.MANAGER: "manager|owner|deal owner|responsible|salesperson|assigned to|ответственный|менеджер"
    "|ответственный за сделку|ответственный менеджер|продавец|сотрудник",
    CrmColumn.COMPANY: "company|company name|account|account name|organization|organisation|компания|название компании"
    "|компания контакта|клиент|организация|контрагент|заказчик|наименование компании|юрлицо|юридическое лицо"
    "|наименование организации|наименование контрагента|фирма|покупатель",
    CrmColumn.INN: "inn|инн|tax id|vat|tin|инн компании|инн клиента|инн контрагента|инн организации|реквизиты инн"
    "|инн кпп",
    CrmColumn.CONTACT: "contact|contact name|contact person|customer|full name|контакт|контактное лицо|имя контакта"
    "|полное имя контакта|фио|имя|фио контакта|контакт имя|лпр|основной контакт|представитель|контактное лицо фио",
    CrmColumn.CONTACT_ROLE: "contact role|role|job title|position|job position|должность|роль|должность контакта"
    "|контакт должность",
    CrmColumn.PHONE: "phone|phone number|mobile|mobile phone|work phone|телефон|номер телефона|рабочий телефон"
    "|мобильный телефон|мобильный|телефон контакта|телефон рабочий|телефон мобильный|тел|контактный телефон|сотовый"
    "|рабочий телефон контакта|мобильный телефон контакта|контакт рабочий телефон|контакт мобильный телефон"
    "|рабочий прямой телефон|телефон клиента|телефон компании|другой телефон|контакт телефон|компания рабочий телефон",
    CrmColumn.EMAIL: "email|e mail|mail|email address|почта|эл почта|электронная почта|адрес почты|рабочий email"
    "|рабочий e mail|личный email|личный e mail|email контакта|e mail контакта|почта контакта|контакт рабочий e mail"
    "|контакт e mail|контакт email|рабочий email контакта|email рабочий|e mail рабочий|мейл|имейл"
    "|контакт рабочий email",
    CrmColumn.SOURCE: "source|lead source|источник|источник сделки|источник лида|откуда|канал",
    CrmColumn.NEXT_STEP: "next step|next activity|next task|следующий шаг|ближайшая задача|задача|следующее действие"
    "|следующее касание|следующая задача|ближайшее дело|следующий этап работ",
    CrmColumn.NEXT_STEP_AT: "next step at|next step date|next activity date|next activity deadline|next step due"
    "|дата следующего шага|дата следующего касания|срок следующего шага|дата ближайшей задачи|срок задачи"
    "|дата следующего действия|когда следующий шаг|срок ближайшей задачи|дата следующего контакта|следующий контакт",
    CrmColumn.LOST_REASON: "lost reason|reason|close lost reason|closed lost reason|loss reason|причина отказа"
    "|причина проигрыша|причина|причина потери|причина закрытия|причина провала|почему проиграли",
}
_COLUMN_OF = {title: column for column, titles in _HEADINGS.items() for title in titles.split("|")}


def read_crm_table(sheets: Sequence[CrmSheet], file: str) -> CrmTable:
    """The deals of an export: the sheet and the row of headings in which most columns are known.

    Args:
        file: Its name, for what is said to a person.

    Raises:
        UserFixable: ``crm_file.no_columns``: no headings of a CRM were found. ``crm_file.no_rows``: nothing below them.
    """
    best: tuple[int, int, CrmSheet] | None = None
    for sheet in sheets:
        for at, row in enumerate(sheet.rows[:_HEADER_WITHIN]):
            known = {column for cell in row if (column := column_of(text_of(cell)))}
            # A price list too has numbers, names and sums.
            if len(known) >= _LEAST_COLUMNS and known & _OF_CLIENTS and (best is None or len(known) > best[0]):
                best = len(known), at, sheet
    if best is None:
        raise UserFixable(
            "crm_file.no_columns",
            _("В файле «{name}» не узнать столбцы сделок.").format(name=file),
            hint=_("Нужна строка заголовков, например: ID, Сделка, Этап, Сумма, Компания, Контакт, Телефон."),
        )
    _known, at, sheet = best
    headings = [text_of(cell) for cell in sheet.rows[at]]
    rows = tuple(_rows(sheet.rows, at, headings))
    if not rows:
        raise UserFixable(
            "crm_file.no_rows",
            _("В файле «{name}» под заголовками нет ни одной сделки.").format(name=file),
            hint=_("Выгрузите сделки из CRM ещё раз или выберите другой файл."),
        )
    columns = {column: heading for heading in reversed(headings) if (column := column_of(heading))}
    return CrmTable(rows, dict(reversed(columns.items())), sheet.read_as)


def column_of(heading: str) -> CrmColumn | None:
    """What a column under this heading holds; None for one that is not known."""
    plain = " ".join(re.sub(r"[^\w№₽]+|_", " ", folded(heading)).split())
    return _COLUMN_OF.get(plain)


def text_of(cell: Cell) -> str:
    """A cell as text: numbers without an exponent, dates in ISO, white space joined."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return _("да") if cell else _("нет")
    if isinstance(cell, Decimal):
        return format(cell.normalize(), "f")
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S" if cell.second else "%Y-%m-%d %H:%M")
    if isinstance(cell, date):
        return cell.isoformat()
    return " ".join(cell.split())


def _rows(rows: Sequence[Sequence[Cell]], header: int, headings: list[str]) -> Iterator[CrmRow]:
    columns = [column_of(heading) for heading in headings]
    for number, row in enumerate(rows[header + 1 :], start=header + 2):
        cells: dict[CrmColumn, str] = {}
        extra: dict[str, str] = {}
        for heading, column, cell in zip(headings, columns, row, strict=False):
            text = _moment_text(cell) if column in MOMENTS else text_of(cell)
            if column is None:
                if heading and text:
                    extra[heading] = text
            elif text and not cells.get(column):
                # Of several phones or addresses, each in a column of its own, the first that is filled counts.
                cells[column] = text
        if not cells:
            continue
        # A heading that is repeated on every printed page is no deal.
        if sum(column_of(text) is column for column, text in cells.items()) >= _LEAST_COLUMNS:
            continue
        yield CrmRow(number, cells.get(CrmColumn.DEAL_ID) or str(number), cells, extra)


def _moment_text(cell: Cell) -> str:
    """A date that a spreadsheet kept as the number of its day is written as a date."""
    if isinstance(cell, Decimal) and int(cell) in _DAYS_THAT_ARE_DATES:
        moment = _FIRST_DAY + timedelta(minutes=round(float(cell) * 24 * 60))
        return text_of(moment if cell % 1 else moment.date())
    return text_of(cell)
