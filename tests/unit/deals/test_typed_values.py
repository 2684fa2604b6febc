"""What a person may type into a field of each type, and what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest

from app.core.errors import UserFixable
from app.deals.model import FieldDefinition, FieldOption, FieldType
from app.deals.typed_values import read, shown

OPTIONS = (FieldOption("tender", "Тендер"), FieldOption("direct", "Прямая закупка"))


def field(kind: FieldType, key: str = "uf_field") -> FieldDefinition:
    return FieldDefinition(key, "Поле", kind, "Что сюда пишут.", options=OPTIONS)


@pytest.mark.parametrize(
    ("kind", "typed", "norm", "value"),
    [
        (FieldType.TEXT, "  Тверь ", None, "Тверь"),
        (FieldType.LONGTEXT, "Раз\nдва", None, "Раз\nдва"),
        (FieldType.MONEY, "2400000", 2_400_000, "2\u00a0400\u00a0000\u00a0₽"),
        (FieldType.MONEY, "2 400 000,00 руб.", 2_400_000, "2\u00a0400\u00a0000\u00a0₽"),
        (FieldType.MONEY, "2,4 млн", 2_400_000, "2\u00a0400\u00a0000\u00a0₽"),
        (FieldType.MONEY, "полтора миллиона", 1_500_000, "1\u00a0500\u00a0000\u00a0₽"),
        (FieldType.MONEY, 0, 0, "0\u00a0₽"),
        (FieldType.INT, "1 200", 1200, "1\u00a0200"),
        (FieldType.INT, "-3", -3, "-3"),
        (FieldType.DATE, "20.12.2026", "2026-12-20", "20.12.2026"),
        (FieldType.DATE, "20.12.26 10:00", "2026-12-20", "20.12.2026"),
        (FieldType.DATE, "2026-12-20", "2026-12-20", "20.12.2026"),
        (FieldType.DATETIME, "20.12.2026, 10:30", "2026-12-20T10:30", "20.12.2026 10:30"),
        (FieldType.DATETIME, "20.12.2026", "2026-12-20", "20.12.2026"),
        (FieldType.PHONE, "8 (912) 345-67-89", "+79123456789", "+7 912 345-67-89"),
        (FieldType.PHONE, "912 3456789", "+79123456789", "+7 912 345-67-89"),
        (FieldType.PHONE, "+375 29 123-45-67", "+375291234567", "+375291234567"),
        (FieldType.EMAIL, " Sales@Mys.Example ", "sales@mys.example", "sales@mys.example"),
        (FieldType.EMAIL, "почта@пример.рф".replace("почта", "info"), "info@пример.рф", "info@пример.рф"),
        (FieldType.BOOL, "Нет", False, "нет"),
        (FieldType.BOOL, True, True, "да"),
        (FieldType.ENUM, "tender", "tender", "Тендер"),
        (FieldType.ENUM, "прямая закупка", "direct", "Прямая закупка"),
        (FieldType.MULTIENUM, ["tender", "direct"], ["tender", "direct"], "Тендер, Прямая закупка"),
        (FieldType.MULTIENUM, "Тендер; тендер", ["tender"], "Тендер"),
    ],
)
def test_a_fitting_value_is_read_and_worded(kind: FieldType, typed: Any, norm: Any, value: str) -> None:
    made = read(field(kind), typed)
    assert (made.norm, made.value) == (norm, value)
    assert shown(field(kind), made.norm, made.value) == value


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (FieldType.MONEY, "около 3 млн"),
        (FieldType.MONEY, "от 2 до 3 млн"),
        (FieldType.MONEY, "100,50"),
        (FieldType.MONEY, "-5"),
        (FieldType.MONEY, "дорого"),
        (FieldType.MONEY, "миллион двести"),
        (FieldType.INT, "12,5"),
        (FieldType.INT, "двенадцать"),
        (FieldType.DATE, "31.02.2026"),
        (FieldType.DATE, "завтра"),
        (FieldType.DATETIME, "20.12.2026 25:00"),
        (FieldType.PHONE, "912 345-67"),
        (FieldType.PHONE, "+7 012 345-67-89"),
        (FieldType.PHONE, "позвоните"),
        (FieldType.EMAIL, "sales@mys"),
        (FieldType.EMAIL, "sales mys.example"),
        (FieldType.EMAIL, "a@b..example"),
        (FieldType.BOOL, "может быть"),
        (FieldType.ENUM, "аукцион"),
        (FieldType.MULTIENUM, "Тендер, аукцион"),
        (FieldType.MULTIENUM, ";"),
    ],
)
def test_what_does_not_fit_is_refused_with_an_example(kind: FieldType, typed: str) -> None:
    with pytest.raises(UserFixable) as caught:
        read(field(kind), typed)
    assert caught.value.code == "field.value"
    assert "«Поле»" in caught.value.message
    assert typed in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("kind", list(FieldType))
@pytest.mark.parametrize("typed", ["", "  ", None, []])
def test_nothing_is_no_value(kind: FieldType, typed: Any) -> None:
    with pytest.raises(UserFixable) as caught:
        read(field(kind), typed)
    assert caught.value.code == "field.empty"


def test_an_inn_is_checked_in_any_field_of_that_name() -> None:
    for key in ("inn", "uf_inn"):
        assert read(field(FieldType.TEXT, key), "7707083893").value == "7707083893"
        with pytest.raises(UserFixable) as caught:
            read(field(FieldType.TEXT, key), "7707083894")
        assert "контрольная сумма" in caught.value.hint
