"""The outbox on the database: each step of an operation is one transaction with all that follows from it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from app.adapters.storage import audit, outbox_rows
from app.adapters.storage.database import Database
from app.adapters.storage.deals import read_deal
from app.adapters.storage.draft_codec import norm_from_text
from app.core.clock import Clock
from app.core.errors import UserFixable
from app.core.i18n import _
from app.core.ids import canonical_json
from app.deals.model import FieldDefinition, FieldType
from app.delivery import codec
from app.delivery.model import (
    SETTLES_S,
    CrmValue,
    DealLink,
    FieldChange,
    Operation,
    OperationKind,
    OperationState,
    RefKind,
    RemoteRef,
)

if TYPE_CHECKING:
    from app.adapters.storage.guarded import GuardedDatabase

_OPEN = "state NOT IN ('done', 'cancelled')"
_HEAD = f"""number = (SELECT MIN(number) FROM outbox e
    WHERE e.account_id = o.account_id AND e.remote_id = o.remote_id AND e.{_OPEN})"""  # noqa: S608
_WRITTEN = (
    "state",
    "base",
    "target",
    "theirs",
    "edited",
    "written",
    "before",
    "ref_kind",
    "ref_id",
    "conflict",
    "attempts",
    "tried_s",
    "next_try_at",
    "first_tried_at",
    "sent_at",
    "done_at",
    "error_code",
    "error_text",
    "action",
)
_UPDATE = f"""UPDATE outbox SET {", ".join(f"{name} = :{name}" for name in _WRITTEN)}
    WHERE id = :id AND state = :was AND remote_id = :remote_id"""  # noqa: S608 - all values are bound


class SqlOutbox:
    """`Outbox` on the database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def operations(
        self, account_id: str | None = None, *, only_open: bool = False, limit: int = 500
    ) -> list[Operation]:
        which = f"AND {_OPEN}" if only_open else ""
        sql = f"SELECT * FROM outbox WHERE (? IS NULL OR account_id = ?) {which} ORDER BY number DESC LIMIT ?"  # noqa: S608
        return self._read(sql, account_id, account_id, limit)

    def operation(self, operation_id: str) -> Operation:
        found = self._read("SELECT * FROM outbox WHERE id = ?", operation_id)
        if not found:
            raise UserFixable(
                "delivery.unknown", _("Такой отправки в очереди нет."), hint=_("Обновите очередь."), detail=operation_id
            )
        return found[0]

    def of_approval(self, approval_id: str) -> list[Operation]:
        return self._read("SELECT * FROM outbox WHERE approval_id = ? ORDER BY number", approval_id)

    def counts(self, account_id: str | None = None) -> dict[OperationState, int]:
        sql = "SELECT state, COUNT(*) FROM outbox WHERE (? IS NULL OR account_id = ?) GROUP BY state"
        rows = self._database.run(lambda db: db.conn.execute(sql, (account_id, account_id)).fetchall())
        return {OperationState(state): count for state, count in rows}

    def heads(self, account_id: str, limit: int = 50) -> list[Operation]:
        sql = f"""SELECT * FROM outbox o WHERE account_id = ? AND state IN ('pending', 'unknown') AND {_OPEN}
            AND {_HEAD} ORDER BY next_try_at, number LIMIT ?"""  # noqa: S608
        return self._read(sql, account_id, limit)

    def next_of(self, account_id: str, remote_id: str) -> Operation | None:
        sql = f"""SELECT * FROM outbox WHERE account_id = ? AND remote_id = ? AND {_OPEN} ORDER BY number LIMIT 1"""  # noqa: S608
        found = next(iter(self._read(sql, account_id, remote_id)), None)
        may_go_on = found is not None and found.state in (OperationState.PENDING, OperationState.UNKNOWN)
        return found if may_go_on else None

    def is_taken_back(self, operation_id: str) -> bool:
        sql = "SELECT 1 FROM outbox WHERE undoes = ? LIMIT 1"
        return self._database.run(lambda db: db.conn.execute(sql, (operation_id,)).fetchone()) is not None

    def recover(self, account_id: str) -> int:
        sql = "UPDATE outbox SET state = 'unknown', next_try_at = ? WHERE account_id = ? AND state = 'sending'"
        looked_at = _text(self._clock.now_utc() + timedelta(seconds=SETTLES_S))
        return int(self._database.write(lambda db: db.conn.execute(sql, (looked_at, account_id)).rowcount))

    def save(self, operation: Operation, was: Operation) -> bool:
        return self._database.write(lambda db: _save(db, operation, was))

    def settle(self, operation: Operation, was: Operation, by: str) -> bool:
        now = self._clock.now_utc()

        def write(db: GuardedDatabase) -> bool:
            if not _save(db, operation, was):
                return False
            _keep_values(db, operation, {item.key: item.theirs for item in was.conflict})
            content = {
                "approval_id": operation.approval_id,
                "conflict": json.loads(codec.conflict_to_text(was.conflict)),
                "theirs": list(operation.theirs),
                "edited": json.loads(codec.values_to_text(operation.edited)),
            }
            audit.append(db, now, actor=by, action="conflict_settled", subject=operation.id, content=content)
            return True

        return self._database.write(write)

    def resume(self, account_id: str) -> None:
        def write(db: GuardedDatabase) -> None:
            db.conn.execute("UPDATE crm_accounts SET pause_code = '', pause_text = '' WHERE id = ?", (account_id,))
            db.conn.execute(
                """UPDATE outbox SET state = CASE WHEN sent_at IS NULL THEN 'pending' ELSE 'unknown' END,
                attempts = 0, tried_s = 0, next_try_at = NULL, error_code = '', error_text = '', action = ''
                WHERE account_id = ? AND state = 'paused'""",
                (account_id,),
            )

        self._database.write(write)

    def link(
        self, deal_id: str, account_id: str, remote_id: str, definitions: Sequence[FieldDefinition]
    ) -> list[Operation]:
        def write(db: GuardedDatabase) -> list[Operation]:
            read_deal(db, deal_id)
            row = db.conn.execute("SELECT account_id, remote_id FROM deal_links WHERE deal_id = ?", (deal_id,))
            known = row.fetchone()
            if known is not None and tuple(known) != (account_id, remote_id):
                raise UserFixable(
                    "delivery.linked",
                    _("Эта сделка уже связана с другой сделкой CRM."),
                    hint=_("Сначала снимите прежнюю связь."),
                    detail=deal_id,
                )
            if known is None:
                db.table("deal_links").insert({"deal_id": deal_id, "account_id": account_id, "remote_id": remote_id})
            made = outbox_rows.queue_all_standing(db, deal_id, definitions)
            return [self._operation(next(db.query("SELECT * FROM outbox WHERE id = ?", (id_,)))) for id_ in made]

        return self._database.write(write)

    def unlink(self, deal_id: str) -> None:
        def write(db: GuardedDatabase) -> None:
            db.conn.execute("DELETE FROM deal_links WHERE deal_id = ?", (deal_id,))
            cancel_unsent(db, "deal_id", deal_id)

        self._database.write(write)

    def link_of(self, deal_id: str) -> DealLink | None:
        return next(iter(self._links("deal_id", deal_id)), None)

    def links(self, account_id: str) -> list[DealLink]:
        return self._links("account_id", account_id)

    def choose_deal(self, operation: Operation, remote_id: str) -> None:
        def write(db: GuardedDatabase) -> None:
            db.conn.execute(
                "UPDATE deal_links SET remote_id = ? WHERE deal_id = ? AND account_id = ?",
                (remote_id, operation.deal_id, operation.account_id),
            )
            values = db.conn.execute(
                "SELECT key, value FROM remote_values WHERE account_id = ? AND remote_id = ?",
                (operation.account_id, remote_id),
            )
            base = canonical_json({key: json.loads(value) for key, value in values})
            db.conn.execute(
                """UPDATE outbox SET remote_id = :new, base = CASE kind WHEN 'fields' THEN :base ELSE base END,
                state = CASE WHEN state <> 'rejected' THEN state WHEN sent_at IS NULL THEN 'pending' ELSE 'unknown' END,
                next_try_at = NULL, attempts = 0, error_code = '', error_text = '', action = ''
                WHERE account_id = :account AND deal_id = :deal AND remote_id = :old AND undoes IS NULL
                AND state NOT IN ('done', 'cancelled', 'sending')""",
                {
                    "new": remote_id,
                    "base": base,
                    "account": operation.account_id,
                    "deal": operation.deal_id,
                    "old": operation.remote_id,
                },
            )

        self._database.write(write)

    def _links(self, column: str, value: str) -> list[DealLink]:
        sql = f"""SELECT l.deal_id, l.account_id, l.remote_id FROM deal_links l JOIN crm_accounts a
            ON a.id = l.account_id AND a.removed_at IS NULL WHERE l.{column} = ?"""  # noqa: S608 - one of two names
        return [DealLink(*row) for row in self._database.run(lambda db: db.conn.execute(sql, (value,)).fetchall())]

    def _read(self, sql: str, *values: object) -> list[Operation]:
        return [self._operation(row) for row in self._database.run(lambda db: list(db.query(sql, values)))]

    def _operation(self, row: Mapping[str, Any]) -> Operation:
        payload = json.loads(row["payload"])
        ref = RemoteRef(RefKind(row["ref_kind"]), row["ref_id"], row["remote_id"]) if row["ref_id"] else None
        return Operation(
            id=row["id"],
            account_id=row["account_id"],
            approval_id=row["approval_id"],
            deal_id=row["deal_id"],
            remote_id=row["remote_id"],
            kind=OperationKind(row["kind"]),
            state=OperationState(row["state"]),
            changes=tuple(_change(change) for change in payload.get("changes", ())),
            base=codec.values_from_text(row["base"]),
            target=codec.values_from_text(row["target"]),
            text=payload.get("text", ""),
            task=outbox_rows.task_of(payload, self._clock) if "action" in payload else None,
            undoes=row["undoes"] or "",
            theirs=tuple(json.loads(row["theirs"])),
            edited=codec.values_from_text(row["edited"]),
            written=codec.values_from_text(row["written"]),
            before=codec.values_from_text(row["before"]),
            ref=ref,
            conflict=codec.conflict_from_text(row["conflict"]),
            attempts=row["attempts"],
            next_try_at=_moment(row["next_try_at"]),
            first_tried_at=_moment(row["first_tried_at"]),
            sent_at=_moment(row["sent_at"]),
            tried_s=row["tried_s"],
            done_at=_moment(row["done_at"]),
            error_code=row["error_code"],
            error_text=row["error_text"],
            action=row["action"],
            approved_by=row["approved_by"],
            approved_at=_moment(row["approved_at"]),
        )


def cancel_unsent(db: GuardedDatabase, column: str, value: str) -> None:
    """Cancel what waits and never left the machine.

    Args:
        column: "deal_id" or "account_id".
    """
    rows = db.conn.execute(
        f"""UPDATE outbox SET state = 'cancelled' WHERE {column} = ? AND sent_at IS NULL
        AND state NOT IN ('done', 'cancelled', 'sending') RETURNING approval_id""",  # noqa: S608 - one of two names
        (value,),
    ).fetchall()
    for (approval_id,) in set(rows):
        _refresh_call(db, approval_id)


def _save(db: GuardedDatabase, operation: Operation, was: Operation) -> bool:
    row = {**_row(operation), "id": operation.id, "was": was.state, "remote_id": was.remote_id}
    if db.conn.execute(_UPDATE, row).rowcount == 0:
        return False
    if operation.state is OperationState.DONE:
        _keep_values(db, operation, operation.target)
        _rebase_later(db, operation)
    if operation.state in (OperationState.DONE, OperationState.CANCELLED):
        _refresh_call(db, operation.approval_id)
    return True


def _row(operation: Operation) -> dict[str, Any]:
    return {
        "state": operation.state,
        "base": codec.values_to_text(operation.base),
        "target": codec.values_to_text(operation.target),
        "theirs": canonical_json(list(operation.theirs)),
        "edited": codec.values_to_text(operation.edited),
        "written": codec.values_to_text(operation.written),
        "before": codec.values_to_text(operation.before),
        "ref_kind": operation.ref.kind if operation.ref else None,
        "ref_id": operation.ref.id if operation.ref else None,
        "conflict": codec.conflict_to_text(operation.conflict),
        "attempts": operation.attempts,
        "tried_s": operation.tried_s,
        "next_try_at": _text(operation.next_try_at),
        "first_tried_at": _text(operation.first_tried_at),
        "sent_at": _text(operation.sent_at),
        "done_at": _text(operation.done_at),
        "error_code": operation.error_code,
        "error_text": operation.error_text,
        "action": operation.action,
    }


def _rebase_later(db: GuardedDatabase, operation: Operation) -> None:
    """What we wrote ourselves is no colleague's change to what was approved meanwhile."""
    if not operation.target:
        return
    stands = json.loads(codec.values_to_text(operation.target))
    later = db.conn.execute(
        f"""SELECT id, base FROM outbox WHERE account_id = ? AND remote_id = ? AND kind = 'fields' AND {_OPEN}
        AND number > (SELECT number FROM outbox WHERE id = ?)""",  # noqa: S608
        (operation.account_id, operation.remote_id, operation.id),
    ).fetchall()
    for id_, base in later:
        rebased = canonical_json({**json.loads(base), **stands})
        db.conn.execute("UPDATE outbox SET base = ? WHERE id = ?", (rebased, id_))


def _keep_values(db: GuardedDatabase, operation: Operation, values: Mapping[str, CrmValue]) -> None:
    keep_values(db, operation.account_id, operation.remote_id, values)


def keep_values(db: GuardedDatabase, account_id: str, remote_id: str, values: Mapping[str, CrmValue]) -> None:
    """Remember what stands in a deal of the CRM, within the caller's transaction."""
    db.conn.executemany(
        """INSERT INTO remote_values VALUES (?, ?, ?, ?)
        ON CONFLICT (account_id, remote_id, key) DO UPDATE SET value = excluded.value""",
        [
            (account_id, remote_id, key, json.dumps(codec.value_to_json(value), ensure_ascii=False))
            for key, value in values.items()
        ],
    )


def _refresh_call(db: GuardedDatabase, approval_id: str) -> None:
    call_id = db.conn.execute("SELECT call_id FROM approvals WHERE id = ?", (approval_id,)).fetchone()[0]
    outbox_rows.refresh_delivered(db, call_id)


def _change(stored: Mapping[str, Any]) -> FieldChange:
    return FieldChange(
        stored["key"], FieldType(stored["type"]), norm_from_text(stored["norm"]), stored["label"], stored["shown"]
    )


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
