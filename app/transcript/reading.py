"""Ready transcripts: .txt, .srt, .vtt, transcripts of our own and call files. Pure: bytes in, turns out."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.core.errors import UserFixable
from app.core.i18n import _
from app.recording.model import TranscriptFacts
from app.transcript.model import CLIENT, MANAGER, UNKNOWN, Segment, Transcript

SUFFIXES = (".txt", ".srt", ".vtt", ".json")

_MANAGER_WORDS = ("менеджер", "оператор", "продавец", "manager", "operator", "agent", "sales", "м", "m")
_CLIENT_WORDS = ("клиент", "покупатель", "заказчик", "абонент", "client", "customer", "caller", "к", "c")
_NAMED = re.compile(r"^\s*(?:\[?\(?[\d:.,\s→>-]{4,30}\)?\]?\s*)?([A-Za-zА-Яа-яЁё_][\w .-]{0,39}?)\s*:\s*(.*)$")
_NUMBERED = re.compile(r"^(?:speaker|спикер|говорящий|голос)[ _]?(\d+)$", re.IGNORECASE)
_TIMES = re.compile(r"((?:\d+:)?\d+:\d+[.,]\d+)\s*-->\s*((?:\d+:)?\d+:\d+[.,]\d+)")
_VTT_VOICE = re.compile(r"<v(?:\.[\w.]+)?\s+([^>]+)>")
_TAG = re.compile(r"<[^>]+>")
_CALL_FILE_SPEAKERS = {"M": MANAGER}


@dataclass(frozen=True, slots=True)
class ReadyTranscript:
    """A transcript that came as a file, with what the file says of the call."""

    transcript: Transcript
    at: datetime | None = None
    direction: str | None = None
    source_id: str | None = None


def read_transcript(content: bytes, name: str) -> ReadyTranscript:
    """Read a ready transcript; the kind is told by the file's suffix.

    Args:
        content: The file's bytes in UTF-8, UTF-16 or Windows-1251.
        name: The file's name.

    Raises:
        UserFixable: ``transcript.unreadable`` for no text or an unknown shape, ``transcript.empty`` for no words.
    """
    text = _decoded(content, name)
    suffix = name[name.rfind(".") :].lower()
    if suffix == ".json":
        ready = _from_json(text, name)
    elif suffix in (".srt", ".vtt"):
        ready = ReadyTranscript(_from_subtitles(text))
    else:
        ready = ReadyTranscript(_from_lines(text))
    if not any(s.text.strip() for s in ready.transcript.segments):
        raise UserFixable(
            "transcript.empty",
            _("В файле «{name}» нет ни одной реплики.").format(name=name),
            hint=_("Каждая реплика — с новой строки: «Менеджер: …» или «Клиент: …»."),
        )
    return ready


def transcript_facts(content: bytes, name: str) -> TranscriptFacts:
    """What the file says of the call; raises as `read_transcript`."""
    ready = read_transcript(content, name)
    return TranscriptFacts(ready.at, ready.direction, ready.source_id)


def _decoded(content: bytes, name: str) -> str:
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _is_plain(text):
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise _unreadable(name, "no known encoding gives plain text")


def _encodings(content: bytes) -> Iterable[str]:
    if content.startswith(codecs.BOM_UTF8):
        return ("utf-8-sig",)
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    head = content[:4096]
    if head[1::2].count(0) + head[1::2].count(4) > 0.6 * max(1, len(head) // 2) and 0 in head + b"\0":
        return ("utf-16-le", "utf-8")
    if head[::2].count(0) + head[::2].count(4) > 0.6 * max(1, len(head) // 2):
        return ("utf-16-be", "utf-8")
    return ("utf-8", "cp1251")


def _is_plain(text: str) -> bool:
    strange = sum(1 for sign in text if (sign < " " and sign not in "\t\n\r\f") or sign == "\ufffd")
    return strange <= len(text) // 1000


def _from_json(text: str, name: str) -> ReadyTranscript:
    try:
        value = json.loads(text)
        if "segments" in value:
            return ReadyTranscript(_renumbered(Transcript.from_json(value).segments, value))
        return _from_call_file(value)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _unreadable(name, repr(error)) from error


def _renumbered(segments: Iterable[Segment], value: dict[str, Any]) -> Transcript:
    whole = Transcript.from_json(value)
    return replace(whole, segments=tuple(replace(s, index=at) for at, s in enumerate(segments)))


def _from_call_file(value: dict[str, Any]) -> ReadyTranscript:
    """A call file: only its id, date, direction and turns are looked at, never what else it holds."""
    turns = [(str(turn["s"]), str(turn["t"])) for turn in value["turns"]]
    segments = tuple(
        Segment(at, None, None, _CALL_FILE_SPEAKERS.get(side, CLIENT), None, said.strip())
        for at, (side, said) in enumerate(turns)
    )
    date, direction, source_id = value.get("date"), value.get("direction"), value.get("id")
    return ReadyTranscript(
        Transcript(segments),
        at=datetime.fromisoformat(date) if date else None,
        direction=direction if direction in ("in", "out") else None,
        source_id=str(source_id) if source_id else None,
    )


def _from_lines(text: str) -> Transcript:
    """One turn a line; a line without a speaker goes on with the turn before it, if that had one."""
    found: list[tuple[str, str]] = []
    for line in filter(None, map(str.strip, text.split("\n"))):
        speaker, said = _split_speaker(line)
        if speaker is not None:
            found.append((speaker, said))
        elif found and found[-1][0] != UNKNOWN:
            found[-1] = (found[-1][0], f"{found[-1][1]} {line}".strip())
        else:
            found.append((UNKNOWN, line))
    said_turns = [(speaker, said) for speaker, said in found if said]
    return Transcript(tuple(Segment(at, None, None, who, None, said) for at, (who, said) in enumerate(said_turns)))


def _from_subtitles(text: str) -> Transcript:
    """Blocks of .srt or .vtt with their times; neighbours of one named speaker stay apart."""
    segments: list[Segment] = []
    for block in re.split(r"\n\s*\n", text):
        times = _TIMES.search(block)
        if times is None:
            continue
        body = block[times.end() :].partition("\n")[2].strip()
        voice = _VTT_VOICE.search(body)
        said = " ".join(_TAG.sub("", body).split())
        speaker = _speaker(voice[1]) if voice else None
        if speaker is None:
            speaker, said = _split_speaker(said)
        if said:
            start_s, end_s = _seconds(times[1]), _seconds(times[2])
            segments.append(Segment(len(segments), start_s, max(start_s, end_s), speaker or UNKNOWN, None, said))
    duration_s = max((s.end_s for s in segments if s.end_s is not None), default=None)
    return Transcript(tuple(segments), duration_s=duration_s)


def _split_speaker(line: str) -> tuple[str | None, str]:
    named = _NAMED.match(line)
    speaker = _speaker(named[1]) if named else None
    return (speaker, named[2].strip()) if named and speaker else (None, line)


def _speaker(label: str) -> str | None:
    """The speaker that a label means; None for a label that names nobody («Итого: …»)."""
    plain = label.strip().lower()
    numbered = _NUMBERED.match(plain)
    if numbered:
        return f"speaker_{numbered[1]}"
    first = plain.split(" ")[0].rstrip("0123456789")
    if plain in _MANAGER_WORDS or first in _MANAGER_WORDS[:-2]:
        return MANAGER
    if plain in _CLIENT_WORDS or first in _CLIENT_WORDS[:-2]:
        return CLIENT
    return UNKNOWN if plain in ("unknown", "неизвестный") else None


def _seconds(stamp: str) -> float:
    total = 0.0
    for part in stamp.replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return round(total, 3)


def _unreadable(name: str, detail: str) -> UserFixable:
    return UserFixable(
        "transcript.unreadable",
        _("Файл «{name}» не похож на расшифровку разговора.").format(name=name),
        hint=_("Подойдут .txt с репликами «Менеджер: …» и «Клиент: …», .srt, .vtt или .json этой программы."),
        detail=detail,
    )
