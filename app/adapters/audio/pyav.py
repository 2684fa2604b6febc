"""Sound files through PyAV: what they are, their samples in pieces, their outline for the screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.adapters.audio.faults import (
    broken,
    empty,
    header_is_exact,
    no_rights,
    no_sound,
    not_sound,
    refuse_by_signature,
    riff_is_cut,
    too_long,
)
from app.core.cancel import CancelToken
from app.recording.model import AudioFacts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

RATE_HZ = 16_000
MAX_DURATION_S = 12 * 3600
_PIECE_SAMPLES = 1 << 16
_PROBE_HZ = 8_000
_PEAK_HZ = 100
# A gap in the time stamps shorter than this is rounding of the container, not missing sound.
_GAP_S = 0.1
_SAME_SIGNAL_DB = -25.0
_SAME_SIGNAL_GAIN_DB = 12.0


class PyAvAudio:
    """Implements `AudioProbe`, and reads samples for recognition and for the waveform."""

    def prepare(self) -> None:
        """Load the libraries now: the first recording would else stop the window for the time that takes."""
        import av  # noqa: F401 - only loaded
        import numpy as np  # noqa: F401 - only loaded

    def probe(self, path: Path, cancel: CancelToken) -> AudioFacts:
        """Facts of a sound or video file; the whole of it is decoded in pieces, so the duration is the measured one.

        Raises:
            UserFixable: ``audio.no_sound``, ``audio.not_audio``, ``audio.broken``, ``audio.protected``,
                ``audio.too_long``, ``audio.empty``, ``audio.no_rights``.
            Cancelled: The token was set.
        """
        sameness = Sameness()
        with _Source(path, _PROBE_HZ, cancel) as source:
            samples = 0
            for piece in source.pieces():
                samples += piece.shape[1]
                sameness.add(piece)
            duration_s = samples / _PROBE_HZ
            if not samples:
                raise broken(path, "no decodable frames")
            return AudioFacts(
                duration_s=round(duration_s, 3),
                channels=source.channels,
                rate_hz=source.rate_hz,
                codec=source.codec,
                is_dual_mono=source.channels == 2 and sameness.is_same,
                is_cut=riff_is_cut(path)
                or (source.promised_s is not None and duration_s < 0.95 * source.promised_s - 1.0),
            )

    def decode(self, path: Path, cancel: CancelToken, rate_hz: int = RATE_HZ) -> Iterator[Samples]:
        """Samples in order, in pieces of some seconds: shape (sides, n), float32 in [-1, 1).

        Two channels stay two sides, any other number is mixed to one. Missing stretches inside the file come as
        silence, so that a position in the samples is a time in the recording.

        Raises:
            UserFixable: As `probe`.
            Cancelled: The token was set.
        """
        with _Source(path, rate_hz, cancel) as source:
            yield from source.pieces()

    def promised_duration_s(self, path: Path) -> float | None:
        """Seconds as the header says, for an estimate; None where it does not. Raises as `probe`."""
        with _Source(path, RATE_HZ, CancelToken()) as source:
            return source.header_s

    def peaks(
        self, path: Path, buckets: int, cancel: CancelToken | None = None
    ) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Outline for the screen: for each of two sides the loudest sample of each bucket, 0 to 1.

        Args:
            path: Sound file.
            buckets: Columns wanted on each side, at least 1.
            cancel: Stops the reading.

        Returns:
            Left and right, `buckets` long; right is empty for a recording of one side.

        Raises:
            UserFixable: As `probe`.
            Cancelled: The token was set.
        """
        import numpy as np

        step = _PROBE_HZ // _PEAK_HZ
        fine: list[NDArray[np.float32]] = []
        rest: Samples | None = None
        for piece in self.decode(path, cancel or CancelToken(), _PROBE_HZ):
            whole = piece if rest is None or rest.shape[0] != piece.shape[0] else np.concatenate((rest, piece), axis=1)
            used = whole.shape[1] // step * step
            fine.append(np.abs(whole[:, :used]).reshape(whole.shape[0], -1, step).max(axis=2))
            rest = whole[:, used:]
        if rest is not None and rest.shape[1]:
            fine.append(np.abs(rest).max(axis=1, keepdims=True))
        outline = np.concatenate(fine, axis=1) if fine else np.zeros((1, 1), np.float32)
        edges = np.linspace(0, outline.shape[1], buckets + 1)
        starts = np.minimum(edges[:-1].astype(int), outline.shape[1] - 1)
        columns = np.maximum.reduceat(outline, starts, axis=1)
        left, *others = (tuple(float(v) for v in side) for side in columns)
        return left, others[0] if others else ()


class Sameness:
    """Tells over a whole recording whether its two channels carry the same signal, at most louder or quieter."""

    def __init__(self) -> None:
        self._left = self._right = self._both = 0.0

    def add(self, piece: Samples) -> None:
        """Look at a piece of shape (sides, n)."""
        import numpy as np

        if piece.shape[0] != 2:
            return
        left, right = piece[0].astype(np.float64), piece[1].astype(np.float64)
        self._left += float(left @ left)
        self._right += float(right @ right)
        self._both += float(left @ right)

    @property
    def is_same(self) -> bool:
        """True when one channel is the other times a gain, but for coding noise; silence is not the same signal."""
        import math

        if self._left <= 0 or self._right <= 0:
            return False
        gain_db = 10 * math.log10(self._right / self._left)
        rest = max(1.0 - self._both**2 / (self._left * self._right), 1e-12)
        return self._both > 0 and abs(gain_db) <= _SAME_SIGNAL_GAIN_DB and 10 * math.log10(rest) < _SAME_SIGNAL_DB


class _Run:
    """Frames of one form, gathered before they are resampled: one by one they would cost three times as much."""

    def __init__(self, sides: int, out_hz: int) -> None:
        import av

        self._sides = sides
        self._fifo = av.AudioFifo()
        self._resampler = av.AudioResampler(format="s16", layout="stereo" if sides == 2 else "mono", rate=out_hz)
        self._form: tuple[Any, ...] | None = None

    def takes(self, frame: Any) -> bool:
        """True when the frame has the form of those before it; decoders may change it inside a file."""
        form = (frame.rate, frame.layout.name, frame.format.name)
        self._form = self._form or form
        return form == self._form

    def add(self, frame: Any) -> Iterator[NDArray[np.int16]]:
        self.takes(frame)
        self._fifo.write(frame)
        if self._fifo.samples >= _PIECE_SAMPLES:
            yield from self._out(self._fifo.read())

    def finish(self) -> Iterator[NDArray[np.int16]]:
        if self._form is None:
            return
        if self._fifo.samples:
            yield from self._out(self._fifo.read())
        yield from self._out(None)

    def _out(self, frame: Any) -> Iterator[NDArray[np.int16]]:
        for ready in self._resampler.resample(frame):
            samples: Any = ready.to_ndarray()
            yield samples.reshape(-1, self._sides).T


class _Source:
    """An opened file with its first sound stream; turns vendors' errors into ours."""

    def __init__(self, path: Path, rate_hz: int, cancel: CancelToken) -> None:
        self._path = path
        self._out_hz = rate_hz
        self._cancel = cancel
        self.promised_s: float | None = None
        self._tick_s = 0.0

    def __enter__(self) -> _Source:
        import av

        path = self._path
        refuse_by_signature(path)
        try:
            self._container: Any = av.open(str(path), mode="r", metadata_errors="ignore")
        except (PermissionError, FileNotFoundError) as error:
            raise no_rights(path, repr(error)) from error
        except (av.error.FFmpegError, ValueError, OSError) as error:
            raise not_sound(path, repr(error)) from error
        try:
            self._open_stream()
        except BaseException:
            self._container.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._container.close()

    def _open_stream(self) -> None:
        streams = self._container.streams.audio
        if not streams:
            raise no_sound(self._path)
        self._stream = streams[0]
        context = self._stream.codec_context
        if context is None:
            raise not_sound(self._path, "no decoder for the stream")
        self.codec: str = context.name
        self.rate_hz: int = int(context.sample_rate or 0)
        self.channels: int = int(context.channels or 0)
        if not self.channels or not self.rate_hz:
            raise not_sound(self._path, "stream without channels or rate")
        header_s = self._container.duration / 1e6 if self._container.duration else None
        if header_s and header_is_exact(self._path, self._container.format.name):
            self.promised_s = header_s
        self._start_s = (self._container.start_time or 0) / 1e6
        self.header_s: float | None = header_s
        if header_s and header_s > MAX_DURATION_S and self.promised_s:
            raise too_long(self._path, header_s)

    def pieces(self) -> Iterator[Samples]:
        """Samples in the wanted rate, shape (sides, n), gathered to pieces of some seconds."""
        import numpy as np

        sides = 2 if self.channels == 2 else 1
        gathered: list[NDArray[np.int16]] = []
        count = total = 0
        for block in self._blocks(sides):
            gathered.append(block)
            count += block.shape[1]
            if count >= _PIECE_SAMPLES:
                total += count
                if total > MAX_DURATION_S * self._out_hz:
                    raise too_long(self._path, total / self._out_hz)
                yield np.concatenate(gathered, axis=1).astype(np.float32) / 32768.0
                gathered, count = [], 0
        if gathered:
            yield np.concatenate(gathered, axis=1).astype(np.float32) / 32768.0

    def _blocks(self, sides: int) -> Iterator[NDArray[np.int16]]:
        """Samples in the wanted rate, 16 bit, shape (sides, n), with silence where the file has a gap."""
        import numpy as np

        run = _Run(sides, self._out_hz)
        position_s = 0.0
        for frame in self._frames():
            gap_s = self._gap_s(frame, position_s)
            is_new = not run.takes(frame)
            if gap_s or is_new:
                yield from run.finish()
                run = _Run(sides, self._out_hz)
                if gap_s:
                    yield np.zeros((sides, int(gap_s * self._out_hz)), np.int16)
                    position_s += gap_s
            position_s += frame.samples / frame.rate
            frame.pts = None
            yield from run.add(frame)
        yield from run.finish()

    def _gap_s(self, frame: Any, position_s: float) -> float:
        """Seconds of sound that are missing before `frame`, as far as its time stamp can be believed."""
        if frame.pts is None or self.header_s is None:
            return 0.0
        if not self._tick_s:
            self._tick_s = float(frame.time_base or 0)
        at_s = frame.pts * self._tick_s - self._start_s
        return at_s - position_s if position_s + _GAP_S < at_s <= self.header_s else 0.0

    def _frames(self) -> Iterator[Any]:
        """Decoded frames; a packet that cannot be decoded is left out, so that a scratch does not end the call."""
        import av

        decoded = failed = 0
        packets = self._container.demux(self._stream)
        while True:
            self._cancel.raise_if_cancelled()
            try:
                packet = next(packets)
            except StopIteration:
                break
            except av.error.FFmpegError as error:
                if isinstance(error, OSError) and not self._path.exists():
                    raise no_rights(self._path, repr(error)) from error
                break
            try:
                frames = packet.decode()
            except av.error.FFmpegError:
                failed += 1
                continue
            for frame in frames:
                if frame.samples:
                    decoded += 1
                    yield frame
        if not decoded:
            raise broken(self._path, f"{failed} packets failed, none decoded") if failed else empty(self._path)
