from __future__ import annotations

from datetime import timedelta

from app.pipeline import CallQuery, CallRow
from app.recording.model import CallState
from app.viewmodels.call_list import PAGE_ROWS, CallListViewModel, Filter
from app.viewmodels.requests import Requests
from app.viewmodels.work import WorkQueue
from tests.fakes import examples
from tests.fakes.window import HeldJobs
from tests.unit.viewmodels.conftest import Table, make_table


class CountingIndex:
    """Many rows, and a note of what was asked for."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.asked: list[tuple[str, int]] = []

    def count(self, query: CallQuery) -> int:
        return 1 if query.text else self.total

    def rows(self, query: CallQuery, offset: int, limit: int) -> list[CallRow]:
        self.asked.append((query.text, offset))
        size = min(limit, self.count(query) - offset)
        return [
            CallRow(f"{query.text}{offset + n}", examples.MORNING, f"{query.text}{offset + n}", 1.0, CallState.READY)
            for n in range(size)
        ]

    def hits(self, call_id: str, text: str) -> list[int]:
        return []


def a_list(jobs: HeldJobs, total: int = 100_000) -> tuple[CallListViewModel, CountingIndex, WorkQueue]:
    table = make_table(jobs)
    index = CountingIndex(total)
    return CallListViewModel(Requests(jobs, lambda error: None), index, table.desk.work), index, table.desk.work


def test_only_the_pages_that_are_looked_at_are_read() -> None:
    jobs = HeldJobs()
    calls, index, _work = a_list(jobs)
    calls.refresh()
    jobs.let_go()
    assert calls.count == 100_000
    assert calls.row(70_050) is None
    changed: list[tuple[int, int]] = []
    calls.rows_changed.connect(lambda first, last: changed.append((first, last)))
    jobs.let_go()
    row = calls.row(70_050)
    assert row is not None
    assert row.id == "70050"
    assert changed == [(70_000, 70_000 + PAGE_ROWS - 1)]
    assert index.asked == [("", 0), ("", 70_000)]


def test_pages_that_were_scrolled_past_are_not_read_before_the_one_on_the_screen() -> None:
    jobs = HeldJobs()
    calls, index, _work = a_list(jobs)
    calls.refresh()
    jobs.let_go()
    for position in range(1_000, 51_000, 1_000):
        calls.row(position)
    index.asked.clear()
    jobs.let_go()
    assert len(index.asked) <= 3
    shown = calls.row(50_000)
    assert shown is not None
    assert shown.id == "50000"
    assert calls.row(10_000) is None
    jobs.let_go()
    assert calls.row(10_000) is not None


def test_an_answer_to_an_older_question_is_dropped() -> None:
    jobs = HeldJobs()
    calls, _index, _work = a_list(jobs)
    calls.refresh()
    jobs.let_go()
    calls.search("рассрочка")
    calls.search("скидка")
    jobs.let_last_go()
    jobs.let_go()
    assert calls.count == 1
    row = calls.row(0)
    assert row is not None
    assert row.id == "скидка0"


def test_many_wishes_to_refresh_become_two_readings() -> None:
    jobs = HeldJobs()
    calls, index, _work = a_list(jobs)
    for _time in range(20):
        calls.refresh()
    jobs.let_go()
    assert index.asked == [("", 0), ("", 0)]


def test_a_filter_shows_only_its_states(table: Table) -> None:
    for number, state in enumerate((CallState.READY, CallState.FAILED, CallState.APPROVED, CallState.IMPORTED)):
        moment = examples.MORNING + timedelta(minutes=number)
        table.store.calls.add(examples.a_call(f"c{number}", state=state, at=moment))
    calls = table.desk.call_list
    calls.refresh()
    assert (calls.count, calls.ready_count, calls.failed_count) == (4, 1, 1)
    for chosen, ids in ((Filter.READY, ["c0"]), (Filter.FAILED, ["c1"]), (Filter.APPROVED, ["c2"])):
        calls.narrow(chosen)
        assert [row.id for i in range(calls.count) if (row := calls.row(i))] == ids


def test_a_search_marks_the_hits_of_the_open_call(table: Table) -> None:
    table.with_draft()
    table.desk.call_list.refresh()
    table.desk.call_list.search("теплица")
    assert table.desk.call_list.count == 1
    assert table.desk.conversation.hits == [1]
    table.desk.call_list.search("")
    assert table.desk.conversation.hits == []
