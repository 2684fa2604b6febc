"""The dialog for what nobody foresaw: all of it visible, sent nowhere."""

from __future__ import annotations

import logging
import platform
import sys
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app import __version__
from app.core.i18n import _
from app.ui.widgets import button, label

_log = logging.getLogger(__name__)


class CrashDialog(QDialog):
    """Says that the program erred, shows the report, and lets it be copied."""

    def __init__(self, report: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("crashDialog")
        self.setWindowTitle(_("Ошибка программы"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumSize(560, 380)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(24, 20, 24, 20)
        rows.setSpacing(10)
        rows.addWidget(label(_("В программе ошибка"), "title"))
        text = _(
            "Завизированное сохранено. Можно работать дальше; если ошибка повторится, перезапустите программу. "
            "Отчёт никуда не отправляется: скопируйте его, если хотите послать разработчику."
        )
        rows.addWidget(label(text, "body", is_wrapped=True))
        self.report = QPlainTextEdit(report)
        self.report.setObjectName("crashReport")
        self.report.setReadOnly(True)
        self.report.setAccessibleName(_("Отчёт об ошибке"))
        rows.addWidget(self.report, 1)
        line = QHBoxLayout()
        copy = button(_("Скопировать отчёт"), "", name="crashCopy")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.report.toPlainText()))
        close_program = button(_("Закрыть программу"), "danger", name="crashQuit")
        close_program.clicked.connect(self._quit)
        go_on = button(_("Продолжить"), "primary", name="crashContinue")
        go_on.setDefault(True)
        go_on.clicked.connect(self.accept)
        line.addWidget(copy)
        line.addStretch(1)
        line.addWidget(close_program)
        line.addWidget(go_on)
        rows.addLayout(line)

    def _quit(self) -> None:
        self.accept()
        QApplication.closeAllWindows()


class CrashWatch(QObject):
    """The excepthook of the window. Of an error that repeats itself only the first opens a dialog."""

    caught = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.parent_window: QWidget | None = None
        self._open: CrashDialog | None = None
        # An exception may come from any thread, a dialog only from the main one; and never within the painting in which
        # the exception may have come: a dialog that opens there would paint inside of it, which ends the program.
        self.caught.connect(self.show_report, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take over what is not caught anywhere."""
        sys.excepthook = self._hook

    def show_report(self, report: str) -> None:
        """Open the dialog, unless one is open."""
        if self._open is not None:
            return
        self._open = CrashDialog(report, self.parent_window)
        self._open.destroyed.connect(self._closed)
        self._open.open()

    def _hook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.closeAllWindows()
            return
        _log.critical("unexpected", exc_info=(kind, error, trace))
        self.caught.emit(report_of("".join(traceback.format_exception(kind, error, trace))))

    def _closed(self) -> None:
        self._open = None


def report_of(trace: str) -> str:
    """A report: the program, the system, the trace."""
    return f"Vizir {__version__}\nPython {platform.python_version()}, {platform.platform()}\n\n{trace}"
