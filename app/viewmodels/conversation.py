"""The open conversation: its turns as they come, what is playing, where the search hit."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

from app.core.cancel import CancelToken
from app.core.errors import VizirError
from app.core.observable import Signal
from app.draft.hearing import heard_text
from app.draft.model import Evidence, Misheard
from app.pipeline import CallIndex
from app.recording.model import Call, CallState, SourceKind
from app.recording.ports import CallRepository, WaveformReader
from app.transcript.model import MANAGER, Segment, Transcript
from app.transcript.ports import TranscriptRepository
from app.viewmodels.player import Player
from app.viewmodels.requests import Requests
from app.viewmodels.wording import speaker_label
from app.viewmodels.work import WorkQueue, WorkState

RUN_UP_S = 0.3
"""A word is played from a little before it: recognisers set its beginning late rather than early."""
_TAIL_S = 0.4
_WAVEFORM_LANE = "waveform"
WAVEFORM_AFTER_S = 0.4
UNSURE_BELOW = 0.7
"""Words that the recogniser was less sure of than this are marked."""
_BUCKETS = 1600
_TALK_OVER = 8

Waveform = tuple[tuple[float, ...], tuple[float, ...]]
"""Outline of the left and the right side, 0 to 1; the right one is empty for a recording of one side."""


@dataclass(frozen=True, slots=True)
class Place:
    """A word of the conversation; `word` is -1 where the turn has no words with times."""

    segment: int
    word: int = -1


class ConversationViewModel:
    """One call at a time. Answers that come for a call that is no longer open are dropped."""

    def __init__(
        self,
        requests: Requests,
        *,
        calls: CallRepository,
        transcripts: TranscriptRepository,
        index: CallIndex,
        work: WorkQueue,
        player: Player,
        waveforms: WaveformReader,
    ) -> None:
        self._requests = requests
        self._calls = calls
        self._transcripts = transcripts
        self._index = index
        self._work = work
        self._player = player
        self._waveforms = waveforms
        self._waveform_stop = CancelToken()
        self._by_start: list[tuple[float, int]] = []
        self.call_id = ""
        self.call: Call | None = None
        self.segments: tuple[Segment, ...] = ()
        self.has_transcript = False
        self.has_guessed_speakers = self.has_numbered_speakers = False
        self.waveform: Waveform | None = None
        self.hits: list[int] = []
        self.hit = -1
        self.playing: Place | None = None
        self.manager_name = ""
        self.client_name = ""
        self.company_name = ""
        self.is_draft_stale = False
        self.call_changed: Signal[()] = Signal()
        self.segments_changed: Signal[int] = Signal()
        self.waveform_changed: Signal[()] = Signal()
        self.hits_changed: Signal[()] = Signal()
        self.playing_changed: Signal[Place | None, Place | None] = Signal()
        self.names_changed: Signal[()] = Signal()
        self.moved: Signal[float] = player.moved
        self.sounding_changed: Signal[bool] = player.playing_changed
        self.shown: Signal[Place] = Signal()
        self.progress_changed: Signal[()] = Signal()
        self.failed: Signal[VizirError] = Signal()
        work.state_changed.connect(self._call_moved)
        work.progressed.connect(lambda call_id: self.progress_changed.emit() if call_id == self.call_id else None)
        work.segments_arrived.connect(self._segments_arrived)
        player.moved.connect(self._player_moved)

    @property
    def progress(self) -> WorkState | None:
        """How far the open call has come; None while it is not worked on."""
        return self._work.of(self.call_id)

    @property
    def is_playing(self) -> bool:
        return self._player.is_playing

    @property
    def duration_s(self) -> float:
        """Length in seconds; 0 for a transcript that came as text."""
        audio = self.call.recording.audio if self.call else None
        return audio.duration_s if audio else 0.0

    @property
    def has_sound(self) -> bool:
        return self.call is not None and self.call.recording.kind is SourceKind.AUDIO

    @property
    def manager_side(self) -> int:
        """0 when the manager is on the left channel, 1 when on the right."""
        by_text = _manager_channel(self.segments)
        known = self.call.manager_channel if self.call and by_text is None else by_text
        return known or 0

    @property
    def can_swap(self) -> bool:
        return self.has_transcript and self.progress is None

    def name_of(self, segment: Segment) -> str:
        """How a turn is headed."""
        return speaker_label(segment.speaker, self.manager_name, self.client_name)

    @property
    def client_title(self) -> str:
        """The client and their company, as far as they are known."""
        return ", ".join(filter(None, (self.client_name, self.company_name)))

    def set_names(self, manager: str, client: str, company: str) -> None:
        """Say who is who, as far as it is known."""
        names = (manager, client, company)
        if names != (self.manager_name, self.client_name, self.company_name):
            self.manager_name, self.client_name, self.company_name = names
            self.names_changed.emit()

    def open(self, call_id: str, search: str = "") -> None:
        """Show a call; with `search`, at its first hit."""
        if call_id != self.call_id:
            self._leave()
            self.call_id = call_id
        if not call_id:
            self.call_changed.emit()
            return
        self._requests.ask("conversation.call", self._reader(call_id), self._apply, self.failed.emit)
        if search:
            self.find(search)

    def find(self, text: str) -> None:
        """Mark the turns in which `text` was found, and go to the first."""
        call_id = self.call_id
        if not text or not call_id:
            self.hits, self.hit = [], -1
            self._requests.forget("conversation.hits")
            self.hits_changed.emit()
            return

        def take(found: list[int]) -> None:
            self.hits, self.hit = found, -1
            self.hits_changed.emit()
            self.step_hit(1)

        self._requests.ask("conversation.hits", lambda: self._index.hits(call_id, text), take, self.failed.emit)

    def step_hit(self, by: int) -> None:
        """Go to the next hit (1) or the one before (-1), round and round."""
        if not self.hits:
            return
        self.hit = (self.hit + by) % len(self.hits)
        self.hits_changed.emit()
        self.show(Place(self.hits[self.hit]))

    def show(self, place: Place) -> None:
        """Bring a place into view and the playhead to its second."""
        start_s = self._start_of(place)
        if start_s is not None and self.has_sound and not self._player.is_playing:
            self._player.seek(max(0.0, start_s - RUN_UP_S))
        self.shown.emit(place)

    def play_from(self, place: Place) -> None:
        """Play from a word on, a little earlier."""
        start_s = self._start_of(place)
        if start_s is not None and self.has_sound:
            self._player.play(max(0.0, start_s - RUN_UP_S))

    def play_evidence(self, evidence: Evidence) -> None:
        """Play a quote and show its turn."""
        place = Place(evidence.segment)
        start_s = evidence.start_s if evidence.start_s is not None else self._start_of(place)
        if start_s is not None and self.has_sound:
            until_s = evidence.end_s + _TAIL_S if evidence.end_s is not None else None
            self._player.play(max(0.0, start_s - RUN_UP_S), until_s)
        self.shown.emit(place)

    def seek(self, to_s: float) -> None:
        """Move the playhead."""
        self._player.seek(max(0.0, min(to_s, self.duration_s)))

    def toggle(self) -> None:
        """Play from where the playhead is, or pause."""
        if self._player.is_playing:
            self._player.pause()
        elif self.has_sound:
            at_end = self.duration_s and self._player.position_s >= self.duration_s - RUN_UP_S
            self._player.play(0.0 if at_end else self._player.position_s)

    def swap_speakers(self) -> None:
        """Change manager and client about; the draft was made of the old roles and is offered to be made anew."""
        self._change_speakers(Transcript.with_swapped_speakers)

    def confirm_speakers(self) -> None:
        """Say that the guessed speakers are right; the draft proved nothing by them and is offered to be made anew."""
        self._change_speakers(Transcript.with_confirmed_speakers)

    def name_manager(self, number: int) -> None:
        """Say which of the numbered speakers is the manager."""
        self._change_speakers(lambda transcript: transcript.with_manager(number))

    def set_speaker(self, segment: int, speaker: str) -> None:
        """Say who said one turn."""
        if not 0 <= segment < len(self.segments) or self.segments[segment].speaker == speaker:
            return
        index = self.segments[segment].index
        self._change_speakers(lambda transcript: transcript.with_speaker(index, speaker))

    def _change_speakers(self, changed: Callable[[Transcript], Transcript]) -> None:
        if not self.can_swap:
            return
        call_id = self.call_id

        def change() -> tuple[Transcript, Call]:
            new = changed(self._transcripts.get(call_id) or Transcript(()))
            self._transcripts.save(call_id, new)
            if new.channels == 2:
                self._calls.set_manager_channel(call_id, _manager_channel(new.segments))
            return new, self._calls.get(call_id)

        def take(answer: tuple[Transcript, Call]) -> None:
            if call_id == self.call_id:
                new, self.call = answer
                self.is_draft_stale = self.call.state is CallState.READY
                self._take_speakers(new)
                self._set_segments(new.segments)
                self.call_changed.emit()

        self._requests.tell("conversation.speakers", change, take, self.failed.emit)

    def _take_speakers(self, transcript: Transcript) -> None:
        self.has_guessed_speakers = transcript.has_guessed_speakers
        self.has_numbered_speakers = transcript.has_guessed_speakers and transcript.has_numbered_speakers

    def retry(self) -> None:
        """Go on with a call that failed or was stopped."""
        if self.call_id:
            self._work.enqueue(self.call_id)

    def stop(self) -> None:
        """Stop the work on this call."""
        self._work.stop(self.call_id)

    def draft_anew(self) -> None:
        """Throw the unapproved draft away and make another of the transcript as it is now."""
        call_id = self.call_id
        self.is_draft_stale = False
        self._requests.tell(
            "conversation.redraft",
            lambda: self._calls.set_state(call_id, CallState.TRANSCRIBED),
            lambda _done: self._work.enqueue(call_id),
            self.failed.emit,
        )

    def delete(self, deleted: Callable[[], None]) -> None:
        """Forget the open call; what was approved stays."""
        call_id = self.call_id
        self._work.stop(call_id)
        self._player.load(None)
        self._requests.tell("conversation.delete", lambda: self._calls.delete(call_id), lambda _done: deleted())

    def _leave(self) -> None:
        self._waveform_stop.cancel()
        self._waveform_stop = CancelToken()
        for key in ("conversation.call", "conversation.hits", "conversation.waveform"):
            self._requests.forget(key)
        self._player.load(None)
        self.call, self.has_transcript, self.waveform = None, False, None
        self.has_guessed_speakers = self.has_numbered_speakers = False
        self.hits, self.hit, self.playing, self.is_draft_stale = [], -1, None, False
        self.client_name = self.company_name = ""
        self._set_segments(())
        self.waveform_changed.emit()
        self.hits_changed.emit()

    def _reader(self, call_id: str) -> Callable[[], tuple[Call, Transcript | None]]:
        return lambda: (self._calls.get(call_id), self._transcripts.get(call_id))

    def _apply(self, answer: tuple[Call, Transcript | None]) -> None:
        is_first = self.call is None
        self.call, transcript = answer
        if is_first and self.has_sound:
            self._player.load(self.call.recording.path)
            self._ask_waveform(self.call)
        if transcript is not None:
            self.has_transcript = True
            self._take_speakers(transcript)
            self._set_segments(transcript.segments)
        elif is_first:
            self._set_segments(tuple(self._work.heard(self.call_id)))
        self.call_changed.emit()

    def _ask_waveform(self, call: Call) -> None:
        stop = self._waveform_stop
        path = call.recording.path

        def take(waveform: Waveform) -> None:
            self.waveform = waveform
            self.waveform_changed.emit()

        def read() -> Waveform:
            # Words and draft come first: decoding beside them would slow their drawing. Who only leafs through the
            # list starts none.
            stop.wait(WAVEFORM_AFTER_S)
            stop.raise_if_cancelled()
            return self._waveforms.peaks(path, _BUCKETS, stop)

        self._requests.ask(
            "conversation.waveform",
            read,
            take,
            # The conversation is usable without its picture, and the call itself tells what is wrong with the file.
            lambda _error: take(((), ())),
            lane=_WAVEFORM_LANE,
        )

    def _set_segments(self, segments: tuple[Segment, ...]) -> None:
        old = self.segments
        first = next((i for i, (a, b) in enumerate(zip(old, segments, strict=False)) if not _look_alike(a, b)), None)
        first = min(len(old), len(segments)) if first is None else first
        self.segments = segments
        # Only turns: a three-hour call has some forty thousand words, and this is done anew with each batch of them.
        self._by_start = sorted((s.start_s, index) for index, s in enumerate(segments) if s.start_s is not None)
        self.segments_changed.emit(first)

    def _segments_arrived(self, call_id: str, segments: list[Segment]) -> None:
        if call_id == self.call_id:
            self._set_segments(tuple(segments))

    def _call_moved(self, call_id: str) -> None:
        if call_id == self.call_id:
            self._requests.ask("conversation.call", self._reader(call_id), self._apply, self.failed.emit)

    def heard_at(self, place: Place) -> str:
        """«Услышано: «а срочка» → отсрочка» for a word that was spelled anew by its sound, else ""."""
        if not 0 <= place.segment < len(self.segments):
            return ""
        segment = self.segments[place.segment]
        for heard, meant, words in segment.respelled_runs():
            if 0 <= place.word < len(segment.words) and any(word is segment.words[place.word] for word in words):
                return heard_text(Misheard(heard, meant))
        return ""

    def _player_moved(self, position_s: float) -> None:
        place = self._place_at(position_s)
        if place != self.playing:
            before, self.playing = self.playing, place
            self.playing_changed.emit(before, place)

    def _place_at(self, position_s: float) -> Place | None:
        """The word that began last; people talk over one another, so it may be of a turn before the last."""
        behind = bisect_right(self._by_start, (position_s, len(self.segments)))
        best: tuple[float, Place] | None = None
        for start_s, index in reversed(self._by_start[max(0, behind - _TALK_OVER) : behind]):
            words = self.segments[index].words
            number = bisect_right(words, position_s, key=lambda word: word.start_s) - 1
            if words and number < 0:
                continue
            began_s = words[number].start_s if words else start_s
            if best is None or began_s > best[0]:
                best = (began_s, Place(index, number))
        return best[1] if best is not None else None

    def _start_of(self, place: Place) -> float | None:
        if not 0 <= place.segment < len(self.segments):
            return None
        segment = self.segments[place.segment]
        if 0 <= place.word < len(segment.words):
            return segment.words[place.word].start_s
        return segment.start_s


def _manager_channel(segments: tuple[Segment, ...]) -> int | None:
    """The channel on which the manager says most turns; a single turn may have been given to the other side."""
    channels = [s.channel for s in segments if s.speaker == MANAGER and s.channel is not None]
    return max(sorted(set(channels)), key=channels.count, default=None)


def _look_alike(one: Segment, other: Segment) -> bool:
    """Whether two turns are the same on the screen, without a look at each of their words."""
    if one is other:
        return True
    return (one.text, one.speaker, one.start_s, one.end_s, len(one.words)) == (
        other.text,
        other.speaker,
        other.start_s,
        other.end_s,
        len(other.words),
    )
