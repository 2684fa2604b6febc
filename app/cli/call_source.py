"""A file becomes a call that no store knows: what `process` works on."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from app.core.clock import Clock
from app.core.ids import file_sha256
from app.recording.model import Call, CallState, Recording, SourceKind, TranscriptFacts
from app.recording.naming import facts_of_name
from app.recording.service import TRANSCRIPT_SUFFIXES, check_source, source_failure
from app.transcript.reading import transcript_facts


def read_call(path: Path, at: datetime | None, clock: Clock) -> Call:
    """The call of a recording or a ready transcript that stays where it is.

    Args:
        at: When the call took place; else from the file's own words, its name, or its time, in this order.

    Raises:
        UserFixable: ``recording.not_found``, ``recording.is_folder``, ``recording.no_rights``,
            ``recording.unreadable``, and the ``transcript.`` codes. Sound is looked at when it is recognised.
    """
    modified_s = check_source(path)
    is_text = path.suffix.lower() in TRANSCRIPT_SUFFIXES
    try:
        digest, size = file_sha256(path), path.stat().st_size
        facts = transcript_facts(path.read_bytes(), path.name) if is_text else TranscriptFacts()
    except OSError as error:
        raise source_failure(path, error) from error
    named = facts_of_name(path.name)
    said = at or facts.at or named.moment
    if said is None:
        said = clock.local(datetime.fromtimestamp(modified_s, UTC))
    elif said.tzinfo is None:
        said = said.replace(tzinfo=clock.local(clock.now_utc()).tzinfo)
    kind = SourceKind.TRANSCRIPT if is_text else SourceKind.AUDIO
    return Call(
        id=facts.source_id or path.stem,
        at=said,
        recording=Recording(digest, path, path.name, size, kind, None),
        state=CallState.IMPORTED,
        direction=facts.direction or named.direction,
        phone=named.phone,
    )
