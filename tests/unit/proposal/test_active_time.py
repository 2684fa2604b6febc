"""Seconds of work on a proposal, pauses left out, and edits behind the generation."""

from __future__ import annotations

from app.proposal.active_time import ActiveTime, Effort
from tests.fakes.clock import FakeClock


def test_pauses_over_a_minute_do_not_count() -> None:
    clock = FakeClock()
    work = ActiveTime(clock)
    for step_s in (30, 60, 61, 600, 5):
        clock.advance(step_s)
        work.edited()
    assert work.effort == Effort(active_s=95, edits=5)


def test_edits_count_from_the_generation_on_and_its_own_time_is_nobodys_work() -> None:
    clock = FakeClock()
    work = ActiveTime(clock)
    clock.advance(10)
    work.edited()
    clock.advance(5)
    work.generation_began()
    clock.advance(40)
    work.generated()
    clock.advance(20)
    work.edited()
    assert work.effort == Effort(active_s=35, edits=2, edits_after_generation=1, is_generated=True)


def test_done_ends_the_count_until_it_is_worked_on_again() -> None:
    clock = FakeClock()
    work = ActiveTime(clock)
    clock.advance(12)
    assert work.finished().is_done
    clock.advance(30)
    work.finished()
    assert work.effort.active_s == 12
    work.reopened()
    clock.advance(8)
    work.edited()
    assert (work.effort.active_s, work.effort.is_done) == (20, False)


def test_the_time_between_two_starts_of_the_program_does_not_count() -> None:
    clock = FakeClock()
    first = ActiveTime(clock)
    clock.advance(15)
    kept = first.edited()
    clock.advance(30)
    again = ActiveTime(clock, kept)
    clock.advance(5)
    assert again.edited() == Effort(active_s=20, edits=2)
