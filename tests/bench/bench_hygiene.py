"""Hygiene of dirty exports against what was planted in them, and how long 20,000 deals take."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from time import perf_counter
from typing import Any

from app.adapters.documents.tables import Tables
from app.cli.hygiene import report_to_json
from app.deals.crm_file import read_crm_table
from app.deals.crm_rows import CrmColumn, CrmRow
from app.deals.hygiene import inspect
from tests.bench.figures import Figure, at_least, at_most
from tests.shared_bench import SHARED_BENCH

_TODAY = date(2026, 11, 21)
_DEALS = 20_000
_PARTS = ("Строй", "Мега", "Торг", "Волга", "Урал", "Пром", "Тех", "Лес", "Авто", "Агро", "Мед", "Пак", "Сталь", "Дом")
_PEOPLE = ("Ольга Иванова", "Пётр Титов", "Иван Седов", "Анна Белова", "Олег Котов", "Рита Юдина", "Яна Орлова")


def figures() -> Iterator[Figure]:
    """Found and rightly found of each kind over all exports at hand; seconds for a large one."""
    found: dict[str, list[int]] = {}
    exports = sorted((SHARED_BENCH / "sellers").glob("*/crm.csv"))
    for path in exports:
        table = read_crm_table(Tables().read(path), path.name)
        report = report_to_json(inspect(table.rows, table.columns, _TODAY))
        gold = json.loads(path.with_name("crm_gold.json").read_text("utf-8"))
        for kind in gold:
            ours, planted = _items(kind, report[kind]), _items(kind, gold[kind])
            counts = found.setdefault(kind, [0, 0, 0])
            for at, count in enumerate((len(ours & planted), len(ours), len(planted))):
                counts[at] += count
    for kind, (right, ours, planted) in found.items():
        note = f"{planted} planted in {len(exports)} exports"
        yield at_least(f"hygiene, {kind}, precision", round(100 * right / max(ours, 1), 1), 95, "%", note)
        yield at_least(f"hygiene, {kind}, recall", round(100 * right / max(planted, 1), 1), 95, "%", note)
    rows = _many()
    began = perf_counter()
    inspect(rows, list(CrmColumn), _TODAY)
    yield at_most("hygiene, 20,000 deals", round(perf_counter() - began, 1), 15, "s", "names and people repeat a lot")


def _items(kind: str, listed: list[Any]) -> set[Any]:
    """What is compared: pairs of a group, deal and field, deals."""
    if kind == "duplicates":
        return {frozenset((one, other)) for group in listed for one in group for other in group if one != other}
    return {(item["deal_id"], item["field"]) if isinstance(item, dict) else item for item in listed}


def _many() -> list[CrmRow]:
    draw = random.Random(20261122)
    return [_deal(number, draw) for number in range(_DEALS)]


def _deal(number: int, draw: random.Random) -> CrmRow:
    at = datetime(2025, 11, 1) + timedelta(hours=draw.randint(0, 9000))  # noqa: DTZ001 - an export has no zones
    name = "".join(draw.sample(_PARTS, 2)).capitalize() + draw.choice(("", "-Сервис", " Плюс", " Групп", " 2"))
    return CrmRow(
        number,
        str(number),
        {
            CrmColumn.TITLE: f"{draw.choice(('Короба', 'Плёнка', 'Скотч'))} {draw.randint(1, 9)}",
            CrmColumn.STAGE: draw.choice(("Новый", "КП", "Оплачено")),
            CrmColumn.AMOUNT: str(draw.randint(1000, 999_999)),
            CrmColumn.CREATED_AT: f"{at}",
            CrmColumn.UPDATED_AT: f"{at + timedelta(days=draw.randint(0, 9))}",
            CrmColumn.COMPANY: f"ООО «{name}»",
            CrmColumn.CONTACT: draw.choice(_PEOPLE),
            CrmColumn.PHONE: f"+79{draw.randint(100_000_000, 999_999_999)}",
            CrmColumn.EMAIL: f"info@{draw.randint(1, 9000)}.ru",
        },
    )
