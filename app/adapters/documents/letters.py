"""The company's own letters: a folder of documents whose manner texts of proposals are compared with."""

from __future__ import annotations

import logging
from pathlib import Path

from app.adapters.documents.texts import SUFFIXES, Documents
from app.core.errors import VizirError

_log = logging.getLogger(__name__)
_MOST = 20


class LettersFolder:
    """Reads the latest twenty letters of a folder, and again only those that changed since."""

    def __init__(self) -> None:
        self._documents = Documents()
        self._read: dict[tuple[Path, int], str] = {}

    def texts(self, folder: str) -> tuple[str, ...]:
        """The letters, the latest first; none for a folder that is not named or not there.

        A letter that cannot be read is left out and named in the log: it is one of many, and keeps nobody from work.
        """
        place = Path(folder)
        if not folder or not place.is_dir():
            return ()
        files = [path for path in place.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file()]
        stamped = sorted(((path.stat().st_mtime_ns, path) for path in files), reverse=True)[:_MOST]
        self._read = {(path, at): self._read.get((path, at)) or self._text(path) for at, path in stamped}
        return tuple(text for text in self._read.values() if text)

    def _text(self, path: Path) -> str:
        try:
            return "\n".join(section.text for section in self._documents.read(path))
        except VizirError as error:
            _log.info("a letter was left out: %s", error.code)
            return ""
