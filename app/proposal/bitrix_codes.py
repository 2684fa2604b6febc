"""Templates of Bitrix24: their `{Name}` codes as our placeholders.

Source: helpdesk.bitrix24.ru articles 8091269 and 8087285 (modifiers behind «~»), apidocs.bitrix24.ru (names of fields).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.core.i18n import _
from app.proposal.paper import Paper
from app.proposal.ports import FoundTable, FoundTemplate, Mark, MarkKind

_CODE = re.compile(r"(?<!\{)\{(?P<name>[A-Za-z][\w.]*)(?:~(?P<form>[^{}]*))?\}(?!\})")
_KNOWN = {
    "DocumentNumber": "номер",
    "DocumentCreateTime": "дата",
    "ClientName": "клиент.компания",
    "RequisiteRqCompanyName": "клиент.компания",
    "RequisiteRqCompanyFullName": "клиент.компания",
    "RequisiteRqInn": "клиент.инн",
    "ClientEmail": "клиент.почта",
    "ClientContactName": "клиент.контакт",
    "ContactFormattedName": "клиент.контакт",
    "ContactPost": "клиент.должность",
    "MyCompanyName": "продавец.бренд",
    "MyCompanyRequisiteRqCompanyName": "продавец.название",
    "MyCompanyRequisiteRqCompanyFullName": "продавец.название",
    "MyCompanyRequisiteRqInn": "продавец.инн",
    "MyCompanyRequisiteRqKpp": "продавец.кпп",
    "MyCompanyRequisiteRqOgrn": "продавец.огрн",
    "MyCompanyRequisiteRegisteredAddressText": "продавец.адрес",
    "MyCompanyPhone": "продавец.телефон",
    "MyCompanyEmail": "продавец.почта",
    "MyCompanyWeb": "продавец.сайт",
    "MyCompanyBankDetailRqBankName": "продавец.банк.название",
    "MyCompanyBankDetailRqBik": "продавец.банк.бик",
    "MyCompanyBankDetailRqAccNum": "продавец.банк.счёт",
    "MyCompanyBankDetailRqCorAccNum": "продавец.банк.корсчёт",
    "AssignedFormattedName": "менеджер.имя",
    "AssignedFullName": "менеджер.имя",
    "MyCompanyAssignedFullName": "менеджер.имя",
    "AssignedWorkPosition": "менеджер.должность",
    "MyCompanyAssignedWorkPosition": "менеджер.должность",
    "AssignedPersonalMobile": "менеджер.телефон",
    "AssignedWorkPhone": "менеджер.телефон",
    "MyCompanyAssignedPersonalMobile": "менеджер.телефон",
    "AssignedEmail": "менеджер.почта",
    "MyCompanyAssignedEmail": "менеджер.почта",
    "TotalSum": "итого",
    "TotalSumWords": "прописью",
    "TotalTax": "ндс",
    "TaxesTaxValue": "ндс",
    "TaxesTaxRate": "ставка_ндс",
    "TotalWithoutTax": "итого_без_ндс",
    "ProductsIndex": "строка.номер",
    "ProductsProductName": "строка.название",
    "ProductsProductCode": "строка.артикул",
    "ProductsProductQuantity": "строка.кол",
    "ProductsProductMeasureName": "строка.ед",
    "ProductsProductPrice": "строка.цена",
    "ProductsProductPriceBrutto": "строка.цена_без_скидки",
    "ProductsProductDiscountRate": "строка.скидка",
    "ProductsProductPriceSum": "строка.сумма",
    "ProductsProductPriceNettoSum": "строка.сумма_без_ндс",
    "ProductsProductTaxRate": "строка.ставка",
    "ProductsProductTaxValue": "строка.ндс",
}
_IN_WORDS = re.compile(r"[FMm]")


def has_codes(paper: Paper) -> bool:
    """Whether a document is a template of Bitrix24."""
    return any(_CODE.search(paragraph.text) for paragraph in paper.paragraphs)


def codes_of(text: str) -> Iterator[str]:
    """The codes of a text, braces and modifiers included."""
    return (match.group() for match in _CODE.finditer(text))


def find(paper: Paper) -> FoundTemplate:
    """Every code with the placeholder it becomes; the unknown ones are named and stay."""
    marks: list[Mark] = []
    unknown: dict[str, None] = {}
    table: FoundTable | None = None
    for number, paragraph in enumerate(paper.paragraphs):
        for match in _CODE.finditer(paragraph.text):
            placeholder = _placeholder(match["name"], match["form"] or "")
            if placeholder is None:
                unknown[match.group()] = None
                continue
            if placeholder.startswith("строка.") and paragraph.part == "body" and table is None:
                table = FoundTable(paragraph.table or 0, (), {}, (paragraph.row or 0,), 1.0)
            marks.append(
                Mark(
                    MarkKind.CODE,
                    _("Код Битрикс24"),
                    match.group(),
                    paragraph.place,
                    1.0,
                    f"{{{{ {placeholder} }}}}",
                    number,
                    match.start(),
                )
            )
    missing = () if table is not None else (_("таблица товаров"),)
    return FoundTemplate(tuple(marks), table, tuple(unknown), missing)


def _placeholder(name: str, form: str) -> str | None:
    known = _KNOWN.get(name)
    if known == "дата" and _IN_WORDS.search(form.replace(".m.", "").replace("-m-", "")):
        return "дата_словами"
    return known
