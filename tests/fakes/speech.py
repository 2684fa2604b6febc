"""A recogniser that says what the test tells it to."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.core.cancel import CancelToken
from app.transcript.model import UNKNOWN, Segment, Transcript, Word
from app.transcript.ports import RecognitionProgress, RecognitionRequest, TranscriptJournal
from app.transcript.speakers import with_speakers


class FakeRecognizer:
    """`SpeechRecognizer` with scripted turns, one batch a turn, each kept in the journal.

    Args:
        turns: Channel and text of each turn; five seconds are between their beginnings.
    """

    model_name = "scripted"

    def __init__(self, turns: Sequence[tuple[int, str]]) -> None:
        self._turns = list(turns)
        self.requests: list[RecognitionRequest] = []
        self.recognised: list[int] = []

    def transcribe(
        self,
        request: RecognitionRequest,
        journal: TranscriptJournal,
        *,
        on_progress: Callable[[RecognitionProgress], None],
        on_segments: Callable[[list[Segment]], None],
        cancel: CancelToken,
    ) -> Transcript:
        self.requests.append(request)
        key = f"{request.content_sha256}:scripted"
        plan, done = journal.load(key)
        if plan is None:
            journal.save_plan(key, {"turns": len(self._turns)})
        for number, (channel, text) in enumerate(self._turns):
            cancel.raise_if_cancelled()
            if number not in done:
                self.recognised.append(number)
                done[number] = [channel, text]
                journal.save_batch(key, number, done[number])
            on_progress(RecognitionProgress((number + 1) / len(self._turns), 0.0))
            on_segments(list(self._segments(done, request)))
        segments = self._segments(done, request)
        return Transcript(segments, 5.0 * len(self._turns), request.language or "ru", self.model_name, 2, 0.1)

    @staticmethod
    def _segments(done: dict[int, list[object]], request: RecognitionRequest) -> tuple[Segment, ...]:
        found = []
        for number, (channel, text) in sorted(done.items()):
            start_s = 5.0 * number
            words = tuple(
                Word(start_s + 0.4 * at, start_s + 0.4 * at + 0.3, word, 0.9)
                for at, word in enumerate(str(text).split())
            )
            found.append(Segment(number, start_s, start_s + 4.0, UNKNOWN, int(str(channel)), str(text), words))
        return with_speakers(found, 2, request.manager_channel, request.greetings, request.direction)
