"""What the deals package needs from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Protocol, TypeAlias

from app.deals.model import Company, Contact, Deal, DealContents, FieldRecord, NoteRecord, Task

Cell: TypeAlias = str | Decimal | bool | date | datetime | None


class CrmSheet(Protocol):
    """One sheet of a table file."""

    @property
    def rows(self) -> Sequence[Sequence[Cell]]:
        """All rows from the first, empty ones too; a row may be shorter than others."""
        ...

    @property
    def read_as(self) -> str:
        """How the file was read, for a person: «UTF-8, разделитель ;»."""
        ...


class CrmFileReader(Protocol):
    def read(self, path: Path) -> Sequence[CrmSheet]:
        """The sheets of a table file (xlsx, xls, ods, csv).

        Raises:
            UserFixable: The file cannot be read, is protected by a password, or is of no known kind.
        """
        ...


@dataclass(frozen=True, slots=True)
class OutTable:
    """A table that goes out to a file.

    Args:
        name: Of the sheet, or of the file where a format knows no sheets.
        rows: As long as the headings each; text as it is to stand in the cell.
    """

    name: str
    headings: tuple[str, ...]
    rows: Sequence[Sequence[str]]


class TableWriter(Protocol):
    def write(self, path: Path, tables: Sequence[OutTable]) -> list[Path]:
        """Write the tables: sheets of one .xlsx, or one .csv each; returns the files, whole or not there at all.

        Raises:
            UserFixable: ``export.kind``, ``export.write``, ``export.disk_full``.
        """
        ...


class DealRepository(Protocol):
    """Deals in the store. Creating a deal for a call is a person's decision, made while approving."""

    def create(self, deal: Deal) -> None: ...

    def create_all(self, deals: Sequence[Deal]) -> int:
        """Create those whose id is new, all of them or, when something fails, none; returns how many."""
        ...

    def contents(self) -> list[DealContents]:
        """All deals with all that is in them, the latest touched first."""
        ...

    def get(self, deal_id: str) -> Deal: ...

    def recent(self, limit: int) -> list[Deal]:
        """Deals, the latest touched first."""
        ...

    def search(self, text: str, limit: int) -> list[Deal]:
        """Deals whose title, company, contact, phone or INN holds `text`."""
        ...

    def values(self, deal_id: str) -> dict[str, FieldRecord]:
        """The values now in the CRM, by field key."""
        ...

    def notes(self, deal_id: str) -> list[NoteRecord]: ...

    def tasks(self, deal_id: str) -> list[Task]: ...

    def contacts(self, limit: int) -> list[Contact]: ...

    def companies(self, limit: int) -> list[Company]: ...
