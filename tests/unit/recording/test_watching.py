"""The folder of telephony: what is new in it, what waits, and how names are read."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.core.errors import UserFixable
from app.recording.naming import NameFacts
from app.recording.watching import Look, NamePattern, RecordingFolder, WatchChoices, read_name
from tests.fakes.clock import FakeClock

MOMENT = datetime(2026, 3, 2, 10, 15, 30)  # noqa: DTZ001 - names have no zone
MOBILE, OFFICE = "+79161234567", "+74951112233"


class Watched:
    """A folder, its watcher and a clock that the test sets."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.folder = folder / "записи"
        self.folder.mkdir()
        self.ledger = folder / "telephony.json"
        self.watcher = RecordingFolder(self.ledger, self.clock)
        self.choices = WatchChoices(str(self.folder))

    def put(self, name: str, content: bytes = b"sound", days_ago: float = 0) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        at = (self.clock.now_utc() - timedelta(days=days_ago)).timestamp()
        os.utime(path, (at, at))
        return path

    def look(self) -> Look:
        return self.watcher.look(self.choices)

    def ready(self) -> list[str]:
        """Names that are ready at the second look."""
        self.look()
        return [found.path.name for found in self.look().ready]


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


def test_a_file_is_ready_once_two_looks_see_it_alike(watched: Watched) -> None:
    path = watched.put("one.mp3", b"a")
    assert watched.look() == Look((), 1)
    path.write_bytes(b"ab")
    assert watched.look() == Look((), 1)
    assert [found.path for found in watched.look().ready] == [path]


def test_an_empty_file_waits(watched: Watched) -> None:
    watched.put("one.mp3", b"")
    assert watched.ready() == []
    assert watched.look().waiting == 1


def test_only_sound_is_looked_at_in_folders_below_too(watched: Watched) -> None:
    for name in ("2026/03/one.wav", "two.MP3", "list.csv", "three.mp3.part", ".hidden.mp3", "~four.wav"):
        watched.put(name)
    assert sorted(watched.ready()) == ["one.wav", "two.MP3"]


def test_what_was_dealt_with_is_not_offered_again_even_by_the_next_program(watched: Watched) -> None:
    path = watched.put("one.mp3")
    watched.look()
    watched.watcher.settle(watched.look().ready[0])
    assert watched.ready() == []
    watched.watcher = RecordingFolder(watched.ledger, watched.clock)
    assert watched.ready() == []
    path.write_bytes(b"another call under the same name")
    assert watched.ready() == ["one.mp3"]


def test_a_damaged_memory_costs_a_second_reading_only(watched: Watched) -> None:
    watched.ledger.write_text("{[", "utf-8")
    watched.put("one.mp3")
    assert watched.ready() == ["one.mp3"]


def test_older_calls_are_left_alone_by_the_date_in_the_name_and_else_by_the_file(watched: Watched) -> None:
    day = watched.clock.local(watched.clock.now_utc())
    watched.put(f"{day - timedelta(days=8):%Y%m%d-101500}_79161234567.mp3")
    watched.put(f"{day - timedelta(days=6):%Y%m%d-101500}_79161234567.mp3", days_ago=30)
    watched.put("old.mp3", days_ago=8)
    watched.put("new.mp3", days_ago=6)
    assert sorted(watched.ready()) == sorted([f"{day - timedelta(days=6):%Y%m%d-101500}_79161234567.mp3", "new.mp3"])


def test_with_a_pattern_of_their_own_only_what_fits_is_taken(watched: Watched) -> None:
    watched.choices = WatchChoices(str(watched.folder), "{phone}_{any}", days_back=365)
    watched.put("89161234567_отдел.mp3")
    watched.put("совещание.mp3")
    assert watched.ready() == ["89161234567_отдел.mp3"]


@pytest.mark.parametrize("folder", ["нет такой", "file.mp3"])
def test_a_folder_that_is_away_is_told_and_comes_back(watched: Watched, tmp_path: Path, folder: str) -> None:
    (tmp_path / "file.mp3").write_bytes(b"x")
    watched.choices = WatchChoices(str(tmp_path / folder))
    fault = watched.look().fault
    assert fault is not None
    assert (fault.code, bool(fault.hint)) == ("telephony.folder", True)
    watched.choices = WatchChoices(str(watched.folder))
    assert watched.look().fault is None


def test_no_folder_chosen_is_nothing_to_look_at(watched: Watched) -> None:
    assert watched.watcher.look(WatchChoices()) == Look()


def test_a_check_counts_and_shows_how_the_newest_names_are_read(watched: Watched) -> None:
    watched.put("20260302-101530_79161234567_in.mp3", days_ago=3)
    watched.put("запись.mp3", days_ago=1)
    watched.choices = WatchChoices(str(watched.folder), days_back=365)
    facts = watched.watcher.check(watched.choices)
    assert (facts.sounds, facts.fitting, facts.strange) == (2, 1, ("запись.mp3",))
    assert facts.examples == (("20260302-101530_79161234567_in.mp3", NameFacts(MOMENT, MOBILE, "in")),)


@pytest.mark.parametrize(
    ("pattern", "stem", "facts"),
    [
        ("{date}_{time}_{phone}_{direction}", "2026-03-02_10-15-30_89161234567_out", NameFacts(MOMENT, MOBILE, "out")),
        (
            "{direction} {phone} {date} {time}",
            "исходящий +7 916 123-45-67 02.03.2026 101530",
            NameFacts(MOMENT, MOBILE, "out"),
        ),
        ("rec-{any}-{phone}-{date}{time}", "rec-101-9161234567-20260302101530", NameFacts(MOMENT, MOBILE)),
        ("{phone}({any})", "89161234567(Иван)", NameFacts(None, MOBILE)),
        ("{date}_{time}_{direction}", "2026-13-02_10-15-30_in", None),
        ("{date}_{time}_{phone}", "совещание", None),
    ],
)
def test_a_pattern_of_their_own_reads_a_name(pattern: str, stem: str, facts: NameFacts | None) -> None:
    assert NamePattern(pattern).read(stem) == facts


@pytest.mark.parametrize("pattern", ["запись", "{дата}", "{date}_{date}", "{any}", "{date", "{phone}}"])
def test_a_pattern_that_says_nothing_is_refused_with_its_form(pattern: str) -> None:
    with pytest.raises(UserFixable) as caught:
        NamePattern(pattern)
    assert caught.value.code == "telephony.pattern"
    assert "phone" in caught.value.hint


@pytest.mark.parametrize(
    ("relative", "facts"),
    [
        (("2026-03-02__10-15-30__74951112233__79161234567.mp3",), NameFacts(MOMENT, MOBILE, "out")),
        (("2026-03-02__10-15-30__79161234567__74951112233.mp3",), NameFacts(MOMENT, MOBILE, "in")),
        (("in-74951112233-79161234567-20260302-101530-1772435730.12.wav",), NameFacts(MOMENT, MOBILE, "in")),
        (("2026", "03", "02", "101530_9161234567.wav"), NameFacts(MOMENT, MOBILE)),
        (("звонок.wav",), NameFacts()),
    ],
)
def test_usual_names_are_read_and_own_numbers_tell_the_direction(relative: tuple[str, ...], facts: NameFacts) -> None:
    assert read_name(relative, None, ("8 (495) 111-22-33",)) == facts
