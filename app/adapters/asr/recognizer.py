"""`SpeechRecognizer` by Whisper in a child process, one child for each recording, so that its memory comes back."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.adapters.asr.messages import BatchDone, Failed, Finished, Heard, Planned, Start
from app.adapters.asr.whisper import BEAM, HINTS_AT_MOST, check_model_folder
from app.adapters.asr.windows import PAD_S, RATE_HZ, Plan
from app.core.cancel import CancelToken
from app.core.clock import Clock, SystemClock
from app.core.errors import Bug, ExternalFailure, UserFixable
from app.core.i18n import _, language
from app.core.ids import canonical_json, text_sha256
from app.jobs.child import ChildGone, ChildProcess
from app.transcript.model import UNKNOWN, Segment, Transcript, Word
from app.transcript.ports import RecognitionProgress, RecognitionRequest, TranscriptJournal
from app.transcript.speakers import with_speakers, with_voices
from app.transcript.turns import Heard as HeardPiece
from app.transcript.turns import turns
from app.transcript.voices import VoiceSpan, by_voice

_log = logging.getLogger(__name__)
_ENTRY = "app.adapters.asr.worker:main"
# Raised whenever the plan or the way of recognising changes, so that an old journal is not continued in a new way.
_JOURNAL_FORMAT = 6
_LISTENING_SHARE = 0.07
_POLL_S = 0.2
_WORKERS_AT_MOST = 2


class WhisperRecognizer:
    """Implements `SpeechRecognizer`.

    Args:
        model_folder: CTranslate2 folder of the model.
        model_name: Name that is recorded beside every transcript ("whisper-base").
        scratch_folder: Where the child may keep decoded samples while it works.
        workers: Batches at once, one core each; by default two where there are two cores. More workers need more
            memory, so more are not taken by default.
        clock: For the estimate of the time left.
    """

    def __init__(
        self,
        model_folder: Path,
        model_name: str,
        scratch_folder: Path,
        *,
        workers: int | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._model_folder = model_folder
        self._model_name = model_name
        self._scratch_folder = scratch_folder
        self._workers = workers or max(1, min(_WORKERS_AT_MOST, os.cpu_count() or 1))
        self._clock = clock or SystemClock()

    @property
    def model_name(self) -> str:
        return self._model_name

    def transcribe(
        self,
        request: RecognitionRequest,
        journal: TranscriptJournal,
        *,
        on_progress: Callable[[RecognitionProgress], None],
        on_segments: Callable[[list[Segment]], None],
        cancel: CancelToken,
    ) -> Transcript:
        """As the port says.

        Raises:
            UserFixable: As the port says, and ``asr.language``, ``asr.no_memory``, ``recording.disk_full``,
                ``recording.store``.
            ExternalFailure: ``asr.child_gone``: the child was killed from outside; the finished batches are kept.
        """
        cancel.raise_if_cancelled()
        check_model_folder(self._model_folder)
        if not request.path.is_file():
            raise UserFixable(
                "asr.file_gone",
                _("Файл записи «{name}» пропал.").format(name=request.path.name),
                hint=_("Верните файл на место или добавьте запись ещё раз."),
                detail=str(request.path),
            )
        run = _Run(request, journal, self._journal_key(request), self._clock, self._model_name)
        child = ChildProcess(_ENTRY, "vizir-speech")
        try:
            child.start()
            child.send(
                Start(
                    path=request.path,
                    model_folder=self._model_folder,
                    scratch_folder=self._scratch_folder,
                    language=request.language,
                    hints=request.hints[:HINTS_AT_MOST],
                    workers=self._workers,
                    screen_language=language(),
                    plan=run.plan.to_json() if run.plan else None,
                    finished=frozenset(run.results),
                )
            )
            run.tell(on_progress, on_segments)
            while True:
                cancel.raise_if_cancelled()
                message = child.receive(_POLL_S)
                if isinstance(message, Finished):
                    return run.transcript()
                if isinstance(message, Failed):
                    raise message.error
                if message is not None:
                    run.take(message)
                    run.tell(on_progress, on_segments)
        except ChildGone as error:
            raise ExternalFailure(
                "asr.child_gone",
                _("Распознавание речи прервалось: его процесс завершён системой."),
                hint=_("Закройте другие программы, если мало памяти, и повторите: сделанное сохранено."),
                detail=repr(error),
            ) from error
        finally:
            child.stop()

    def _journal_key(self, request: RecognitionRequest) -> str:
        """Names the content and everything that changes the text."""
        size = (self._model_folder / "model.bin").stat().st_size
        how = canonical_json(
            {
                "format": _JOURNAL_FORMAT,
                "model": [self._model_name, size],
                "language": request.language,
                "hints": list(request.hints[:HINTS_AT_MOST]),
                "workers": self._workers,
                "beam": BEAM,
                "pad": PAD_S,
            }
        )
        return f"{request.content_sha256}:{text_sha256(how)[:16]}"


class _Run:
    """What is known of one recognition while it goes on."""

    def __init__(
        self, request: RecognitionRequest, journal: TranscriptJournal, key: str, clock: Clock, model_name: str
    ) -> None:
        self._request = request
        self._journal = journal
        self._key = key
        self._clock = clock
        self._model_name = model_name
        self._began_s = clock.monotonic_s()
        self._planned_s = self._began_s
        self._heard = 0.0
        self._done_here = 0
        self._has_news = False
        self._pieces: dict[int, list[HeardPiece]] = {}
        stored, self.results = journal.load(key)
        self.plan: Plan | None = None
        if stored is not None:
            self._restore(stored)

    def _restore(self, stored: dict[str, Any]) -> None:
        try:
            self.plan = Plan.from_json(stored)
            self._pieces = {number: _pieces(result) for number, result in self.results.items()}
            self._has_news = bool(self._pieces)
        except (KeyError, TypeError, ValueError):
            _log.warning("the journal of a recognition is not readable, it begins anew")
            self.plan, self.results = None, {}

    def take(self, message: object) -> None:
        """Take in a message of the child; a plan or a batch is stored before anything is told."""
        if isinstance(message, Heard):
            self._heard = message.fraction
        elif isinstance(message, Planned):
            self._journal.save_plan(self._key, message.plan)
            self.plan = Plan.from_json(message.plan)
            self._planned_s = self._clock.monotonic_s()
        elif isinstance(message, BatchDone):
            self._journal.save_batch(self._key, message.number, message.result)
            self._pieces[message.number] = _pieces(message.result)
            self._done_here += self._size(message.number)
            self._has_news = True
        else:
            raise Bug("asr.protocol", f"unexpected message {message!r}")

    def tell(
        self, on_progress: Callable[[RecognitionProgress], None], on_segments: Callable[[list[Segment]], None]
    ) -> None:
        """Report progress and, where there are new ones, the turns so far."""
        on_progress(self._progress())
        if self._has_news:
            self._has_news = False
            on_segments(list(self._segments()))

    def transcript(self) -> Transcript:
        """The finished transcript."""
        if self.plan is None:
            raise Bug("asr.protocol", "finished without a plan")
        segments = self._segments()
        return Transcript(
            segments=segments,
            duration_s=round(self.plan.duration_s, 3),
            language=self.plan.language,
            model=self._model_name,
            channels=self.plan.streams,
            transcribe_s=round(self._clock.monotonic_s() - self._began_s, 3),
            has_guessed_speakers=bool(self.plan.voices) and any(s.speaker != UNKNOWN for s in segments),
        )

    def _segments(self) -> tuple[Segment, ...]:
        streams = self.plan.streams if self.plan else 1
        request = self._request
        heard = [piece for number in sorted(self._pieces) for piece in self._pieces[number]]
        if self.plan and self.plan.voices:
            spans = [VoiceSpan(v.start / RATE_HZ, v.end / RATE_HZ, v.voice) for v in self.plan.voices]
            return with_voices(turns(by_voice(heard, spans), 2), request.greetings, request.direction)
        found = turns(heard, streams)
        return with_speakers(found, streams, request.manager_channel, request.greetings, request.direction)

    def _progress(self) -> RecognitionProgress:
        if self.plan is None:
            return RecognitionProgress(_LISTENING_SHARE * self._heard, None)
        total = sum(self._size(number) for number in range(len(self.plan.batches)))
        done = sum(self._size(number) for number in self._pieces)
        share = done / total if total else 1.0
        elapsed_s = self._clock.monotonic_s() - self._planned_s
        left_s = elapsed_s * (total - done) / self._done_here if self._done_here else None
        return RecognitionProgress(_LISTENING_SHARE + (1 - _LISTENING_SHARE) * share, left_s)

    def _size(self, number: int) -> int:
        return sum(window.samples for window in self.plan.batches[number]) if self.plan else 0


def _pieces(result: list[Any]) -> list[HeardPiece]:
    return [
        HeardPiece(int(stream), tuple(Word(float(a), float(b), str(text), float(p)) for a, b, text, p in words))
        for stream, words in result
    ]
