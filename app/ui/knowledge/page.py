"""The page «База знаний»: what is in it on the left, questions and files that come in on the right."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QSplitter, QStackedLayout, QWidget

from app.core.i18n import _
from app.ui.knowledge.answers import AnswersView
from app.ui.knowledge.import_view import ImportView
from app.ui.knowledge.shelf import Shelf
from app.ui.theme import Theme
from app.ui.widgets import pane
from app.viewmodels.knowledge import DOCUMENT_FILES, TABLE_FILES, KnowledgeViewModel


class KnowledgePage(QWidget):
    """Binds `KnowledgeViewModel`."""

    def __init__(self, theme: Theme, knowledge: KnowledgeViewModel) -> None:
        super().__init__()
        self.setObjectName("knowledgePage")
        self.setAcceptDrops(True)
        self._knowledge = knowledge
        outer = QHBoxLayout(self)
        outer.setContentsMargins(8, 8, 8, 8)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setHandleWidth(8)
        splitter.setChildrenCollapsible(False)
        self.shelf = Shelf(theme, knowledge)
        self.shelf.files_wanted.connect(self.ask_files)
        splitter.addWidget(self.shelf)
        ground = pane("knowledgePane")
        ground.setMinimumWidth(420)
        self._stack = QStackedLayout(ground)
        self.answers = AnswersView(theme, knowledge)
        self.imports = ImportView(theme, knowledge)
        self._stack.addWidget(self.answers)
        self._stack.addWidget(self.imports)
        self.shelf.document_chosen.connect(self.answers.show_document)
        splitter.addWidget(ground)
        splitter.setStretchFactor(0, 2)
        splitter.setStretchFactor(1, 5)
        splitter.setSizes([340, 900])
        outer.addWidget(splitter)
        self._veil = QLabel(_("Отпустите: файлы будут приняты в базу знаний"), self)
        self._veil.setObjectName("dropVeil")
        self._veil.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._veil.setProperty("role", "title")
        self._veil.hide()
        knowledge.table_changed.connect(self._choose)
        self._choose()

    def entered(self) -> None:
        """The page came into view."""
        self._knowledge.refresh()
        if self._knowledge.table is None:
            self.answers.field.setFocus()

    def focus_search(self) -> None:
        """Give the keyboard to the question box."""
        self.answers.field.setFocus()
        self.answers.field.selectAll()

    def confirm(self) -> None:
        """Take the price list that is shown."""
        if self._knowledge.table is not None:
            self._knowledge.confirm()

    def ask_files(self) -> None:
        """Let the person choose files for the knowledge base."""
        dialog = QFileDialog(self, _("Файлы базы знаний"))
        dialog.setObjectName("knowledgeDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        tables, documents = (" ".join(f"*{kind}" for kind in kinds) for kinds in (TABLE_FILES, DOCUMENT_FILES))
        dialog.setNameFilters(
            [
                _("Прайс-листы и документы ({files})").format(files=f"{tables} {documents}"),
                _("Прайс-листы ({files})").format(files=tables),
                _("Документы ({files})").format(files=documents),
            ]
        )
        dialog.filesSelected.connect(lambda files: self._knowledge.add_files([Path(file) for file in files]))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() == Qt.Key.Key_Escape and self._knowledge.table is not None:
            self._knowledge.dismiss()
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
            self._veil.setGeometry(self.rect().adjusted(16, 16, -16, -16))
            self._veil.show()
            self._veil.raise_()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 - Qt's name
        self._veil.hide()
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        self._veil.hide()
        event.acceptProposedAction()
        self._knowledge.add_files([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    def _choose(self) -> None:
        has_table = self._knowledge.table is not None
        self._stack.setCurrentWidget(self.imports if has_table else self.answers)
        if not has_table and self.isVisible():
            self.answers.field.setFocus()
