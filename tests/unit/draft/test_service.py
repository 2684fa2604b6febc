"""The draft as a whole: what is asked of the model, and what happens when it fails."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import pytest

from app.core.cancel import CancelToken
from app.core.errors import Cancelled, ExternalFailure, UserFixable
from app.draft.model import CallKind, Draft, FieldStatus
from app.draft.reading import Pointers
from app.draft.service import DraftService, assemble
from tests.fakes.language_model import ScriptedModel
from tests.unit.draft.talks import AT, PROFILE, talk

CALL = """
    М: АкваЛайн, Степан, добрый день.
    К: Здравствуйте, меня зовут Тамара Зимина, у нас вода рыжая, нужны фильтры АЛ двадцать, две штуки.
    М: Завтра пришлю расчёт.
    К: Хорошо, спасибо.
"""
ANSWERS = {
    "draft.uf_source": {"option": "none", "turn": 1},
}


@dataclass(frozen=True)
class _Call:
    id: str = "call-1"
    at: datetime = AT


def _draft(model: ScriptedModel, text: str = CALL, cancel: CancelToken | None = None) -> Draft:
    service = DraftService(model, PROFILE)
    call = _Call()
    return service.draft(call, talk(text), on_progress=lambda _share: None, cancel=cancel or CancelToken())  # type: ignore[arg-type]


def test_the_draft_names_the_model_and_the_prompt_it_was_made_with() -> None:
    engine = _draft(ScriptedModel(ANSWERS, name="tiny-q4")).engine
    assert (engine.llm, engine.input) == ("tiny-q4", "text")
    assert engine.prompt


def test_the_same_call_gives_the_same_draft() -> None:
    assert _draft(ScriptedModel(ANSWERS)) == _draft(ScriptedModel(ANSWERS))


def test_a_model_that_is_down_fails_the_draft_instead_of_making_a_poorer_one() -> None:
    down = ExternalFailure("llm.unreachable", "Сервер не отвечает.")
    with pytest.raises(ExternalFailure):
        _draft(ScriptedModel({"draft.*": down}))


def test_a_cancelled_draft_asks_nothing_more() -> None:
    cancel = CancelToken()
    cancel.cancel()
    model = ScriptedModel(ANSWERS)
    with pytest.raises(Cancelled):
        _draft(model, cancel=cancel)
    assert model.asked == []


def test_a_call_without_words_needs_no_model_and_stays_empty() -> None:
    model = ScriptedModel({})
    made = _draft(model, "")
    assert model.asked == []
    assert made.kind is CallKind.VOICEMAIL
    assert all(value.status is FieldStatus.EMPTY for value in made.fields.values())


def test_the_model_is_asked_only_what_the_words_leave_open() -> None:
    model = ScriptedModel(ANSWERS)
    made = _draft(model)
    assert made.kind is CallKind.SALES
    assert {request.purpose for request in model.asked} == {"draft.uf_source"}


def test_all_questions_share_the_beginning_that_the_server_reads_once() -> None:
    model = ScriptedModel(ANSWERS)
    _draft(model)
    beginnings = {(r.messages[0].text, r.messages[1].text.split("Вопрос:")[0]) for r in model.asked}
    assert len(model.asked) >= 2
    assert len(beginnings) == 1


def test_a_long_call_is_read_in_parts_and_no_turn_is_lost() -> None:
    filler = "\n".join(f"{'МК'[i % 2]}: Рассказываю дальше про воду и трубы номер {i}." for i in range(160))
    text = CALL + filler + "\nК: Бюджет у нас семьдесят тысяч рублей."
    model = ScriptedModel(
        {**ANSWERS, "draft.uf_source": lambda r: {"option": "none", "turn": _first_turn(r)}}, context_tokens=4096
    )
    made = _draft(model, text)
    shown = {line.split(" ")[0] for r in model.asked for line in r.messages[1].text.splitlines() if line[:1].isdigit()}
    assert len({r.messages[1].text.split("Вопрос:")[0] for r in model.asked}) > 1
    assert len(shown) == len(talk(text).segments)
    assert made.fields["budget_amount"].norm == 70000


def _first_turn(request: object) -> int:
    return int(request.schema["properties"]["turn"]["minimum"])  # type: ignore[attr-defined]


def test_a_turn_longer_than_the_context_is_said_and_not_cut() -> None:
    with pytest.raises(UserFixable) as caught:
        _draft(ScriptedModel(ANSWERS, context_tokens=1024), CALL + "К: " + "вода и трубы " * 2000)
    assert caught.value.code == "llm.context"


def test_a_choice_that_changes_with_the_order_of_the_options_does_not_count() -> None:
    answers = iter(["well", "river"])
    model = ScriptedModel({**ANSWERS, "draft.uf_source": lambda _r: {"option": next(answers), "turn": 1}})
    assert _draft(model).fields["uf_source"].status is FieldStatus.EMPTY


def test_questions_ask_for_what_was_not_discussed() -> None:
    made = _draft(ScriptedModel(ANSWERS))
    assert "Какую компанию вы представляете?" in made.questions
    assert all("Как к вам обращаться" not in question for question in made.questions)


def test_every_line_of_the_note_has_its_quote() -> None:
    note = _draft(ScriptedModel(ANSWERS)).note
    assert 2 <= len(note) <= 8
    assert all(line.evidence for line in note)


def test_a_title_heard_in_a_recording_needs_a_look_and_one_in_a_text_does_not() -> None:
    said = "М: АкваЛайн, слушаю.\nК: Здравствуйте, меня зовут Тамара Зимина, я главный инженер."
    heard = replace(talk(said), channels=2, model="whisper-base")
    of_text = assemble(talk(said), PROFILE, "c", AT, Pointers()).fields["contact_role"]
    of_recording = assemble(heard, PROFILE, "c", AT, Pointers()).fields["contact_role"]
    assert (of_text.status, of_recording.status) == (FieldStatus.VERIFIED, FieldStatus.REVIEW)
    assert of_text.value == of_recording.value
