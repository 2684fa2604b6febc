"""From a stored draft to a signed document, with the store, the knowledge base and the documents of the program."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from app.adapters.documents import pdf
from app.adapters.documents.docx_paper import WordReader
from app.application import App
from app.bootstrap import build
from app.core.cancel import CancelToken
from app.core.errors import UserFixable
from app.proposal.archive import ProposalState
from app.proposal.model import BlockKind, Number
from app.proposal.service import INPUTS
from app.settings import Folders, Settings
from tests.fakes.clock import FakeClock
from tests.fakes.examples import a_call, a_draft
from tests.fakes.knowledge import WordVectors
from tests.fakes.language_model import ScriptedModel
from tests.fakes.proposal_sellers import a_profile


@pytest.fixture
def app(fake_clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    monkeypatch.setattr(pdf, "find_libreoffice", lambda: None)
    model = ScriptedModel({"proposal_need": {"need": ["Вам нужно обогреть теплицу."]}})
    built = build(
        Settings(store_protection="clear"),
        Folders.of_this_machine(),
        clock=fake_clock,
        profile=a_profile(),
        language_model=model,
        vectors=WordVectors(),
    )
    built.calls.add(a_call())
    built.drafts.save(a_draft())
    yield built
    built.close()


def test_a_stored_draft_becomes_signed_documents(app: App) -> None:
    stored = app.drafts.latest("call-1")
    assert stored is not None
    today = app.clock.now_utc().date()
    begun = app.proposals.begin(stored[1], app.profile(), app.knowledge.knowledge(), today)
    assert begun.number == Number(2026, 1)
    written = app.proposals.draft_texts(begun, stored[1], CancelToken())
    assert written.block(BlockKind.WARRANTY) is not None
    assert not written.is_blocked, written.warnings
    app.proposals.keep(written, active_s=41.0, edits=2)

    done = app.proposals.finish(written, "Мария Лис")
    assert done.pdf is not None
    assert done.pdf.read_bytes().startswith(b"%PDF")
    assert done.eml is not None
    (table,) = WordReader().read_back(done.docx).tables
    assert (table.total, table.rows[0].qty) == (Decimal("166000.00"), 4)
    again = app.proposals.open(begun.number)
    assert (again.state, again.active_s, again.edits, again.files) == (ProposalState.FINAL, 41.0, 2, done)
    inputs = json.loads((done.docx.parent / INPUTS).read_text("utf-8"))
    assert inputs["proposal"]["number"] == {"year": 2026, "running": 1, "revision": 1}
    entry = app.approvals.audit(1)[0]
    assert (entry.action, entry.actor) == ("proposal_approved", "Мария Лис")
    assert app.approvals.verify_audit() is None


def test_what_waits_for_a_person_is_not_signed_and_leaves_no_document(app: App) -> None:
    today = app.clock.now_utc().date()
    begun = app.proposals.begin(a_draft(), app.profile(), app.knowledge.knowledge(), today)
    doubtful = replace(begun, lines=(replace(begun.lines[0], doubt="Какой обогреватель?"),))
    with pytest.raises(UserFixable) as caught:
        app.proposals.finish(doubtful, "Мария Лис")
    assert caught.value.code == "proposal.blocked"
    assert app.proposals.open(begun.number).state is ProposalState.DRAFT
    assert not app.folders.proposals.exists()
