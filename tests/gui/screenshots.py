"""`make screenshots`: pictures of the window with the sample company's day, light and dark, in two sizes.

python -m tests.gui.screenshots [FOLDER]
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QElapsedTimer, QPoint
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from app.bootstrap import build
from app.proposal.model import BlockKind
from app.settings import SAMPLE, Folders, Settings
from app.ui.main import WindowProgram
from app.viewmodels.workspace import Page
from tests.fakes.clock import FakeClock
from tests.fakes.keys import FakeKeyStore
from tests.gui import scene
from tests.gui.crm_pictures import Portals, pictures

NOW = datetime(2026, 11, 18, 8, 57, tzinfo=UTC)
_GAP = 16
SIZES = ((1280, 800), (1920, 1080))


def wait(application: QApplication, milliseconds: int, is_ready: Callable[[], bool] = lambda: False) -> None:
    """Let the window work until it is ready, at most so long."""
    clock = QElapsedTimer()
    clock.start()
    while clock.elapsed() < milliseconds and not is_ready():
        application.processEvents()


def shoot(folder: Path, name: str, program: WindowProgram, application: QApplication) -> None:
    """Save what the window shows."""
    wait(application, 250)
    path = folder / f"{name}.png"
    program.window.grab().save(str(path))
    sys.stdout.write(f"{path}\n")


def shoot_cards(folder: Path, name: str, cards: Sequence[QWidget]) -> None:
    """Save a few cards under one another, twice as large."""
    width = max(card.width() for card in cards) + 2 * _GAP
    height = sum(card.height() + _GAP for card in cards) + _GAP
    picture = QPixmap(2 * width, 2 * height)
    picture.setDevicePixelRatio(2)
    picture.fill("white")
    top = _GAP
    for card in cards:
        card.render(picture, QPoint(_GAP, top))
        top += card.height() + _GAP
    picture.save(str(folder / f"{name}.png"))


def main() -> int:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    application = QApplication([])
    secrets = FakeKeyStore()
    for theme in ("light", "dark"):
        with tempfile.TemporaryDirectory() as home:
            _series(application, folder, Path(home), theme, secrets)
    return 0


def _series(  # noqa: PLR0915 - a script: one picture after another
    application: QApplication, folder: Path, home: Path, theme: str, secrets: FakeKeyStore
) -> None:
    folders = Folders(home / "config", home / "data", home / "cache")
    clock = FakeClock(NOW)

    portals = Portals()
    given = {"clock": clock, "secrets": secrets, "connectors": portals}

    def build_here(settings: Settings, where: Folders, dispatcher: object = None, **overrides: object) -> object:
        return build(settings, where, dispatcher, **{**overrides, **given})  # type: ignore[arg-type]

    program = WindowProgram(application, build_here, folders)  # type: ignore[arg-type]
    program.theme.choose(theme)
    program.window.resize(*SIZES[0])
    program.start()
    wait(application, 20_000, lambda: program.desk is not None)
    desk, app = program.desk, program.app
    if desk is None or app is None or program.window.calls is None:
        raise SystemExit(f"the store did not open: {program.window.opening.findChild(object, 'openingTitle')}")
    wait(application, 3000, lambda: desk.call_list.is_loaded)
    shoot(folder, f"welcome-{theme}", program, application)
    scene.fill(app, clock.local(NOW))
    program.window.welcome.skipped.emit()
    desk.call_list.refresh()
    window = program.window
    window.calls.list.select(scene.MAIN)
    wait(application, 8000, lambda: desk.conversation.waveform is not None and bool(desk.review.items))
    desk.review.choose_deal("deal-1")
    wait(application, 2000, lambda: desk.review.deal is not None)
    desk.player.seek(52.0)
    for width, height in SIZES:
        window.resize(width, height)
        shoot(folder, f"calls-{theme}-{width}x{height}", program, application)
    window.resize(*SIZES[0])
    desk.review.select("field:uf_light_points")
    shoot(folder, f"review-{theme}", program, application)
    if theme == "light":
        keys = ("budget_amount", "uf_light_points", "email")
        shoot_cards(folder, "verified-cards", [window.calls.draft.card(f"field:{key}") for key in keys])
    window.calls.draft.card("field:uf_light_points").begin_edit()
    shoot(folder, f"edit-{theme}", program, application)
    window.calls.draft.card("field:uf_light_points").end_edit()
    scroll = window.calls.draft.findChild(object, "draftScroll")
    for number, share in enumerate((0.5, 0.78, 1.0)):
        scroll.verticalScrollBar().setValue(round(scroll.verticalScrollBar().maximum() * share))
        shoot(folder, f"draft-{number}-{theme}", program, application)
    desk.review.approve_joint()
    wait(application, 3000, lambda: desk.review.can_undo)
    scroll.verticalScrollBar().setValue(0)
    shoot(folder, f"approved-{theme}", program, application)
    window.calls.list.select("call-2")
    wait(application, 2000, lambda: desk.conversation.call_id == "call-2" and desk.conversation.call is not None)
    shoot(folder, f"trouble-{theme}", program, application)
    window.calls.list.search.setText("гарантия")
    wait(application, 1500)
    shoot(folder, f"search-{theme}", program, application)
    window.go(Page.DEALS)
    window.deals.show_deal("deal-1")
    wait(application, 2000, lambda: desk.deals.card is not None and desk.deals.card.deal.id == "deal-1")
    shoot(folder, f"deals-{theme}", program, application)
    _proposal_and_knowledge(application, folder, program, theme)
    window.go(Page.SETTINGS)
    wait(application, 4000, lambda: desk.models.is_known)
    shoot(folder, f"settings-{theme}", program, application)
    window.settings.open_section("open_settings_llm")
    shoot(folder, f"settings-llm-{theme}", program, application)
    _crm(application, folder, program, theme, portals)
    program.close()
    wait(application, 50)


def _crm(application: QApplication, folder: Path, program: WindowProgram, theme: str, portals: Portals) -> None:
    """The pages of the connected CRMs, in both sizes."""

    def shoot_one(name: str, shown: QWidget | None) -> None:
        if shown is not None:
            shown.grab().save(str(folder / f"{name}-{theme}.png"))
            return
        for width, height in SIZES:
            program.window.resize(width, height)
            shoot(folder, f"{name}-{theme}-{width}x{height}", program, application)
        program.window.resize(*SIZES[0])

    pictures(application, program, portals, shoot_one, lambda ms, is_ready: wait(application, ms, is_ready))


def _proposal_and_knowledge(application: QApplication, folder: Path, program: WindowProgram, theme: str) -> None:
    """The page «КП» from a call to its files, and the page «База знаний» with an answer and a price list."""
    desk, window = program.desk, program.window
    if desk is None:
        raise SystemExit("the store did not open")
    window.go(Page.CALLS)
    desk.open_call(scene.MAIN)
    wait(application, 4000, lambda: desk.review.draft is not None)
    window.prepare_from_call()
    wait(application, 20_000, lambda: desk.proposal.proposal is not None and desk.proposal.is_checked)
    desk.proposal.write_block(BlockKind.NEXT_STEP, "Позвоню во вторник, чтобы согласовать расчёт.")
    wait(application, 4000, lambda: desk.proposal.is_checked)
    wait(application, 8000, window.proposals.preview.area.isVisible)
    for width, height in SIZES:
        window.resize(width, height)
        shoot(folder, f"proposal-{theme}-{width}x{height}", program, application)
    window.resize(*SIZES[0])
    scroll = window.proposals.findChild(QScrollArea, "proposalScroll").verticalScrollBar()
    scroll.setValue(scroll.maximum())
    shoot(folder, f"proposal-texts-{theme}", program, application)
    desk.proposal.write_block(BlockKind.NEXT_STEP, "")
    wait(application, 4000, lambda: desk.proposal.is_checked)
    desk.proposal.approve()
    wait(application, 30_000, lambda: desk.proposal.files is not None)
    scroll.setValue(0)
    shoot(folder, f"proposal-final-{theme}", program, application)
    window.go(Page.KNOWLEDGE)
    wait(application, 8000, lambda: desk.knowledge.is_loaded)
    shoot(folder, f"knowledge-{theme}", program, application)
    window.knowledge.answers.field.setText("Какая гарантия на Купол?")
    window.knowledge.answers.ask.click()
    wait(application, 30_000, lambda: desk.knowledge.answer is not None)
    wait(application, 1500)
    for width, height in SIZES:
        window.resize(width, height)
        shoot(folder, f"answer-{theme}-{width}x{height}", program, application)
    window.resize(*SIZES[0])
    desk.knowledge.add_files([SAMPLE / "catalog.csv"])
    wait(application, 5000, lambda: desk.knowledge.table is not None)
    shoot(folder, f"price-list-{theme}", program, application)
    desk.knowledge.dismiss()


if __name__ == "__main__":
    sys.exit(main())
