"""The store itself sends nothing without its approval, and forgets nothing that was sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlcipher3

from app.delivery.model import CrmAccount, CrmKind
from tests.fakes.examples import a_call, a_deal, a_draft, a_request
from tests.integration.storage.conftest import Opener

REFUSED = sqlcipher3.IntegrityError
COPY = """INSERT INTO outbox (id, account_id, approval_id, deal_id, remote_id, kind, subject, payload, undoes, state,
    approved_by, approved_at) SELECT {} FROM outbox WHERE kind = '{}'"""


def columns(**other: str) -> str:
    """All columns of a row, some of them otherwise."""
    names = "id account_id approval_id deal_id remote_id kind subject payload undoes state approved_by approved_at"
    stated = {"id": f"'{'f' * 32}'", "state": "'pending'"}
    return ", ".join({**stated, **other}.get(name, name) for name in names.split())


@pytest.fixture
def sql(opener: Opener, raw: Callable[[], Any]) -> Any:
    """A store with an approval queued for a CRM; it stays open beside the other tool."""
    store = opener()
    store.calls.add(a_call())
    store.deals.create(a_deal())
    store.deals.create(a_deal("deal-2"))
    store.accounts.add(CrmAccount("crm-1", CrmKind.ODOO, "Тепло", "https://crm.example"))
    store.outbox.link("deal-1", "crm-1", "77", ())
    store.approvals.approve(a_request(store.drafts.save(a_draft())))
    return raw()


def test_what_an_approval_queues_is_there(sql: Any) -> None:
    rows = sql.execute("SELECT kind, subject, state, remote_id FROM outbox ORDER BY number").fetchall()
    assert rows == [
        ("fields", "fields", "pending", "77"),
        ("note", "note", "pending", "77"),
        ("task", "step:0", "pending", "77"),
    ]


@pytest.mark.parametrize(
    ("kind", "other"),
    [
        ("fields", {"payload": """'{"changes":[]}'"""}),
        ("fields", {"payload": """replace(payload, 'Тверь', 'Омск')"""}),
        ("fields", {"payload": """replace(payload, 'delivery_city', 'need')"""}),
        ("fields", {"payload": """replace(payload, '"norm":"null"', '"norm":"5"')"""}),
        ("fields", {"approval_id": "'nobody'"}),
        ("fields", {"deal_id": "'deal-2'"}),
        ("note", {"payload": """'{"text":"Другой текст"}'"""}),
        ("note", {"payload": "'{}'"}),
        ("task", {"payload": """replace(payload, '2026-03-05', '2026-03-06')"""}),
        ("task", {"subject": "'step:1'"}),
        ("note", {"state": "'done'"}),
        ("note", {"kind": "'undo_note'", "undoes": "id", "subject": "id", "payload": "'{}'"}),
    ],
)
def test_a_row_without_its_approval_is_refused(sql: Any, kind: str, other: dict[str, str]) -> None:
    sql.execute("PRAGMA foreign_keys = ON")
    with pytest.raises(REFUSED, match="without its approval|FOREIGN KEY"):  # noqa: RUF043
        sql.execute(COPY.format(columns(**other), kind))


def test_the_same_effect_is_not_queued_twice(sql: Any) -> None:
    with pytest.raises(REFUSED, match="UNIQUE"):
        sql.execute(COPY.format(columns(), "note"))
    with pytest.raises(REFUSED, match="without its approval"):
        sql.execute(COPY.format(columns(id="id"), "note").replace("INSERT", "INSERT OR REPLACE"))


@pytest.mark.parametrize(
    "change",
    [
        "payload = '{}'",
        "kind = 'note'",
        "approval_id = 'x'",
        "deal_id = 'deal-2'",
        "subject = 'step:5'",
        f"id = '{'e' * 32}'",
        "number = 99",
        "approved_by = 'Никто'",
    ],
)
def test_what_was_approved_stays_as_it_was_approved(sql: Any, change: str) -> None:
    with pytest.raises(REFUSED, match="stays as it was approved"):
        sql.execute(f"UPDATE outbox SET {change} WHERE kind = 'task'")  # noqa: S608


def test_what_is_done_stays_done_and_no_row_goes(sql: Any) -> None:
    sql.execute("UPDATE outbox SET state = 'done'")
    for change in ("state = 'pending'", "written = '{\"a\":1}'", "ref_id = '5'"):
        with pytest.raises(REFUSED, match="done stays done"):
            sql.execute(f"UPDATE outbox SET {change}")  # noqa: S608
    with pytest.raises(REFUSED, match="stays"):
        sql.execute("DELETE FROM outbox")
    with pytest.raises(REFUSED, match="stays"):
        sql.execute("DELETE FROM crm_accounts")


def test_no_key_of_a_connection_is_in_the_store(sql: Any) -> None:
    names = [row[1] for row in sql.execute("PRAGMA table_info(crm_accounts)")]
    assert not {"secret", "key", "token", "password"} & set(names)
