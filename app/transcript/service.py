"""The verb of the transcript stage: a recording, or a ready transcript, becomes turns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from app.core.cancel import CancelToken
from app.core.errors import UserFixable
from app.core.i18n import _
from app.recording.model import Call, SourceKind
from app.transcript.model import Segment, Transcript
from app.transcript.ports import (
    RecognitionProgress,
    RecognitionRequest,
    SpeechRecognizer,
    TranscriptJournal,
    TranscriptRepository,
)
from app.transcript.reading import read_transcript
from app.transcript.respelling import respelled


class KnownNames(Protocol):
    """What is taken from a profile (app/profile/model.py, which stands above this layer)."""

    @property
    def brand(self) -> str: ...

    @property
    def colleagues(self) -> tuple[str, ...]: ...

    @property
    def speech_hints(self) -> tuple[str, ...]: ...

    @property
    def texts(self) -> Iterable[str]: ...


@dataclass(frozen=True, slots=True)
class TranscribeOptions:
    """The person's choices.

    Args:
        language: Two letters, or None to have it recognised.
        has_hints: Whether names of the profile are given to the recogniser: slower, but hears names more often.
        manager_channel: 0 or 1 where the exchange always records the manager on one side; None to guess by content.
    """

    language: str | None = "ru"
    has_hints: bool = False
    manager_channel: int | None = None


class TranscriptService:
    """Transcribes calls, going on behind what an earlier run has finished.

    Args:
        recognizer: Gives the recogniser; asked only when a recording needs one.
        journal: Keeps finished batches until the transcript is stored.
        repository: Where transcripts are stored; without one the caller stores them, and the journal is kept no longer
            than the transcription.
        options: The person's choices.
    """

    def __init__(
        self,
        recognizer: Callable[[], SpeechRecognizer],
        journal: TranscriptJournal,
        repository: TranscriptRepository | None = None,
        options: TranscribeOptions | None = None,
    ) -> None:
        self._recognizer = recognizer
        self._journal = journal
        self._repository = repository
        self._options = options or TranscribeOptions()

    def transcribe(
        self,
        call: Call,
        names: KnownNames | None = None,
        *,
        on_progress: Callable[[RecognitionProgress], None] = lambda _progress: None,
        on_segments: Callable[[list[Segment]], None] = lambda _segments: None,
        cancel: CancelToken | None = None,
    ) -> Transcript:
        """The transcript of a call, stored where there is a repository.

        Raises:
            UserFixable: ``transcript.no_speech`` for a recording in which nobody speaks (its empty transcript is
                stored), ``asr.file_gone``, ``transcript.unreadable``, and what the recogniser raises.
            Cancelled: The token was set; what is finished stays in the journal.
        """
        token = cancel or CancelToken()
        if call.recording.kind is SourceKind.TRANSCRIPT:
            transcript = self._read(call)
            on_segments(list(transcript.segments))
            self._keep(call, transcript)
            return transcript
        journal = _KeyKeeper(self._journal)
        recognised = self._recognizer().transcribe(
            self._request(call, names), journal, on_progress=on_progress, on_segments=on_segments, cancel=token
        )
        transcript = respelled(recognised, names.texts if names else ())
        if transcript.segments != recognised.segments:
            on_segments(list(transcript.segments))
        self._keep(call, transcript)
        journal.forget_all()
        if not transcript.segments:
            raise no_speech(call.recording.original_name)
        return transcript

    def _request(self, call: Call, names: KnownNames | None) -> RecognitionRequest:
        options = self._options
        channel = call.manager_channel if call.manager_channel is not None else options.manager_channel
        return RecognitionRequest(
            path=call.recording.path,
            content_sha256=call.recording.content_sha256,
            language=options.language,
            manager_channel=channel,
            hints=names.speech_hints if names and options.has_hints else (),
            greetings=(names.brand, *names.colleagues) if names else (),
            direction=call.direction,
        )

    def _read(self, call: Call) -> Transcript:
        recording = call.recording
        try:
            content = recording.path.read_bytes()
        except OSError as error:
            raise UserFixable(
                "asr.file_gone",
                _("Файл записи «{name}» пропал.").format(name=recording.original_name),
                hint=_("Верните файл на место или добавьте запись ещё раз."),
                detail=repr(error),
            ) from error
        # The stored copy is named by its content; what kind of file it is stands in its suffix.
        return read_transcript(content, recording.path.name).transcript

    def _keep(self, call: Call, transcript: Transcript) -> None:
        if self._repository is not None:
            self._repository.save(call.id, transcript)


def no_speech(name: str) -> UserFixable:
    """The error for a recording in which nobody speaks."""
    return UserFixable(
        "transcript.no_speech",
        _("В записи «{name}» не слышно речи: только тишина, гудки или музыка.").format(name=name),
        hint=_("Проверьте, та ли это запись; если разговор в ней есть, скачайте её из телефонии ещё раз."),
    )


class _KeyKeeper:
    """The journal, remembering the keys a recogniser used, so that they can be dropped at the end."""

    def __init__(self, journal: TranscriptJournal) -> None:
        self._journal = journal
        self._keys: set[str] = set()

    def load(self, key: str) -> tuple[dict[str, Any] | None, dict[int, Any]]:
        self._keys.add(key)
        return self._journal.load(key)

    def save_plan(self, key: str, plan: dict[str, Any]) -> None:
        self._keys.add(key)
        self._journal.save_plan(key, plan)

    def save_batch(self, key: str, number: int, result: Any) -> None:
        self._journal.save_batch(key, number, result)

    def forget(self, key: str) -> None:
        self._journal.forget(key)

    def forget_all(self) -> None:
        for key in self._keys:
            self._journal.forget(key)
