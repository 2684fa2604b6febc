"""Transcripts, by segments, searchable."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from app.adapters.storage import call_rows
from app.adapters.storage.database import Database
from app.core.words import search_words
from app.transcript.model import Segment, Transcript, Word

if TYPE_CHECKING:
    from app.adapters.storage.guarded import GuardedDatabase


class SqlTranscripts:
    """`TranscriptRepository` on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, call_id: str, transcript: Transcript) -> None:
        # Made before the owner thread is asked: for a long call this is the larger part of the work.
        rows = [_row(call_id, segment) for segment in transcript.segments]
        said = search_words(" ".join(segment.text for segment in transcript.segments))

        def write(db: GuardedDatabase) -> None:
            call_rows.require_call(db, call_id)
            db.conn.execute("DELETE FROM transcripts WHERE call_id = ?", (call_id,))
            db.table("transcripts").insert(
                {
                    "call_id": call_id,
                    "duration_s": transcript.duration_s,
                    "language": transcript.language,
                    "model": transcript.model,
                    "channels": transcript.channels,
                    "transcribe_s": transcript.transcribe_s,
                    "speakers_guessed": int(transcript.has_guessed_speakers),
                }
            )
            if transcript.duration_s is not None:
                db.table("calls").update(call_id, {"length_s": transcript.duration_s})
            db.conn.executemany("INSERT INTO segments VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
            call_rows.put_words(db, call_id, "said", said)

        self._database.write(write)

    def get(self, call_id: str) -> Transcript | None:
        def read(db: GuardedDatabase) -> tuple[dict[str, object], list[tuple[object, ...]]] | None:
            head = next(iter(db.query("SELECT * FROM transcripts WHERE call_id = ?", (call_id,))), None)
            if head is None:
                return None
            return head, db.conn.execute(
                "SELECT number, start_s, end_s, speaker, channel, text, words FROM segments"
                " WHERE call_id = ? ORDER BY number",
                (call_id,),
            ).fetchall()

        found = self._database.run(read)
        if found is None:
            return None
        head, rows = found
        return Transcript(
            segments=tuple(_segment(*row) for row in rows),
            duration_s=head["duration_s"],  # type: ignore[arg-type]
            language=str(head["language"]),
            model=str(head["model"]),
            channels=head["channels"],  # type: ignore[arg-type]
            transcribe_s=head["transcribe_s"],  # type: ignore[arg-type]
            has_guessed_speakers=bool(head["speakers_guessed"]),
        )


def _row(call_id: str, segment: Segment) -> tuple[object, ...]:
    words = json.dumps(
        [[w.start_s, w.end_s, w.text, w.probability, *(() if w.heard is None else (w.heard,))] for w in segment.words],
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return (
        call_id, segment.index, segment.start_s, segment.end_s, segment.speaker, segment.channel, segment.text, words,
    )  # fmt: skip


def _segment(*columns: Any) -> Segment:
    number, start_s, end_s, speaker, channel, text, words = columns
    return Segment(
        number, start_s, end_s, speaker, channel, text, words=tuple(Word(*word) for word in json.loads(words))
    )
