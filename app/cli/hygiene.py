"""`hygiene CRM.csv [--today DATE] [--profile DIR] [--json OUT]`: duplicates, invalid values, what is missing, stale."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from app.cli.opening import opened_engines
from app.cli.output import STANDARD_OUTPUT, check_target, write_json
from app.core.errors import UserFixable
from app.core.i18n import _, ngettext
from app.deals.crm_file import read_crm_table
from app.deals.crm_rows import CrmTable
from app.deals.hygiene import HygieneReport, InvalidValue, inspect
from app.deals.hygiene_rules import column_label, rules_of_fields
from app.profile.folder import read_fields

NAME = "hygiene"
_SHOWN = 20


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="CRM.csv", type=Path)
    parser.add_argument("--today", metavar="DATE")
    parser.add_argument("--profile", metavar="DIR", type=Path)
    parser.add_argument("--json", metavar="OUT")


def run(args: Namespace) -> int:
    """Look an export over. Raises UserFixable of the ``input.``, ``file.``, ``table.`` and ``crm_file.`` families."""
    today = _day(args.today)
    check_target(args.json)
    rules = rules_of_fields(read_fields(args.profile / "fields.json") if args.profile else ())
    with opened_engines(args) as engines:
        table = read_crm_table(engines.tables.read(args.file), args.file.name)
        today = today or engines.clock.local(engines.clock.now_utc()).date()
    report = inspect(table.rows, table.columns, today, stages=rules.stages, required=rules.required)
    write_json(args.json, report_to_json(report))
    if args.json != STANDARD_OUTPUT:
        sys.stdout.write("\n".join(_told(report, table)) + "\n")
    return 0


def report_to_json(report: HygieneReport) -> dict[str, Any]:
    """A report as scripts and benchmarks read it."""
    return {
        "duplicates": [list(group.deal_ids) for group in report.duplicates],
        "invalid": [{"deal_id": one.deal_id, "field": one.column.value, "why": one.why} for one in report.invalid],
        "missing_required": [{"deal_id": one.deal_id, "field": one.column.value} for one in report.missing],
        "stale": [one.deal_id for one in report.stale],
    }


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UserFixable(
            "input.bad_day",
            _("Это не дата: {text}.").format(text=text),
            hint=_("Напишите её так: 2026-11-21."),
        ) from error


def _cure(one: InvalidValue) -> str:
    return _(" (похоже, {value})").format(value=one.cure) if one.cure else ""


def _told(report: HygieneReport, table: CrmTable) -> Iterator[str]:
    """A report for a person: how many of each, then the first of them."""
    count = len(table.rows)
    word = ngettext("сделка", "сделки", "сделок", count)
    yield _("Просмотрено: {count} {word}.").format(count=count, word=word)
    duplicates = [f"{', '.join(group.deal_ids)}: {group.why}" for group in report.duplicates]
    invalid = [f"{one.deal_id}, {column_label(one.column)}: {one.why}{_cure(one)}" for one in report.invalid]
    missing = [f"{one.deal_id}: {column_label(one.column)}" for one in report.missing]
    stale = [_("{deal}: дней без движения {days}").format(deal=one.deal_id, days=one.days) for one in report.stale]
    for title, lines in (
        (_("Дубли"), duplicates),
        (_("Неверные значения"), invalid),
        (_("Не заполнено"), missing),
        (_("Без движения"), stale),
    ):
        yield f"{title}: {len(lines)}"
        yield from (f"  {line}" for line in lines[:_SHOWN])
        if len(lines) > _SHOWN:
            yield "  " + _("… и ещё {count}; все — с ключом --json").format(count=len(lines) - _SHOWN)
