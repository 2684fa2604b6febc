"""What every archive of proposals promises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest

from app.adapters.storage.proposals import SqlProposals
from app.adapters.storage.store import open_store
from app.core.errors import UserFixable
from app.proposal.archive import ProposalState
from app.proposal.model import Number
from app.settings import Folders, Settings
from tests.fakes.clock import FakeClock
from tests.fakes.keys import FixedKey
from tests.fakes.proposal_archive import FakeArchive, a_final_form, a_line, a_proposal

AnyArchive: TypeAlias = SqlProposals | FakeArchive


@pytest.fixture(params=["fake", "store"])
def archive(request: pytest.FixtureRequest, fake_clock: FakeClock) -> Iterator[AnyArchive]:
    if request.param == "fake":
        yield FakeArchive()
        return
    store = open_store(Folders.of_this_machine(), Settings(store_protection="clear"), FixedKey(), fake_clock)
    yield store.proposals
    store.close()


@pytest.fixture
def folder() -> Path:
    return Folders.of_this_machine().proposals


def test_numbers_of_a_year_follow_each_other_and_begin_anew_with_the_year(archive: AnyArchive) -> None:
    assert archive.next_number(2026) == Number(2026, 1)
    archive.keep(a_proposal())
    archive.keep(a_proposal(number=archive.next_number(2026)))
    assert archive.next_number(2026) == Number(2026, 3)
    assert archive.next_number(2027) == Number(2027, 1)


def test_a_company_goes_on_with_the_number_it_had(archive: AnyArchive) -> None:
    archive.keep(a_proposal(number=Number(2026, 117)))
    assert archive.next_number(2026) == Number(2026, 118)


def test_a_number_that_would_leave_a_gap_is_refused(archive: AnyArchive) -> None:
    archive.keep(a_proposal())
    with pytest.raises(UserFixable) as caught:
        archive.keep(a_proposal(number=Number(2026, 5)))
    assert caught.value.code == "proposal.number_taken"
    assert [row.number for row in archive.rows()] == [Number(2026, 1)]


def test_unfinished_work_comes_back_as_it_was_left(archive: AnyArchive) -> None:
    archive.keep(a_proposal())
    changed = a_proposal(lines=(a_line(doubt="Проверьте."), a_line(sku="", name="Доставка")))
    archive.keep(changed, active_s=93.5, edits=7)
    found = archive.open(Number(2026, 1))
    assert (found.proposal, found.state, found.files) == (changed, ProposalState.DRAFT, None)
    assert (found.active_s, found.edits) == (93.5, 7)


def test_what_was_thrown_away_is_gone_and_its_number_is_not_given_again(archive: AnyArchive) -> None:
    archive.keep(a_proposal())
    archive.discard(Number(2026, 1))
    archive.discard(Number(2026, 1))
    assert archive.rows() == []
    assert archive.next_number(2026) == Number(2026, 2)
    for forbidden in (lambda: archive.open(Number(2026, 1)), lambda: archive.keep(a_proposal())):
        with pytest.raises(UserFixable) as caught:
            forbidden()
        assert caught.value.code == "proposal.unknown"


def test_a_final_proposal_keeps_its_files_and_changes_no_more(archive: AnyArchive, folder: Path) -> None:
    archive.keep(a_proposal())
    form = a_final_form(a_proposal(assumptions=("цены на 02.03.2026",)), folder)
    archive.approve(form, "Мария Лис")
    found = archive.open(Number(2026, 1))
    assert (found.proposal, found.state, found.files) == (form.proposal, ProposalState.FINAL, form.files)
    for forbidden in (
        lambda: archive.keep(a_proposal()),
        lambda: archive.discard(Number(2026, 1)),
        lambda: archive.approve(form, "Мария Лис"),
    ):
        with pytest.raises(UserFixable) as caught:
            forbidden()
        assert caught.value.code == "proposal.is_final"


def test_a_proposal_nobody_knows_does_not_become_final(archive: AnyArchive, folder: Path) -> None:
    with pytest.raises(UserFixable) as caught:
        archive.approve(a_final_form(a_proposal(), folder), "Мария Лис")
    assert caught.value.code == "proposal.unknown"


def test_a_revision_replaces_the_earlier_one_once_it_is_final(archive: AnyArchive, folder: Path) -> None:
    first = a_proposal()
    archive.keep(first)
    archive.approve(a_final_form(first, folder), "Мария Лис")
    second = replace(first, number=archive.next_revision(first.number))
    assert str(second.number) == "КП-2026-0001/2"
    archive.keep(second)
    assert archive.open(first.number).state is ProposalState.FINAL
    archive.approve(a_final_form(second, folder), "Мария Лис")
    assert [(row.number.revision, row.state) for row in archive.rows()] == [
        (2, ProposalState.FINAL),
        (1, ProposalState.REPLACED),
    ]
