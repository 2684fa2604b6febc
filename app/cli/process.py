"""`process FILE --profile DIR`: recording or transcript to draft, without the application's own store."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from app.application import Engines
from app.cli.call_source import read_call
from app.cli.draft_json import draft_to_json
from app.cli.opening import cancel_on_signal, opened_engines
from app.cli.output import Progress, check_target, write_json
from app.core.cancel import CancelToken
from app.core.i18n import _, texts_in
from app.profile.folder import load_profile
from app.profile.model import Profile
from app.recording.model import Call, SourceKind
from app.transcript.journal_file import FileJournal
from app.transcript.model import Transcript

NAME = "process"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--profile", metavar="DIR", type=Path, required=True)
    parser.add_argument("--at", metavar="ISO8601", type=_moment)
    parser.add_argument("--json", metavar="OUT", required=True)


def run(args: Namespace) -> int:
    """Make the draft of one file."""
    check_target(args.json)
    profile = load_profile(args.profile)
    progress = Progress()
    try:
        with cancel_on_signal() as cancel, opened_engines(args) as engines:
            call = read_call(args.file, args.at, engines.clock)
            # Before the minutes of recognition, so that a missing language model is said at once.
            model = engines.language_model()
            transcript = _transcript(engines, call, profile, progress, cancel)
            progress.begin(_("Черновик"))
            began_s = engines.clock.monotonic_s()
            with texts_in(transcript.language):
                draft = engines.draft(model, profile).draft(
                    call, transcript, on_progress=lambda share: progress.show(share, None), cancel=cancel
                )
            seconds = round(engines.clock.monotonic_s() - began_s, 3)
    finally:
        progress.end()
    draft = replace(draft, engine=replace(draft.engine, draft_s=seconds))
    write_json(args.json, draft_to_json(call, transcript, draft))
    return 0


def _transcript(engines: Engines, call: Call, profile: Profile, progress: Progress, cancel: CancelToken) -> Transcript:
    if call.recording.kind is SourceKind.AUDIO:
        progress.begin(_("Распознавание речи"))
    transcript = engines.transcribe(FileJournal(engines.folders.cache / "journal"), None).transcribe(
        call,
        profile,
        on_progress=lambda p: progress.show(p.fraction, p.seconds_left),
        on_segments=lambda _segments: None,
        cancel=cancel,
    )
    engines.rest_recognizer()
    return transcript


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        example = "2026-11-17T10:30:00+03:00"
        raise ArgumentTypeError(
            _("время «{text}» не понято, пишите так: {example}").format(text=text, example=example)
        ) from error
    return moment if moment.tzinfo else moment.astimezone()
