"""`import` of an export of another CRM: deals that are in order come in, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.settings import Folders, Settings, save
from tests.e2e.command_line import run

pytestmark = pytest.mark.slow

EXPORT = """ID;Сделка;Компания;ИНН;Контакт;Телефон
1;Насосы;ООО «Полюс»;500100732259;Инна Грач;8 (495) 111-22-33
2;Кровля;Вектор;7707083894;Олег Ким;8 (916) 123-45-67
"""


def test_deals_come_in_once_and_the_doubtful_stay_out(tmp_path: Path) -> None:
    save(Folders.of_this_machine().settings_file, Settings(store_protection="clear"))
    export = tmp_path / "выгрузка.csv"
    export.write_bytes(EXPORT.encode("cp1251"))
    ended = run("import", export)
    assert (ended.code, ended.err) == (0, "")
    assert "новых сделок: 1, сомнительных строк (не загружены): 1" in ended.out
    assert "строка 3: ИНН: не сходится контрольная цифра" in ended.out
    assert "новых сделок: 0" in run("import", export).out


def test_a_table_without_deals_is_bad_input(tmp_path: Path) -> None:
    save(Folders.of_this_machine().settings_file, Settings(store_protection="clear"))
    path = tmp_path / "прайс.csv"
    path.write_text("Артикул;Цена\n1;5\n", "utf-8")
    ended = run("import", path)
    assert (ended.code, "не узнать столбцы" in ended.err) == (3, True)
