"""The journal in files: what a kill cuts is left out, what is forgotten is removed."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.core.errors import UserFixable
from app.transcript.journal_file import FileJournal
from app.transcript.ports import TranscriptJournal


@pytest.fixture
def reopened(tmp_path: Path) -> Callable[[], TranscriptJournal]:
    """The same journal, opened anew."""
    return lambda: FileJournal(tmp_path)


def test_plan_and_batches_come_back(reopened: Callable[[], TranscriptJournal]) -> None:
    assert reopened().load("key") == (None, {})
    reopened().save_plan("key", {"имя": "ё", "windows": [[0, 1.5]]})
    reopened().save_batch("key", 1, [{"text": "второй"}])
    reopened().save_batch("key", 0, [])
    assert reopened().load("key") == ({"имя": "ё", "windows": [[0, 1.5]]}, {0: [], 1: [{"text": "второй"}]})


def test_a_batch_done_again_replaces_the_first(reopened: Callable[[], TranscriptJournal]) -> None:
    reopened().save_plan("key", {})
    reopened().save_batch("key", 0, "раз")
    reopened().save_batch("key", 0, "два")
    assert reopened().load("key")[1] == {0: "два"}


def test_a_new_plan_forgets_the_old_batches_and_no_others(reopened: Callable[[], TranscriptJournal]) -> None:
    journal = reopened()
    journal.save_plan("key", {"n": 1})
    journal.save_batch("key", 0, "старое")
    journal.save_plan("other", {"n": 9})
    journal.save_batch("other", 0, "чужое")
    journal.save_plan("key", {"n": 2})
    assert journal.load("key") == ({"n": 2}, {})
    journal.forget("key")
    assert journal.load("key") == (None, {})
    assert journal.load("other") == ({"n": 9}, {0: "чужое"})


def test_what_a_kill_cut_is_left_out_and_the_next_batch_is_whole(tmp_path: Path) -> None:
    journal = FileJournal(tmp_path)
    journal.save_plan("key", {"n": 1})
    journal.save_batch("key", 0, "целое")
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes() + '{"number":1,"result":"обор'.encode())
    assert journal.load("key") == ({"n": 1}, {0: "целое"})
    journal.save_batch("key", 2, "дальше")
    assert FileJournal(tmp_path).load("key") == ({"n": 1}, {0: "целое", 2: "дальше"})


def test_a_damaged_file_is_as_none(tmp_path: Path) -> None:
    journal = FileJournal(tmp_path)
    journal.save_plan("key", {"n": 1})
    next(tmp_path.iterdir()).write_bytes(b"\xff\xfe\x00garbage\n")
    assert journal.load("key") == (None, {})


@pytest.mark.skipif(os.name == "nt", reason="rights of a file are not shown so on Windows")
def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    FileJournal(tmp_path).save_plan("key", {})
    assert next(tmp_path.iterdir()).stat().st_mode & 0o077 == 0


def test_what_nobody_came_back_for_is_removed(tmp_path: Path) -> None:
    FileJournal(tmp_path).save_plan("old", {"n": 1})
    old = time.time() - 8 * 24 * 3600
    os.utime(next(tmp_path.iterdir()), (old, old))
    journal = FileJournal(tmp_path)
    journal.save_plan("young", {"n": 2})
    assert journal.load("old") == (None, {})
    assert FileJournal(tmp_path).load("young") == ({"n": 2}, {})


def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: Any) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserFixable) as caught:
        FileJournal(tmp_path).save_plan("key", {})
    assert caught.value.code == "recording.disk_full"
