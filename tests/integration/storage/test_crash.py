"""A program killed while it approves leaves each approval whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.settings import Folders
from tests.fakes.examples import a_call, a_deal, a_draft
from tests.integration.storage.conftest import Opener

_APPROVING = """
import sys
from app.adapters.storage.store import open_store
from app.core.clock import SystemClock
from app.settings import Folders, Settings
from tests.fakes.examples import a_request, accepted, note, step
from tests.fakes.keys import FixedKey

store = open_store(Folders.of_this_machine(), Settings(), FixedKey(), SystemClock())
draft_id = store.drafts.latest("call-1")[0]
number = 0
while True:
    number += 1
    made = store.approvals.approve(
        a_request(draft_id, accepted("budget_amount", f"{number} ₽", number), note(f"Заметка {number}"), step())
    )
    print(made.id, flush=True)
    if number % 3 == 0:
        store.approvals.undo(made.id, "Ольга")
        print("-" + made.id, flush=True)
"""


@pytest.mark.parametrize("approvals_before_kill", [1, 4, 9])
def test_a_kill_while_approving_leaves_all_or_nothing(
    opener: Opener, folders: Folders, approvals_before_kill: int
) -> None:
    store = opener()
    store.calls.add(a_call())
    store.deals.create(a_deal())
    store.drafts.save(a_draft())
    store.close()
    reported = approve_until_killed(approvals_before_kill)
    store = opener()
    assert store.database.run(lambda db: db.conn.execute("PRAGMA integrity_check").fetchone()[0]) == "ok"
    assert store.approvals.verify_audit() is None
    approvals = {approval.id: approval for approval in store.approvals.of_call("call-1")}
    for line in reported:
        # What the program was told to be approved or taken back is so after the kill.
        assert (approvals[line.removeprefix("-")].undone_at is not None) or not line.startswith("-")
    standing = [approval.id for approval in approvals.values() if approval.undone_at is None]
    assert [note.approval_id for note in store.deals.notes("deal-1")] == standing
    assert [task.approval_id for task in store.deals.tasks("deal-1")] == standing
    assert store.deals.values("deal-1")["budget_amount"].approval_id == standing[-1]
    actions = [entry.action for entry in store.approvals.audit(1000)]
    assert actions.count("approved") == len(approvals)
    assert actions.count("undone") == len(approvals) - len(standing)


def approve_until_killed(count: int) -> list[str]:
    """What the child reported before it was killed; it is killed wherever it happens to be behind `count` lines."""
    child = subprocess.Popen(
        [sys.executable, "-c", _APPROVING],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parents[3],
        env=dict(os.environ),
    )
    with child:
        assert child.stdout is not None
        reported = [child.stdout.readline().strip() for _ in range(count)]
        child.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
        reported += [line.strip() for line in child.stdout]
    assert all(reported)
    return [line for line in reported if len(line.removeprefix("-")) == 32]
