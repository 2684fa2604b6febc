"""Reads a profile folder: seller.json, fields.json and, where present, catalog.csv, kb/ and crm.csv."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from app.core.errors import UserFixable
from app.core.i18n import _
from app.deals.model import Company, Contact, FieldDefinition, FieldOption, FieldType
from app.knowledge.model import KnowledgeText, PriceItem
from app.profile.model import Profile
from app.profile.seller import Bank, Person, Seller, VatMode

_PRICE_COLUMNS = ("sku", "name", "unit", "price")
_PERSON_GRAMMEMES = ("Name", "Surn", "Patr")


def load_profile(folder: Path) -> Profile:
    """The profile in a folder.

    Args:
        folder: A folder with seller.json and fields.json; catalog.csv, kb/*.md and crm.csv may be missing.

    Raises:
        UserFixable: No such folder (``profile.no_folder``), a file that is missing or cannot be read
            (``profile.no_file``), or one with a wrong shape (``profile.bad_file``); the text names file and place.
    """
    if not folder.is_dir():
        raise UserFixable(
            "profile.no_folder",
            _("Папки профиля «{name}» нет.").format(name=folder.name),
            hint=_("Укажите папку, в которой лежат seller.json и fields.json."),
            detail=str(folder),
        )
    seller = _mapping(_json(folder / "seller.json"), "seller.json")
    manager = _mapping(seller.get("manager", {}), "seller.json")
    glossary = tuple(str(term) for term in _sequence(seller.get("glossary", []), "seller.json"))
    manager_name = str(manager.get("name", ""))
    companies, contacts = _crm(folder / "crm.csv")
    return Profile(
        id=_text(seller, "id", "seller.json"),
        brand=_text(seller, "brand", "seller.json"),
        legal_name=str(seller.get("legal_name", "")),
        manager_name=manager_name,
        phones=_present(seller.get("phone"), manager.get("phone")),
        emails=tuple(mail.lower() for mail in _present(seller.get("email"), manager.get("email"))),
        fields=read_fields(folder / "fields.json"),
        price_list=tuple(_price_list(folder / "catalog.csv")),
        knowledge=tuple(_knowledge(folder / "kb")),
        glossary=glossary,
        colleagues=tuple(dict.fromkeys(_present(manager_name, *(t for t in glossary if _is_person(t))))),
        known_companies=companies,
        known_contacts=contacts,
        address=str(seller.get("address", "")),
        seller=_seller(seller, manager),
    )


def _seller(seller: dict[str, Any], manager: dict[str, Any]) -> Seller:
    bank = _mapping(seller.get("bank", {}), "seller.json")
    vat = _mapping(seller.get("vat", {}), "seller.json")
    try:
        mode = VatMode(str(vat.get("mode", VatMode.INCLUDED)))
        rate = Decimal(str(vat.get("rate", 22)))
        valid_days = int(seller.get("proposal_valid_days", 14))
    except (ValueError, InvalidOperation) as error:
        raise _bad_file("seller.json", _("непонятны НДС или срок действия предложения")) from error
    texts = ("brand", "legal_name", "inn", "kpp", "ogrn", "address", "phone", "email", "site", "voice_of_brand")
    return Seller(
        **{key: str(seller.get(key, "")) for key in texts},
        bank=Bank(**{key: str(bank.get(key, "")) for key in ("name", "bik", "account", "corr")}),
        manager=Person(**{key: str(manager.get(key, "")) for key in ("name", "role", "phone", "email")}),
        vat_mode=mode,
        vat_rate=rate,
        valid_days=valid_days,
    )


def read_fields(path: Path) -> tuple[FieldDefinition, ...]:
    """The definitions of a fields.json.

    Raises:
        UserFixable: The file cannot be read or breaks its format (``profile.file``).
    """
    return tuple(_fields(_sequence(_json(path), path.name)))


def _json(path: Path) -> object:
    try:
        return json.loads(_read(path))
    except json.JSONDecodeError as error:
        raise _bad_file(path.name, _("строка {line}: это не JSON").format(line=error.lineno)) from error


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _bad_file(path.name, _("кодировка не UTF-8")) from error
    except OSError as error:
        raise UserFixable(
            "profile.no_file",
            _("Файл профиля {name} не открывается.").format(name=path.name),
            hint=_("Положите его в папку профиля и проверьте права на чтение."),
            detail=f"{path}: {error}",
        ) from error


def _bad_file(name: str, why: str) -> UserFixable:
    return UserFixable(
        "profile.bad_file",
        _("Файл профиля {name} не читается: {why}.").format(name=name, why=why),
        hint=_("Исправьте это место и загрузите профиль ещё раз."),
    )


def _mapping(value: object, file: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _bad_file(file, _("ожидался объект с полями"))
    return value


def _sequence(value: object, file: str) -> list[Any]:
    if not isinstance(value, list):
        raise _bad_file(file, _("ожидался список"))
    return value


def _text(record: dict[str, Any], key: str, file: str) -> str:
    value = record.get(key)
    if not isinstance(value, str) or not value.strip():
        raise _bad_file(file, _("нет поля {key}").format(key=key))
    return value.strip()


def _present(*values: object) -> tuple[str, ...]:
    return tuple(str(value) for value in values if value)


def _fields(records: list[Any]) -> Iterator[FieldDefinition]:
    seen: set[str] = set()
    for record in (_mapping(record, "fields.json") for record in records):
        key = _text(record, "key", "fields.json")
        if key in seen:
            raise _bad_file("fields.json", _("поле {key} описано дважды").format(key=key))
        seen.add(key)
        try:
            kind = FieldType(str(record.get("type")))
        except ValueError as error:
            raise _bad_file(
                "fields.json", _("у поля {key} неизвестный тип «{type}»").format(key=key, type=record.get("type"))
            ) from error
        options = tuple(
            FieldOption(_text(_mapping(o, "fields.json"), "id", "fields.json"), _text(o, "label", "fields.json"))
            for o in _sequence(record.get("options", []), "fields.json")
        )
        if kind in (FieldType.ENUM, FieldType.MULTIENUM) and not options:
            raise _bad_file("fields.json", _("у списка {key} нет вариантов").format(key=key))
        yield FieldDefinition(
            key=key,
            label=_text(record, "label", "fields.json"),
            type=kind,
            definition=str(record.get("definition", "")),
            is_required=bool(record.get("required", False)),
            options=options,
        )


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of a table with `;` between the columns, numbered as a spreadsheet shows them; none without the file."""
    if not path.exists():
        return
    for row in (reader := csv.DictReader(io.StringIO(_read(path)), delimiter=";")):
        yield reader.line_num, {str(key): str(value or "").strip() for key, value in row.items() if key}


def _price_list(path: Path) -> Iterator[PriceItem]:
    for line, row in _rows(path):
        missing = [column for column in _PRICE_COLUMNS if not row.get(column)]
        if missing:
            raise _bad_file(path.name, _("строка {line}: пусто в {columns}").format(line=line, columns=missing[0]))
        try:
            price = _number(row["price"])
            min_qty = _number(row.get("min_qty") or "1")
        except InvalidOperation as error:
            raise _bad_file(path.name, _("строка {line}: цена или количество не число").format(line=line)) from error
        yield PriceItem(
            sku=row["sku"],
            name=row["name"],
            unit=row["unit"],
            price=price,
            vat_rate=row.get("vat_rate", ""),
            min_qty=min_qty,
            note=row.get("note", ""),
            stock=_number_or_none(row.get("stock", "")),
            lead_days=int(row["lead_days"]) if row.get("lead_days", "").isdecimal() else None,
            source=_("{file}, строка {line}").format(file=path.name, line=line),
        )


def _number(text: str) -> Decimal:
    """«7 900,50». Raises InvalidOperation."""
    return Decimal(re.sub(r"[\s\u00a0]", "", text).replace(",", "."))


def _number_or_none(text: str) -> Decimal | None:
    try:
        return _number(text) if text else None
    except InvalidOperation:
        return None


def _knowledge(folder: Path) -> Iterator[KnowledgeText]:
    if folder.is_dir():
        for path in sorted(folder.glob("*.md")):
            yield KnowledgeText(path.name, _read(path))


def _crm(path: Path) -> tuple[tuple[Company, ...], tuple[Contact, ...]]:
    """Companies and contacts of a CRM export; the same name twice is one company."""
    companies: dict[str, Company] = {}
    contacts: dict[tuple[str, str], Contact] = {}
    for _line, row in _rows(path):
        name = row.get("company", "")
        if name and name not in companies:
            companies[name] = Company(id=row.get("deal_id", name), name=name, inn=row.get("inn") or None)
        if person := row.get("contact", ""):
            contacts.setdefault(
                (person, name),
                Contact(
                    id=row.get("deal_id", person),
                    name=person,
                    phone=row.get("phone") or None,
                    email=(row.get("email") or "").lower() or None,
                    company_id=companies[name].id if name else None,
                ),
            )
    return tuple(companies.values()), tuple(contacts.values())


def _is_person(term: str) -> bool:
    """Two or three capitalised words, each of which can be a name, a surname or a patronymic."""
    from app.spoken.morphology import parses

    words = term.split()
    if not 2 <= len(words) <= 3 or not all(re.fullmatch(r"[А-ЯЁ][а-яё]+", word) for word in words):
        return False
    return all(any(g in reading.tag for g in _PERSON_GRAMMEMES for reading in parses(word)) for word in words)
