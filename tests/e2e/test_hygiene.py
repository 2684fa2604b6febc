"""`hygiene` over an export as a CRM saves it: windows-1251, a heading, semicolons."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.command_line import run

pytestmark = pytest.mark.slow

EXPORT = """ID;Сделка;Этап;Сумма;Дата создания;Дата изменения;Компания;Контакт;Телефон;Ближайшая задача;Срок задачи
1;Насосы;КП;450000;01.06.2026;10.06.2026;ООО «Зелёный мыс»;Ёлкин Пётр;8 (912) 345-67-89;Позвонить;20.06.2026
2;Насос в котельную;Новый;;03.06.2026;10.06.2026;Зеленый мыс;Ёлкин;+79123456789;Позвонить;20.06.2026
3;Вентили;КП;-5;01.02.2026;01.03.2026;Полюс;Грач Инна;;Позвонить;20.06.2026
"""


def test_an_export_is_looked_over_and_scripts_read_what_was_found(tmp_path: Path) -> None:
    export, out = tmp_path / "сделки.csv", tmp_path / "out.json"
    export.write_bytes(EXPORT.encode("cp1251"))
    ended = run("hygiene", export, "--today", "2026-06-15", "--json", out)
    assert ended.code == 0
    assert "Дубли: 1" in ended.out
    assert json.loads(out.read_text("utf-8")) == {
        "duplicates": [["1", "2"]],
        "invalid": [{"deal_id": "3", "field": "amount", "why": "отрицательная сумма"}],
        "missing_required": [{"deal_id": "3", "field": "phone"}],
        "stale": ["3"],
    }


@pytest.mark.parametrize(
    ("name", "content", "more", "said"),
    [
        ("нет.csv", None, (), "нет"),
        ("пусто.csv", b"", (), "пуст"),
        ("прайс.csv", "Артикул;Наименование;Цена\n1;Насос;5\n".encode(), (), "не узнать столбцы"),
        ("звук.csv", bytes(range(256)) * 40, (), "нет таблицы"),
        ("сделки.csv", EXPORT.encode(), ("--today", "вчера"), "не дата"),
    ],
)
def test_a_file_that_is_no_export_is_bad_input(
    tmp_path: Path, name: str, content: bytes | None, more: tuple[str, ...], said: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    ended = run("hygiene", path, *more)
    assert (ended.code, said in ended.err, ended.err.count("\n")) == (3, True, 1)
