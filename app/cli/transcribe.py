"""`transcribe FILE`: recording to transcript, without the application's own store."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from app.application import Engines
from app.cli.call_source import read_call
from app.cli.opening import cancel_on_signal, opened_engines
from app.cli.output import Progress, check_target, write_json
from app.core.cancel import CancelToken
from app.core.errors import UserFixable
from app.core.i18n import _
from app.recording.model import Call
from app.transcript.journal_file import FileJournal
from app.transcript.model import CLIENT, MANAGER, Transcript

NAME = "transcribe"
_CHANNELS = {"left": 0, "right": 1}


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--json", metavar="OUT")
    parser.add_argument("--language", metavar="ru")
    parser.add_argument("--manager", choices=tuple(_CHANNELS))


def run(args: Namespace) -> int:
    """Write the transcript of one file; without ``--json`` it is shown as text."""
    check_target(args.json)
    changes = {"speech_language": args.language} if args.language else {}
    with cancel_on_signal() as cancel, opened_engines(args, **changes) as engines:
        call = read_call(args.file, None, engines.clock)
        if args.manager:
            call = replace(call, manager_channel=_CHANNELS[args.manager])
        transcript = _transcribed(engines, call, cancel)
    if args.json:
        write_json(args.json, transcript.to_json())
    else:
        show(transcript, sys.stdout)
    return 0


def _transcribed(engines: Engines, call: Call, cancel: CancelToken) -> Transcript:
    progress = Progress()
    progress.begin(_("Распознавание речи"))
    silent: list[Transcript] = []
    service = engines.transcribe(FileJournal(engines.folders.cache / "journal"), _Kept(silent))
    try:
        return service.transcribe(
            call,
            None,
            on_progress=lambda p: progress.show(p.fraction, p.seconds_left),
            on_segments=lambda _segments: None,
            cancel=cancel,
        )
    except UserFixable as error:
        if error.code != "transcript.no_speech":
            raise
        # A recording without speech is a result too, an empty one; what to make of it is said beside it.
        progress.end()
        sys.stderr.write(f"{error}\n")
        return silent[-1]
    finally:
        progress.end()


def show(transcript: Transcript, stream: TextIO) -> None:
    """Write the turns as text that comes in again by the same door: time, speaker, words."""
    names = {MANAGER: _("Менеджер"), CLIENT: _("Клиент")}
    for segment in transcript.segments:
        minutes, seconds = divmod(int(segment.start_s or 0), 60)
        name = names.get(segment.speaker, segment.speaker)
        stream.write(f"[{minutes:02d}:{seconds:02d}] {name}: {segment.text}\n")


class _Kept:
    """`TranscriptRepository` that keeps transcripts for this command alone."""

    def __init__(self, transcripts: list[Transcript]) -> None:
        self._transcripts = transcripts

    def save(self, call_id: str, transcript: Transcript) -> None:
        self._transcripts.append(transcript)

    def get(self, call_id: str) -> Transcript | None:
        return self._transcripts[-1] if self._transcripts else None
