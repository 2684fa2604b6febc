"""The store itself refuses a final proposal that no approval stands behind, whoever asks it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlcipher3

from app.proposal.model import Number
from app.settings import Folders
from tests.fakes.proposal_archive import a_final_form, a_proposal
from tests.integration.storage.conftest import Opener

REFUSED = sqlcipher3.IntegrityError
SHA = "cd" * 32


@pytest.fixture
def opened(opener: Opener, folders: Folders) -> Any:
    """A store with one final proposal and one that is worked on."""
    store = opener()
    store.proposals.keep(a_proposal())
    store.proposals.approve(a_final_form(a_proposal(), folders.proposals), "Мария Лис")
    store.proposals.keep(a_proposal(number=Number(2026, 2)))
    return store


@pytest.fixture
def sql(opened: Any, raw: Callable[[], Any]) -> Any:
    return raw()


def test_a_final_proposal_without_approval_is_refused(sql: Any) -> None:
    with pytest.raises(REFUSED, match="without approval"):
        sql.execute(f"INSERT INTO final_proposals VALUES (2, 'nobody', '', '{SHA}', '[]')")  # noqa: S608


def test_an_approval_that_is_not_in_the_audit_log_lets_nothing_in(sql: Any) -> None:
    sql.execute(f"INSERT INTO proposal_approvals VALUES ('forged', 2, 'x', '{SHA}', 'Кто-то', '2026-03-03')")  # noqa: S608
    with pytest.raises(REFUSED, match="without approval"):
        sql.execute(f"INSERT INTO final_proposals VALUES (2, 'forged', 'x', '{SHA}', '[]')")  # noqa: S608


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE final_proposals SET content = 'x'",
        "UPDATE final_proposals SET document_sha256 = 'x'",
        "DELETE FROM final_proposals",
        "UPDATE proposal_approvals SET decided_by = 'другой'",
        "DELETE FROM proposal_approvals",
        "UPDATE proposal_numbers SET content = 'x' WHERE running = 1",
        "UPDATE proposal_numbers SET running = 9 WHERE running = 2",
        "DELETE FROM proposal_numbers",
        "INSERT INTO proposal_numbers SELECT 9, year, 4, 1, '', '', '', '', '0', '', '', 0, 0, NULL"
        " FROM proposal_numbers",
        "REPLACE INTO final_proposals SELECT place, approval_id, 'x', document_sha256, documents FROM final_proposals",
    ],
)
def test_what_was_signed_is_not_changed_by_hand(sql: Any, statement: str) -> None:
    with pytest.raises(REFUSED):
        sql.execute(statement)


def test_the_audit_chain_covers_the_signed_proposal(opened: Any, sql: Any) -> None:
    assert opened.approvals.verify_audit() is None
    sql.execute("DROP TRIGGER proposal_approval_changed")
    sql.execute("UPDATE proposal_approvals SET content = replace(content, '41500', '4150')")
    assert opened.approvals.verify_audit() == 1
