"""Ready transcripts in every shape and encoding that they come in."""

from __future__ import annotations

import codecs
import json
from datetime import datetime, timedelta, timezone

import pytest

from app.core.errors import UserFixable
from app.transcript.model import CLIENT, MANAGER, UNKNOWN, Segment, Transcript, Word
from app.transcript.reading import read_transcript, transcript_facts

TALK = "Менеджер: Добрый день!\nКлиент: Здравствуйте, нужна теплица.\nвосемь на три.\n\nМенеджер: Записал.\n"


def _turns(content: str | bytes, name: str = "talk.txt") -> list[tuple[str, str]]:
    raw = content.encode() if isinstance(content, str) else content
    return [(s.speaker, s.text) for s in read_transcript(raw, name).transcript.segments]


def test_lines_with_speakers_are_turns_and_lines_without_go_on() -> None:
    assert _turns(TALK) == [
        (MANAGER, "Добрый день!"),
        (CLIENT, "Здравствуйте, нужна теплица. восемь на три."),
        (MANAGER, "Записал."),
    ]


@pytest.mark.parametrize(
    "content",
    [
        TALK.encode("utf-8"),
        codecs.BOM_UTF8 + TALK.encode("utf-8"),
        TALK.encode("cp1251"),
        TALK.encode("utf-16"),
        TALK.encode("utf-16-le"),
        TALK.encode("utf-16-be"),
        TALK.replace("\n", "\r\n").encode("utf-8"),
    ],
    ids=["utf-8", "utf-8-sig", "cp1251", "utf-16", "utf-16-le", "utf-16-be", "crlf"],
)
def test_the_encoding_is_found_out(content: bytes) -> None:
    assert _turns(content) == _turns(TALK)


@pytest.mark.parametrize(
    ("line", "turn"),
    [
        ("Оператор: Слушаю", (MANAGER, "Слушаю")),
        ("МЕНЕДЖЕР:  Слушаю", (MANAGER, "Слушаю")),
        ("Manager: Hello", (MANAGER, "Hello")),
        ("Покупатель: Алло", (CLIENT, "Алло")),
        ("К: Алло", (CLIENT, "Алло")),
        ("[00:12] Клиент: Алло", (CLIENT, "Алло")),
        ("00:01:05 Менеджер: Да", (MANAGER, "Да")),
        ("Спикер 2: Алло", ("speaker_2", "Алло")),
        ("Итого: двести рублей", (UNKNOWN, "Итого: двести рублей")),
        ("Встреча в 10: 30 уже решено", (UNKNOWN, "Встреча в 10: 30 уже решено")),
    ],
)
def test_labels_of_speakers(line: str, turn: tuple[str, str]) -> None:
    assert _turns(line) == [turn]


def test_what_the_command_line_shows_comes_in_again() -> None:
    assert _turns("[00:00] Менеджер: Добрый день!\n[01:04] Клиент: Да.\n") == [
        (MANAGER, "Добрый день!"),
        (CLIENT, "Да."),
    ]


def test_subtitles_keep_their_times() -> None:
    text = (
        "1\n00:00:01,500 --> 00:00:03,000\nМенеджер: Добрый день!\n\n2\n00:01:04,000 --> 00:01:05,250\nДа,\nслушаю.\n"
    )
    transcript = read_transcript(text.encode(), "talk.srt").transcript
    assert [(s.start_s, s.end_s, s.speaker, s.text) for s in transcript.segments] == [
        (1.5, 3.0, MANAGER, "Добрый день!"),
        (64.0, 65.25, UNKNOWN, "Да, слушаю."),
    ]
    assert transcript.duration_s == 65.25


def test_web_subtitles_name_their_voices() -> None:
    text = "WEBVTT\n\nNOTE черновик\n\n00:01.000 --> 00:02.000\n<v Клиент>Сколько <i>стоит</i>?</v>\n"
    assert _turns(text, "talk.vtt") == [(CLIENT, "Сколько стоит?")]


def test_a_transcript_of_our_own_comes_back() -> None:
    whole = Transcript(
        (Segment(0, 0.0, 1.0, MANAGER, 0, "Алло", (Word(0.0, 1.0, "Алло", 0.9),)),), 1.0, "ru", "whisper-base", 2, 0.5
    )
    read = read_transcript(json.dumps(whole.to_json()).encode(), "talk.json")
    assert read.transcript == whole


def test_a_call_file_gives_its_turns_and_facts_and_nothing_else() -> None:
    call = {
        "id": "call-7",
        "date": "2026-03-02T10:15:00+03:00",
        "direction": "out",
        "turns": [{"s": "M", "t": "Добрый день"}, {"s": "C", "t": "Алло"}, {"s": "C2", "t": "А я коллега"}],
        "gold": {"fields": {"need": {"value": "never to be read"}}},
    }
    content = json.dumps(call).encode()
    assert _turns(content, "call.json") == [(MANAGER, "Добрый день"), (CLIENT, "Алло"), (CLIENT, "А я коллега")]
    facts = transcript_facts(content, "call.json")
    assert facts.at == datetime(2026, 3, 2, 10, 15, tzinfo=timezone(timedelta(hours=3)))
    assert (facts.direction, facts.source_id) == ("out", "call-7")
    assert "never to be read" not in repr(read_transcript(content, "call.json"))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (bytes(range(256)) * 8, "noise.txt"),
        (b"{broken", "talk.json"),
        (b"[1, 2]", "talk.json"),
        (b'{"segments": [{"index": "x"}]}', "talk.json"),
        (b'{"turns": "no list"}', "talk.json"),
        (b'{"other": 1}', "talk.json"),
    ],
)
def test_another_shape_is_refused(content: bytes, name: str) -> None:
    with pytest.raises(UserFixable) as caught:
        read_transcript(content, name)
    assert caught.value.code == "transcript.unreadable"
    assert name in caught.value.message


@pytest.mark.parametrize("name", ["talk.txt", "talk.srt"])
@pytest.mark.parametrize("content", [b"", b"\n \n", b"Manager:\n"])
def test_no_words_are_said(content: bytes, name: str) -> None:
    with pytest.raises(UserFixable) as caught:
        read_transcript(content, name)
    assert caught.value.code == "transcript.empty"
