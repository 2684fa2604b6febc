"""A profile folder as a company keeps it."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from app.core.errors import UserFixable
from app.deals.model import FieldType
from app.profile.folder import load_profile

SELLER = {
    "id": "akvalain",
    "brand": "АкваЛайн",
    "legal_name": "ООО «АкваЛайн»",
    "phone": "+74732001010",
    "email": "Zakaz@akvalain.ru",
    "address": "Воронеж, ул. Речная, 1",
    "manager": {"name": "Степан Орехов", "phone": "+74732001011", "email": "stepan@akvalain.ru"},
    "glossary": ["АкваЛайн", "АЛ-20", "обратный осмос", "Жанна Рябова", "Про Макс"],
}
FIELDS = [
    {"key": "need", "label": "Потребность", "type": "longtext", "required": True, "definition": "Задача клиента."},
    {"key": "stage", "label": "Этап", "type": "enum", "options": [{"id": "new", "label": "Новый"}]},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "seller.json").write_text(json.dumps(SELLER, ensure_ascii=False), "utf-8")
    (tmp_path / "fields.json").write_text(json.dumps(FIELDS, ensure_ascii=False), "utf-8")
    (tmp_path / "catalog.csv").write_text(
        "sku;name;unit;price;vat_rate;min_qty;stock;lead_days;note\nAL-20;Фильтр АЛ-20;шт;7 900,50;22;2;5;1;новый\n"
        "AL-S;Соль;т;21000;22;0,5;5;1;\n",
        "utf-8",
    )
    (tmp_path / "kb").mkdir()
    (tmp_path / "kb" / "warranty.md").write_text("Гарантия два года.", "utf-8")
    (tmp_path / "crm.csv").write_text(
        "deal_id;company;inn;contact;phone;email\n7;ООО «Парус»;366000000;Зимина Тамара;+7 905 111-22-33;Z@parus.ru\n",
        "utf-8",
    )
    return tmp_path


def test_all_that_a_folder_holds_is_read(folder: Path) -> None:
    profile = load_profile(folder)
    assert profile.colleagues == ("Степан Орехов", "Жанна Рябова")
    assert profile.emails == ("zakaz@akvalain.ru", "stepan@akvalain.ru")
    assert profile.field("need").type is FieldType.LONGTEXT  # type: ignore[union-attr]
    assert (profile.price_list[0].price, profile.price_list[0].min_qty) == (Decimal("7900.50"), 2)
    assert profile.price_list[1].min_qty == Decimal("0.5")
    assert profile.knowledge[0].file == "warranty.md"
    assert profile.known_contacts[0].company_id == profile.known_companies[0].id


def test_price_list_knowledge_and_crm_may_be_missing(folder: Path) -> None:
    for name in ("catalog.csv", "crm.csv", "kb/warranty.md"):
        (folder / name).unlink()
    profile = load_profile(folder)
    assert (profile.price_list, profile.knowledge, profile.known_companies) == ((), (), ())


def _code(folder: Path) -> tuple[str, str]:
    with pytest.raises(UserFixable) as caught:
        load_profile(folder)
    assert caught.value.hint
    return caught.value.code, str(caught.value)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert _code(tmp_path / "nowhere")[0] == "profile.no_folder"


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "fields.json").unlink()
    code, text = _code(folder)
    assert (code, "fields.json" in text) == ("profile.no_file", True)


def test_broken_json_is_named_with_its_line(folder: Path) -> None:
    (folder / "seller.json").write_text('{\n"id": "x",\n oops', "utf-8")
    code, text = _code(folder)
    assert code == "profile.bad_file"
    assert "строка 3" in text


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ([{"key": "a", "label": "А", "type": "colour"}], "colour"),
        ([{"key": "a", "label": "А", "type": "enum"}], "вариант"),
        ([{"key": "a", "label": "А", "type": "text"}, {"key": "a", "label": "Б", "type": "text"}], "дважды"),
        ({"key": "a"}, "список"),
    ],
)
def test_wrong_field_definitions_say_which_and_why(folder: Path, fields: object, word: str) -> None:
    (folder / "fields.json").write_text(json.dumps(fields, ensure_ascii=False), "utf-8")
    code, text = _code(folder)
    assert (code, word in text) == ("profile.bad_file", True)


def test_a_price_that_is_no_number_is_named_with_its_line(folder: Path) -> None:
    (folder / "catalog.csv").write_text("sku;name;unit;price\nA;Фильтр;шт;дорого\n", "utf-8")
    code, text = _code(folder)
    assert (code, "строка 2" in text) == ("profile.bad_file", True)


def test_a_file_in_another_encoding_is_said(folder: Path) -> None:
    (folder / "catalog.csv").write_bytes("sku;name;unit;price\nA;Фильтр;шт;1\n".encode("cp1251"))
    assert "UTF-8" in _code(folder)[1]
