"""The texts of a proposal: written in place, with the source of each sentence under them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.core.i18n import _
from app.knowledge.model import Source
from app.proposal.model import BlockKind, Sentence, TextBlock
from app.ui.draft.editors import LongTextEditor
from app.ui.draft.section import Section
from app.ui.theme import Theme
from app.ui.widgets import FlowLayout, button, chip, label, set_chip, tool
from app.viewmodels.proposal import ProposalViewModel
from app.viewmodels.proposal_blocks import ORDER
from app.viewmodels.proposal_wording import block_label

_TYPING_MS = 400
_SHORT = 42


class BlockEditor(LongTextEditor):
    """Enter begins a new line here: a block is taken as it is written."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return False
        return super().eventFilter(watched, event)


class BlockCard(QFrame):
    """One text block. What is written is taken when the person pauses, and when the block is left."""

    source_wanted = Signal(object)

    def __init__(self, theme: Theme, proposal: ProposalViewModel, kind: BlockKind) -> None:
        super().__init__()
        self.setObjectName(f"block_{kind}")
        self.setProperty("card", True)
        self._theme = theme
        self._proposal = proposal
        self._shown: tuple[Sentence, ...] | None = None
        self.kind = kind
        rows = QVBoxLayout(self)
        rows.setContentsMargins(14, 10, 12, 12)
        rows.setSpacing(6)
        head = QHBoxLayout()
        head.addWidget(label(block_label(kind), "strong"))
        head.addStretch(1)
        self._mark = chip(name=f"blockMark_{kind}")
        head.addWidget(self._mark)
        rows.addLayout(head)
        self.editor = BlockEditor(block_label(kind))
        self.editor.text.setToolTip("")
        self.editor.text.textChanged.connect(self._typed)
        self.editor.text.installEventFilter(self)
        rows.addWidget(self.editor)
        self._sources = QWidget()
        self._flow = FlowLayout(6)
        self._sources.setLayout(self._flow)
        rows.addWidget(self._sources)
        self._typing = QTimer(self)
        self._typing.setObjectName("blockTyping")
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self.take)

    @property
    def is_typing(self) -> bool:
        """True while something written waits to be taken."""
        return self._typing.isActive()

    def take(self) -> None:
        """Put what is written into the proposal."""
        self._typing.stop()
        self._proposal.write_block(self.kind, self.editor.text.toPlainText())

    def show_block(self, block: TextBlock | None, *, can_write: bool) -> None:
        """Show a block; what is being written is not touched."""
        self.editor.text.setReadOnly(not can_write)
        sentences = block.sentences if block is not None else ()
        if sentences == self._shown:
            return
        self._shown = sentences
        text = block.text if block is not None else ""
        is_writing = self.editor.text.hasFocus() and " ".join(self.editor.text.toPlainText().split()) == text
        if not is_writing and not self._typing.isActive():
            self.editor.text.blockSignals(True)
            self.editor.text.setPlainText(text)
            self.editor.text.blockSignals(False)
            self.editor.fit()
        self._show_sources(sentences)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if watched is self.editor.text and event.type() == QEvent.Type.FocusOut and self._typing.isActive():
            self.take()
        return super().eventFilter(watched, event)

    def _typed(self) -> None:
        self._typing.start()

    def _show_sources(self, sentences: tuple[Sentence, ...]) -> None:
        self._flow.clear()
        bare = [sentence for sentence in sentences if sentence.source is None]
        if sentences:
            text = _("нет источника: {count}").format(count=len(bare)) if bare else _("с источниками")
            set_chip(self._mark, text, "warn" if bare else "ok")
        else:
            set_chip(self._mark, "", "ok")
        known: dict[str, list[Sentence]] = {}
        for sentence in sentences:
            if sentence.source is not None:
                known.setdefault(_place(sentence.source), []).append(sentence)
        for place, told in known.items():
            made = tool(self._theme, place, "absent", "sentenceSource", px=11)
            quotes = [f"{one.text}\n«{one.source.quote}»" for one in told if one.source is not None]
            made.setToolTip("\n\n".join(quotes))
            made.setAccessibleName(_("Источник: {place}").format(place=place))
            made.clicked.connect(partial(self.source_wanted.emit, told[0].source))
            self._flow.addWidget(made)
        for sentence in bare:
            made_chip = chip(_("нет источника: «{text}»").format(text=_shortened(sentence.text)), "warn")
            made_chip.setObjectName("sentenceUnsourced")
            made_chip.setToolTip(sentence.text)
            self._flow.addWidget(made_chip)
        self._sources.setVisible(bool(sentences))


class TextBlocks(Section):
    """All blocks in the order of the document; those without a text stand as small buttons."""

    source_wanted = Signal(object)

    def __init__(self, theme: Theme, proposal: ProposalViewModel) -> None:
        super().__init__(_("Тексты"), "textBlocks")
        self._proposal = proposal
        self._opened: set[BlockKind] = set()
        self.write = button(_("Написать моделью"), "link", name="writeTexts")
        self.write.setToolTip(_("Модель пишет только из фактов разговора и базы знаний; ваши правки останутся"))
        self.write.clicked.connect(self._write)
        self.head.addWidget(self.write)
        self.cards: dict[BlockKind, BlockCard] = {}
        for kind in ORDER:
            card = BlockCard(theme, proposal, kind)
            card.source_wanted.connect(self.source_wanted)
            card.hide()
            self.cards[kind] = card
            self.rows.addWidget(card)
        self._missing = QWidget()
        flow = FlowLayout(6)
        self._missing.setLayout(flow)
        self._adders = {}
        for kind in ORDER:
            made = tool(theme, f"+ {block_label(kind)}", "absent", f"addBlock_{kind}")
            made.setAccessibleName(_("Добавить блок «{name}»").format(name=block_label(kind)))
            made.clicked.connect(partial(self.open_block, kind))
            flow.addWidget(made)
            self._adders[kind] = made
        self.rows.addWidget(self._missing)
        proposal.opened.connect(self._other)
        proposal.changed.connect(self._renew)
        proposal.checked.connect(self._renew)
        proposal.finished.connect(lambda _files: self._renew())
        proposal.busy_changed.connect(self._renew_writing)
        self._renew()

    def open_block(self, kind: BlockKind) -> None:
        """Show a block and write in it."""
        self._opened.add(kind)
        self._renew()
        self.cards[kind].editor.text.setFocus()

    def take_all(self) -> None:
        """Take what is still being written."""
        for card in self.cards.values():
            if card.is_typing:
                card.take()

    def _write(self) -> None:
        if self._proposal.is_writing:
            self._proposal.stop_writing()
        else:
            self.take_all()
            self._proposal.write_texts()

    def _other(self) -> None:
        self._opened.clear()
        self._renew()

    def _renew(self) -> None:
        proposal, can_write = self._proposal.proposal, self._proposal.is_editable
        missing = 0
        for kind, card in self.cards.items():
            block = proposal.block(kind) if proposal is not None else None
            is_shown = block is not None or (kind in self._opened and can_write)
            card.setVisible(is_shown)
            if is_shown:
                card.show_block(block, can_write=can_write)
            self._adders[kind].setVisible(not is_shown)
            missing += not is_shown
        self._missing.setVisible(can_write and missing > 0)
        self._renew_writing()

    def _renew_writing(self) -> None:
        is_writing = self._proposal.is_writing
        self.write.setVisible(self._proposal.is_editable)
        self.write.setText(_("Модель пишет… Остановить") if is_writing else _("Написать моделью"))


def _place(source: Source) -> str:
    heading = source.heading.rsplit(" › ", 1)[-1]
    return _shortened(f"{source.file} › {heading}" if heading else source.file)


def _shortened(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 1].rstrip()}…"
