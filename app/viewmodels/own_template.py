"""Choosing the company's own template: its faults, or what was found in an old proposal, until the person takes it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from app.core.errors import VizirError
from app.core.observable import Signal
from app.proposal.own_templates import TemplateLook
from app.viewmodels.requests import Requests

_LANE = "template"
T = TypeVar("T")


class TemplateShelf(Protocol):
    """Looks at Word files and keeps templates; `app.proposal.own_templates.OwnTemplates`."""

    def look(self, path: Path) -> TemplateLook: ...

    def cure(self, look: TemplateLook) -> TemplateLook: ...

    def take(
        self, look: TemplateLook, left_out: frozenset[int] = frozenset(), kept_codes: frozenset[str] = frozenset()
    ) -> Path: ...

    def known(self) -> tuple[Path, ...]: ...


class OwnTemplateViewModel:
    """One file at a time; nothing changes in the proposal before it is taken."""

    def __init__(self, requests: Requests, shelf: Callable[[], TemplateShelf]) -> None:
        self._requests = requests
        self._shelf = shelf
        self._left_out: set[int] = set()
        self._kept_codes: set[str] = set()
        self.look: TemplateLook | None = None
        self.is_busy = False
        self.known: tuple[str, ...] = ()
        self.changed: Signal[()] = Signal()
        self.known_changed: Signal[()] = Signal()
        self.taken: Signal[str] = Signal()
        self.failed: Signal[VizirError] = Signal()

    def refresh(self) -> None:
        """Look which templates the company has taken before."""

        def take(paths: tuple[Path, ...]) -> None:
            self.known = tuple(map(str, paths))
            self.known_changed.emit()

        self._requests.ask("templates", lambda: self._shelf().known(), take, self.failed.emit, lane=_LANE)

    def choose(self, path: Path) -> None:
        """Look at a Word file."""
        self._run(lambda: self._shelf().look(path), self._show)

    def cure(self) -> None:
        """Mend what can be mended by itself, in a copy."""
        look = self.look
        if look is not None:
            self._run(lambda: self._shelf().cure(look), self._show)

    def leave_out(self, place: int, is_left_out: bool) -> None:
        """Say whether a found place stays as it is."""
        (self._left_out.add if is_left_out else self._left_out.discard)(place)

    def keep_code(self, code: str, is_kept: bool) -> None:
        """Say whether a code that was not understood stays in the template."""
        (self._kept_codes.add if is_kept else self._kept_codes.discard)(code)

    def take(self) -> None:
        """Make the file the template of the proposal."""
        look, left_out, kept_codes = self.look, frozenset(self._left_out), frozenset(self._kept_codes)
        if look is None or look.is_blocked:
            return

        def done(path: Path) -> None:
            self._show(None)
            self.taken.emit(str(path))
            self.refresh()

        self._run(lambda: self._shelf().take(look, left_out, kept_codes), done)

    def dismiss(self) -> None:
        """Leave the template as it was."""
        self._requests.forget("template")
        self.is_busy = False
        self._show(None)

    def _show(self, look: TemplateLook | None) -> None:
        self.look = look
        self._left_out.clear()
        self._kept_codes.clear()
        self.changed.emit()

    def _run(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        def end(answer: T) -> None:
            self.is_busy = False
            done(answer)

        def failed(error: VizirError) -> None:
            self.is_busy = False
            self.changed.emit()
            self.failed.emit(error)

        self.is_busy = True
        self.changed.emit()
        self._requests.ask("template", work, end, failed, lane=_LANE)
