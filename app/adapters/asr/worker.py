"""The child process of speech recognition: reads the sound, plans, recognises, and ends."""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import sys
import threading
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial
from typing import TYPE_CHECKING

from app.adapters.asr import speech, voices, windows
from app.adapters.asr.messages import BatchDone, Failed, Finished, Heard, Planned, Start
from app.adapters.asr.placing import Placed, place, skipped, with_found
from app.adapters.asr.scratch import Scratch
from app.adapters.asr.whisper import WhisperEngine
from app.adapters.audio.pyav import PyAvAudio, Sameness
from app.core.cancel import CancelToken
from app.core.errors import Bug, UserFixable, VizirError
from app.core.i18n import _, set_language
from app.jobs.child import ChildEnd

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.adapters.asr.speech import Samples, Speech, VoiceTrack

_log = logging.getLogger(__name__)
_RATE_HZ = windows.RATE_HZ
# numpy's OpenBLAS (Accelerate on a Mac) and OpenMP. All cores are busy with batches already: their threads would only
# wait in a circle for work. On two cores a call of 170 s takes 14.8 CPU seconds with these instead of 18.4.
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "OMP_NUM_THREADS")
# CTranslate2's convolutions are compiled and kept for each length of sound, a thousand of them unless told otherwise,
# 2 MB a batch: the third hour of a call took 120 MB more than the first. A batch needs two, and a worker has one batch.
_COMPILED_AT_MOST = "ONEDNN_PRIMITIVE_CACHE_CAPACITY", "8"


def main(end: ChildEnd) -> None:
    """Entry point: one `Start` in, `Planned`, `BatchDone`… and `Finished` or `Failed` out."""
    set_up_libraries()
    start = end.receive()
    if not isinstance(start, Start):
        raise Bug("asr.protocol", f"unexpected message {start!r}")
    set_language(start.screen_language)
    try:
        _Work(end, start).run()
        end.send(Finished())
    except VizirError as error:
        end.send(Failed(error))
    except MemoryError as error:
        end.send(Failed(_no_memory(repr(error))))


def set_up_libraries() -> None:
    """Bound the threads and the memory of numpy and CTranslate2, which read this once, when they are loaded."""
    for name, value in (*((name, "1") for name in _ONE_THREAD), _COMPILED_AT_MOST):
        os.environ.setdefault(name, value)


class _OnDemand:
    """The model, loaded beside other work as soon as it is known to be needed: where nobody speaks it is not."""

    def __init__(self, pool: ThreadPoolExecutor, load: Callable[[], WhisperEngine]) -> None:
        self._pool = pool
        self._load = load
        self._loading: Future[WhisperEngine] | None = None

    def begin(self) -> None:
        self._loading = self._loading or self._pool.submit(self._load)

    def get(self) -> WhisperEngine:
        """Wait for the model; raises what loading it raised."""
        if self._loading is None:
            raise Bug("asr.no_model_begun", "the model is asked for before it was known to be needed")
        return self._loading.result()


class _Work:
    def __init__(self, end: ChildEnd, start: Start) -> None:
        self._end = end
        self._start = start
        self._scratch = Scratch(start.scratch_folder)
        self._reading = threading.Lock()

    def run(self) -> None:
        with contextlib.closing(self._scratch), ThreadPoolExecutor(max(2, self._start.workers)) as pool:
            engine = _OnDemand(
                pool, partial(WhisperEngine, self._start.model_folder, self._start.workers, self._start.language)
            )
            try:
                found = self._read_sound(engine)
                plan = (
                    windows.Plan.from_json(self._start.plan)
                    if self._start.plan
                    else self._new_plan(pool, found, engine)
                )
                if self._start.plan is None:
                    self._end.send(Planned(plan.to_json()))
                self._recognise(pool, engine, plan)
            finally:
                pool.shutdown(cancel_futures=True)

    def _read_sound(self, engine: _OnDemand) -> Speech | None:
        """Decode to disk and, unless there is a plan, find the speech on the way."""
        tracks: list[VoiceTrack] = []
        sameness = Sameness()
        audio = PyAvAudio()
        duration_s = audio.promised_duration_s(self._start.path)
        if self._start.plan is not None:
            engine.begin()
        with ThreadPoolExecutor(2) as pool:
            for piece in audio.decode(self._start.path, CancelToken()):
                self._scratch.append(piece)
                if self._start.plan is None:
                    tracks = tracks or [speech.VoiceTrack() for _side in piece]
                    sameness.add(piece)
                    list(pool.map(lambda track, side: track.add(side), tracks, piece))
                    if any(track.has_voice for track in tracks):
                        engine.begin()
                if duration_s:
                    self._end.send(Heard(min(1.0, self._scratch.samples / _RATE_HZ / duration_s)))
        self._scratch.finish()
        if self._start.plan is not None:
            return None
        for track in tracks:
            track.finish()
        if any(track.has_voice for track in tracks):
            engine.begin()
        return speech.find_speech(tracks, sameness.is_same)

    def _new_plan(self, pool: ThreadPoolExecutor, found: Speech | None, engine: _OnDemand) -> windows.Plan:
        if found is None:
            raise Bug("asr.no_speech_map", "a plan is made without having listened")
        samples = self._scratch.samples
        streams = len(found.sides)
        limit_s = windows.TWO_SIDED_WINDOW_S if streams == 2 else windows.ONE_SIDED_WINDOW_S
        batch = windows.TWO_SIDED_BATCH if streams == 2 else windows.ONE_SIDED_BATCH
        made: list[windows.Window] = []
        for stream, side in enumerate(found.sides):
            spans = [(a * speech.FRAME, min(b * speech.FRAME, samples)) for a, b in side]
            pieces = windows.padded(
                spans, samples, limit_s, partial(self._quietest, None if found.is_mixed else stream)
            )
            if streams == 2:
                made += windows.joined_windows(stream, pieces, limit_s)
            else:
                made += windows.contiguous_windows(pieces, limit_s)
        return windows.Plan(
            samples=samples,
            streams=streams,
            is_mixed=found.is_mixed,
            language=self._language(engine, made, found.is_mixed),
            batches=windows.batches(made, self._start.workers, batch),
            voices=self._voices(pool, found) if streams == 1 and made else (),
        )

    def _voices(self, pool: ThreadPoolExecutor, found: Speech) -> tuple[windows.Voiced, ...]:
        """Who speaks where in the one stream; without the model nobody is told apart, but there are words."""

        def read(start: int, end: int) -> Samples:
            with self._reading:
                return self._scratch.read(None if found.is_mixed else 0, start, end)

        samples = self._scratch.samples
        spans = [(a * speech.FRAME, min(b * speech.FRAME, samples)) for a, b in found.sides[0]]
        try:
            model = voices.VoiceModel()
        except (OSError, ValueError) as error:
            _log.warning("the speakers of one channel are not told apart: %r", error)
            return ()
        return voices.find_voices(spans, read, model.vector, pool)

    def _quietest(self, side: int | None, start: int, end: int) -> int:
        import numpy as np

        step = speech.FRAME // 2
        sound = self._scratch.read(side, start, end)
        power = np.square(sound[: len(sound) // step * step]).reshape(-1, step).mean(axis=1)
        smooth = np.convolve(power, np.ones(5), mode="same")
        return start + int(smooth.argmin()) * step + step // 2

    def _language(self, engine: _OnDemand, made: list[windows.Window], is_mixed: bool) -> str:
        import numpy as np

        wanted = self._start.language
        if not made:
            return wanted or "ru"
        if wanted is not None:
            if wanted not in engine.get().languages():
                raise UserFixable(
                    "asr.language",
                    _("Модель не знает языка «{language}».").format(language=wanted),
                    hint=_("Выберите в настройках другой язык разговоров или модель."),
                )
            return wanted
        first = sorted(made, key=lambda w: w.pieces[0].start)[:3]
        return engine.get().language_of(np.concatenate([self._sound(window, is_mixed) for window in first]))

    def _sound(self, window: windows.Window, is_mixed: bool) -> Samples:
        import numpy as np

        side = None if is_mixed else window.stream
        with self._reading:
            return np.concatenate([self._scratch.read(side, piece.start, piece.end) for piece in window.pieces])

    def _recognise(self, pool: ThreadPoolExecutor, engine: _OnDemand, plan: windows.Plan) -> None:
        def recognise(number: int) -> BatchDone:
            batch = plan.batches[number]
            sounds = [self._sound(window, plan.is_mixed) for window in batch]
            found = engine.get().words(sounds, plan.language, self._start.hints)
            placed = [part for window, words in zip(batch, found, strict=True) for part in place(window, words)]
            placed = self._with_skipped(engine.get(), plan, placed)
            _give_memory_back()
            return BatchDone(number, [part.to_json() for part in placed if part.words])

        numbers = iter(n for n in range(len(plan.batches)) if n not in self._start.finished)
        running: set[Future[BatchDone]] = set()
        while True:
            # Only as many as there are workers are ever handed over: what is done is on the disk before more is begun.
            while len(running) < self._start.workers and (number := next(numbers, None)) is not None:
                running.add(pool.submit(recognise, number))
            if not running:
                return
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                self._end.send(future.result())

    def _with_skipped(self, engine: WhisperEngine, plan: windows.Plan, placed: list[Placed]) -> list[Placed]:
        """Hear once more, by itself, the speech for which the model gave no words."""
        again = [(at, windows.Window(part.stream, (gap,))) for at, part in enumerate(placed) for gap in skipped(part)]
        if not again:
            return placed
        sounds = [self._sound(window, plan.is_mixed) for _at, window in again]
        for first in range(0, len(again), windows.TWO_SIDED_BATCH):
            some = slice(first, first + windows.TWO_SIDED_BATCH)
            found = engine.words(sounds[some], plan.language, self._start.hints, is_second_hearing=True)
            for (at, window), words in zip(again[some], found, strict=True):
                placed[at] = with_found(placed[at], place(window, words)[0].words)
        return placed


def _give_memory_back() -> None:
    """Let the system have what the C library keeps of freed memory.

    Ten minutes of two channels peaked at 694 MB instead of 770, which had grown with the length.
    """
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)


def _no_memory(detail: str) -> UserFixable:
    return UserFixable(
        "asr.no_memory",
        _("Для распознавания речи не хватило памяти."),
        hint=_("Закройте другие программы или выберите в настройках модель меньше; сделанное сохранено."),
        detail=detail,
        action="open_settings_speech",
    )
