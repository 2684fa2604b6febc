"""The sample recording with the real models: drafted by one command, and resumed behind a kill."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.adapters.secrets.store_keys import GivenPassphrase, StoreKeys
from app.adapters.storage.store import Store, open_store
from app.core.clock import SystemClock
from app.settings import SAMPLE, Folders, Settings
from app.settings import load as load_settings
from app.transcript.model import Transcript
from tests.e2e.command_line import command, environment, run
from tests.fakes.keys import FakeKeyStore

RECORDING = SAMPLE / "calls" / "sample-01.mp3"
CALL_AT = "2026-11-18T11:20:00+03:00"
STATES = {"verified", "review", "empty"}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.usefixtures("real_models")]


def test_the_sample_recording_becomes_a_draft_with_proven_values(tmp_path: Path) -> None:
    out = tmp_path / "draft.json"
    ended = run("process", RECORDING, "--profile", SAMPLE, "--at", CALL_AT, "--json", out, timeout_s=800)
    assert ended.code == 0, ended.err
    draft = json.loads(out.read_text("utf-8"))
    assert draft["call"]["kind"] == "sales"
    assert draft["call"]["at"] == CALL_AT
    assert 140 < draft["call"]["duration"] < 150
    assert draft["engine"]["input"] == "audio"
    assert draft["engine"]["seconds"]["transcribe"] > 0
    assert draft["engine"]["seconds"]["draft"] > 0
    fields = draft["fields"]
    assert {field["status"] for field in fields.values()} <= STATES
    # What the small recogniser hears is not fixed here, but what is called proven must be true.
    true = {"budget_amount": 1_500_000, "deadline": "2026-12-20", "next_step_at": "2026-11-23T10:00"}
    for key, norm in true.items():
        if fields[key]["status"] == "verified":
            assert fields[key]["norm"] == norm
    assert any(fields[key]["norm"] == norm for key, norm in true.items())
    _assert_quotes_stand_in_their_turns(draft)


def test_the_text_of_the_same_call_needs_no_recogniser_and_no_times(tmp_path: Path) -> None:
    out = tmp_path / "draft.json"
    ended = run("process", SAMPLE / "calls" / "sample-01.json", "--profile", SAMPLE, "--json", out, timeout_s=800)
    assert ended.code == 0, ended.err
    draft = json.loads(out.read_text("utf-8"))
    assert draft["call"] == {"id": "sample-01", "at": CALL_AT, "duration": None, "kind": "sales"}
    assert draft["engine"]["input"] == "text"
    assert all(q["start"] is None for f in draft["fields"].values() for q in f["evidence"])
    assert draft["fields"]["budget_amount"]["norm"] == 1_500_000
    _assert_quotes_stand_in_their_turns(draft)


def test_a_kill_in_the_middle_costs_nothing_that_was_finished_and_changes_no_word(tmp_path: Path) -> None:
    whole = tmp_path / "whole.json"
    assert run("transcribe", RECORDING, "--json", whole, timeout_s=400).code == 0
    _settings(store_protection="clear")
    assert run("import", RECORDING).code == 0

    running = subprocess.Popen(
        command("resume"), env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        before = _wait_for_a_finished_batch(running)
    finally:
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
    assert before, "the recognition ended before it could be killed"
    (call,) = _queue()
    assert call["state"] == "transcribing"

    ended = run("resume", timeout_s=800)
    assert ended.code == 0, ended.err
    (call,) = _queue()
    assert call["state"] == "ready"
    with _opened() as store:
        transcript = store.transcripts.get(call["id"])
        assert store.drafts.latest(call["id"]) is not None
        assert store.database.run(lambda db: db.conn.execute("SELECT count(*) FROM journal_batches").fetchone()[0]) == 0
    assert transcript is not None
    # The company's words were known to the one and not to the other: what was heard is the same.
    expected = Transcript.from_json(json.loads(whole.read_text("utf-8"))).as_heard()
    assert [s.text for s in transcript.as_heard().segments] == [s.text for s in expected.segments]


def test_the_demonstration_shows_the_whole_way_as_text() -> None:
    ended = run("demo", "--headless", timeout_s=800)
    assert ended.code == 0, ended.err
    for said in ("Северный Свет", "Поля карточки", "Записка", "Следующие шаги", "Завизировано", "Сделка"):
        assert said in ended.out


def _assert_quotes_stand_in_their_turns(draft: dict[str, Any]) -> None:
    turns = [_plain(segment["text"]) for segment in draft["transcript"]["segments"]]
    for field in draft["fields"].values():
        assert field["status"] == "empty" or field["evidence"] or field["reason"]
        for quote in field["evidence"]:
            assert _plain(quote["quote"]) in turns[quote["segment"]]


def _plain(text: str) -> str:
    return " ".join("".join(sign if sign.isalnum() else " " for sign in text.lower()).split())


def _queue() -> list[dict[str, Any]]:
    calls: list[dict[str, Any]] = json.loads(run("queue", "--json", "-").out)["calls"]
    return calls


def _wait_for_a_finished_batch(running: subprocess.Popen[bytes]) -> int:
    """The number of batches in the journal once there is one; 0 when the process ended first."""
    until = time.monotonic() + 300
    with _opened() as store:
        while running.poll() is None and time.monotonic() < until:
            found = store.database.run(lambda db: db.conn.execute("SELECT count(*) FROM journal_batches").fetchone()[0])
            if found:
                return int(found)
            try:
                running.wait(0.2)
            except subprocess.TimeoutExpired:
                continue
    return 0


@contextlib.contextmanager
def _opened() -> Iterator[Store]:
    """The store of the program under test, read beside it."""
    folders = Folders.of_this_machine()
    settings = load_settings(folders.settings_file)
    keys = StoreKeys(FakeKeyStore(), GivenPassphrase(), settings.store_protection)
    store = open_store(folders, settings, keys, SystemClock())
    try:
        yield store
    finally:
        store.close()


def _settings(**chosen: object) -> None:
    folders = Folders.of_this_machine()
    folders.config.mkdir(parents=True, exist_ok=True)
    folders.settings_file.write_text(json.dumps({"format": 1, "settings": chosen}), "utf-8")
    assert load_settings(folders.settings_file) == Settings(**chosen)  # type: ignore[arg-type]
