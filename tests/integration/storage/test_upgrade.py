"""Every released database file opens, with all that was in it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.adapters.storage.schema import MIGRATIONS
from app.delivery.model import CrmAccount, CrmKind
from app.pipeline import CallQuery
from app.recording.model import CallState
from app.settings import Folders
from tests.fakes.examples import a_deal, a_draft, a_transcript
from tests.integration.storage.conftest import Opener

RELEASED = Path(__file__).resolve().parents[2] / "data" / "upgrade"


@pytest.mark.parametrize("file", sorted(RELEASED.glob("*.db")), ids=lambda path: path.stem)
def test_a_released_file_opens_with_everything_in_it(opener: Opener, folders: Folders, file: Path) -> None:
    folders.data.mkdir(parents=True)
    shutil.copyfile(file, folders.database)
    store = opener("clear" if file.stem.endswith("clear") else "keyring")
    assert store.database.run(lambda db: db.conn.execute("PRAGMA user_version").fetchone()[0]) == MIGRATIONS[-1].number
    assert store.database.run(lambda db: db.conn.execute("PRAGMA integrity_check").fetchone()[0]) == "ok"
    assert store.transcripts.get("call-1") == a_transcript()
    latest = store.drafts.latest("call-1")
    assert latest is not None
    assert latest[1] == a_draft()
    assert store.calls.get("call-1").state is CallState.APPROVED
    assert store.deals.get("deal-1") == a_deal()
    assert set(store.deals.values("deal-1")) == {"delivery_city"}
    assert store.deals.values("deal-1")["delivery_city"].value == "Тверь"
    assert len(store.deals.notes("deal-1")) == len(store.deals.tasks("deal-1")) == 1
    assert [bool(approval.undone_at) for approval in store.approvals.of_call("call-1")] == [False, True]
    assert store.approvals.verify_audit() is None
    assert [row.id for row in store.index.rows(CallQuery("обогревателей"), 0, 5)] == ["call-1"]
    assert store.journal.load("half") == ({"windows": 2}, {0: ["готово"]})


@pytest.mark.parametrize("file", sorted(RELEASED.glob("*.db")), ids=lambda path: path.stem)
def test_what_was_approved_in_an_older_program_goes_to_a_crm_connected_now(
    opener: Opener, folders: Folders, file: Path
) -> None:
    folders.data.mkdir(parents=True)
    shutil.copyfile(file, folders.database)
    store = opener("clear" if file.stem.endswith("clear") else "keyring")
    store.accounts.add(CrmAccount("crm-1", CrmKind.ODOO, "Тепло", "https://crm.example"))
    queued = store.outbox.link("deal-1", "crm-1", "77", ())
    assert [str(operation.kind) for operation in queued] == ["fields", "note", "task"]
    assert [change.shown for change in queued[0].changes] == ["Тверь"]
    assert store.approvals.verify_audit() is None


def test_there_is_a_file_of_each_kind() -> None:
    assert {path.stem.rpartition("-")[2] for path in RELEASED.glob("*.db")} == {"encrypted", "clear"}
