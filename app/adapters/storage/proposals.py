"""Proposals: a final one only with its approval and its audit entry, in one transaction; unfinished ones beside."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.adapters.storage import audit
from app.adapters.storage.database import Database
from app.core.clock import Clock
from app.core.errors import UserFixable
from app.core.i18n import _
from app.core.ids import canonical_json, new_id, text_sha256
from app.proposal.archive import FinalFiles, FinalForm, OpenProposal, ProposalRow, ProposalState
from app.proposal.codec import proposal_from_json, proposal_to_json
from app.proposal.model import Number, Proposal
from app.proposal.pricing import totals_by_option

if TYPE_CHECKING:
    from app.adapters.storage.guarded import GuardedDatabase

_SELECT = """SELECT n.place, n.year, n.running, n.revision, n.call_id, n.deal_id, n.client, n.dated, n.total,
    n.content, n.active_s, n.edits, n.discarded_at, f.documents, f.place IS NOT NULL AS is_final,
    f.place IS NOT NULL AND EXISTS (SELECT 1 FROM proposal_numbers later JOIN final_proposals USING (place)
        WHERE later.year = n.year AND later.running = n.running AND later.revision > n.revision) AS is_replaced
    FROM proposal_numbers n LEFT JOIN final_proposals f ON f.place = n.place"""
_OF_NUMBER = f"{_SELECT} WHERE n.year = ? AND n.running = ? AND n.revision = ?"


class SqlProposals:
    """`ProposalArchive` on the database.

    Args:
        folder: Of the archive; the rows name files within it, so that it can be moved.
    """

    def __init__(self, database: Database, folder: Path, clock: Clock) -> None:
        self._database = database
        self._folder = folder
        self._clock = clock

    def next_number(self, year: int) -> Number:
        return Number(year, self._database.run(lambda db: _last_running(db, year)) + 1)

    def next_revision(self, number: Number) -> Number:
        last = self._database.run(lambda db: _last_revision(db, number))
        return Number(number.year, number.running, last + 1)

    def keep(self, proposal: Proposal, *, active_s: float = 0.0, edits: int = 0) -> None:
        row = {
            "call_id": proposal.call_id,
            "deal_id": proposal.deal_id,
            "client": proposal.client.company or proposal.client.contact,
            "dated": proposal.dated.isoformat(),
            "total": str(_total(proposal)),
            "content": canonical_json(proposal_to_json(proposal)),
            "saved_at": self._clock.now_utc().isoformat(),
            "active_s": active_s,
            "edits": edits,
        }

        def write(db: GuardedDatabase) -> None:
            known = _row(db, proposal.number)
            if known is None:
                _refuse_gap(db, proposal.number)
                number = proposal.number
                place = {"year": number.year, "running": number.running, "revision": number.revision}
                db.table("proposal_numbers").insert({**place, **row})
            else:
                _refuse_settled(known, proposal.number)
                db.table("proposal_numbers").update(known["place"], row)

        self._database.write(write)

    def discard(self, number: Number) -> None:
        now = self._clock.now_utc()

        def write(db: GuardedDatabase) -> None:
            known = _row(db, number)
            if known is None or known["discarded_at"] is not None:
                return
            _refuse_settled(known, number)
            db.table("proposal_numbers").update(
                known["place"], {"content": "", "client": "", "total": "0", "discarded_at": now.isoformat()}
            )
            audit.append(db, now, actor="", action="proposal_discarded", subject=str(number), content={})

        self._database.write(write)

    def open(self, number: Number) -> OpenProposal:
        row = self._database.run(lambda db: _row(db, number))
        if row is None or row["discarded_at"] is not None:
            raise _unknown(number)
        return OpenProposal(
            proposal_from_json(json.loads(row["content"])),
            _state(row),
            self._files(row["documents"]),
            row["active_s"],
            row["edits"],
        )

    def rows(self, limit: int = 1000) -> list[ProposalRow]:
        sql = f"{_SELECT} WHERE n.discarded_at IS NULL ORDER BY n.place DESC LIMIT ?"
        return [
            ProposalRow(
                Number(row["year"], row["running"], row["revision"]),
                row["client"],
                date.fromisoformat(row["dated"]),
                Decimal(row["total"]),
                _state(row),
                row["call_id"],
                row["deal_id"],
            )
            for row in self._database.run(lambda db: list(db.query(sql, (limit,))))
        ]

    def approve(self, form: FinalForm, by: str) -> None:
        now, approval_id, proposal = self._clock.now_utc(), new_id(), form.proposal
        content = canonical_json(proposal_to_json(proposal))
        documents = {
            "docx": self._within(form.files.docx),
            "pdf": self._within(form.files.pdf),
            "eml": self._within(form.files.eml),
            "converter": form.files.converter,
        }

        def write(db: GuardedDatabase) -> None:
            known = _row(db, proposal.number)
            if known is None:
                raise _unknown(proposal.number)
            _refuse_settled(known, proposal.number)
            place = known["place"]
            db.table("proposal_numbers").update(
                place, {"content": content, "total": str(form.total), "saved_at": now.isoformat()}
            )
            db.table("proposal_approvals").insert(
                {
                    "id": approval_id,
                    "place": place,
                    "content": content,
                    "document_sha256": form.document_sha256,
                    "decided_by": by,
                    "at": now.isoformat(),
                }
            )
            audit.append(
                db,
                now,
                actor=by,
                action="proposal_approved",
                subject=approval_id,
                content={
                    "number": str(proposal.number),
                    "call_id": proposal.call_id,
                    "deal_id": proposal.deal_id,
                    "total": str(form.total),
                    "content_sha256": text_sha256(content),
                    "document_sha256": form.document_sha256,
                },
            )
            db.table("final_proposals").insert(
                {
                    "place": place,
                    "approval_id": approval_id,
                    "content": content,
                    "document_sha256": form.document_sha256,
                    "documents": canonical_json(documents),
                }
            )

        self._database.write(write)

    def _within(self, path: Path | None) -> str | None:
        return path.relative_to(self._folder).as_posix() if path is not None else None

    def _files(self, documents: str | None) -> FinalFiles | None:
        if documents is None:
            return None
        stored = json.loads(documents)
        paths = {kind: self._folder / stored[kind] if stored[kind] else None for kind in ("docx", "pdf", "eml")}
        return FinalFiles(self._folder / stored["docx"], paths["pdf"], paths["eml"], stored["converter"])


def _row(db: GuardedDatabase, number: Number) -> dict[str, Any] | None:
    return next(iter(db.query(_OF_NUMBER, (number.year, number.running, number.revision))), None)


def _state(row: dict[str, Any]) -> ProposalState:
    if row["is_replaced"]:
        return ProposalState.REPLACED
    return ProposalState.FINAL if row["is_final"] else ProposalState.DRAFT


def _total(proposal: Proposal) -> Decimal:
    """Of the first option; nothing while a row is half typed and cannot be reckoned."""
    try:
        return next(iter(totals_by_option(proposal).values())).total
    except UserFixable:
        return Decimal(0)


def _last_running(db: GuardedDatabase, year: int) -> int:
    sql = "SELECT COALESCE(MAX(running), 0) FROM proposal_numbers WHERE year = ?"
    return int(db.conn.execute(sql, (year,)).fetchone()[0])


def _last_revision(db: GuardedDatabase, number: Number) -> int:
    sql = "SELECT COALESCE(MAX(revision), 0) FROM proposal_numbers WHERE year = ? AND running = ?"
    return int(db.conn.execute(sql, (number.year, number.running)).fetchone()[0])


def _refuse_gap(db: GuardedDatabase, number: Number) -> None:
    """The store refuses it by its own rule; this says it to a person."""
    last = _last_running(db, number.year)
    revision = _last_revision(db, number)
    is_next = (last in (0, number.running - 1)) if number.revision == 1 else (0 < revision == number.revision - 1)
    if not is_next:
        raise UserFixable(
            "proposal.number_taken",
            _("Номер {number} занят или не следующий по порядку.").format(number=number),
            hint=_("Последний номер этого года: {last}. Возьмите следующий.").format(last=last),
        )


def _refuse_settled(row: dict[str, Any], number: Number) -> None:
    if row["is_final"]:
        raise UserFixable(
            "proposal.is_final",
            _("{number} уже завизировано и не меняется.").format(number=number),
            hint=_("Сделайте новую редакцию."),
        )
    if row["discarded_at"] is not None:
        raise _unknown(number)


def _unknown(number: Number) -> UserFixable:
    return UserFixable(
        "proposal.unknown", _("{number} в базе нет.").format(number=number), hint=_("Обновите список КП.")
    )
