"""What is out of order in a CRM: deals entered twice, values that cannot be, empty required fields, forgotten deals.

Pure rules over rows, from an export or from the local CRM alike.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from app.core.i18n import _
from app.deals.cell_checks import amount_fault, email_fault, inn_fault, phone_fault, read_amount, year_fault
from app.deals.crm_rows import MOMENTS, CrmColumn, CrmRow, read_cell_moment
from app.deals.cures import proposed
from app.deals.duplicates import DuplicateGroup, duplicates
from app.deals.stages import StageKind, stage_kind, unknown_stages

STALE_AFTER = timedelta(days=30)
_ENOUGH_SUMS = 20
_ALWAYS = (CrmColumn.COMPANY, CrmColumn.CONTACT, CrmColumn.PHONE, CrmColumn.STAGE)
_WHILE_OPEN = (CrmColumn.NEXT_STEP, CrmColumn.NEXT_STEP_AT)
_CLOSED = (StageKind.WON, StageKind.LOST, StageKind.CLOSED)


@dataclass(frozen=True, slots=True)
class InvalidValue:
    """A value that cannot be.

    Args:
        why: One plain sentence without a full stop.
        cure: What was probably meant; "" where nothing is plain.
    """

    deal_id: str
    column: CrmColumn
    why: str
    cure: str = ""


@dataclass(frozen=True, slots=True)
class MissingValue:
    deal_id: str
    column: CrmColumn


@dataclass(frozen=True, slots=True)
class StaleDeal:
    """`days` since anybody touched the deal."""

    deal_id: str
    days: int


@dataclass(frozen=True, slots=True)
class HygieneReport:
    """All lists in the order of the rows."""

    duplicates: tuple[DuplicateGroup, ...]
    invalid: tuple[InvalidValue, ...]
    missing: tuple[MissingValue, ...]
    stale: tuple[StaleDeal, ...]

    @property
    def is_clean(self) -> bool:
        return not (self.duplicates or self.invalid or self.missing or self.stale)


def inspect(
    rows: Sequence[CrmRow],
    columns: Collection[CrmColumn],
    today: date,
    *,
    stages: Collection[str] = (),
    required: Collection[CrmColumn] = (),
) -> HygieneReport:
    """What is out of order in these deals.

    Args:
        columns: Those that the CRM has: what it has no column for is not missing.
        today: By which «more than 30 days without a touch» and dates of the future are judged.
        stages: Names of the company's stages; without them a stage is judged by how all deals use it.
        required: Beside the usual ones: company, contact, phone, stage; the next step and its date while a deal is
            open; the reason of a lost one.
    """
    strange = unknown_stages((row.text(CrmColumn.STAGE) for row in rows if row.text(CrmColumn.STAGE)), stages)
    usual = _usual_sum(rows)
    return HygieneReport(
        tuple(duplicates(rows)),
        tuple(fault for row in rows for fault in _faults(row, strange, usual, today)),
        tuple(
            MissingValue(row.deal_id, column)
            for row in rows
            for column in _required(row, required)
            if column in columns and not row.text(column)
        ),
        tuple(stale for row in rows if (stale := _stale(row, columns, today))),
    )


def _faults(row: CrmRow, strange: Collection[str], usual: Decimal | None, today: date) -> Iterator[InvalidValue]:
    checks: tuple[tuple[CrmColumn, Callable[[str], str | None]], ...] = (
        (
            CrmColumn.STAGE,
            lambda text: _("нет такого этапа: {text}").format(text=text[:40]) if text in strange else None,
        ),
        (CrmColumn.AMOUNT, lambda text: amount_fault(text, usual)),
        (CrmColumn.INN, inn_fault),
        (CrmColumn.PHONE, phone_fault),
        (CrmColumn.EMAIL, email_fault),
    )
    for column, check in checks:
        text = row.text(column)
        if text and (why := check(text)):
            yield InvalidValue(row.deal_id, column, why, proposed(column, text, today))
    yield from _date_faults(row, today)


def _date_faults(row: CrmRow, today: date) -> Iterator[InvalidValue]:
    good: dict[CrmColumn, datetime] = {}
    for column in MOMENTS:
        text = row.text(column)
        if not text:
            continue
        read = read_cell_moment(text)
        why = read.why_not or (year_fault(read.moment, today.year) if read.moment else None)
        # A clock may run ahead of ours by hours; by days it does not.
        if why is None and read.moment and column is not CrmColumn.NEXT_STEP_AT:
            is_ahead = read.moment.date() > today + timedelta(days=1)
            why = _("дата ещё не наступила: {text}").format(text=text[:40]) if is_ahead else None
        if why:
            yield InvalidValue(row.deal_id, column, why, proposed(column, text, today))
        elif read.moment:
            good[column] = read.moment
    created, updated = good.get(CrmColumn.CREATED_AT), good.get(CrmColumn.UPDATED_AT)
    if created and updated and _is_before(updated, created):
        yield InvalidValue(row.deal_id, CrmColumn.UPDATED_AT, _("изменена раньше, чем создана"))
    step_at = good.get(CrmColumn.NEXT_STEP_AT)
    if created and step_at and step_at.date() < created.date():
        yield InvalidValue(row.deal_id, CrmColumn.NEXT_STEP_AT, _("следующий шаг раньше, чем создана сделка"))


def _is_before(one: datetime, other: datetime) -> bool:
    """By days where either has no time of day."""
    has_times = all(moment.time() != datetime.min.time() for moment in (one, other))
    return one < other if has_times else one.date() < other.date()


def _required(row: CrmRow, more: Collection[CrmColumn]) -> Iterator[CrmColumn]:
    kind = stage_kind(row.text(CrmColumn.STAGE))
    yield from _ALWAYS
    if kind not in _CLOSED:
        yield from _WHILE_OPEN
    if kind is StageKind.LOST:
        yield CrmColumn.LOST_REASON
    usual = (*_ALWAYS, *_WHILE_OPEN, CrmColumn.LOST_REASON)
    yield from (column for column in more if column not in usual)


def _stale(row: CrmRow, columns: Collection[CrmColumn], today: date) -> StaleDeal | None:
    if stage_kind(row.text(CrmColumn.STAGE)) in (*_CLOSED, StageKind.PAUSED):
        return None
    touched_in = CrmColumn.UPDATED_AT if CrmColumn.UPDATED_AT in columns else CrmColumn.CREATED_AT
    touched = read_cell_moment(row.text(touched_in)).moment
    if touched is None or today - touched.date() <= STALE_AFTER:
        return None
    return StaleDeal(row.deal_id, (today - touched.date()).days)


def _usual_sum(rows: Sequence[CrmRow]) -> Decimal | None:
    sums = [amount for row in rows if (amount := read_amount(row.text(CrmColumn.AMOUNT))) and amount > 0]
    return statistics.median(sums) if len(sums) >= _ENOUGH_SUMS else None
