"""A deal as one row of cells: what a CRM exports, what is imported, and what hygiene looks at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from app.core.i18n import _


class CrmColumn(StrEnum):
    """What a column of an export holds; the values are the names that scripts read."""

    DEAL_ID = "deal_id"
    TITLE = "deal_title"
    STAGE = "stage"
    AMOUNT = "amount"
    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"
    MANAGER = "manager"
    COMPANY = "company"
    INN = "inn"
    CONTACT = "contact"
    CONTACT_ROLE = "contact_role"
    PHONE = "phone"
    EMAIL = "email"
    SOURCE = "source"
    NEXT_STEP = "next_step"
    NEXT_STEP_AT = "next_step_at"
    LOST_REASON = "lost_reason"


MOMENTS = (CrmColumn.CREATED_AT, CrmColumn.UPDATED_AT, CrmColumn.NEXT_STEP_AT)
_NOTHING = re.compile(
    r"[\s\-–—_.?*]*|нет|нет данных|н/?д|n/?a|не указан[аоы]?|не задан[аоы]?|без названия|none|null|nan|-+",
    re.IGNORECASE,
)
_LONGEST_NOTHING = 20
_FORMS = (
    (re.compile(r"(?P<y>\d{4})[-./](?P<m>\d{1,2})[-./](?P<d>\d{1,2})"), "ymd"),
    (re.compile(r"(?P<d>\d{1,2})[-./](?P<m>\d{1,2})[-./](?P<y>\d{4}|\d{2})"), "dmy"),
)
_TIME = re.compile(r"[T\s,]+(?:в\s+)?(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*(?:Z|[+-]\d\d:?\d\d)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CrmRow:
    """One row.

    Args:
        number: As a spreadsheet counts it, from 1.
        deal_id: The deal's number in its CRM; that of the row where there is none.
        cells: Text by column, trimmed; moments in ISO where the file held a real date.
        extra: Text of other columns by their heading.
    """

    number: int
    deal_id: str
    cells: Mapping[CrmColumn, str]
    extra: Mapping[str, str] = field(default_factory=dict)

    def text(self, column: CrmColumn) -> str:
        """The cell; "" where it is empty or says that nothing is known («—», «н/д», «не указан»)."""
        text = self.cells.get(column, "")
        return "" if len(text) <= _LONGEST_NOTHING and _NOTHING.fullmatch(text) else text


@dataclass(frozen=True, slots=True)
class CrmTable:
    """The rows of an export and the columns that it has.

    Args:
        columns: Heading by column, in the order of the file.
        read_as: How the file was read, for a person.
    """

    rows: tuple[CrmRow, ...]
    columns: Mapping[CrmColumn, str]
    read_as: str = ""


@dataclass(frozen=True, slots=True)
class ReadMoment:
    """A date as a cell has it: exactly one of the two is given.

    Args:
        moment: Wall-clock time without a zone, midnight where only a date is written.
        why_not: Why there is no such date, one plain sentence.
    """

    moment: datetime | None = None
    why_not: str | None = None


@lru_cache(maxsize=50_000)
def read_cell_moment(text: str) -> ReadMoment:
    """The date in a cell: ISO or as Russians write it, with or without a time; «31.11.2026» is told as impossible."""
    for pattern, _order in _FORMS:
        found = pattern.match(text.strip())
        if found is None:
            continue
        year, month, day = (int(found[part]) for part in "ymd")
        year += 2000 if year < 100 else 0
        rest = text.strip()[found.end() :]
        clock = _TIME.fullmatch(rest) if rest else None
        if rest and clock is None:
            break
        hours, minutes, seconds = (int(part or 0) for part in clock.groups()) if clock else (0, 0, 0)
        try:
            return ReadMoment(datetime(year, month, day, hours, minutes, seconds))  # noqa: DTZ001 - a wall-clock time
        except ValueError:
            return ReadMoment(why_not=_("такой даты нет: {text}").format(text=text[:40]))
    return ReadMoment(why_not=_("это не дата: {text}").format(text=text[:40]))
