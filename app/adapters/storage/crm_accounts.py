"""Connections to CRMs, their fields and mappings, and what was last read of their deals."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.adapters.storage.database import Database
from app.adapters.storage.outbox import cancel_unsent, keep_values
from app.core.clock import Clock
from app.core.errors import UserFixable
from app.core.i18n import _
from app.core.ids import canonical_json
from app.delivery import codec
from app.delivery.model import (
    CrmAccount,
    CrmKind,
    CrmValue,
    DescribedFields,
    Entity,
    FieldMap,
    MappedField,
    Pipeline,
    RemoteField,
    RemoteOption,
    RemoteStage,
    RemoteType,
)

if TYPE_CHECKING:
    from app.adapters.storage.guarded import GuardedDatabase

_WAITS_FOR_MAPPING = "('crm.not_mapped', 'crm.invalid', 'crm.not_applied')"


class SqlCrmAccounts:
    """`AccountStore` on the database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def accounts(self) -> list[CrmAccount]:
        return self._read("SELECT * FROM crm_accounts WHERE removed_at IS NULL ORDER BY number")

    def account(self, account_id: str) -> CrmAccount:
        found = self._read("SELECT * FROM crm_accounts WHERE removed_at IS NULL AND id = ?", account_id)
        if not found:
            raise UserFixable(
                "crm.no_account",
                _("Эта CRM больше не подключена."),
                hint=_("Подключите её заново в настройках."),
                detail=account_id,
                action="open_settings_crm",
            )
        return found[0]

    def add(self, account: CrmAccount) -> None:
        self._database.write(lambda db: db.table("crm_accounts").insert({"id": account.id, **_row(account)}))

    def change(self, account: CrmAccount) -> None:
        row = {**_row(account), "id": account.id}
        sql = f"UPDATE crm_accounts SET {', '.join(f'{name} = :{name}' for name in _row(account))} WHERE id = :id"  # noqa: S608
        self._database.write(lambda db: db.conn.execute(sql, row))

    def remove(self, account_id: str) -> None:
        now = self._clock.now_utc().isoformat()

        def write(db: GuardedDatabase) -> None:
            db.conn.execute("UPDATE crm_accounts SET removed_at = ? WHERE id = ?", (now, account_id))
            db.conn.execute("DELETE FROM deal_links WHERE account_id = ?", (account_id,))
            db.conn.execute("DELETE FROM remote_values WHERE account_id = ?", (account_id,))
            cancel_unsent(db, "account_id", account_id)

        self._database.write(write)

    def pause(self, account_id: str, code: str, text: str) -> None:
        sql = "UPDATE crm_accounts SET pause_code = ?, pause_text = ? WHERE id = ?"
        self._database.write(lambda db: db.conn.execute(sql, (code, text, account_id)))

    def field_map(self, account_id: str) -> FieldMap:
        sql = "SELECT fields, confirmed_at FROM field_maps WHERE account_id = ?"
        row = self._database.run(lambda db: db.conn.execute(sql, (account_id,)).fetchone())
        if row is None:
            return FieldMap(account_id)
        fields = tuple(MappedField(**{**item, "type": RemoteType(item["type"])}) for item in json.loads(row[0]))
        return FieldMap(account_id, fields, datetime.fromisoformat(row[1]))

    def confirm(self, field_map: FieldMap) -> None:
        fields = canonical_json([{**asdict(item), "options": dict(item.options)} for item in field_map.fields])
        now = self._clock.now_utc().isoformat()

        def write(db: GuardedDatabase) -> None:
            db.conn.execute(
                """INSERT INTO field_maps VALUES (?, ?, ?) ON CONFLICT (account_id)
                DO UPDATE SET fields = excluded.fields, confirmed_at = excluded.confirmed_at""",
                (field_map.account_id, fields, now),
            )
            db.conn.execute(
                f"""UPDATE outbox SET state = CASE WHEN sent_at IS NULL THEN 'pending' ELSE 'unknown' END,
                attempts = 0, tried_s = 0, next_try_at = NULL, error_code = '', error_text = '', action = ''
                WHERE account_id = ? AND state IN ('paused', 'rejected') AND kind = 'fields'
                AND error_code IN {_WAITS_FOR_MAPPING}""",  # noqa: S608 - a constant
                (field_map.account_id,),
            )

        self._database.write(write)

    def described(self, account_id: str) -> DescribedFields | None:
        sql = "SELECT fields, pipelines, read_at FROM remote_fields WHERE account_id = ?"
        row = self._database.run(lambda db: db.conn.execute(sql, (account_id,)).fetchone())
        if row is None:
            return None
        fields, pipelines, read_at = row
        return DescribedFields(
            tuple(_field(item) for item in json.loads(fields)),
            tuple(
                Pipeline(item["id"], item["label"], tuple(RemoteStage(**stage) for stage in item["stages"]))
                for item in json.loads(pipelines)
            ),
            datetime.fromisoformat(read_at),
        )

    def keep_described(self, account_id: str, described: DescribedFields) -> None:
        row = (
            account_id,
            canonical_json([asdict(item) for item in described.fields]),
            canonical_json([asdict(item) for item in described.pipelines]),
            described.read_at.isoformat(),
        )
        sql = """INSERT INTO remote_fields VALUES (?, ?, ?, ?) ON CONFLICT (account_id) DO UPDATE SET
            fields = excluded.fields, pipelines = excluded.pipelines, read_at = excluded.read_at"""
        self._database.write(lambda db: db.conn.execute(sql, row))

    def values(self, account_id: str, remote_id: str) -> dict[str, CrmValue]:
        sql = "SELECT key, value FROM remote_values WHERE account_id = ? AND remote_id = ?"
        rows = self._database.run(lambda db: db.conn.execute(sql, (account_id, remote_id)).fetchall())
        return {key: codec.value_from_json(json.loads(value)) for key, value in rows}

    def keep_values(self, account_id: str, remote_id: str, values: Mapping[str, CrmValue]) -> None:
        self._database.write(lambda db: keep_values(db, account_id, remote_id, values))

    def _read(self, sql: str, *values: object) -> list[CrmAccount]:
        return [_account(row) for row in self._database.run(lambda db: list(db.query(sql, values)))]


def _row(account: CrmAccount) -> dict[str, Any]:
    return {
        "kind": account.kind,
        "title": account.title,
        "address": account.address,
        "user_id": account.user_id,
        "names": canonical_json(dict(account.names)),
    }


def _account(row: Mapping[str, Any]) -> CrmAccount:
    return CrmAccount(
        row["id"],
        CrmKind(row["kind"]),
        row["title"],
        row["address"],
        row["user_id"],
        json.loads(row["names"]),
        bool(row["pause_code"]),
        row["pause_code"],
        row["pause_text"],
    )


def _field(stored: dict[str, Any]) -> RemoteField:
    options = tuple(RemoteOption(**option) for option in stored["options"])
    entity = Entity(stored["entity"])
    return RemoteField(**{**stored, "type": RemoteType(stored["type"]), "entity": entity, "options": options})
