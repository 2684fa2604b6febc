"""A transcript: turns with their words and times. Written and read as CLI.md says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

MANAGER, CLIENT, UNKNOWN = "manager", "client", "unknown"
_NUMBERED = "speaker_"
_SIGNS = " .,!?…:;—–-"
TEXT_MODEL = "text"
"""What stands for the speech model in a transcript that came as text."""


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised word.

    Args:
        start_s: Seconds from the beginning of the recording.
        end_s: Seconds, not before `start_s`.
        text: The word with its punctuation, without spaces around.
        probability: 0 to 1, as the recogniser gives it.
        heard: What the recogniser wrote, signs included, where the word was spelled anew by its sound; "" for the
            further words of such a run; None for a word that stands as it was recognised.
    """

    start_s: float
    end_s: float
    text: str
    probability: float
    heard: str | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """One turn of one speaker.

    Args:
        index: Position in the transcript, from 0; evidence refers to it.
        start_s: Seconds; None in a transcript that came as text.
        end_s: Seconds; None likewise.
        speaker: "manager", "client", "speaker_1"…, or "unknown".
        channel: Channel of the recording; None where there was none.
        words: Empty in a transcript that came as text.
    """

    index: int
    start_s: float | None
    end_s: float | None
    speaker: str
    channel: int | None
    text: str
    words: tuple[Word, ...] = ()

    def respelled_runs(self) -> Iterator[tuple[str, str, tuple[Word, ...]]]:
        """What was heard and what is meant, without signs at the ends, and the words, where they were spelled anew."""
        at = 0
        while at < len(self.words):
            behind = at + 1
            while behind < len(self.words) and self.words[behind].heard == "":
                behind += 1
            if heard := self.words[at].heard:
                words = self.words[at:behind]
                yield heard.strip(_SIGNS), " ".join(word.text for word in words).strip(_SIGNS), words
            at = behind

    def as_heard(self) -> Segment:
        """The turn with the recogniser's own words, each run of them as one word."""
        if not any(word.heard for word in self.words):
            return self
        words: list[Word] = []
        for word in self.words:
            if word.heard == "":
                words[-1] = replace(words[-1], end_s=word.end_s)
            else:
                words.append(replace(word, text=word.heard or word.text, heard=None))
        return replace(self, words=tuple(words), text=" ".join(word.text for word in words))


@dataclass(frozen=True, slots=True)
class Transcript:
    """All turns of a call, in the order of time.

    Args:
        duration_s: Length of the recording in seconds; None for a transcript that came as text.
        language: Two letters ("ru").
        model: Name of the speech model; "text" for a transcript that came as text.
        channels: Channels of the recording, 0 for text.
        transcribe_s: Seconds the recognition took, 0 for text.
        has_guessed_speakers: Two voices in one channel were told apart by the program, and no person has looked yet.
    """

    segments: tuple[Segment, ...]
    duration_s: float | None = None
    language: str = "ru"
    model: str = TEXT_MODEL
    channels: int = 0
    transcribe_s: float = 0.0
    has_guessed_speakers: bool = False

    def with_swapped_speakers(self) -> Transcript:
        """The same turns with manager and client changed about; of numbered speakers the first becomes the manager.

        A person asks for this, so the speakers are no guess any more.
        """
        if self.has_numbered_speakers:
            return self.with_manager(1)
        other = {MANAGER: CLIENT, CLIENT: MANAGER}
        segments = tuple(replace(s, speaker=other.get(s.speaker, s.speaker)) for s in self.segments)
        return replace(self, segments=segments, has_guessed_speakers=False)

    def as_heard(self) -> Transcript:
        """The transcript with the recogniser's own words wherever they were spelled anew; itself where none was."""
        segments = tuple(segment.as_heard() for segment in self.segments)
        is_same = all(new is old for new, old in zip(segments, self.segments, strict=True))
        return self if is_same else replace(self, segments=segments)

    @property
    def has_numbered_speakers(self) -> bool:
        """True where voices were told apart, but nobody knows whose they are."""
        return any(s.speaker.startswith(_NUMBERED) for s in self.segments)

    def with_manager(self, number: int) -> Transcript:
        """The same turns after a person has said which numbered speaker is the manager, the others being clients."""
        named = {f"{_NUMBERED}{number}": MANAGER}
        segments = tuple(
            replace(s, speaker=named.get(s.speaker, CLIENT)) if s.speaker.startswith(_NUMBERED) else s
            for s in self.segments
        )
        return replace(self, segments=segments, has_guessed_speakers=False)

    def with_confirmed_speakers(self) -> Transcript:
        """The same turns after a person has found the speakers right."""
        return replace(self, has_guessed_speakers=False)

    def with_speaker(self, index: int, speaker: str) -> Transcript:
        """The same turns, one of them said by another speaker; an unknown index changes nothing."""
        segments = tuple(replace(s, speaker=speaker) if s.index == index else s for s in self.segments)
        return replace(self, segments=segments)

    def to_json(self) -> dict[str, Any]:
        """The form of `transcribe --json`; ``speakers_guessed`` is there only where it is true."""
        return {
            "schema": 1,
            "duration": self.duration_s,
            "language": self.language,
            "model": self.model,
            "channels": self.channels,
            "segments": [
                {
                    "index": s.index,
                    "start": s.start_s,
                    "end": s.end_s,
                    "speaker": s.speaker,
                    "channel": s.channel,
                    "text": s.text,
                    "words": [
                        {
                            "start": w.start_s,
                            "end": w.end_s,
                            "word": w.text,
                            "probability": w.probability,
                            **({} if w.heard is None else {"heard": w.heard}),
                        }
                        for w in s.words
                    ],
                }
                for s in self.segments
            ],
            "seconds": {"transcribe": self.transcribe_s},
            **({"speakers_guessed": True} if self.has_guessed_speakers else {}),
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Transcript:
        """Read what `to_json` writes. Raises KeyError, TypeError or ValueError on another shape."""
        return cls(
            segments=tuple(
                Segment(
                    index=int(s["index"]),
                    start_s=s["start"],
                    end_s=s["end"],
                    speaker=str(s["speaker"]),
                    channel=s.get("channel"),
                    text=str(s["text"]),
                    words=tuple(
                        Word(
                            float(w["start"]), float(w["end"]), str(w["word"]), float(w["probability"]), w.get("heard")
                        )
                        for w in s.get("words", ())
                    ),
                )
                for s in value["segments"]
            ),
            duration_s=value.get("duration"),
            language=str(value.get("language", "ru")),
            model=str(value.get("model", TEXT_MODEL)),
            channels=int(value.get("channels", 0)),
            transcribe_s=float(value.get("seconds", {}).get("transcribe", 0.0)),
            has_guessed_speakers=value.get("speakers_guessed") is True,
        )
