from __future__ import annotations

from pathlib import Path

from app.core.cancel import CancelToken
from app.core.errors import Cancelled
from app.core.model_store import ModelKind
from app.pipeline import PipelineObserver
from app.recording.model import CallError, CallState
from app.viewmodels.work import STOPPED
from app.viewmodels.workspace import Notice, Tone
from tests.fakes import examples
from tests.fakes.window import HeldJobs
from tests.unit.viewmodels.conftest import make_table


def test_imported_files_are_worked_on_and_summed_up_in_one_sentence() -> None:
    calls = {f"{name}.mp3": examples.a_call(name) for name in ("a", "b")}
    table = make_table(imports=calls)
    for call in calls.values():
        table.store.calls.add(call)
    jobs = HeldJobs()
    table = make_table(jobs, calls)
    for call in calls.values():
        table.store.calls.add(call)
    table.desk.import_files([Path("a.mp3"), Path("x.exe"), Path("b.mp3")])
    jobs.let_go()
    assert {c: table.store.calls.get(c).state for c in ("a", "b")} == {"a": CallState.READY, "b": CallState.READY}
    notices = [notice for notice in table.said if notice.tone is Tone.WARNING]
    assert len(notices) == 1
    assert "Принято 2 звонка" in notices[0].text
    assert "x.exe" in notices[0].hint


def test_a_known_recording_is_said_to_be_known_and_not_done_twice() -> None:
    table = make_table(imports={"a.mp3": examples.a_call("a", state=CallState.READY)})
    table.store.calls.add(examples.a_call("a", state=CallState.READY))
    table.desk.import_files([Path("a.mp3")])
    table.said.clear()
    table.desk.import_files([Path("a.mp3")])
    assert ["уже есть" in notice.text for notice in table.said] == [True]
    assert table.desk.work.count == 0


def test_a_refused_file_says_why_and_what_to_do() -> None:
    table = make_table()
    table.desk.import_files([Path("setup.exe")])
    assert table.said == [Notice("«setup.exe»: «setup.exe» — не запись.", "Выберите другой файл.", Tone.ERROR)]


def test_a_stopped_call_waits_for_the_person_even_after_a_restart() -> None:
    jobs = HeldJobs()
    table = make_table(jobs)
    table.store.calls.add(examples.a_call("a"))

    def stopped(call_id: str, observer: PipelineObserver, cancel: CancelToken) -> CallState:
        cancel.raise_if_cancelled()
        raise AssertionError("not stopped")

    table.pipeline._script = stopped
    table.desk.work.enqueue("a")
    table.desk.work.stop("a")
    jobs.let_go()
    call = table.store.calls.get("a")
    assert call.state is CallState.INTERRUPTED
    assert call.error is not None
    assert (call.error.code, call.error.action) == (STOPPED, "retry")
    table.pipeline.unfinished = [call, examples.a_call("b")]
    table.desk.work.resume()
    jobs.let_go(1)
    assert table.pipeline.has_settled
    assert table.desk.work.of("a") is None
    assert table.desk.work.of("b") is not None


def test_progress_of_a_cancelled_run_ends() -> None:
    table = make_table()
    table.store.calls.add(examples.a_call("a"))

    def cancelled(call_id: str, observer: PipelineObserver, cancel: CancelToken) -> CallState:
        observer.state_changed(call_id, CallState.TRANSCRIBING)
        raise Cancelled

    table.pipeline._script = cancelled
    table.desk.work.enqueue("a")
    assert table.desk.work.count == 0
    assert table.desk.work.running is None


def test_a_failed_call_shows_its_reason_and_is_tried_again() -> None:
    table = make_table()
    reason = CallError("asr.no_model", "Нет модели.", "Загрузите её.", "open_settings_models")
    table.store.calls.add(examples.a_call("a", state=CallState.FAILED, error=reason))
    table.desk.open_call("a")
    assert table.desk.conversation.call is not None
    assert table.desk.conversation.call.error == reason
    table.desk.conversation.retry()
    assert table.store.calls.get("a").state is CallState.READY


def test_calls_that_wait_for_a_model_go_on_when_it_has_come() -> None:
    table = make_table()
    for number, code in enumerate(("asr.no_model", "llm.no_model", "audio.broken")):
        error = CallError(code, "Не вышло.", "")
        table.store.calls.add(examples.a_call(f"c{number}", state=CallState.FAILED, error=error))
    table.desk.models.fetch(ModelKind.SPEECH, "speech-small")
    states = [table.store.calls.get(f"c{number}").state for number in range(3)]
    assert states == [CallState.READY, CallState.READY, CallState.FAILED]
