"""Where a walk through amoCRM's deals stands.

Pages by number lose deals: one that changes meanwhile moves to the end, and the first of the next page slips onto the
page that was read. So each page asks for what changed since the last deal of the page before; numbers only count within
one second.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

_TEXT = re.compile(r"(live|bin):(\d{1,12}):(\d{1,6}):(\d{1,12})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cursor:
    """The page to be read next.

    Args:
        is_bin: Deleted deals; read behind the others.
        from_s: Deals changed at or after this, Unix seconds; 0 for all.
        page: Number of the page among these, from 1.
        since_s: From when on the whole walk asks; 0 for all, and then the bin does not matter.
    """

    is_bin: bool = False
    from_s: int = 0
    page: int = 1
    since_s: int = 0

    @classmethod
    def start(cls, since: datetime | None) -> Cursor:
        since_s = int(since.timestamp()) if since is not None else 0
        return cls(from_s=since_s, since_s=since_s)

    @classmethod
    def read(cls, text: str | None) -> Cursor | None:
        """The cursor behind its text; None for no text or that of another program."""
        found = _TEXT.fullmatch(text or "")
        return cls(found[1] == "bin", int(found[2]), int(found[3]), int(found[4])) if found else None

    @property
    def text(self) -> str:
        return f"{'bin' if self.is_bin else 'live'}:{self.from_s}:{self.page}:{self.since_s}"

    def behind(self, changed_s: Sequence[int], *, has_next: bool) -> Cursor | None:
        """The page behind this one; None behind the last of all.

        Args:
            changed_s: Times of change of this page's deals, in order.
            has_next: amoCRM has more.
        """
        if has_next and changed_s:
            if changed_s[-1] > self.from_s:
                return replace(self, from_s=changed_s[-1], page=1)
            return replace(self, page=self.page + 1)
        return Cursor(True, self.since_s, 1, self.since_s) if self.since_s and not self.is_bin else None
