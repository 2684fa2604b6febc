"""Speech recognition beside whisper-ctranslate2's defaults: same recordings, same model, one after the other."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from app.profile.folder import load_profile
from app.transcript.journal_file import FileJournal
from app.transcript.model import Transcript
from tests.bench import speech_files
from tests.bench.figures import Figure, at_least, at_most
from tests.bench.speech_scoring import (
    Errors,
    SaidTurn,
    errors,
    onset_errors_s,
    said_turns,
    speaker_errors,
    words_at_right_speaker,
)
from tests.bench.speech_ways import Peak, Side, Ways, text_of
from tests.shared_bench import SHARED_BENCH

CALLS = ("dev-02", "dev-03", "dev-09", "dev-11", "dev-16", "dev-18")
ONE_CHANNEL_CALLS = ("dev-02", "dev-03", "dev-09", "dev-16")
LONG_S = 3600.0
_SAMPLE = Path(__file__).parents[2] / "resources" / "sample" / "calls" / "sample-01.mp3"
_KILLS = 3


def figures() -> Iterator[Figure]:
    """The bars of the speech specification."""
    with tempfile.TemporaryDirectory() as folder:
        ways = Ways(Path(folder))
        yield from _silence(ways)
        yield from _killed(ways)
        if not SHARED_BENCH.is_dir():
            yield Figure("recordings of the benchmark", "absent", note="no ../shared/bench beside the checkout")
            return
        yield from _short_clips(ways)
        yield from _two_channels(ways)
        yield from _one_channel(ways)
        yield from _long(ways)


def _silence(ways: Ways) -> Iterator[Figure]:
    invented, ours, theirs = 0, Side(), Side()
    files = list(speech_files.silent_files(ways.folder))
    compared = files[::4]
    for path in files:
        invented += len(ours.timed(partial(ways.ours, path)).segments)
    for path in compared:
        theirs.timed(partial(ways.theirs, path))
    share = (ours.cpu_s / len(files)) / (theirs.cpu_s / len(compared))
    yield at_most("turns invented where nobody speaks", invented, 0, note=f"{len(files)} files of 30 s")
    note = "start and loading counted on both sides"
    yield at_most("CPU time where nobody speaks, to theirs", share, 0.05, "x", note)


def _killed(ways: Ways) -> Iterator[Figure]:
    """Whoever transcribes is killed hard, again and again, and the next one goes on."""
    whole = text_of(ways.ours(_SAMPLE))
    folder = ways.folder / "killed"
    journal = _CountingJournal(folder)
    kills = 0
    while kills < _KILLS:
        finished = journal.finished()
        command = [sys.executable, "-m", "tests.bench.speech_resume", str(ways.folder), str(folder), str(_SAMPLE)]
        worker = subprocess.Popen(command)
        while worker.poll() is None and journal.finished() <= finished:
            time.sleep(0.02)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        kills += 1
    kept = journal.finished()
    is_same = text_of(ways.ours(_SAMPLE, journal=journal)) == whole
    note = f"{kills} kills; {kept} of {journal.planned} batches were finished before the last start"
    yield Figure("text after kill -9 and resume", "same" if is_same else "other", "", "same", is_same, note)
    again = journal.saved - (journal.planned - kept)
    yield at_most("finished batches done again", again, 0)


def _short_clips(ways: Ways) -> Iterator[Figure]:
    folder = SHARED_BENCH / "speech"
    clips = json.loads((folder / "manifest.json").read_text("utf-8"))
    ours, theirs, looped = Side(), Side(), 0
    for clip in clips:
        path, said = folder / clip["filename"], clip["reference"]
        theirs.errors += errors(said, theirs.timed(partial(ways.theirs, path)))
        heard = text_of(ours.timed(partial(ways.ours, path)))
        ours.errors += errors(said, heard)
        looped += len(heard) > 2.5 * len(said)
    yield at_most("real clips: word errors to theirs", _share(ours, theirs), 1.0, "x", _rates(ours, theirs))
    yield at_most("real clips: looped texts", looped, 0, note=f"{len(clips)} clips")


def _two_channels(ways: Ways) -> Iterator[Figure]:
    ours, theirs, by_speaker = Side(), Side(), Errors()
    heard: list[tuple[list[SaidTurn], Transcript]] = []
    for name in CALLS:
        path = SHARED_BENCH / "calls" / f"{name}.mp3"
        turns = said_turns(path)
        said = " ".join(turn.text for turn in turns)
        theirs.errors += errors(said, theirs.timed(partial(ways.theirs, path)))
        transcript = ours.timed(partial(ways.ours, path, _greetings(path)))
        ours.errors += errors(said, text_of(transcript))
        by_speaker += speaker_errors(turns, transcript.to_json())
        heard.append((turns, transcript))
    note = f"{len(CALLS)} calls; theirs hears the mix and names no speakers"
    yield at_most("two channels: wall time to theirs", ours.wall_s / theirs.wall_s, 0.50, "x", note)
    yield at_most("two channels: CPU time to theirs", ours.cpu_s / theirs.cpu_s, 0.50, "x")
    yield at_most("two channels: word errors to theirs", _share(ours, theirs), 0.95, "x", _rates(ours, theirs))
    yield Figure("two channels: word errors, each speaker apart", by_speaker.rate, "%")
    counts = [words_at_right_speaker(turns, transcript.to_json()) for turns, transcript in heard]
    right, words = sum(r for r, _w in counts), sum(w for _r, w in counts)
    yield at_least("words at the right speaker", 100 * right / max(1, words), 97.0, "%", f"{words} words")
    onsets = [error_s for turns, transcript in heard for error_s in onset_errors_s(turns, transcript.to_json())]
    near = 100 * sum(error_s <= 0.3 for error_s in onsets) / max(1, len(onsets))
    yield at_least("first words of turns within 0.3 s of the voice", near, 95.0, "%", f"{len(onsets)} turns")
    path = SHARED_BENCH / "calls" / f"{CALLS[1]}.mp3"
    is_same = ways.ours(path, _greetings(path)).segments == heard[1][1].segments
    yield Figure("the same recording twice", "same" if is_same else "other", "", "same", is_same)


def _one_channel(ways: Ways) -> Iterator[Figure]:
    ours, theirs = Side(), Side()
    for name in ONE_CHANNEL_CALLS:
        source = SHARED_BENCH / "calls" / f"{name}.mp3"
        said = " ".join(turn.text for turn in said_turns(source))
        path = speech_files.mixed(source, ways.folder / f"{name}-mono.wav")
        theirs.errors += errors(said, theirs.timed(partial(ways.theirs, path)))
        ours.errors += errors(said, text_of(ours.timed(partial(ways.ours, path))))
    note = f"{len(ONE_CHANNEL_CALLS)} calls"
    yield at_most("one channel: wall time to theirs", ours.wall_s / theirs.wall_s, 0.40, "x", note)
    yield at_most("one channel: CPU time to theirs", ours.cpu_s / theirs.cpu_s, 0.40, "x")
    yield at_most("one channel: word errors to theirs", _share(ours, theirs), 0.95, "x", _rates(ours, theirs))


def _long(ways: Ways) -> Iterator[Figure]:
    """Calls one behind the other for an hour: memory does not grow with the length."""
    sources = [SHARED_BENCH / "calls" / f"{name}.mp3" for name in CALLS]
    path = speech_files.long_recording(ways.folder / "hour.wav", sources, LONG_S)
    side = Side()
    with Peak() as peak:
        transcript = side.timed(partial(ways.ours, path))
    yield at_most("peak memory of the speech process, an hour", peak.mb, 900, "MB")
    yield Figure("an hour of two channels: wall time", side.wall_s, "s", note=f"{len(transcript.segments)} turns")


class _CountingJournal(FileJournal):
    """A journal that tells how far the work has come, and counts what is written through it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._folder_watched = folder
        self.planned = 0
        self.saved = 0

    def finished(self) -> int:
        """Finished batches on the disk."""
        count = 0
        for path in self._folder_watched.glob("*.journal"):
            for line in path.read_bytes().split(b"\n")[:-1]:
                entry: dict[str, Any] = json.loads(line)
                self.planned = len(entry["plan"]["batches"]) if "plan" in entry else self.planned
                count += "number" in entry
        return count

    def save_batch(self, key: str, number: int, result: Any) -> None:
        self.saved += 1
        super().save_batch(key, number, result)


def _greetings(recording: Path) -> tuple[str, ...]:
    seller = json.loads(recording.with_suffix(".json").read_text("utf-8"))["seller"]
    profile = load_profile(SHARED_BENCH / "sellers" / seller)
    return (profile.brand, *profile.colleagues)


def _share(ours: Side, theirs: Side) -> float:
    return ours.errors.rate / max(0.01, theirs.errors.rate)


def _rates(ours: Side, theirs: Side) -> str:
    return f"ours {ours.errors.rate:.1f} %, theirs {theirs.errors.rate:.1f} %, {ours.errors.words} words"
