"""The JSON of `process` has the shape that scripts rely on."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from app.cli.draft_json import draft_to_json
from app.draft.model import (
    CallKind,
    Draft,
    Engine,
    Evidence,
    FieldStatus,
    FieldValue,
    LineItem,
    Misheard,
    NextStep,
    NoteLine,
    Risk,
)
from app.recording.model import Call, CallState, Recording, SourceKind
from app.transcript.model import CLIENT, Segment, Transcript, Word

AT = datetime.fromisoformat("2026-03-03T12:00:00+03:00")
QUOTE = Evidence(0, 1.0, 2.5, "нужно сорок ламп")
CALL = Call("c1", AT, Recording("0" * 64, Path("c1.mp3"), "c1.mp3", 1, SourceKind.AUDIO, None), CallState.IMPORTED)
SPOKEN = Transcript(
    (Segment(0, 1.0, 2.5, CLIENT, 1, "Нужно сорок ламп.", (Word(1.0, 1.4, "Нужно", 0.9),)),), 3.0, "ru", "base", 2, 0.7
)
DRAFT = Draft(
    call_id="c1",
    at=AT,
    kind=CallKind.SALES,
    fields={
        "lamps": FieldValue("lamps", "40", 40, FieldStatus.VERIFIED, (QUOTE,)),
        "phone": FieldValue("phone"),
        "city": FieldValue("city", "Тверь", None, FieldStatus.REVIEW, (QUOTE,), "Город назван с вопросом."),
    },
    note=(NoteLine("Сорок ламп.", (QUOTE,)), NoteLine("Город не ясен.", (QUOTE,))),
    next_steps=(NextStep("manager", "Позвонить", "2026-03-05T10:00", FieldStatus.VERIFIED, (QUOTE,)),),
    line_items=(LineItem("L-1", "Лампа", 40, FieldStatus.VERIFIED, (QUOTE,)),),
    risks=(Risk("price", (QUOTE,)),),
    sentiment="neutral",
    questions=("Какой бюджет?",),
    engine=Engine("audio", "base", "small", "v1", 0.7, 12.5),
)


def test_every_part_of_the_contract_is_there() -> None:
    value = draft_to_json(CALL, SPOKEN, DRAFT)
    assert json.loads(json.dumps(value)) == value
    assert list(value) == [
        "schema",
        "call",
        "transcript",
        "fields",
        "note",
        "next_steps",
        "line_items",
        "risks",
        "sentiment",
        "questions",
        "engine",
    ]
    assert value["call"] == {"id": "c1", "at": "2026-03-03T12:00:00+03:00", "duration": 3.0, "kind": "sales"}
    assert value["engine"] == {
        "input": "audio",
        "asr": "base",
        "llm": "small",
        "prompt": "v1",
        "seconds": {"transcribe": 0.7, "draft": 12.5},
    }


def test_a_field_carries_state_quote_and_reason() -> None:
    fields = draft_to_json(CALL, SPOKEN, DRAFT)["fields"]
    quote = {"segment": 0, "start": 1.0, "end": 2.5, "quote": "нужно сорок ламп"}
    assert fields["lamps"] == {"value": "40", "norm": 40, "status": "verified", "evidence": [quote], "reason": None}
    assert fields["phone"] == {"value": None, "norm": None, "status": "empty", "evidence": [], "reason": None}
    assert fields["city"]["reason"] == "Город назван с вопросом."


def test_the_reason_of_a_name_found_by_sound_says_what_was_heard_and_what_is_meant() -> None:
    heard = FieldValue(
        "city", "Тверь", None, FieldStatus.REVIEW, (QUOTE,), "Сверьте.", misheard=(Misheard("Твирь", "Тверь"),)
    )
    field = draft_to_json(CALL, SPOKEN, replace(DRAFT, fields={"city": heard}))["fields"]["city"]
    assert field["reason"] == "Услышано: «Твирь» → Тверь. Сверьте."


def test_the_lines_of_the_note_are_one_text_and_their_quotes_stand_once() -> None:
    note = draft_to_json(CALL, SPOKEN, DRAFT)["note"]
    assert note["text"] == "Сорок ламп.\nГород не ясен."
    assert len(note["evidence"]) == 1


def test_the_transcript_of_the_answer_can_be_given_back_as_input() -> None:
    assert Transcript.from_json(draft_to_json(CALL, SPOKEN, DRAFT)["transcript"]) == SPOKEN
