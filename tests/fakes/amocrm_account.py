"""An amoCRM account in memory: cards, fields, notes and tasks as its API v4 tells and takes them.

A fake: made after the documentation and the official PHP client, never compared with a live account. The independent
client aioamocrm reads and writes it in tests/unit/adapters/crm/test_amocrm_oracle.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any

MOSCOW = timezone(timedelta(hours=3))
START_S = 1_795_000_000
WON, LOST = 142, 143
MAIN, SERVICE = 3101, 3102
NEW, OFFER = 41001, 41002
PRODUCT, CITY, VISIT, MEETING, AREA, COST, IS_VAT, WISHES, SCHEME = range(7001, 7010)
PHONE, EMAIL, ROLE = 7101, 7102, 7103
INN = 7201
USER = 55


class Refusal(Exception):
    """An answer that is no good one."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(status)
        self.status = status
        self.body = body


def problem(status: int, title: str, detail: str, **more: Any) -> Refusal:
    """A refusal as `application/problem+json`."""
    return Refusal(
        status,
        {"title": title, "type": f"https://httpstatus.es/{status}", "status": status, "detail": detail, **more},
    )


def _field(number: int, name: str, kind: str, code: str | None = None, *enums: tuple[int, str]) -> dict[str, Any]:
    return {
        "id": number,
        "name": name,
        "type": kind,
        "account_id": 1,
        "code": code,
        "sort": number,
        "is_api_only": False,
        "enums": [{"id": key, "value": value, "sort": key} for key, value in enums] or None,
        "group_id": None,
        "required_statuses": [],
        "is_deletable": True,
        "is_predefined": code is not None,
        "entity_type": "leads",
    }


def _stage(number: int, name: str, pipeline: int, kind: int = 0) -> dict[str, Any]:
    return {
        "id": number,
        "name": name,
        "sort": number,
        "is_editable": kind == 0 and number not in (WON, LOST),
        "pipeline_id": pipeline,
        "color": "#fffeb2",
        "type": kind,
        "account_id": 1,
    }


def _pipeline(number: int, name: str, *stages: tuple[int, str]) -> dict[str, Any]:
    own = [_stage(number * 10, "Неразобранное", number, 1), *(_stage(key, label, number) for key, label in stages)]
    closing = [_stage(WON, "Успешно реализовано", number), _stage(LOST, "Закрыто и не реализовано", number)]
    return {
        "id": number,
        "name": name,
        "sort": number,
        "is_main": number == MAIN,
        "is_unsorted_on": True,
        "is_archive": False,
        "account_id": 1,
        "_embedded": {"statuses": own + closing},
    }


@dataclass
class AmoAccount:
    """The account's state; every change moves its clock by a second."""

    now_s: int = START_S
    cards: dict[str, dict[int, dict[str, Any]]] = field(
        default_factory=lambda: {"leads": {}, "contacts": {}, "companies": {}}
    )
    notes: dict[int, dict[str, Any]] = field(default_factory=dict)
    tasks: dict[int, dict[str, Any]] = field(default_factory=dict)
    fields: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    rights: dict[str, Any] = field(default_factory=dict)
    is_clock_still: bool = False
    may_list_users: bool = True
    colleagues: list[dict[str, Any]] = field(
        default_factory=lambda: [{"id": 71, "name": "Олег Дроздов", "email": "Drozdov@polus.example", "lang": "ru"}]
    )
    _last: int = 900

    def __post_init__(self) -> None:
        self.fields = {
            "leads": [
                _field(PRODUCT, "Что поставляем", "text"),
                _field(CITY, "Город доставки", "select", None, (1, "Тверь"), (2, "Казань"), (3, "Пермь")),
                _field(VISIT, "Дата замера", "date"),
                _field(MEETING, "Встреча", "date_time"),
                _field(AREA, "Площадь, м²", "numeric"),
                _field(COST, "Стоимость монтажа", "monetary"),
                _field(IS_VAT, "Нужен НДС", "checkbox"),
                _field(WISHES, "Пожелания", "multiselect", None, (11, "Доставка"), (12, "Монтаж"), (13, "Обучение")),
                _field(SCHEME, "Схема", "file"),
            ],
            "contacts": [
                _field(PHONE, "Телефон", "multitext", "PHONE", (21, "WORK"), (22, "MOB")),
                _field(EMAIL, "Email", "multitext", "EMAIL", (31, "WORK"), (32, "PRIV")),
                _field(ROLE, "Должность", "text", "POSITION"),
            ],
            "companies": [_field(INN, "ИНН", "text")],
        }
        self.pipelines = [
            _pipeline(MAIN, "Продажи", (NEW, "Новая"), (OFFER, "КП отправлено")),
            _pipeline(SERVICE, "Сервис", (42001, "Заявка")),
        ]
        self.loss_reasons = [{"id": 501, "name": "Дорого", "sort": 1}, {"id": 502, "name": "Сроки", "sort": 2}]
        self.rights = {
            "leads": {"view": "A", "edit": "A", "add": "A", "delete": "A", "export": "A"},
            "contacts": {"view": "A", "edit": "A", "add": "A", "delete": "A", "export": "A"},
            "companies": {"view": "A", "edit": "A", "add": "A", "delete": "A", "export": "A"},
            "tasks": {"edit": "A", "delete": "A"},
            "is_admin": False,
            "is_free": False,
            "is_active": True,
        }

    def tick(self) -> int:
        """The time of a change."""
        if not self.is_clock_still:
            self.now_s += 1
        return self.now_s

    def next_id(self) -> int:
        self._last += 1
        return self._last

    def add_card(self, folder: str, name: str, **more: Any) -> int:
        """A card made in the browser; `more` as amoCRM tells it."""
        number = self.next_id()
        own = {"price": 0, "status_id": NEW, "pipeline_id": MAIN, "loss_reason_id": None, "closed_at": None}
        self.cards[folder][number] = {
            "id": number,
            "name": name,
            **(own if folder == "leads" else {}),
            "responsible_user_id": USER,
            "group_id": 0,
            "created_by": USER,
            "updated_by": USER,
            "created_at": self.now_s,
            "updated_at": self.tick(),
            "closest_task_at": None,
            "is_deleted": False,
            "custom_fields_values": None,
            "account_id": 1,
            "_embedded": {"tags": []},
            **more,
        }
        return number

    def add_lead(self, name: str, *, contacts: tuple[int, ...] = (), company: int = 0, **more: Any) -> int:
        """A deal with its contacts (the first is the main one) and its company."""
        links = {
            "tags": [],
            "companies": [{"id": company}] if company else [],
            "contacts": [{"id": item, "is_main": index == 0} for index, item in enumerate(contacts)],
        }
        number = self.add_card("leads", name, _embedded=links, **more)
        for folder, cards in (("contacts", contacts), ("companies", (company,) if company else ())):
            for item in cards:
                self.cards[folder][item]["_embedded"].setdefault("leads", []).append({"id": number})
        return number

    def put(self, folder: str, number: int, field_id: int, *values: Any) -> None:
        """A value that a colleague entered; `values` as in the API."""
        self.change(folder, {"id": number, "custom_fields_values": [{"field_id": field_id, "values": list(values)}]})

    def values(self, folder: str, number: int, field_id: int) -> list[dict[str, Any]]:
        """What stands in a field; empty for nothing."""
        entries = self.cards[folder][number]["custom_fields_values"] or []
        return next((entry["values"] for entry in entries if entry["field_id"] == field_id), [])

    def change(self, folder: str, wanted: dict[str, Any], at: str = "0") -> dict[str, Any]:
        """A card changed as by PATCH. Raises Refusal, and then nothing is changed."""
        card = self.cards[folder].get(int(wanted["id"]))
        if card is None or card["is_deleted"]:
            raise invalid(at, ("NotFound", "id", "Entity not found"))
        self._check(folder, card, wanted, at)
        entries = {entry["field_id"]: entry for entry in card["custom_fields_values"] or []}
        for entry in wanted.get("custom_fields_values") or []:
            described = self._described(folder, entry["field_id"])
            values = self._kept(described, entry["values"] or [])
            entries.pop(entry["field_id"], None)
            if values:
                names = {"field_id": "id", "field_name": "name", "field_code": "code", "field_type": "type"}
                entries[entry["field_id"]] = {
                    **{name: described[source] for name, source in names.items()},
                    "values": values,
                }
        card["custom_fields_values"] = list(entries.values()) or None
        for name in ("name", "price", "status_id", "pipeline_id", "loss_reason_id", "responsible_user_id"):
            if name in wanted:
                card[name] = wanted[name]
        card["updated_at"] = self.tick()
        return card

    def _check(self, folder: str, card: dict[str, Any], wanted: dict[str, Any], at: str) -> None:
        for index, entry in enumerate(wanted.get("custom_fields_values") or []):
            path = f"custom_fields_values.{index}"
            described = self._described(folder, entry["field_id"])
            if described is None:
                raise invalid(
                    at, ("NotSupportedChoice", f"{path}.field_id", "The value you selected is not a valid choice.")
                )
            options = {item["id"] for item in described["enums"] or []}
            for place, value in enumerate(entry["values"] or []):
                if "enum_id" in value and value["enum_id"] not in options:
                    raise invalid(
                        at,
                        (
                            "NotSupportedChoice",
                            f"{path}.values.{place}.enum_id",
                            "The value you selected is not a valid choice.",
                        ),
                    )
        if "price" in wanted and not isinstance(wanted["price"], int):
            raise invalid(at, ("InvalidType", "price", "This value should be of type numeric."))
        if "status_id" in wanted:
            pipeline = wanted.get("pipeline_id", card.get("pipeline_id"))
            stages = {
                stage["id"]
                for item in self.pipelines
                if item["id"] == pipeline
                for stage in item["_embedded"]["statuses"]
            }
            if wanted["status_id"] not in stages:
                raise invalid(at, ("NotSupportedChoice", "status_id", "Status is not of this pipeline."))

    def _described(self, folder: str, number: int) -> Any:
        return next((item for item in self.fields[folder] if item["id"] == number), None)

    def _kept(self, described: dict[str, Any], values: list[dict[str, Any]]) -> list[dict[str, Any]]:
        kept = [_stored(described, value) for value in values]
        return [value for value in kept if value["value"] not in (None, "", False)]


def invalid(at: str, *errors: tuple[str, str, str]) -> Refusal:
    """400 with the paths of what is wrong."""
    listed = [{"code": code, "path": path, "detail": detail} for code, path, detail in errors]
    return problem(
        400,
        "Bad Request",
        "Request validation failed",
        **{"validation-errors": [{"request_id": at, "errors": listed}]},
    )


def _stored(described: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    kind, told = described["type"], value.get("value")
    if kind in ("select", "radiobutton", "multiselect"):
        label = next(item["value"] for item in described["enums"] if item["id"] == value["enum_id"])
        return {"value": label, "enum_id": value["enum_id"], "enum_code": None}
    if kind == "multitext":
        code = value.get("enum_code") or next(
            (item["value"] for item in described["enums"] if item["id"] == value.get("enum_id")), "WORK"
        )
        number = next(item["id"] for item in described["enums"] if item["value"] == code)
        return {"value": told, "enum_id": number, "enum_code": code}
    if kind == "date" and isinstance(told, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", told):
        day = date.fromisoformat(told)
        return {"value": int(datetime(day.year, day.month, day.day, tzinfo=MOSCOW).timestamp())}
    if kind in ("numeric", "monetary") and told is not None:
        return {"value": str(told)}
    return {"value": told}
