"""Deals out to files and in from them, for a CRM without a connector; and what is out of order among them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.core.clock import Clock
from app.deals.crm_file import read_crm_table
from app.deals.exporting import tables_of
from app.deals.hygiene import HygieneReport, inspect
from app.deals.hygiene_rules import rules_of_fields
from app.deals.importing import DealImport, deals_of_table
from app.deals.local_rows import columns_of, rows_of
from app.deals.model import Deal, FieldDefinition
from app.deals.ports import CrmFileReader, DealRepository, TableWriter

_PORTION = 200


@dataclass(frozen=True, slots=True)
class LocalOrder:
    """What is out of order in the local CRM, with the deals by id."""

    report: HygieneReport
    deals: dict[str, Deal]


class DealFiles:
    """The verbs of files over the local CRM.

    Args:
        fields: The company's field definitions; asked each time, for the profile may change.
    """

    def __init__(
        self,
        deals: DealRepository,
        reader: CrmFileReader,
        writer: TableWriter,
        clock: Clock,
        fields: Callable[[], Sequence[FieldDefinition]],
    ) -> None:
        self._deals = deals
        self._reader = reader
        self._writer = writer
        self._clock = clock
        self._fields = fields

    def read(self, path: Path) -> DealImport:
        """What a file would bring; nothing is written.

        Raises:
            UserFixable: The ``file.``, ``table.`` and ``crm_file.`` codes.
        """
        table = read_crm_table(self._reader.read(path), path.name)
        return deals_of_table(table, self._deals.contents(), path.name, self._clock)

    def take(self, found: DealImport, *, has_doubtful: bool) -> int:
        """Create the deals that the person confirmed; returns how many are new.

        In portions, so that the window's questions to the store come in between; what a crash leaves out, the same
        file brings another time.
        """
        deals = found.deals(has_doubtful=has_doubtful)
        return sum(self._deals.create_all(deals[at : at + _PORTION]) for at in range(0, len(deals), _PORTION))

    def export(self, path: Path) -> list[Path]:
        """Write all deals with their approved values, notes and tasks; returns the files.

        Raises:
            UserFixable: The ``export.`` codes.
        """
        return self._writer.write(path, tables_of(self._deals.contents(), self._fields(), self._clock))

    def order(self) -> LocalOrder:
        """What is out of order among the deals."""
        contents = self._deals.contents()
        fields = self._fields()
        rules = rules_of_fields(fields)
        today = self._clock.local(self._clock.now_utc()).date()
        rows = rows_of(contents, fields, self._clock)
        report = inspect(rows, columns_of(fields), today, stages=rules.stages, required=rules.required)
        return LocalOrder(report, {one.deal.id: one.deal for one in contents})
