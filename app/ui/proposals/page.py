"""The page «КП»: the list, the editor with everything of one proposal, and its pages beside it."""

from __future__ import annotations

from PySide6.QtCore import QMargins, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.core.i18n import _, ngettext
from app.proposal.archive import ProposalState
from app.proposal.model import BlockKind, Warning
from app.ui.draft.section import Section
from app.ui.proposals.lines_panel import LinesPanel
from app.ui.proposals.list_panel import ProposalList
from app.ui.proposals.own_template_card import OwnTemplateCard
from app.ui.proposals.preview import PreviewPanel
from app.ui.proposals.result_card import ResultCard
from app.ui.proposals.terms import ClientCard, TermsCard
from app.ui.proposals.text_blocks import TextBlocks
from app.ui.proposals.warnings_card import WarningsSection
from app.ui.scrolling import scroll_column
from app.ui.theme import Theme
from app.ui.widgets import EmptyState, IconButton, button, chip, label, pane, set_chip, set_role
from app.viewmodels.own_template import OwnTemplateViewModel
from app.viewmodels.proposal import ProposalViewModel

_RENDER_MS = 150
_SIZES = (200, 620, 350)
_WIDE_SIZES = (0, 550, 620)
_TONES = {ProposalState.DRAFT: "accent", ProposalState.FINAL: "ok", ProposalState.REPLACED: "neutral"}


class ProposalsPage(QWidget):
    """Binds `ProposalViewModel`."""

    call_opened = Signal(str)
    source_wanted = Signal(object)

    def __init__(self, theme: Theme, proposal: ProposalViewModel, template: OwnTemplateViewModel) -> None:
        super().__init__()
        self.setObjectName("proposalsPage")
        self._theme = theme
        self._proposal = proposal
        self._template = template
        self._sizes = list(_SIZES)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(8, 8, 8, 8)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(8)
        self.splitter.setChildrenCollapsible(False)
        self.list = ProposalList(theme, proposal)
        self.list.new_wanted.connect(proposal.begin_empty)
        self.splitter.addWidget(self.list)
        self.splitter.addWidget(self._make_editor(theme))
        self.preview = PreviewPanel(theme, proposal)
        self.preview.setMinimumWidth(250)
        self.preview.widened.connect(self._widen)
        self.splitter.addWidget(self.preview)
        for place, stretch in enumerate((1, 5, 5)):
            self.splitter.setStretchFactor(place, stretch)
        self.splitter.setSizes(list(_SIZES))
        outer.addWidget(self.splitter)
        self._drawing = QTimer(self)
        self._drawing.setObjectName("proposalDrawing")
        self._drawing.setSingleShot(True)
        self._drawing.setInterval(_RENDER_MS)
        self._drawing.timeout.connect(proposal.render)
        proposal.rows_changed.connect(self._rows_changed)
        proposal.opened.connect(self._opened)
        proposal.begun.connect(self.lines.table.setFocus)
        template.changed.connect(lambda: QTimer.singleShot(0, self, self._show_template))
        proposal.changed.connect(self._changed)
        proposal.checked.connect(self._say_footer)
        proposal.busy_changed.connect(self._say_footer)
        proposal.blocked.connect(self._blocked)
        proposal.finished.connect(lambda _files: self._finished())
        self._opened()

    def entered(self) -> None:
        """The page came into view."""
        self._proposal.refresh()
        self._template.refresh()
        self.lines.table.setFocus() if self._proposal.proposal is not None else self.list.list.setFocus()

    def approve(self) -> None:
        """Make the open proposal final, with what is still being written."""
        self.texts.take_all()
        self._proposal.approve()

    def next_column(self) -> None:
        """From the list to the lines to the texts to the pages and round again."""
        now = self.focusWidget()
        texts = [card.editor.text for card in self.texts.cards.values() if not card.isHidden()]
        stops: list[tuple[QWidget, QWidget]] = [
            (self.list, self.list.list),
            (self.lines, self.lines.table),
            (self.texts, texts[0] if texts else self.texts.write),
            (self.preview, self.preview.area),
        ]
        at = next((n for n, (host, _stop) in enumerate(stops) if now is not None and host.isAncestorOf(now)), -1)
        stops[(at + 1) % len(stops)][1].setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() == Qt.Key.Key_N and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self._proposal.begin_empty()
            return
        if not self._zoom_key(event):
            super().keyPressEvent(event)

    def _zoom_key(self, event: QKeyEvent) -> bool:
        """Ctrl and plus, minus, zero zoom the pages wherever the keyboard is; F8 makes room for them."""
        zoom, key = self.preview.zoom, event.key()
        if key == Qt.Key.Key_F8:
            self.preview.bar.room.toggle()
        elif not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            zoom.step(1)
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_Underscore):
            zoom.step(-1)
        elif key == Qt.Key.Key_0:
            zoom.toggle()
        else:
            return False
        return True

    def _widen(self, is_wide: bool) -> None:
        if is_wide:
            self._sizes = self.splitter.sizes()
        self.list.setVisible(not is_wide)
        self.splitter.setSizes(list(_WIDE_SIZES) if is_wide else self._sizes)

    def _make_editor(self, theme: Theme) -> QWidget:
        ground = pane("proposalPane")
        ground.setMinimumWidth(530)
        outer = QVBoxLayout(ground)
        outer.setContentsMargins(0, 12, 0, 0)
        outer.setSpacing(8)
        outer.addLayout(self._make_head(theme))
        host = QWidget()
        self._stack = QStackedLayout(host)
        self.empty = EmptyState(theme, "signature", "", name="proposalEmpty")
        self.start = button(_("Начать пустое КП"), "primary", name="startProposal")
        self.start.clicked.connect(self._proposal.begin_empty)
        self.empty.add(self.start)
        self._stack.addWidget(self.empty)
        self._scroll, rows = scroll_column("proposalScroll", QMargins(12, 2, 10, 16))
        self.result = ResultCard(theme, self._proposal)
        rows.addWidget(self.result)
        self._positions = Section(_("Позиции"), "linesSection")
        self.lines = LinesPanel(theme, self._proposal)
        self._positions.rows.addWidget(self.lines)
        rows.addWidget(self._positions)
        self.warnings = WarningsSection(theme, self._proposal)
        self.warnings.shown_wanted.connect(self._show_warning)
        rows.addWidget(self.warnings)
        self.texts = TextBlocks(theme, self._proposal)
        self.texts.source_wanted.connect(self.source_wanted)
        self.client = ClientCard(self._proposal)
        rows.addWidget(self.client)
        rows.addWidget(self.texts)
        self.terms = TermsCard(theme, self._proposal, self._template)
        self.terms.template_wanted.connect(self._template.choose)
        rows.addWidget(self.terms)
        self.own_template = OwnTemplateCard(theme, self._template)
        rows.addWidget(self.own_template)
        rows.addStretch(1)
        self._stack.addWidget(self._scroll)
        outer.addWidget(host, 1)
        outer.addWidget(self._make_footer())
        return ground

    def _make_head(self, theme: Theme) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(16, 0, 12, 0)
        head.setSpacing(8)
        self.title = label("", "title", name="proposalNumber")
        head.addWidget(self.title)
        self._state = chip(name="proposalState")
        head.addWidget(self._state)
        head.addStretch(1)
        self.call = button(_("К звонку"), "link", name="proposalCall")
        self.call.clicked.connect(self._open_call)
        head.addWidget(self.call)
        self.undo = IconButton(theme, "undo-2", _("Вернуть"), name="undoProposal", shortcut="Ctrl+Z")
        self.undo.clicked.connect(self._proposal.undo)
        head.addWidget(self.undo)
        self.discard = IconButton(theme, "trash-2", _("Удалить черновик КП"), name="discardProposal")
        self.discard.clicked.connect(self._proposal.discard)
        head.addWidget(self.discard)
        return head

    def _make_footer(self) -> QFrame:
        self._footer = QFrame()
        self._footer.setObjectName("footer")
        rows = QVBoxLayout(self._footer)
        rows.setContentsMargins(12, 10, 12, 12)
        rows.setSpacing(6)
        self.approve_button = button(_("Завизировать КП"), "primary", name="approveProposal", tip=_("Ctrl+Enter"))
        self.approve_button.setProperty("large", True)
        self.approve_button.clicked.connect(self.approve)
        rows.addWidget(self.approve_button)
        line = QHBoxLayout()
        self.say = label("", "muted", is_wrapped=True, name="proposalFooter")
        line.addWidget(self.say, 1)
        self.time = label("", "faint", name="activeTime")
        self.time.setToolTip(_("Активное время над этим КП: пауза дольше минуты не считается"))
        line.addWidget(self.time, 0, Qt.AlignmentFlag.AlignTop)
        rows.addLayout(line)
        return self._footer

    def _rows_changed(self) -> None:
        if self._proposal.proposal is None:
            self._opened()

    def _opened(self) -> None:
        proposal = self._proposal.proposal
        self._drawing.stop()
        self._stack.setCurrentWidget(self.empty if proposal is None else self._scroll)
        for part in (self._footer, self.title, self._state, self.call, self.undo, self.discard):
            part.setVisible(proposal is not None)
        if proposal is None:
            self.preview.say_nothing_open()
            text = _("Откройте звонок и нажмите «Подготовить КП» (Ctrl+P), или начните с пустого.")
            self.empty.say("signature", _("Предложений ещё нет"), text)
            return
        self._scroll.verticalScrollBar().setValue(0)
        self.preview.clear()
        self._say_footer()
        # The first pages are drawn at once, only changes wait until a person pauses.
        QTimer.singleShot(0, self, self._proposal.render)

    def _changed(self) -> None:
        self.preview.wait()
        self._drawing.start()
        self._say_footer()

    def _finished(self) -> None:
        self._say_footer()
        self._scroll.verticalScrollBar().setValue(0)
        self.result.show_folder.setFocus()

    def _say_footer(self) -> None:
        vm, proposal = self._proposal, self._proposal.proposal
        if proposal is None:
            return
        self.title.setText(str(proposal.number))
        set_chip(self._state, vm.state.label, _TONES[vm.state])
        self.call.setVisible(bool(proposal.call_id))
        self.undo.setVisible(vm.is_editable)
        self.undo.setEnabled(vm.can_undo)
        self.discard.setVisible(vm.is_editable)
        self._footer.setVisible(vm.is_editable)
        waiting = len(vm.to_settle)
        role = "muted"
        if vm.is_busy:
            text = _("Готовлю файлы…")
        elif vm.is_writing:
            text = _("Пишу тексты из разговора и базы знаний. Остановить можно рядом с текстами.")
        elif waiting:
            text = _("Ещё {count} {word} уладить: {first}").format(
                count=waiting,
                word=ngettext("пункт надо", "пункта надо", "пунктов надо", waiting),
                first=vm.to_settle[0].text,
            )
            role = "danger"
        elif not proposal.lines:
            text = _("Добавьте хотя бы одну позицию: Insert.")
        else:
            text = _("Ctrl+Enter: .docx, PDF и черновик письма. Клиенту ничего не уходит само.")
        self.say.setText(text)
        set_role(self.say, role=role)
        self.approve_button.setEnabled(not vm.is_busy and not vm.is_writing and bool(proposal.lines))
        minutes, seconds = divmod(int(vm.active_s), 60)
        self.time.setText(f"{minutes}:{seconds:02d}")

    def _blocked(self) -> None:
        self._say_footer()
        self._scroll.ensureWidgetVisible(self.warnings, 0, 24)
        self.warnings.focus_first()

    def _show_template(self) -> None:
        if not self.own_template.isHidden():
            self._scroll.ensureWidgetVisible(self.own_template, 0, 24)

    def _show_warning(self, warning: Warning) -> None:
        place = self._proposal.place_of(warning)
        if isinstance(place, BlockKind):
            self.texts.open_block(place)
            self._scroll.ensureWidgetVisible(self.texts.cards[place], 0, 24)
        elif isinstance(place, int):
            self.lines.table.setFocus()
            self.lines.table.setCurrentIndex(self.lines.table.model().index(place, 1))
            self._scroll.ensureWidgetVisible(self.lines, 0, 24)
        elif place is not None:
            self.client.fields[place].setFocus()
            self._scroll.ensureWidgetVisible(self.client, 0, 24)

    def _open_call(self) -> None:
        if self._proposal.proposal is not None:
            self.call_opened.emit(self._proposal.proposal.call_id)
