"""Whisper on faster-whisper's lower level: short windows, trimmed encoder, words from the same encoder output."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.adapters.asr.narrowing import narrowed_files
from app.adapters.asr.placing import HeardWord
from app.core.errors import UserFixable
from app.core.i18n import _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

RATE_HZ = 16_000
BEAM = 5
HINTS_AT_MOST = 12
_FRAMES_PER_S = 100
_FULL_S = 30.0
_MARGIN_S, _SHORTEST_S = 4.0, 10.0
# The encoder needs the whole margin, or the model says things twice; the decoder, which looks at all that the encoder
# made for each piece of each word, does not: 3 % less CPU time, and no more word errors with 1 to 4 seconds. Both need
# the shortest length: with less silence behind it, a second of music was heard as «Пуууууу».
_BEHIND_S = 2.0
_ENCODED_PER_S = 50
_TOKENS_PER_S, _TOKENS_BESIDE = 15, 60
_CHARS_PER_S = 30.0
_COMPRESSION = 2.4
_LOGPROB = -1.0
_NO_SPEECH = 0.6
_OPENING = "\"'“¿([{-«"
_CLOSING = "\"'.。,，!！?？:：”)]}、…»"
# So many words said once more, at once or later in the same window, make a text doubtful.
_LOOP_WORDS = 3
# What is said again takes about as long. Of 46 repeated runs in loops made on purpose none took any time at all.
_SAID_AGAIN, _SHORTEST_RUN_S = 0.3, 0.3
# Captions of films that Whisper was trained on and puts where it hears no words. Source: openai/whisper discussion 928.
_CREDITS = re.compile(
    r"^\W*(?:редактор субтитров|субтитры (?:сделал|создавал|делал|подогнал)|корректор\b|продолжение следует\W*$"
    r"|спасибо за (?:просмотр|внимание к видео)|подписывайтесь на канал|subtitles by|amara\.org|thanks for watching\W*$"
    r"|динамичная музыка|спокойная музыка|музыка\W*$)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model read out of one window."""

    tokens: list[int]
    text: str
    logprob: float
    no_speech: float
    seconds: float
    is_cut: bool

    def faults(self, words: Sequence[HeardWord]) -> int:
        """How many signs there are that the text was not said.

        Args:
            words: The same text with the times at which its words are heard.
        """
        packed = self.text.encode()
        signs = (
            _is_looped(words),
            len(packed) / max(1, len(zlib.compress(packed))) > _COMPRESSION,
            self.logprob < _LOGPROB,
            len(self.text) > _CHARS_PER_S * max(self.seconds, 1.0),
            self.is_cut,
        )
        return sum(signs)

    @property
    def is_noise(self) -> bool:
        """True for what Whisper writes where nobody speaks."""
        return bool(_CREDITS.match(self.text)) or (self.logprob < _LOGPROB and self.no_speech > _NO_SPEECH)


def _is_looped(words: Sequence[HeardWord]) -> bool:
    """True when the same three words stand twice, one behind the other or not, and there was no time to say them twice.

    People do say things again («во вторник? — Да, во вторник»). Where the model says them again, there is no sound for
    one of the two: all its words stand at the same moment.
    """
    spoken = [word for word in words if word.plain]
    first: dict[tuple[str, ...], float] = {}
    for at in range(len(spoken) - _LOOP_WORDS + 1):
        run = spoken[at : at + _LOOP_WORDS]
        took_s = sum(word.end_s - word.start_s for word in run)
        key = tuple(word.plain for word in run)
        if key in first and min(took_s, first[key]) < _SAID_AGAIN * max(took_s, first[key], _SHORTEST_RUN_S):
            return True
        first.setdefault(key, took_s)
    return False


class WhisperEngine:
    """A loaded model.

    Args:
        folder: CTranslate2 folder of a multilingual Whisper.
        workers: Batches that may be recognised at once, each on one core.
        language: The one language that will be asked for, two letters; None where it is to be recognised.

    Raises:
        UserFixable: ``asr.no_model``, ``asr.bad_model``.
    """

    def __init__(self, folder: Path, workers: int, language: str | None = None) -> None:
        check_model_folder(folder)
        from faster_whisper import WhisperModel  # type: ignore[import-untyped]

        try:
            self._model = WhisperModel(
                str(folder),
                device="cpu",
                compute_type="int8",
                cpu_threads=1,
                num_workers=workers,
                local_files_only=True,
                files=narrowed_files(folder, language),
            )
        except MemoryError:
            raise
        except Exception as error:
            # CTranslate2 and tokenizers raise bare exceptions on damaged files.
            raise bad_model(folder, repr(error)) from error
        self._tokenizers: dict[str, Any] = {}

    def languages(self) -> tuple[str, ...]:
        """Languages the model knows, two letters each."""
        return tuple(self._model.supported_languages)

    def language_of(self, samples: Samples) -> str:
        """The language spoken in the first 30 seconds of `samples`."""
        return str(self._model.detect_language(samples[: int(_FULL_S * RATE_HZ)])[0])

    def words(
        self, windows: Sequence[Samples], language: str, hints: tuple[str, ...], *, is_second_hearing: bool = False
    ) -> list[list[HeardWord]]:
        """Words of each window; a window that fails the guard is read once more with the full encoder.

        Args:
            windows: Sounds of at most 15 seconds each, float32, 16,000 Hz.
            language: Two letters.
            hints: Names that the model should expect.
            is_second_hearing: The windows gave no words before: what still fails the guard now is left out.
        """
        encoded, readings = self._read(windows, _SHORTEST_S, language, hints)
        words = self._align(encoded, readings, language)
        for at, reading in enumerate(readings):
            faults = reading.faults(words[at])
            if not faults:
                continue
            again, (second,) = self._read([windows[at]], _FULL_S, language, ())
            (found,) = self._align(again, [second], language)
            if (second.faults(found), -second.logprob) < (faults, -reading.logprob):
                readings[at], words[at] = second, found
        return [
            [] if reading.is_noise or (is_second_hearing and reading.faults(found)) else found
            for reading, found in zip(readings, words, strict=True)
        ]

    def _read(
        self, windows: Sequence[Samples], shortest_s: float, language: str, hints: tuple[str, ...]
    ) -> tuple[Any, list[Reading]]:
        from faster_whisper.transcribe import get_suppressed_tokens  # type: ignore[import-untyped]

        tokenizer = self._tokenizer(language)
        encoded = self._encode(windows, shortest_s)
        prompt = self._model.get_prompt(
            tokenizer, [], without_timestamps=True, hotwords=", ".join(hints[:HINTS_AT_MOST]) or None
        )
        seconds = [len(window) / RATE_HZ for window in windows]
        limit = min(self._model.max_length, len(prompt) + _TOKENS_BESIDE + ceil(_TOKENS_PER_S * max(seconds)))
        results = self._model.model.generate(
            encoded,
            [prompt] * len(windows),
            beam_size=BEAM,
            max_length=limit,
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=True,
            suppress_tokens=get_suppressed_tokens(tokenizer, [-1]),
        )
        readings = []
        for result, length_s in zip(results, seconds, strict=True):
            tokens = [token for token in result.sequences_ids[0] if token < tokenizer.eot]
            readings.append(
                Reading(
                    tokens=tokens,
                    text=tokenizer.decode(tokens).strip(),
                    logprob=result.scores[0] * len(tokens) / (len(tokens) + 1),
                    no_speech=result.no_speech_prob,
                    seconds=length_s,
                    is_cut=len(tokens) >= limit - len(prompt) - 1,
                )
            )
        return encoded, readings

    def _encode(self, windows: Sequence[Samples], shortest_s: float) -> Any:
        """What the encoder makes of the windows: of each with zeros behind it, most of which are cut off again.

        The encoder takes them one after the other: the same bits as all at once, but the attention over 19 s stays
        small. Four windows of 19, 16 and 13 s took 1.96, 1.43 and 1.10 CPU seconds instead of 3.23, 1.87 and 1.23, and
        a quarter of the memory.

        Args:
            windows: Sounds as `words` takes them.
            shortest_s: Encoder and decoder see so many seconds at least.
        """
        import numpy as np
        from faster_whisper.transcribe import get_ctranslate2_storage

        kept_s = max(shortest_s, max(len(window) for window in windows) / RATE_HZ + _BEHIND_S)
        encoded = []
        for window in windows:
            encoder_s = min(_FULL_S, max(kept_s, len(window) / RATE_HZ + _MARGIN_S))
            features = np.zeros((1, self._model.model.n_mels, ceil(encoder_s * _FRAMES_PER_S)), np.float32)
            found = self._model.feature_extractor(window)[:, : features.shape[2]]
            features[0, :, : found.shape[1]] = found
            encoded.append(np.asarray(self._model.encode(features))[:, : ceil(kept_s * _ENCODED_PER_S)])
        return get_ctranslate2_storage(np.concatenate(encoded))

    def _align(self, encoded: Any, readings: Sequence[Reading], language: str) -> list[list[HeardWord]]:
        from faster_whisper.transcribe import merge_punctuations

        frames = [max(2, ceil(reading.seconds * _FRAMES_PER_S)) for reading in readings]
        tokens = [reading.tokens for reading in readings]
        # `num_frames` is annotated as one number, but is handed on to CTranslate2, which takes one for each window.
        alignments = self._model.find_alignment(self._tokenizer(language), tokens, encoded, frames)
        found: list[list[HeardWord]] = []
        for alignment in alignments:
            merge_punctuations(alignment, _OPENING, _CLOSING)
            found.append(shown_words(alignment))
        return found

    def _tokenizer(self, language: str) -> Any:
        from faster_whisper.tokenizer import Tokenizer  # type: ignore[import-untyped]

        if language not in self._tokenizers:
            self._tokenizers[language] = Tokenizer(
                self._model.hf_tokenizer, self._model.model.is_multilingual, "transcribe", language
            )
        return self._tokenizers[language]


def shown_words(alignment: Any) -> list[HeardWord]:
    """Words as they are shown: «кто-то», «4,5» and «точка.ру» are one word, a dash belongs to the word before it."""
    words: list[HeardWord] = []
    for part in alignment:
        text = part["word"].strip()
        if not text:
            continue
        word = HeardWord(float(part["start"]), float(part["end"]), text, float(part["probability"]))
        is_sign = not any(sign.isalnum() for sign in text)
        has_space = part["word"].startswith(" ")
        if words and (is_sign or not has_space):
            last = words[-1]
            between = " " if has_space else ""
            probability = last.probability if is_sign else min(last.probability, word.probability)
            words[-1] = HeardWord(last.start_s, word.end_s, f"{last.text}{between}{text}", probability)
        else:
            words.append(word)
    return words


def check_model_folder(folder: Path) -> None:
    """Raises UserFixable ``asr.no_model`` for a folder that is absent or holds no model."""
    if not all((folder / name).is_file() for name in ("model.bin", "config.json", "tokenizer.json")):
        raise UserFixable(
            "asr.no_model",
            _("Модель распознавания речи не найдена."),
            hint=_("Загрузите её: «Настройки» → «Модель распознавания речи» или команда setup."),
            detail=str(folder),
            action="open_settings_speech",
        )


def bad_model(folder: Path, detail: str) -> UserFixable:
    """The error for a model whose files are damaged."""
    return UserFixable(
        "asr.bad_model",
        _("Модель распознавания речи «{name}» повреждена.").format(name=folder.name),
        hint=_("Загрузите её заново: «Настройки» → «Модель распознавания речи» или команда setup."),
        detail=f"{folder}: {detail}",
        action="open_settings_speech",
    )
