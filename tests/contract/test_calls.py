"""What every `CallRepository` promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.core.errors import UserFixable
from app.recording.model import CallError, CallState, SourceKind
from tests.contract.conftest import AnyStore
from tests.fakes.examples import MORNING, a_call, a_deal, a_draft, a_request, a_transcript


def stored_path(store: AnyStore, call_id: str) -> str:
    return store.calls.get(call_id).recording.path.as_posix()


def without_path(call):  # type: ignore[no-untyped-def]
    return replace(call, recording=replace(call.recording, path=call.recording.path.name))


def test_a_call_comes_back_as_it_was_added(store: AnyStore) -> None:
    call = a_call(
        direction="in", phone="+79123456789", manager_channel=1, extra={"source_id": "ats-7"}, state=CallState.READY
    )
    store.calls.add(call)
    assert without_path(store.calls.get(call.id)) == without_path(call)
    assert stored_path(store, call.id).endswith("recordings/call-1.mp3")


def test_facts_of_a_recording_survive(store: AnyStore) -> None:
    call = a_call()
    audio = replace(call.recording.audio, is_dual_mono=True, is_cut=True)
    store.calls.add(replace(call, recording=replace(call.recording, audio=audio)))
    assert store.calls.get(call.id).recording.audio == audio


def test_a_ready_transcript_has_no_audio_facts(store: AnyStore) -> None:
    call = a_call()
    store.calls.add(replace(call, recording=replace(call.recording, kind=SourceKind.TRANSCRIPT, audio=None)))
    assert store.calls.get(call.id).recording.audio is None


def test_the_same_content_is_found_under_another_name(store: AnyStore) -> None:
    store.calls.add(a_call())
    found = store.calls.find_by_content(a_call().recording.content_sha256)
    assert found is not None
    assert found.id == "call-1"
    assert store.calls.find_by_content("0" * 64) is None


def test_a_call_that_is_not_there_is_an_error_with_a_cure(store: AnyStore) -> None:
    for ask in (store.calls.get, store.calls.delete, lambda c: store.calls.set_state(c, CallState.READY)):
        with pytest.raises(UserFixable) as caught:
            ask("nobody")
        assert caught.value.code == "store.no_call"
        assert caught.value.hint


def test_a_failure_keeps_its_reason_and_a_new_state_clears_it(store: AnyStore) -> None:
    store.calls.add(a_call())
    error = CallError("audio.no_sound", "В записи нет звука.", "Проверьте файл.", "open_file")
    store.calls.set_state("call-1", CallState.FAILED, error)
    assert store.calls.get("call-1").error == error
    store.calls.set_state("call-1", CallState.IMPORTED)
    assert store.calls.get("call-1").error is None


def test_manager_channel_and_deal_are_set_and_taken_back(store: AnyStore) -> None:
    store.calls.add(a_call())
    store.deals.create(a_deal())
    store.calls.set_manager_channel("call-1", 0)
    store.calls.set_deal("call-1", "deal-1")
    assert (store.calls.get("call-1").manager_channel, store.calls.get("call-1").deal_id) == (0, "deal-1")
    store.calls.set_manager_channel("call-1", None)
    store.calls.set_deal("call-1", None)
    assert (store.calls.get("call-1").manager_channel, store.calls.get("call-1").deal_id) == (None, None)


def test_calls_by_state_come_oldest_first(store: AnyStore) -> None:
    for number, hours in enumerate((3, 1, 2)):
        store.calls.add(a_call(f"call-{number}", at=MORNING + timedelta(hours=hours)))
    store.calls.set_state("call-2", CallState.TRANSCRIBING)
    store.calls.add(a_call("done", state=CallState.READY))
    found = store.calls.with_state(CallState.IMPORTED, CallState.TRANSCRIBING)
    assert [call.id for call in found] == ["call-1", "call-2", "call-0"]


def test_a_deleted_call_takes_transcript_and_draft_with_it(store: AnyStore) -> None:
    store.calls.add(a_call())
    store.transcripts.save("call-1", a_transcript())
    store.drafts.save(a_draft())
    store.calls.delete("call-1")
    assert store.transcripts.get("call-1") is None
    assert store.drafts.latest("call-1") is None
    assert store.calls.find_by_content(a_call().recording.content_sha256) is None


def test_what_was_approved_outlives_the_call(store: AnyStore) -> None:
    store.calls.add(a_call())
    draft_id = store.drafts.save(a_draft())
    store.deals.create(a_deal())
    approval = store.approvals.approve(a_request(draft_id))
    store.calls.delete("call-1")
    assert store.deals.values("deal-1")["delivery_city"].approval_id == approval.id
    assert [note.text for note in store.deals.notes("deal-1")] == ["Ищет обогреватели для теплицы."]
    assert store.approvals.of_call("call-1") == [approval]
    assert store.approvals.verify_audit() is None


def test_a_deleted_call_can_be_imported_again(store: AnyStore) -> None:
    store.calls.add(a_call())
    store.calls.delete("call-1")
    store.calls.add(a_call("again", recording=a_call().recording))
    assert store.calls.get("again").recording.content_sha256 == a_call().recording.content_sha256
