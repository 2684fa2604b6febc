"""A process for the bench to kill: transcribes a recording with a journal, going on behind what the journal holds."""

from __future__ import annotations

import sys
from pathlib import Path

from app.transcript.journal_file import FileJournal
from tests.bench.speech_ways import Ways

if __name__ == "__main__":
    folder, journal, recording = map(Path, sys.argv[1:])
    Ways(folder).ours(recording, journal=FileJournal(journal))
