"""What an approval has made: the files, where they lie, and the way to a new revision."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from app.core.i18n import _
from app.proposal.archive import FinalFiles
from app.ui.theme import Theme
from app.ui.widgets import ElidedLabel, Icon, button, clear, label
from app.viewmodels.proposal import ProposalViewModel


class ResultCard(QFrame):
    """Binds the files of `ProposalViewModel`; hidden while there are none."""

    opened = Signal(object)

    def __init__(self, theme: Theme, proposal: ProposalViewModel) -> None:
        super().__init__()
        self.setObjectName("resultCard")
        self.setProperty("hint", True)
        self._theme = theme
        self._proposal = proposal
        rows = QVBoxLayout(self)
        rows.setContentsMargins(14, 12, 14, 12)
        rows.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(Icon(theme, "circle-check", "ok", 20))
        self.title = label("", "strong", is_wrapped=True, name="resultTitle")
        head.addWidget(self.title, 1)
        rows.addLayout(head)
        self._files = QVBoxLayout()
        self._files.setSpacing(4)
        rows.addLayout(self._files)
        self.no_pdf = label("", "warn", is_wrapped=True, name="noPdf")
        rows.addWidget(self.no_pdf)
        self.note = label("", "muted", is_wrapped=True, name="resultNote")
        rows.addWidget(self.note)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        self.show_folder = button(_("Показать в папке"), "primary", name="showInFolder")
        self.show_folder.clicked.connect(self._show_folder)
        self.revise = button(_("Новая редакция"), "", name="reviseProposal")
        self.revise.setToolTip(_("Следующий номер с косой чертой; завизированные файлы останутся как есть"))
        self.revise.clicked.connect(proposal.revise)
        buttons.addWidget(self.show_folder)
        buttons.addWidget(self.revise)
        buttons.addStretch(1)
        rows.addLayout(buttons)
        self.opened.connect(_open)
        proposal.opened.connect(self._renew)
        proposal.finished.connect(lambda _files: self._renew())
        self._renew()

    def _renew(self) -> None:
        files = self._proposal.files
        self.setVisible(files is not None)
        clear(self._files)
        if files is None or self._proposal.proposal is None:
            return
        self.title.setText(_("{number} завизировано").format(number=self._proposal.proposal.number))
        for file, about in _about(files):
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(ElidedLabel(file.name, "body", f"resultFile_{file.suffix[1:]}"), 1)
            line.addWidget(label(about, "muted"))
            opener = button(_("Открыть"), "link", name=f"openFile_{file.suffix[1:]}")
            opener.setAccessibleName(_("Открыть {name}").format(name=file.name))
            opener.clicked.connect(partial(self.opened.emit, file))
            line.addWidget(opener)
            self._files.addLayout(line)
        self.no_pdf.setVisible(files.pdf is None)
        if files.pdf is None:
            said = _("КП завизировано, .docx готов, а PDF сделать не удалось.")
            cure = _("Откройте .docx в Word или LibreOffice и сохраните как PDF.")
            self.no_pdf.setText(" ".join(filter(None, (said, files.no_pdf_why, cure))))
        self.note.setText(_("Программа ничего не отправляет: письмо с вложением откроется в вашей почте."))

    def _show_folder(self) -> None:
        if self._proposal.files is not None:
            self.opened.emit(self._proposal.files.docx.parent)


def _about(files: FinalFiles) -> list[tuple[Path, str]]:
    rows = [(files.docx, "Word")]
    if files.pdf is not None:
        rows.append((files.pdf, _("PDF, сделал {converter}").format(converter=files.converter or "–")))
    if files.eml is not None:
        rows.append((files.eml, _("черновик письма")))
    return rows


def _open(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
