"""A model is tried on the corrected calls: progress, result, stop, failure."""

from __future__ import annotations

from collections.abc import Callable

from app.approval.regression import Change, FieldChange
from app.approval.rerun import CorrectedCall
from app.core.cancel import CancelToken
from app.core.errors import ExternalFailure, VizirError
from app.core.model_store import ModelKind
from app.jobs.runner import JobRunner
from app.settings import Settings
from app.viewmodels.rerun import SERVER, RerunViewModel, TrialModel
from tests.fakes.examples import FIELDS
from tests.fakes.window import HeldJobs
from tests.unit.viewmodels.conftest import Table, make_table


def changed(call_id: str, key: str, change: Change) -> FieldChange:
    definition = next(field for field in FIELDS if field.key == key)
    return FieldChange(call_id, definition, change, "верно", "было", "стало")


class TwoCorrected:
    """In the first call the city gets better and the budget stays, in the second the city gets worse."""

    def __init__(self) -> None:
        self.tried: list[tuple[str, Settings]] = []
        self.error: VizirError | None = None

    def corrected(self) -> list[CorrectedCall]:
        return [CorrectedCall("call-1", 1, 2), CorrectedCall("call-2", 2, 2)]

    def rerun(
        self, call_id: str, settings: Settings, on_progress: Callable[[float], None], cancel: CancelToken
    ) -> list[FieldChange]:
        cancel.raise_if_cancelled()
        self.tried.append((call_id, settings))
        on_progress(0.5)
        if self.error is not None:
            raise self.error
        if call_id == "call-1":
            return [changed(call_id, "delivery_city", Change.BETTER), changed(call_id, "budget_amount", Change.SAME)]
        return [changed(call_id, "delivery_city", Change.WORSE)]


def a_trial(jobs: JobRunner | None = None) -> tuple[RerunViewModel, TwoCorrected, Table]:
    table = make_table(jobs)
    corrected = table.parts.rerun = TwoCorrected()
    table.parts.models.here |= {"language-small", "language-large"}
    table.desk.models.refresh()
    table.desk.rerun.refresh()
    return table.desk.rerun, corrected, table


def test_what_may_be_tried_is_what_is_here_and_the_server_with_an_address() -> None:
    rerun, _corrected, table = a_trial()
    assert (len(rerun.calls), rerun.corrections) == (2, 3)
    assert [model.key for model in rerun.models] == ["language-small", "language-large"]
    assert rerun.chosen == "language-small"
    table.desk.settings.change("llm_address", "http://127.0.0.1:11434/v1")
    table.desk.settings.change("llm_name", "qwen3-32b")
    assert rerun.models[-1] == TrialModel(SERVER, "qwen3-32b")
    table.desk.settings.change("llm_mode", "address")
    assert rerun.chosen == SERVER


def test_each_call_is_drafted_anew_and_the_result_is_told_by_field() -> None:
    rerun, corrected, table = a_trial()
    shares: list[float] = []
    rerun.changed.connect(lambda: shares.append(rerun.trial.done + rerun.trial.share) if rerun.trial else None)
    rerun.start(rerun.models[1])
    assert [call_id for call_id, _settings in corrected.tried] == ["call-1", "call-2"]
    assert {settings.llm_embedded_model for _call, settings in corrected.tried} == {"language-large"}
    assert table.desk.settings.settings.llm_embedded_model == ""
    assert shares == [0.0, 0.5, 1.0, 1.5, 2.0]
    assert rerun.trial is not None
    assert (rerun.trial.is_running, rerun.trial.is_whole) == (False, True)
    told = [(field.label, field.better, field.worse, field.same) for field in rerun.fields()]
    assert told == [("Город", 1, 1, 0), ("Бюджет", 0, 0, 1)]


def test_the_model_in_force_is_tried_with_the_settings_in_force() -> None:
    rerun, corrected, table = a_trial()
    rerun.start(rerun.models[0])
    assert {settings for _call, settings in corrected.tried} == {table.desk.settings.settings}


def test_a_stop_keeps_what_was_found_and_says_that_it_is_not_whole() -> None:
    jobs = HeldJobs()
    rerun, corrected, _table = a_trial(jobs)
    jobs.let_go()
    rerun.start(rerun.models[0])
    jobs.let_go(1)
    rerun.stop()
    jobs.let_go()
    assert [call_id for call_id, _settings in corrected.tried] == ["call-1"]
    assert rerun.trial is not None
    assert (rerun.trial.is_running, rerun.trial.is_whole, rerun.trial.done) == (False, False, 1)
    assert [field.label for field in rerun.fields()] == ["Город", "Бюджет"]


def test_a_model_that_fails_ends_the_trial_and_is_told() -> None:
    rerun, corrected, table = a_trial()
    corrected.error = ExternalFailure("llm.unreachable", "Сервер не отвечает.")
    rerun.start(rerun.models[0])
    assert rerun.trial is not None
    assert not rerun.trial.is_running
    assert [notice.text for notice in table.said] == ["Сервер не отвечает."]
    corrected.error = None
    rerun.start(rerun.models[0])
    assert rerun.trial.is_whole


def test_one_trial_runs_at_a_time() -> None:
    jobs = HeldJobs()
    rerun, corrected, table = a_trial(jobs)
    jobs.let_go()
    rerun.start(rerun.models[0])
    rerun.start(rerun.models[1])
    jobs.let_go()
    assert len(corrected.tried) == 2
    assert table.desk.models.rows[ModelKind.LANGUAGE]
