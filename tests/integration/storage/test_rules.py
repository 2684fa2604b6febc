"""The store itself refuses what no approval stands behind, whoever asks it, and a changed audit log shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlcipher3

from app.core.errors import Bug
from tests.fakes.examples import a_call, a_deal, a_draft, a_request, accepted
from tests.integration.storage.conftest import Opener

REFUSED = sqlcipher3.IntegrityError


@pytest.fixture
def approval_id(opener: Opener) -> str:
    """A store with one approval; it stays open beside the other tool."""
    store = opener()
    store.calls.add(a_call())
    store.deals.create(a_deal())
    store.deals.create(a_deal("deal-2"))
    return store.approvals.approve(a_request(store.drafts.save(a_draft()))).id


@pytest.fixture
def sql(approval_id: str, raw: Callable[[], Any]) -> Any:
    return raw()


def test_a_value_without_approval_is_refused(sql: Any) -> None:
    with pytest.raises(REFUSED, match="without its approval"):
        sql.execute("INSERT INTO field_values VALUES ('deal-1', 'need', 'x', 'null', 'nobody', '2026-03-03')")


def test_a_value_that_the_approval_does_not_name_is_refused(sql: Any, approval_id: str) -> None:
    at = sql.execute("SELECT at FROM approvals").fetchone()[0]
    for deal_id, key, value, norm in (
        ("deal-1", "need", "Тверь", "null"),
        ("deal-1", "delivery_city", "Москва", "null"),
        ("deal-1", "delivery_city", "Тверь", "1"),
        ("deal-2", "delivery_city", "Тверь", "null"),
    ):
        with pytest.raises(REFUSED, match="without its approval"):
            sql.execute(
                "INSERT OR REPLACE INTO field_values VALUES (?, ?, ?, ?, ?, ?)",
                (deal_id, key, value, norm, approval_id, at),
            )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE field_values SET value = 'Москва'",
        "UPDATE field_values SET norm = '5'",
        "UPDATE field_values SET approval_id = 'nobody'",
        "UPDATE field_values SET deal_id = 'deal-2'",
        "DELETE FROM field_values",
        "UPDATE notes SET text = 'другое'",
        "DELETE FROM notes",
        "INSERT INTO notes VALUES ('n', 'deal-1', 'другое', 'nobody', '2026-03-03')",
        "UPDATE tasks SET action = 'другое'",
        "UPDATE tasks SET due = '2030-01-01'",
        "UPDATE tasks SET who = 'client'",
        "DELETE FROM tasks",
        "INSERT INTO tasks VALUES ('t', 'deal-1', '0', 'manager', 'другое', NULL, 'nobody', 0)",
        "UPDATE approvals SET decided_by = 'другой'",
        "UPDATE approvals SET undone_at = '2026-03-04', undone_by = 'x'",
        "DELETE FROM approvals",
        "UPDATE decisions SET value = 'Москва'",
        "DELETE FROM decisions",
        "UPDATE audit SET actor = 'другой'",
        "DELETE FROM audit",
        "REPLACE INTO audit SELECT number, at, 'другой', action, subject, content, previous_hash, hash FROM audit",
        "INSERT INTO audit VALUES (99, '', '', '', '', '', '', '')",
        "INSERT INTO audit SELECT max(number) + 1, '', '', '', '', '', 'wrong', '' FROM audit",
    ],
)
def test_what_was_approved_is_not_changed_by_hand(sql: Any, statement: str) -> None:
    with pytest.raises(REFUSED):
        sql.execute(statement)


def test_a_decision_is_not_added_to_an_approval_later(sql: Any, approval_id: str) -> None:
    with pytest.raises(REFUSED, match="no more decisions"):
        sql.execute(
            "INSERT INTO decisions VALUES (?, 9, 'field', 'need', 'accepted', 'x', 'null', '[]', NULL, NULL, NULL)",
            (approval_id,),
        )


def test_an_approval_that_is_not_in_the_audit_log_lets_nothing_in(sql: Any) -> None:
    sql.execute(
        "INSERT INTO approvals SELECT 99, 'forged', call_id, draft_id, deal_id, decided_by, at, 0, 0, NULL, NULL, NULL"
        " FROM approvals"
    )
    sql.execute(
        "INSERT INTO decisions VALUES ('forged', 0, 'field', 'need', 'accepted', 'x', 'null', '[]', NULL, NULL, NULL)"
    )
    at = sql.execute("SELECT at FROM approvals WHERE id = 'forged'").fetchone()[0]
    with pytest.raises(REFUSED, match="without its approval"):
        sql.execute("INSERT INTO field_values VALUES ('deal-1', 'need', 'x', 'null', 'forged', ?)", (at,))


def test_a_task_can_be_ticked_off(sql: Any) -> None:
    sql.execute("UPDATE tasks SET is_done = 1")
    assert sql.execute("SELECT is_done FROM tasks").fetchall() == [(1,)]


def test_a_type_that_does_not_fit_a_column_is_refused(sql: Any) -> None:
    with pytest.raises(REFUSED, match="cannot store TEXT value in INTEGER column"):
        sql.execute("UPDATE calls SET manager_channel = 'left'")


def test_a_mistyped_table_is_refused_and_not_made(opener: Opener) -> None:
    store = opener()
    with pytest.raises(Bug) as caught:
        store.database.write(lambda db: db["cals"].insert({"id": "x"}))
    assert caught.value.code == "store.no_table"
    with pytest.raises(Bug):
        store.database.write(lambda db: db.table("cals").upsert({"id": "x"}, pk="id"))
    assert "cals" not in store.database.run(lambda db: db.table_names())


def test_a_broken_rule_inside_the_program_is_a_bug_with_nothing_written(opener: Opener) -> None:
    store = opener()
    store.calls.add(a_call())
    with pytest.raises(Bug) as caught:
        store.calls.add(a_call())
    assert caught.value.code == "store.refused"
    store.deals.create(a_deal())
    with pytest.raises(Bug):
        store.approvals.approve(a_request("no such draft", accepted("need", "x")))
    assert store.approvals.of_call("call-1") == []
    assert store.deals.values("deal-1") == {}


def tamper(sql: Any, *statements: str) -> None:
    """Change what triggers protect, as somebody with the key and enough will could."""
    for (name,) in sql.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        sql.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        sql.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'другой' WHERE action = 'approved'",
        "UPDATE audit SET at = '2020-01-01T00:00:00+00:00' WHERE action = 'approved'",
        "UPDATE audit SET content = '{}' WHERE action = 'approved'",
        "UPDATE decisions SET value = 'Москва' WHERE key = 'delivery_city'",
        "UPDATE approvals SET decided_by = 'другой'",
        "DELETE FROM audit WHERE action = 'approved'",
    ],
)
def test_a_change_behind_the_triggers_shows_in_the_chain(opener: Opener, sql: Any, statement: str) -> None:
    store = opener()
    assert store.approvals.verify_audit() is None
    number = sql.execute("SELECT number FROM audit WHERE action = 'approved'").fetchone()[0]
    tamper(sql, statement)
    assert store.approvals.verify_audit() == number


def test_an_entry_cut_out_of_the_middle_shows(opener: Opener, sql: Any) -> None:
    tamper(sql, "DELETE FROM audit WHERE number = 2")
    assert opener().approvals.verify_audit() == 2


def test_an_undo_without_its_entry_shows(opener: Opener, sql: Any) -> None:
    last = sql.execute("SELECT max(number) FROM audit").fetchone()[0]
    tamper(sql, "UPDATE approvals SET undone_at = '2026-03-04T00:00:00+00:00'")
    assert opener().approvals.verify_audit() == last + 1


def test_the_audit_log_names_who_what_evidence_and_model(sql: Any, approval_id: str) -> None:
    actor, content = sql.execute("SELECT actor, content FROM audit WHERE subject = ?", (approval_id,)).fetchone()
    entry = json.loads(content)
    assert actor == "Ольга"
    assert entry["engine"]["llm"] == "qwen2.5-1.5b"
    assert entry["engine"]["prompt"] == "p1"
    city = entry["decisions"][0]
    assert (city["key"], city["value"]) == ("delivery_city", "Тверь")
    assert json.loads(city["evidence"])[0]["quote"] == "Тверь"
