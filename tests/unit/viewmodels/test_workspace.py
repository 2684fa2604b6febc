from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path

import pytest

from app.core.errors import UserFixable
from app.viewmodels.wording import clock_text, day_text, kind_label, list_time_text, speaker_label, time_left_text
from app.viewmodels.workspace import Page, Tone, WindowState, action_label, notice_of
from tests.fakes.examples import MORNING

_ERRORS = ("UserFixable", "ExternalFailure", "ModelOutputRejected", "StoredDataError", "CallError")


def test_the_window_opens_where_it_was_left() -> None:
    state = WindowState("aGVsbG8=", Page.DEALS, "call-7", "deal-3", [300, 500, 400], 660, True)
    assert WindowState.from_text(state.to_text()) == state


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"page": "gone"}', "не то"])
def test_an_unreadable_state_opens_a_fresh_window(text: str) -> None:
    assert WindowState.from_text(text) == WindowState()


def test_an_error_is_said_with_its_cure() -> None:
    notice = notice_of(UserFixable("llm.auth", "Ключ не принят.", hint="Введите другой.", action="open_settings_llm"))
    assert (notice.text, notice.hint, notice.tone) == ("Ключ не принят.", "Введите другой.", Tone.ERROR)
    assert action_label(str(notice.action)) == "Настроить языковую модель"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "00:00"), (69.9, "01:09"), (3600, "1:00:00"), (None, "–"), (10_925, "3:02:05")]
)
def test_lengths_read_as_on_a_clock(seconds: float | None, text: str) -> None:
    assert clock_text(seconds) == text


def test_dates_are_as_short_as_they_can_be() -> None:
    assert list_time_text(MORNING, MORNING) == "10:15"
    assert list_time_text(MORNING, MORNING + timedelta(days=1)) == "вчера, 10:15"
    assert list_time_text(MORNING, MORNING + timedelta(days=9)) == "2 мар, 10:15"
    assert list_time_text(MORNING, MORNING + timedelta(days=400)) == "02.03.26"
    assert day_text(MORNING, MORNING + timedelta(days=9)) == "2 марта"


def test_time_left_is_rough() -> None:
    assert time_left_text(None) == ""
    assert time_left_text(20) == "меньше минуты"
    assert time_left_text(130) == "ещё 2 минуты"


def test_speakers_are_named_by_name_else_by_role() -> None:
    assert speaker_label("manager", "Денис Орлов") == "Денис Орлов"
    assert speaker_label("client") == "Клиент"
    assert speaker_label("speaker_2") == "Собеседник 2"
    assert speaker_label("unknown") == "Собеседник"


def test_an_unknown_kind_of_call_has_no_word() -> None:
    assert kind_label("voicemail") == "автоответчик"
    assert kind_label("") == ""
    assert kind_label("чат") == ""


def _actions() -> set[str]:
    """Every key of a button that an error of the program names."""
    found = set()
    for path in sorted((Path(__file__).resolve().parents[3] / "app").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _ERRORS:
                found |= {
                    keyword.value.value
                    for keyword in node.keywords
                    if keyword.arg == "action" and isinstance(keyword.value, ast.Constant) and keyword.value.value
                }
    return found


def test_every_button_that_an_error_promises_has_its_words() -> None:
    assert len(_actions()) > 5
    # These two are offered by the page that stands there while the store does not open.
    assert [
        action for action in sorted(_actions() - {"ask_passphrase", "restore_backup"}) if not action_label(action)
    ] == []
