"""A proposal to test with, and an archive in memory with the promises of the real one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.core.errors import UserFixable
from app.profile.seller import Person, Seller
from app.proposal.archive import FinalFiles, FinalForm, OpenProposal, ProposalRow, ProposalState
from app.proposal.model import Client, Line, Number, Proposal

DAY = date(2026, 3, 2)


def a_line(**changes: Any) -> Line:
    """Four greenhouse heaters."""
    stated: dict[str, Any] = {
        "sku": "ТО-2",
        "name": "Обогреватель ТО-2",
        "unit": "шт",
        "qty": Decimal(4),
        "price": Decimal("41500.00"),
        "vat_rate": Decimal(22),
        "source": "catalog.csv, строка 2",
    }
    return Line(**{**stated, **changes})


def a_proposal(**changes: Any) -> Proposal:
    """To the farm «Зелёный мыс», for four heaters."""
    stated: dict[str, Any] = {
        "number": Number(2026, 1),
        "dated": DAY,
        "valid_until": date(2026, 3, 16),
        "seller": Seller(
            brand="Тепло и Лист",
            legal_name="ООО «Тепло и Лист»",
            manager=Person("Мария Лис", "менеджер", "+74822000000", "lis@leaf.example"),
        ),
        "client": Client("Зелёный мыс", "Пётр Ёлкин", "агроном", "", "Тверь", "elkin@mys.example"),
        "lines": (a_line(),),
        "call_id": "call-1",
    }
    return Proposal(**{**stated, **changes})


def a_final_form(proposal: Proposal, folder: Path) -> FinalForm:
    """Documents that were never made, named as real ones."""
    files = FinalFiles(folder / "2026" / "kp.docx", None, folder / "2026" / "kp.eml", "LibreOffice")
    return FinalForm(proposal, Decimal("166000.00"), "ab" * 32, files)


class FakeArchive:
    """`ProposalArchive`."""

    def __init__(self) -> None:
        self._kept: dict[Number, OpenProposal] = {}
        self._gone: set[Number] = set()
        self.approved: list[tuple[Number, str]] = []

    def next_number(self, year: int) -> Number:
        return Number(year, 1 + max((n.running for n in self._taken() if n.year == year), default=0))

    def next_revision(self, number: Number) -> Number:
        same = [n.revision for n in self._taken() if (n.year, n.running) == (number.year, number.running)]
        return Number(number.year, number.running, 1 + max(same, default=0))

    def keep(self, proposal: Proposal, *, active_s: float = 0.0, edits: int = 0) -> None:
        number = proposal.number
        if number in self._taken():
            self._refuse_settled(number)
        elif self._taken() and number != self._following(number):
            raise UserFixable("proposal.number_taken", "Номер занят.")
        self._kept[number] = OpenProposal(proposal, ProposalState.DRAFT, None, active_s, edits)

    def discard(self, number: Number) -> None:
        if number in self._kept:
            self._refuse_settled(number)
            del self._kept[number]
            self._gone.add(number)

    def open(self, number: Number) -> OpenProposal:
        if number not in self._kept:
            raise UserFixable("proposal.unknown", "Такого КП нет.")
        found = self._kept[number]
        later = [n for n in self._kept if (n.year, n.running) == (number.year, number.running)]
        is_replaced = any(
            n.revision > number.revision and self._kept[n].state is not ProposalState.DRAFT for n in later
        )
        is_old = is_replaced and found.state is ProposalState.FINAL
        return replace(found, state=ProposalState.REPLACED) if is_old else found

    def rows(self, limit: int = 1000) -> list[ProposalRow]:
        found = [self.open(number) for number in reversed(self._kept)]
        return [
            ProposalRow(
                one.proposal.number,
                one.proposal.client.company,
                one.proposal.dated,
                Decimal(0),
                one.state,
                one.proposal.call_id,
                one.proposal.deal_id,
            )
            for one in found[:limit]
        ]

    def approve(self, form: FinalForm, by: str) -> None:
        number = form.proposal.number
        if number not in self._kept:
            raise UserFixable("proposal.unknown", "Такого КП нет.")
        self._refuse_settled(number)
        self._kept[number] = replace(
            self._kept[number], proposal=form.proposal, state=ProposalState.FINAL, files=form.files
        )
        self.approved.append((number, by))

    def _following(self, number: Number) -> Number:
        return self.next_number(number.year) if number.revision == 1 else self.next_revision(number)

    def _taken(self) -> set[Number]:
        return {*self._kept, *self._gone}

    def _refuse_settled(self, number: Number) -> None:
        if number in self._gone:
            raise UserFixable("proposal.unknown", "Такого КП нет.")
        if self._kept[number].state is not ProposalState.DRAFT:
            raise UserFixable("proposal.is_final", "КП уже завизировано.")
