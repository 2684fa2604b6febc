"""The window: the rail, the pages, what is said across the top, files that are dropped on it."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QByteArray, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDesktopServices,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.core.errors import Bug
from app.core.i18n import _
from app.ui.clear_banner import ClearBanner
from app.ui.notices import Notices
from app.ui.opening import OpeningPage
from app.ui.portions import Portions
from app.ui.rail import Rail
from app.ui.theme import Theme
from app.ui.window_keys import WindowKeys
from app.viewmodels.workspace import Page, WindowState

if TYPE_CHECKING:
    from app.knowledge.model import Source
    from app.ui.calls.page import CallsPage
    from app.ui.crm.screens import CrmScreens
    from app.ui.deals_page import DealsPage
    from app.ui.knowledge.page import KnowledgePage
    from app.ui.proposals.page import ProposalsPage
    from app.ui.settings.models_card import MissingBar
    from app.ui.settings.page import SettingsPage
    from app.ui.welcome import WelcomePage
    from app.viewmodels.desk import Desk

Made = TypeVar("Made", bound=QWidget)
_KEEP_MS = 1500
_SOUND_FILES = "*.mp3 *.wav *.ogg *.opus *.m4a *.aac *.amr *.flac *.wma *.mp4 *.mkv *.webm *.mov *.3gp *.gsm"
_TEXT_FILES = "*.txt *.srt *.vtt *.json"


class MainWindow(QMainWindow):
    """Stands empty until a `Desk` is attached: the window is on the screen before the store is open."""

    state_kept = Signal(object)
    closed = Signal()
    crm: CrmScreens

    def __init__(self, theme: Theme, state: WindowState, sample: Path | None) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowTitle(_("Визирь"))
        self.setMinimumSize(900, 520)
        self.setAcceptDrops(True)
        self._theme = theme
        self._state = state
        self._sample = sample
        self._desk: Desk | None = None
        self._open_call_id = state.call_id
        self.calls: CallsPage | None = None
        self._made: dict[str, QWidget] = {}
        self._missing: MissingBar | None = None
        self._ahead = Portions(self, "pagesAhead")

        canvas = self._canvas = QWidget()
        canvas.setObjectName("canvas")
        across = QHBoxLayout(canvas)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        self.rail = Rail(theme)
        self.rail.chosen.connect(self.go)
        self.rail.setEnabled(False)
        across.addWidget(self.rail)
        right = self._column = QVBoxLayout()
        right.setSpacing(0)
        self._banners = QVBoxLayout()
        self._banners.setSpacing(0)
        right.addLayout(self._banners)
        self._pages = QStackedWidget()
        self._pages.setObjectName("pages")
        right.addWidget(self._pages, 1)
        across.addLayout(right, 1)
        self.setCentralWidget(canvas)
        self.opening = OpeningPage(theme)
        self._pages.addWidget(self.opening)
        self.notices = Notices(theme, canvas)
        self.notices.acted.connect(self.act)
        self._veil = QLabel(_("Отпустите: записи и тексты разговоров будут приняты в разбор"), canvas)
        self._veil.setObjectName("dropVeil")
        self._veil.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._veil.setProperty("role", "title")
        self._veil.hide()
        self._keeping = QTimer(self)
        self._keeping.setObjectName("stateKeeper")
        self._keeping.setSingleShot(True)
        self._keeping.setInterval(_KEEP_MS)
        self._keeping.timeout.connect(self._keep)
        self._restore_place()

    @property
    def desk(self) -> Desk | None:
        """The state that is shown; None until the store is open."""
        return self._desk

    @property
    def deals(self) -> DealsPage:
        """The page of deals, made when it is first wanted."""
        return self._page("deals", self._make_deals)

    @property
    def proposals(self) -> ProposalsPage:
        """The page of proposals, made when it is first wanted."""
        return self._page("proposals", self._make_proposals)

    @property
    def knowledge(self) -> KnowledgePage:
        """The page of the knowledge base, made when it is first wanted."""
        return self._page("knowledge", self._make_knowledge)

    @property
    def settings(self) -> SettingsPage:
        """The page of settings, made when it is first wanted."""
        return self._page("settings", self._make_settings)

    @property
    def welcome(self) -> WelcomePage:
        """The page of the first start, made when it is first wanted."""
        return self._page("welcome", self._make_welcome)

    @property
    def shown_page(self) -> Page | None:
        """The page on the screen; None while the store is being opened or a newcomer is welcomed."""
        shown = self._pages.currentWidget()
        if shown is self.calls:
            return Page.CALLS
        return next((page for page in Page if shown is self._made.get(page)), None)

    def attach(self, desk: Desk) -> None:
        """Show a running program."""
        from app.ui.calls.page import CallsPage
        from app.ui.crm.screens import CrmScreens

        self._desk = desk
        self.calls = CallsPage(self._theme, desk)
        self._pages.addWidget(self.calls)
        if not desk.parts.is_encrypted:
            banner = ClearBanner(self._theme)
            banner.protection_wanted.connect(lambda: self.act("open_settings_protection"))
            self._banners.addWidget(banner)
        desk.noticed.connect(self.notices.say)
        desk.call_wanted.connect(self._show_imported)
        desk.review.deal_needed.connect(self._say_deal_needed)
        desk.settings.changed.connect(self._setting_changed)
        desk.call_list.reset.connect(self._first_answer)
        self.calls.action_wanted.connect(self.act)
        self.calls.deal_opened.connect(self._open_deal)
        self.calls.call_opened.connect(self._open_call_at)
        self.calls.import_wanted.connect(self.ask_files)
        self.calls.draft.proposal_wanted.connect(self.prepare_from_call)
        self.calls.sample_wanted.connect(self._import_sample)
        self.calls.list.opened.connect(self._call_opened)
        WindowKeys(self, desk, self.calls)
        self.crm = CrmScreens(self, self._theme, desk)
        self._column.addWidget(self.crm.status)
        self.calls.set_columns(self._state.columns)
        self.calls.list.restore(self._state.call_id, self._state.list_offset)
        desk.deals.deal_id = self._state.deal_id
        self.rail.setEnabled(True)
        self.go(self._state.page)

    def prepare(self) -> None:
        """Make what is not on the screen yet, a piece at a time, while nothing else is to do."""
        if self._desk is None or self.calls is None:
            return
        self._ahead.add(self._add_missing_bar)
        self._ahead.add(partial(self._page, "deals", self._make_deals))
        self._ahead.add(self._prepare_settings)
        self.calls.draft.prepare()

    def go(self, page: Page) -> None:
        """Show a page."""
        if self.calls is None or self._desk is None:
            return
        self._state.page = page
        self.rail.show_page(page)
        if page is Page.CALLS:
            self._pages.setCurrentWidget(self.calls)
            self.calls.list.table.setFocus()
        elif page is Page.DEALS:
            self._pages.setCurrentWidget(self.deals)
            self._desk.deals.refresh()
            self.deals.focus_first()
        else:
            made = {Page.PROPOSALS: "proposals", Page.KNOWLEDGE: "knowledge"}.get(page, "settings")
            entered: ProposalsPage | KnowledgePage | SettingsPage = getattr(self, made)
            self._pages.setCurrentWidget(entered)
            entered.entered()
        self._keeping.start()

    def act(self, action: str) -> None:
        """Do what the button of an error promises."""
        if self._desk is None:
            return
        if action.startswith("open_settings"):
            self.go(Page.SETTINGS)
            self.settings.open_section(action)
            return
        acts: dict[str, Callable[[], object]] = {
            "import": self.ask_files,
            "retry": self._desk.conversation.retry,
            "undo": self._desk.review.undo,
            "restore_knowledge": self._desk.knowledge.undo,
            "choose_deal": self._say_deal_needed,
            "open_knowledge": lambda: self.go(Page.KNOWLEDGE),
            "show_draft": lambda: self.go(Page.CALLS),
            "open_outbox": self.crm.show_queue,
            "open_field_map": self.crm.show_mapping,
            "open_folder": self._open_data_folder,
        }
        acts.get(action, lambda: None)()

    def ask_files(self) -> None:
        """Let the person choose files to import."""
        dialog = QFileDialog(self, _("Импорт записей и текстов разговоров"))
        dialog.setObjectName("importDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters(
            [
                _("Записи и тексты ({files})").format(files=f"{_SOUND_FILES} {_TEXT_FILES}"),
                _("Записи ({files})").format(files=_SOUND_FILES),
                _("Все файлы ({files})").format(files="*"),
            ]
        )
        dialog.filesSelected.connect(lambda files: self.import_files([Path(file) for file in files]))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def import_files(self, files: list[Path]) -> None:
        """Take files in and show the calls."""
        if self._desk is None or not files:
            return
        self._welcomed()
        self.go(Page.CALLS)
        self._desk.import_files(files)

    def prepare_from_call(self) -> None:
        """Begin a proposal from the draft of the open call, and show it."""
        desk = self._desk
        if desk is not None and desk.review.draft is not None:
            self.go(Page.PROPOSALS)
            desk.proposal.begin_from_call(desk.review.call_id)

    def prepare_from_deal(self, deal_id: str) -> None:
        """Begin an empty proposal for the client of a deal, and show it."""
        if self._desk is not None and deal_id:
            self.go(Page.PROPOSALS)
            self._desk.proposal.begin_from_deal(deal_id)

    def come_to_front(self, files: list[str]) -> None:
        """A second start happened: this window shows itself, and takes the files."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()
        self.import_files([Path(file) for file in files])

    def state(self) -> WindowState:
        """Where the window is now."""
        self._state.geometry = b64encode(self.saveGeometry().data()).decode()
        if self.calls is not None:
            if self.calls.isVisibleTo(self):
                self._state.columns = self.calls.splitter.sizes()
            self._state.list_offset = self.calls.list.list_offset
        if self._desk is not None:
            self._state.deal_id = self._desk.deals.deal_id
        self._state.call_id = self._open_call_id
        return self._state

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        self._keeping.stop()
        self.state_kept.emit(self.state())
        event.accept()
        self.closed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._veil.setGeometry(self._canvas.rect().adjusted(100, 16, -16, -16))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        if self._desk is not None and event.mimeData().hasUrls():
            event.acceptProposedAction()
            self._veil.show()
            self._veil.raise_()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 - Qt's name
        self._veil.hide()
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        self._veil.hide()
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        if self._state.page is Page.KNOWLEDGE and self._desk is not None:
            self._desk.knowledge.add_files(files)
        else:
            self.import_files(self.deals.take_tables(files) if self._state.page is Page.DEALS else files)

    def show_below_settings(self, page: QWidget) -> None:
        """Show a page to which the settings lead."""
        self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)
        self.rail.show_page(Page.SETTINGS)

    def _first_answer(self) -> None:
        """Once it is known whether there are calls: welcome a newcomer."""
        desk = self._desk
        if desk is None or not desk.call_list.is_loaded:
            return
        is_new = desk.call_list.count == 0 and not desk.call_list.query.text
        if is_new and not self._state.is_welcomed and self._pages.currentWidget() is self.calls:
            self._pages.setCurrentWidget(self.welcome)

    def _welcomed(self) -> None:
        self._state.is_welcomed = True
        if self._pages.currentWidget() is self._made.get("welcome"):
            self.go(Page.CALLS)

    def _import_sample(self) -> None:
        if self._sample is not None:
            self.import_files([self._sample])

    def _show_imported(self, call_id: str) -> None:
        if self.calls is not None:
            self.calls.list.clear_search()
            self.calls.list.select(call_id)

    def _call_opened(self, call_id: str) -> None:
        self._open_call_id = call_id
        self._keeping.start()

    def _open_deal(self, deal_id: str) -> None:
        self.go(Page.DEALS)
        self.deals.show_deal(deal_id)

    def _open_call_at(self, call_id: str, segment: int) -> None:
        self.go(Page.CALLS)
        if self.calls is None or self._desk is None:
            return
        self.calls.list.clear_search()
        self.calls.show_call(call_id)
        self._call_opened(call_id)
        from app.viewmodels.conversation import Place

        if segment >= 0:
            self.calls.conversation.go_to(Place(segment))

    def _show_source(self, source: Source) -> None:
        from app.proposal.beginning import CONVERSATION

        proposal = self._desk.proposal.proposal if self._desk is not None else None
        if source.file != CONVERSATION:
            self.go(Page.KNOWLEDGE)
            self.knowledge.answers.show_source(source)
        elif proposal is not None and proposal.call_id:
            self._open_call_at(proposal.call_id, -1)

    def _open_data_folder(self) -> None:
        if self._desk is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._desk.parts.folders.data)))

    def _say_deal_needed(self) -> None:
        if self.calls is not None:
            self.go(Page.CALLS)
            self.calls.draft.ask_deal()

    def _prepare_settings(self) -> None:
        for piece in self.settings.pieces:
            self._ahead.add(piece)

    def _page(self, name: str, make: Callable[[Desk], Made]) -> Made:
        if name not in self._made:
            if self._desk is None:
                raise Bug("window.no_desk", f"the page {name} was wanted before the store was open")
            page = make(self._desk)
            self._made[name] = page
            self._pages.addWidget(page)
        return self._made[name]  # type: ignore[return-value]

    def _make_deals(self, desk: Desk) -> DealsPage:
        from app.ui.deals_page import DealsPage

        files, order = desk.deal_files, desk.deal_order
        page = DealsPage(self._theme, desk.deals, desk.crm.outbox, desk.clock, files=files, order=order)
        page.queue_action_wanted.connect(self.crm.act)
        page.call_opened.connect(self._open_call_at)
        page.view.proposal_wanted.connect(self.prepare_from_deal)
        return page

    def _make_proposals(self, desk: Desk) -> ProposalsPage:
        from app.ui.proposals.page import ProposalsPage

        page = ProposalsPage(self._theme, desk.proposal, desk.own_template)
        page.call_opened.connect(lambda call_id: self._open_call_at(call_id, -1))
        page.source_wanted.connect(self._show_source)
        return page

    def _make_knowledge(self, desk: Desk) -> KnowledgePage:
        from app.ui.knowledge.page import KnowledgePage

        return KnowledgePage(self._theme, desk.knowledge)

    def _make_settings(self, desk: Desk) -> SettingsPage:
        from app.ui.settings.page import SettingsPage

        page = SettingsPage(self._theme, desk)
        page.mapping_wanted.connect(self.crm.show_mapping)
        return page

    def _make_welcome(self, desk: Desk) -> WelcomePage:
        from app.ui.welcome import WelcomePage

        page = WelcomePage(self._theme)
        page.sample_wanted.connect(self._import_sample)
        page.import_wanted.connect(self.ask_files)
        page.skipped.connect(self._welcomed)
        return page

    def _add_missing_bar(self) -> None:
        """The bar that says which models are missing, above every page."""
        from app.ui.settings.models_card import MissingBar

        desk = self._desk
        if desk is None or self._missing is not None:
            return
        self._missing = MissingBar(desk.models, desk.settings)
        self._missing.bar.settings_wanted.connect(lambda: self.act("open_settings_models"))
        self._banners.addWidget(self._missing)
        desk.models.refresh()

    def _setting_changed(self, name: str) -> None:
        if name == "theme" and self._desk is not None:
            self._theme.choose(self._desk.settings.settings.theme)

    def _keep(self) -> None:
        self.state_kept.emit(self.state())

    def _restore_place(self) -> None:
        kept = QByteArray(b64decode(self._state.geometry)) if self._state.geometry else QByteArray()
        if not kept.isEmpty() and self.restoreGeometry(kept):
            return
        screen = QGuiApplication.primaryScreen().availableGeometry()
        self.resize(min(1440, screen.width()), min(900, screen.height()))
        self.move(screen.center() - self.rect().center())
