"""What a pretended Bitrix24 portal holds, and what its methods do with it. Shapes as in the vendor's pages (2026)."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from itertools import count
from typing import Any, TypeAlias

Record: TypeAlias = dict[str, Any]

PAGE = 50
ZONE = timezone(timedelta(hours=3))
DEAL, CONTACT, COMPANY = 2, 3, 4
KINDS = {DEAL: "deal", CONTACT: "contact", COMPANY: "company"}
_OPERATIONS: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "@": lambda one, many: one in many,
    "%": lambda one, part: str(part).lower() in str(one).lower(),
    "=": operator.eq,
}
_STAMP = "fm"


class RefusalError(Exception):
    """An error as the portal tells it."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.text = text


def facts(kind: str, title: str, **more: Any) -> Record:
    """A field as `crm.item.fields` describes it."""
    plain = {"isRequired": False, "isReadOnly": False, "isImmutable": False, "isMultiple": False, "isDynamic": False}
    return {"type": kind, **plain, "title": title, **more}


def _own(kind: str, title: str, name: str, **more: Any) -> Record:
    return facts(kind, title, isDynamic=True, upperName=name, **more)


def deal_fields() -> dict[str, Record]:
    """Fields of deals: those of every portal, and one of each kind that a company makes itself."""
    return {
        "id": facts("integer", "ID", isReadOnly=True, upperName="ID"),
        "title": facts("string", "Название", upperName="TITLE"),
        "categoryId": facts("crm_category", "Воронка", upperName="CATEGORY_ID"),
        "stageId": facts("crm_status", "Стадия сделки", upperName="STAGE_ID", statusType="DEAL_STAGE"),
        "opportunity": facts("double", "Сумма", upperName="OPPORTUNITY"),
        "currencyId": facts("crm_currency", "Валюта", upperName="CURRENCY_ID"),
        "isManualOpportunity": facts("boolean", "Режим расчёта суммы", upperName="IS_MANUAL_OPPORTUNITY"),
        "sourceId": facts("crm_status", "Источник", upperName="SOURCE_ID", statusType="SOURCE"),
        "closedate": facts("date", "Дата завершения", upperName="CLOSEDATE"),
        "comments": facts("text", "Комментарий", upperName="COMMENTS"),
        "companyId": facts("crm_company", "Компания", upperName="COMPANY_ID"),
        "contactId": facts("crm_contact", "Контакт", upperName="CONTACT_ID", isDeprecated=True),
        "contactIds": facts("crm_contact", "CONTACT_IDS", upperName="CONTACT_IDS", isMultiple=True),
        "assignedById": facts("user", "Ответственный", upperName="ASSIGNED_BY_ID"),
        "updatedTime": facts("datetime", "Когда обновлён", upperName="UPDATED_TIME", isReadOnly=True),
        "ufCrm_100": _own("money", "Бюджет проекта", "UF_CRM_100"),
        "ufCrm_101": _own("enumeration", "Тип объекта", "UF_CRM_101"),
        "ufCrm_102": _own("enumeration", "Что нужно", "UF_CRM_102", isMultiple=True),
        "ufCrm_103": _own("boolean", "Нужен монтаж", "UF_CRM_103"),
        "ufCrm_104": _own("datetime", "Встреча", "UF_CRM_104"),
        "ufCrm_105": _own("double", "Площадь", "UF_CRM_105"),
        "ufCrm_106": _own("file", "Чертёж", "UF_CRM_106"),
    }


def beside_fields(*, is_company: bool) -> dict[str, Record]:
    """Fields of contacts or companies."""
    named = {"title": facts("string", "Название компании", upperName="TITLE")}
    person = {
        "name": facts("string", "Имя", upperName="NAME"),
        "secondName": facts("string", "Отчество", upperName="SECOND_NAME"),
        "lastName": facts("string", "Фамилия", upperName="LAST_NAME"),
        "post": facts("string", "Должность", upperName="POST"),
    }
    return {
        "id": facts("integer", "ID", isReadOnly=True, upperName="ID"),
        **(named if is_company else person),
        _STAMP: facts("crm_multifield", "Мультиполя", upperName="FM", isMultiple=True),
    }


def _options(*labels: str, first: int = 1) -> list[Record]:
    return [{"ID": str(first + n), "VALUE": label, "SORT": str(n * 10), "DEF": "N"} for n, label in enumerate(labels)]


@dataclass
class Cards:
    """All that stands in the portal.

    Args:
        user_id: Whose rights the key has.
        scopes: Rights of the key.
        rows_of_products: By deal id, the sum of its products: the amount unless it was entered by hand.
        denied: Kinds of cards that this person may not see.
        no_stage_change: Whether the right to move deals is missing.
        is_php_empty: Empty maps come as lists.
    """

    user_id: int = 7
    scopes: tuple[str, ...] = ("crm", "task", "user_brief", "telephony", "disk")
    now: datetime = datetime(2026, 3, 3, 12, 0, tzinfo=ZONE)
    fields: dict[int, dict[str, Record]] = field(
        default_factory=lambda: {
            DEAL: deal_fields(),
            CONTACT: beside_fields(is_company=False),
            COMPANY: beside_fields(is_company=True),
        }
    )
    own_fields: dict[str, list[Record]] = field(
        default_factory=lambda: {
            "deal": [
                {"ID": "1", "FIELD_NAME": "UF_CRM_101", "MANDATORY": "N", "LIST": _options("Склад", "Офис", first=31)},
                {"ID": "2", "FIELD_NAME": "UF_CRM_102", "MANDATORY": "N", "LIST": _options("Свет", "Сети", first=41)},
            ],
            "contact": [],
            "company": [],
        }
    )
    statuses: dict[str, list[Record]] = field(
        default_factory=lambda: {
            "DEAL_STAGE": [
                {"STATUS_ID": "NEW", "NAME": "Новая", "SORT": "10", "EXTRA": {"SEMANTICS": "process"}},
                {"STATUS_ID": "PREPARATION", "NAME": "Подготовка КП", "SORT": "20", "EXTRA": {"SEMANTICS": "process"}},
                {"STATUS_ID": "WON", "NAME": "Сделка успешна", "SORT": "30", "EXTRA": {"SEMANTICS": "success"}},
                {"STATUS_ID": "LOSE", "NAME": "Сделка провалена", "SORT": "40", "EXTRA": {"SEMANTICS": "failure"}},
            ],
            "DEAL_STAGE_9": [{"STATUS_ID": "C9:NEW", "NAME": "Заявка", "SORT": "10", "SEMANTICS": None}],
            "SOURCE": [{"STATUS_ID": "CALL", "NAME": "Звонок", "SORT": "10"}],
        }
    )
    categories: list[Record] = field(
        default_factory=lambda: [
            {"id": 9, "name": "Тендеры", "sort": 300, "isDefault": "N"},
            {"id": 0, "name": "Общая", "sort": 200, "isDefault": "Y"},
        ]
    )
    cards: dict[int, dict[int, Record]] = field(default_factory=lambda: {DEAL: {}, CONTACT: {}, COMPANY: {}})
    requisites: list[Record] = field(default_factory=list)
    comments: dict[int, Record] = field(default_factory=dict)
    tasks: dict[int, Record] = field(default_factory=dict)
    calls: list[Record] = field(default_factory=list)
    files: dict[int, Record] = field(default_factory=dict)
    rows_of_products: dict[int, float] = field(default_factory=dict)
    denied: set[int] = field(default_factory=set)
    no_stage_change: bool = False
    is_php_empty: bool = True
    _numbers: count[int] = field(default_factory=lambda: count(101))

    def add_deal(self, title: str = "Поставка светильников", **values: Any) -> int:
        """A deal as a colleague made it; returns its id."""
        card = {
            "title": title,
            "categoryId": 0,
            "stageId": "NEW",
            "stageSemanticId": "P",
            "closed": "N",
            "opportunity": 0,
            "isManualOpportunity": "N",
            "currencyId": "RUB",
            "companyId": 0,
            "contactId": 0,
            "contactIds": [],
            "assignedById": self.user_id,
            "comments": "",
            "sourceId": "",
            "closedate": None,
            **{own: None for own in self.fields[DEAL] if own.startswith("ufCrm")},
        }
        return self._add(DEAL, card | values)

    def add_contact(self, last_name: str, *, phones: tuple[str, ...] = (), emails: tuple[str, ...] = ()) -> int:
        rows = [("PHONE", value) for value in phones] + [("EMAIL", value) for value in emails]
        card = {"name": "", "secondName": None, "lastName": last_name, "post": None, _STAMP: self._numbered(rows)}
        return self._add(CONTACT, card)

    def add_company(self, title: str, *, inn: str = "") -> int:
        made = self._add(COMPANY, {"title": title, _STAMP: []})
        if inn:
            self.requisites.append({"ID": str(next(self._numbers)), "ENTITY_ID": str(made), "RQ_INN": inn})
        return made

    def add_call(self, phone: str, *, at: str, recording: bytes | None = None, **values: Any) -> Record:
        """A call that telephony has told the portal of; with a recording, on the portal's disk.

        Args:
            at: When it began, in ISO form with the zone.
        """
        number = next(self._numbers)
        call = {
            "ID": str(number),
            "PORTAL_USER_ID": str(self.user_id),
            "PORTAL_NUMBER": "reg133788",
            "PHONE_NUMBER": phone,
            "CALL_ID": f"externalCall.{number}",
            "CALL_DURATION": "95",
            "CALL_START_DATE": at,
            "CALL_RECORD_URL": None,
            "CALL_FAILED_CODE": "200",
            "CRM_ENTITY_TYPE": "CONTACT",
            "CRM_ENTITY_ID": "275",
            "RECORD_FILE_ID": None,
            "CALL_TYPE": "2",
        }
        if recording is not None:
            file = next(self._numbers)
            self.files[file] = {"name": "call.wav", "path": f"/disk/{file}/?token=t0ken{file}", "content": recording}
            call["RECORD_FILE_ID"] = file
        self.calls.append(call | values)
        return self.calls[-1]

    def touch(self, entity: int, card_id: int, **values: Any) -> None:
        """What a colleague writes."""
        self.cards[entity][card_id].update(values)
        self._stamp(self.cards[entity][card_id])

    def item(self, entity: int, card_id: int) -> Record:
        return self.cards[entity][card_id]

    def as_told(self, entity: int, card: Record, select: list[str] | None = None) -> Record:
        """A card as the methods tell it: a deal has no numbers, others have them only among all fields."""
        chosen = deepcopy(card)
        if select and select != ["*"]:
            return {key: chosen[key] for key in select if key in chosen and key != _STAMP}
        return chosen | {"entityTypeId": entity}

    def listed(self, entity: int, params: Mapping[str, Any]) -> tuple[list[Record], int]:
        """A page of cards, and how many there are."""
        if entity in self.denied:
            raise RefusalError(400, "ACCESS_DENIED", "Доступ запрещён")
        found = [card for card in self.cards[entity].values() if fits(card, params.get("filter") or {})]
        for key, way in reversed(list((params.get("order") or {"id": "ASC"}).items())):
            found.sort(key=lambda card: _comparable(card.get(key)), reverse=str(way).upper() == "DESC")
        start = max(0, int(params.get("start") or 0))
        select = list(params.get("select") or [])
        return [self.as_told(entity, card, select) for card in found[start : start + PAGE]], len(found)

    def got(self, entity: int, card_id: int) -> Record:
        if entity in self.denied:
            raise RefusalError(400, "ACCESS_DENIED", "Доступ запрещён")
        if card_id not in self.cards[entity]:
            raise RefusalError(400, "", "Not found")
        return self.as_told(entity, self.cards[entity][card_id])

    def update(self, entity: int, card_id: int, fields: Mapping[str, Any]) -> Record:
        """Write a card: what it does not know is ignored without a word, and its numbers are only added to."""
        if card_id not in self.cards[entity]:
            raise RefusalError(400, "", "Not found")
        card, before = self.cards[entity][card_id], deepcopy(self.cards[entity][card_id])
        if entity == DEAL and self.no_stage_change and fields.get("stageId", card["stageId"]) != card["stageId"]:
            raise RefusalError(400, "", "Недостаточно прав для смены стадии")
        known = self.fields[entity]
        for own, value in fields.items():
            if own in known and not known[own]["isReadOnly"] and own != _STAMP:
                card[own] = self._kept(card, known[own], own, value)
        rows = [(row["typeId"], row["value"]) for row in fields.get(_STAMP) or ()]
        card[_STAMP] = [*card.get(_STAMP, []), *self._numbered(rows)]
        if entity == DEAL:
            del card[_STAMP]
            if card_id in self.rows_of_products and card["isManualOpportunity"] != "Y":
                card["opportunity"] = self.rows_of_products[card_id]
        if card != before:
            self._stamp(card)
        return self.as_told(entity, card)

    def drop_numbers(self, entity: int, card_id: int, fields: Mapping[str, Any]) -> None:
        """The one thing for which the older `crm.contact.update` is needed."""
        gone = {
            str(row["ID"]) for kind in ("PHONE", "EMAIL") for row in fields.get(kind, ()) if row.get("DELETE") == "Y"
        }
        card = self.cards[entity][card_id]
        card[_STAMP] = [row for row in card[_STAMP] if str(row["id"]) not in gone]

    def duplicates(self, entity: int, kind: str, values: list[str]) -> Record | list[Any]:
        wanted = {_digits(value) for value in values}
        found = [
            card_id
            for card_id, card in self.cards[entity].items()
            if any(row["typeId"] == kind and _digits(row["value"]) in wanted for row in card[_STAMP])
        ]
        return {KINDS[entity].upper(): found} if found else []

    def number(self) -> int:
        return next(self._numbers)

    def _add(self, entity: int, card: Record) -> int:
        made = next(self._numbers)
        self.cards[entity][made] = {"id": made, **card}
        self._stamp(self.cards[entity][made])
        return made

    def _stamp(self, card: Record) -> None:
        card["updatedTime"] = self.now.isoformat(timespec="seconds")

    def _numbered(self, rows: list[tuple[str, str]]) -> list[Record]:
        return [
            {"id": next(self._numbers), "typeId": kind, "valueType": "WORK", "value": value} for kind, value in rows
        ]

    def _stages(self, card: Record) -> list[Record]:
        """Stages of the card's own pipeline."""
        return self.statuses[f"DEAL_STAGE_{card['categoryId']}" if card["categoryId"] else "DEAL_STAGE"]

    def _kept(self, card: Record, known: Record, own: str, value: Any) -> Any:
        kind = known["type"]
        if kind == "enumeration":
            allowed = {row["ID"] for rows in self.own_fields["deal"] for row in rows["LIST"]} | {"", None}
            wanted = value if isinstance(value, list) else [value]
            if known["isMultiple"] and not isinstance(value, list):
                raise RefusalError(400, "100", "Expected iterable value for multiple field, but got `string` instead")
            if any(str(item or "") not in allowed for item in wanted):
                raise RefusalError(400, "CRM_FIELD_ERROR_VALUE_NOT_VALID", f"Неверное значение поля «{known['title']}»")
            return value or None
        if own == "stageId" and value not in {row["STATUS_ID"] for row in self._stages(card)}:
            raise RefusalError(400, "CRM_FIELD_ERROR_VALUE_NOT_VALID", f"Неверное значение поля «{known['title']}»")
        if kind == "date":
            # A day comes back as a moment of the portal's own zone.
            return f"{value}T03:00:00+03:00" if value else None
        if kind == "datetime":
            return datetime.fromisoformat(value).astimezone(ZONE).isoformat(timespec="seconds") if value else None
        if kind == "boolean":
            return "Y" if value in (True, "Y", "y", "true") else "N"
        return value


def fits(card: Mapping[str, Any], condition: Mapping[str, Any]) -> bool:
    """Whether a card meets a filter with its groups."""
    parts = [(key, value) for key, value in condition.items() if key != "logic"]
    judged = [fits(card, value) if key.isdigit() else _meets(card, key, value) for key, value in parts]
    return any(judged) if condition.get("logic") == "OR" else all(judged)


def _meets(card: Mapping[str, Any], key: str, value: Any) -> bool:
    sign = next((sign for sign in _OPERATIONS if key.startswith(sign)), "=")
    own = key.removeprefix(sign)
    if own not in card:
        raise RefusalError(400, "INVALID_ARG_VALUE", f"Invalid filter: field '{own}' is not allowed in filter")
    stands = card[own]
    if sign == "@":
        wanted = list(value.values()) if isinstance(value, Mapping) else list(value)
        return str(stands) in {str(item) for item in wanted}
    if sign == "%":
        return _OPERATIONS[sign](stands or "", value)
    return _OPERATIONS[sign](_comparable(stands), _comparable(value))


def _comparable(value: Any) -> Any:
    if isinstance(value, int | float):
        return float(value)
    text = str(value or "")
    try:
        return float(text)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return text


def _digits(value: str) -> str:
    plain = "".join(sign for sign in value if sign.isdigit())
    return plain[-10:] if plain else value.lower()
