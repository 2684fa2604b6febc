"""Deals in from a file, shown before anything is written, and out to one."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from app.core.errors import VizirError
from app.core.i18n import _, ngettext
from app.core.observable import Signal
from app.deals.files import LocalOrder
from app.deals.importing import DealImport
from app.viewmodels.requests import Requests
from app.viewmodels.workspace import Notice, Tone

FILES_LANE = "files"


class FilesOfDeals(Protocol):
    """`DealFiles`, as the window uses it."""

    def read(self, path: Path) -> DealImport: ...

    def take(self, found: DealImport, *, has_doubtful: bool) -> int: ...

    def export(self, path: Path) -> list[Path]: ...

    def order(self) -> LocalOrder: ...


class DealFilesViewModel:
    """One import at a time: read, looked at, taken or dismissed."""

    def __init__(self, requests: Requests, files: FilesOfDeals) -> None:
        self._requests = requests
        self._files = files
        self.found: DealImport | None = None
        self.has_doubtful = False
        self.is_busy = False
        self.changed: Signal[()] = Signal()
        self.taken: Signal[()] = Signal()
        self.noticed: Signal[Notice] = Signal()
        self.failed: Signal[VizirError] = Signal()

    @property
    def count(self) -> int:
        """Deals that confirming would create."""
        return len(self.found.deals(has_doubtful=self.has_doubtful)) if self.found is not None else 0

    def read(self, path: Path) -> None:
        """Read a file and show what it would bring."""
        self._begin()

        def take(found: DealImport) -> None:
            self.found, self.has_doubtful, self.is_busy = found, False, False
            self.changed.emit()

        self._requests.ask("deal_files.read", lambda: self._files.read(path), take, self._broken, FILES_LANE)

    def choose_doubtful(self, is_on: bool) -> None:
        """Take the doubtful rows too, or leave them."""
        self.has_doubtful = is_on
        self.changed.emit()

    def confirm(self) -> None:
        """Create the deals that are shown."""
        found, has_doubtful = self.found, self.has_doubtful
        if found is None or self.is_busy or not self.count:
            return
        self._begin()

        def done(count: int) -> None:
            self.found, self.is_busy = None, False
            word = ngettext("сделка", "сделки", "сделок", count)
            text = _("Загружено: {count} {word} из «{name}».").format(count=count, word=word, name=found.file)
            self.noticed.emit(Notice(text, tone=Tone.DONE))
            self.changed.emit()
            self.taken.emit()

        self._requests.ask(
            "deal_files.take",
            lambda: self._files.take(found, has_doubtful=has_doubtful),
            done,
            self._broken,
            FILES_LANE,
        )

    def dismiss(self) -> None:
        """Take nothing."""
        self._requests.forget("deal_files.read")
        self.found, self.is_busy = None, False
        self.changed.emit()

    def export(self, path: Path) -> None:
        """Write all deals, notes and tasks."""

        def done(files: list[Path]) -> None:
            names = ", ".join(f"«{file.name}»" for file in files)
            self.noticed.emit(Notice(_("Выгружено: {names}.").format(names=names), tone=Tone.DONE))

        self._requests.ask("deal_files.export", lambda: self._files.export(path), done, self.failed.emit, FILES_LANE)

    def _begin(self) -> None:
        self.is_busy = True
        self.changed.emit()

    def _broken(self, error: VizirError) -> None:
        self.is_busy = False
        self.changed.emit()
        self.failed.emit(error)
