"""Plain text as sections: which lines are headings, points of a list and parts of one paragraph. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from app.knowledge.outline import Outline, joined
from app.knowledge.ports import Section

_POINT = re.compile(r"^(?:[-*•·–—▪►●○\ue000-\uf8ff]|\d{1,2}\))\s+(.*)$")
_UNDERLINE = re.compile(r"^[=\-_*~]{3,}$")
_ENDS = (".", "!", "?", ":", ";", "…", ",")
_HEADING_SIGNS = 80
_WRAPPED_SIGNS = 50


def sections_of(text: str, headings: Mapping[str, int] | None = None) -> tuple[Section, ...]:
    """The sections of a plain text.

    Args:
        headings: Lines that are known to be headings, as by their larger type in a PDF, with their levels. Where there
            are any, no other line is taken for one.
    """
    reader = _Reader(headings or {})
    reader.read(text.split("\n"))
    return reader.outline.sections()


class _Reader:
    def __init__(self, headings: Mapping[str, int]) -> None:
        self.outline = Outline()
        self._headings = headings
        self._lines: list[str] = []
        self._is_point = False
        self._longest = 0

    def read(self, lines: Iterable[str]) -> None:
        plain = [joined(line) for line in lines]
        self._longest = max((len(line) for line in plain), default=0)
        for at, line in enumerate(plain):
            before = plain[at - 1] if at else ""
            after = plain[at + 1] if at + 1 < len(plain) else ""
            if not line or _UNDERLINE.match(line):
                self._flush()
                if not line:
                    self.outline.table_ends()
            elif self._is_heading(line, before, after):
                self._flush()
                level = self._headings.get(line, 1 if line.isupper() else 2)
                self.outline.heading(level, line.removeprefix("# "))
            elif point := _POINT.match(line):
                self._flush()
                self._lines, self._is_point = [point[1]], True
            elif self._lines and not self._goes_on(line):
                self._flush()
                self._lines = [line]
            else:
                self._lines.append(line)
        self._flush()

    def _is_heading(self, line: str, before: str, after: str) -> bool:
        if self._headings:
            return line in self._headings
        if len(line) > _HEADING_SIGNS or not re.search(r"[^\W\d_]{3}", line) or _POINT.match(line):
            return False
        if line.startswith("# ") or (after and _UNDERLINE.match(after) and len(after) >= len(line) // 2):
            return True
        is_apart = not before or _UNDERLINE.match(before) is not None
        if not is_apart or line.endswith(_ENDS):
            return False
        return line.isupper() or (not after and line[:1].isupper()) or re.match(r"\d{1,2}\.\s+\w", line) is not None

    def _goes_on(self, line: str) -> bool:
        """Whether the line goes on with the sentence of the one before, which was only wrapped there."""
        last = self._lines[-1]
        if last.endswith((".", "!", "?", ":", ";", "…")):
            # A paragraph goes on over full lines; a line that stops early ends it.
            return len(last) >= max(_WRAPPED_SIGNS, 0.8 * self._longest) and not last.endswith((":", ";", "?"))
        return line[:1].islower() or len(last) >= max(_WRAPPED_SIGNS, 0.6 * self._longest) or last.endswith((",", "-"))

    def _flush(self) -> None:
        parts: list[str] = []
        for line in self._lines:
            # «доста-» and «вка» are one word.
            if parts and parts[-1].endswith("-") and parts[-1][-2:-1].islower() and line[:1].islower():
                parts[-1] = parts[-1][:-1] + line
            else:
                parts.append(line)
        text = " ".join(parts)
        if self._is_point:
            self.outline.point(text)
        else:
            self.outline.paragraph(text)
        self._lines, self._is_point = [], False
