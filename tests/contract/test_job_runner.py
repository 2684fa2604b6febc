"""What every job runner must do: the one with threads and the one that works at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from app.core.cancel import CancelToken
from app.core.errors import Bug, Cancelled, UserFixable, VizirError
from app.jobs.runner import InlineDispatcher, Job, JobRunner
from tests.fakes.jobs import InlineJobRunner

_WAIT_S = 10.0


@pytest.fixture(params=["threads", "inline"])
def runner(request: pytest.FixtureRequest) -> Iterator[JobRunner]:
    made = JobRunner(InlineDispatcher()) if request.param == "threads" else InlineJobRunner()
    yield made
    assert made.close(_WAIT_S)


@dataclass
class _Ends:
    """Notes how a job ended."""

    done: list[object] = field(default_factory=list)
    failed: list[VizirError] = field(default_factory=list)
    cancelled: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    def job(self, work: object) -> Job[object]:
        return Job(work, on_done=self._done, on_failed=self._failed, on_cancelled=self._cancelled)  # type: ignore[arg-type]

    def total(self) -> int:
        assert self.ended.wait(_WAIT_S)
        return len(self.done) + len(self.failed) + self.cancelled

    def _done(self, result: object) -> None:
        self.done.append(result)
        self.ended.set()

    def _failed(self, error: VizirError) -> None:
        self.failed.append(error)
        self.ended.set()

    def _cancelled(self) -> None:
        self.cancelled += 1
        self.ended.set()


def test_a_finished_job_hands_over_its_result(runner: JobRunner) -> None:
    ends = _Ends()
    runner.submit("any", ends.job(lambda _token: 42))
    assert ends.total() == 1
    assert ends.done == [42]


def test_an_error_of_ours_arrives_as_it_is(runner: JobRunner) -> None:
    def work(_token: CancelToken) -> None:
        raise UserFixable("settings.value", "неверно")

    ends = _Ends()
    runner.submit("any", ends.job(work))
    assert ends.total() == 1
    assert ends.failed[0].code == "settings.value"


@pytest.mark.logs_errors
def test_any_other_error_arrives_as_a_bug(runner: JobRunner) -> None:
    def work(_token: CancelToken) -> None:
        raise ZeroDivisionError

    ends = _Ends()
    runner.submit("any", ends.job(work))
    assert ends.total() == 1
    assert isinstance(ends.failed[0], Bug)


def test_a_job_that_was_cancelled_before_its_turn_never_works(runner: JobRunner) -> None:
    ends = _Ends()
    job = ends.job(lambda _token: pytest.fail("worked"))
    job.cancel.cancel()
    runner.submit("any", job)
    assert ends.total() == 1
    assert ends.cancelled == 1


def test_a_job_that_obeys_the_request_ends_as_cancelled(runner: JobRunner) -> None:
    def work(_token: CancelToken) -> None:
        raise Cancelled

    ends = _Ends()
    runner.submit("any", ends.job(work))
    assert ends.total() == 1
    assert ends.cancelled == 1


def test_jobs_of_a_lane_keep_their_order(runner: JobRunner) -> None:
    order: list[int] = []
    ends = _Ends()
    for number in range(20):
        runner.submit("one", Job(lambda _token, n=number: n, on_done=order.append, on_failed=pytest.fail))
    runner.submit("one", ends.job(lambda _token: None))
    assert ends.total() == 1
    assert order == list(range(20))


def test_a_lane_is_idle_once_its_jobs_have_ended(runner: JobRunner) -> None:
    ends = _Ends()
    runner.submit("one", ends.job(lambda _token: None))
    assert ends.total() == 1
    assert runner.is_idle("one")
    assert runner.is_idle("never used")


def test_nothing_is_taken_after_the_close(runner: JobRunner) -> None:
    runner.close(_WAIT_S)
    with pytest.raises(Bug):
        runner.submit("any", _Ends().job(lambda _token: None))


def test_lanes_run_side_by_side_and_close_cancels_what_runs() -> None:
    runner = JobRunner(InlineDispatcher())
    both_run = threading.Barrier(3, timeout=_WAIT_S)
    ends = _Ends(), _Ends()

    def work(token: CancelToken) -> None:
        both_run.wait()
        assert token.wait(_WAIT_S)
        token.raise_if_cancelled()

    for lane, end in zip(("one", "other"), ends, strict=True):
        runner.submit(lane, end.job(work))
    both_run.wait()
    assert runner.close(_WAIT_S)
    assert [end.cancelled for end in ends] == [1, 1]
