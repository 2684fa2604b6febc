"""The log: a few rotating files without keys, phones, e-mails and names of clients."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from logging.handlers import RotatingFileHandler
from pathlib import Path

FILE_NAME = "vizir.log"
_MAX_BYTES = 1_000_000
_BACKUPS = 5
_FORMAT = "%(asctime)s %(levelname)s %(name)s [%(threadName)s] %(message)s"
_MIN_NAME_LETTERS = 3
# Libraries that write a line for every request.
_CHATTY = ("httpx", "httpx2", "httpcore", "openai", "faster_whisper")

_SECRET = re.compile(
    r"""(?P<label>\b(?:api[_-]?key|authorization|bearer|access[_-]?token|token|secret|password|passphrase|pragma\ key)\b
    ["']?(?:\s*[:=]\s*|\s+)(?:bearer\s+|basic\s+)?)["']?[^\s"',;&]{4,}["']?""",
    re.IGNORECASE | re.VERBOSE,
)
_KEY = re.compile(r"\b(?:sk|pk|hf|ghp|gho)[-_][\w-]{8,}")
_ACCOUNT_IN_ADDRESS = re.compile(r"(?<=://)[^\s/@]+@")
# The bounds keep the search linear: without them a long line without any @ is searched again from each letter.
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_PHONE = re.compile(
    r"""(?<![\w+])(?:
      (?:\+?7|8)[\s(-]{0,2}\d{3}[\s)-]{0,2}\d{3}[\s-]?\d{2}[\s-]?\d{2}
      | \+\d(?:[\s().-]{0,2}\d){8,14}
      | 9\d{9}
    )(?!\w)""",
    re.VERBOSE,
)


class Redactor:
    """Takes out of a text what must not stay in a log; knows the names and keys that were registered with it."""

    def __init__(self) -> None:
        self._names: dict[str, re.Pattern[str]] = {}
        self._secrets: set[str] = set()

    def register_names(self, names: Iterable[str]) -> None:
        """Take these people and companies out from now on, in any grammatical case."""
        for name in names:
            for word in re.findall(r"[^\W\d_]+", name):
                if len(word) >= _MIN_NAME_LETTERS:
                    self._names.setdefault(word.lower(), _any_case(word))

    def register_secret(self, secret: str) -> None:
        """Take this key or password out from now on."""
        if secret:
            self._secrets.add(secret)

    def without_keys(self, text: str) -> str:
        """The text with ‹key› in place of the registered keys, for a person to read."""
        for secret in tuple(self._secrets):
            text = text.replace(secret, "‹key›")
        return text

    def clean(self, text: str) -> str:
        """The text with ‹key›, ‹phone›, ‹e-mail› and ‹name› in place of the real ones."""
        text = self.without_keys(text)
        text = _SECRET.sub(r"\g<label>‹key›", text)
        text = _KEY.sub("‹key›", text)
        text = _ACCOUNT_IN_ADDRESS.sub("‹key›@", text)
        text = _EMAIL.sub("‹e-mail›", text)
        text = _PHONE.sub("‹phone›", text)
        for pattern in tuple(self._names.values()):
            text = pattern.sub("‹name›", text)
        return text


redactor = Redactor()


class _CleanFormatter(logging.Formatter):
    """Cleans message and traceback alike; the time and the thread in front are no person's data."""

    def format(self, record: logging.LogRecord) -> str:
        cleaned = logging.makeLogRecord(record.__dict__)
        cleaned.msg = redactor.clean(record.getMessage())
        cleaned.args = None
        cleaned.exc_text = None
        return super().format(cleaned)

    def formatException(self, ei: object) -> str:  # noqa: N802 - the name is logging's
        return redactor.clean(super().formatException(ei))  # type: ignore[arg-type]


def start(folder: Path, level: int = logging.INFO) -> logging.Handler | None:
    """Write the log of the whole program into `folder` from now on.

    Returns:
        The handler, to be given to `stop`; None when the folder cannot be written, for which no program stops.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            folder / FILE_NAME, maxBytes=_MAX_BYTES, backupCount=_BACKUPS, encoding="utf-8", errors="replace"
        )
    except OSError as error:
        logging.getLogger(__name__).warning("no log: %r", error)
        return None
    handler.setFormatter(_CleanFormatter(_FORMAT))
    handler.setLevel(level)
    for chatty in _CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(min(root.level or level, level))
    return handler


def stop(handler: logging.Handler | None) -> None:
    """End the log that `start` began."""
    if handler is not None:
        logging.getLogger().removeHandler(handler)
        handler.close()


def _any_case(word: str) -> re.Pattern[str]:
    """Matches the word with other Russian endings: «Иванов» also as «Иванову», «Мария» also as «Марии»."""
    stem = word[: max(_MIN_NAME_LETTERS, len(word) - 2)]
    return re.compile(rf"(?<!\w){re.escape(stem)}[^\W\d_]{{0,4}}(?!\w)", re.IGNORECASE)
