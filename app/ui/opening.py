"""While the store opens, and what stands there when it does not: the passphrase, the reason, the cure."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.core.errors import StoredDataError, UserFixable, VizirError
from app.core.i18n import _
from app.ui.theme import Theme
from app.ui.widgets import Icon, button, clear, label

NO_PHRASE = "secrets.no_passphrase"
_WRONG = ("store.wrong_key", "secrets.wrong_passphrase")
_KEY_LOST = "secrets.key_lost"
_KEYRING = ("secrets.no_keyring", "secrets.denied")


class TypedPassphrase:
    """Implements `PassphraseAsker`: gives what was typed in the window, and notes when nothing was yet.

    The store opens in the background, where no dialog may be shown: it fails, the window asks, and it opens anew.
    """

    def __init__(self) -> None:
        self.text = ""
        self.is_new = False

    def ask(self, *, is_new: bool) -> str:
        self.is_new = is_new
        if not self.text:
            raise UserFixable(
                NO_PHRASE,
                _("База защищена фразой."),
                hint=_("Введите её: программа её нигде не хранит."),
            )
        return self.text


class OpeningPage(QWidget):
    """A calm empty window while all goes well; a card with the reason and the cure when it does not."""

    retry_wanted = Signal()
    passphrase_given = Signal(str)
    protection_chosen = Signal(str)
    backups_wanted = Signal()
    restore_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("openingPage")
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        self._card = QFrame()
        self._card.setProperty("pane", True)
        self._card.setObjectName("openingCard")
        self._card.setMaximumWidth(560)
        self._rows = QVBoxLayout(self._card)
        self._rows.setContentsMargins(36, 30, 36, 30)
        self._rows.setSpacing(10)
        self._icon = Icon(theme, "key-round", "accent", 30)
        self._title = label("", "title", is_wrapped=True, name="openingTitle")
        self._hint = label("", "body", is_wrapped=True, name="openingHint")
        self.first = QLineEdit()
        self.first.setObjectName("passphrase")
        self.second = QLineEdit()
        self.second.setObjectName("passphraseAgain")
        for field, text in ((self.first, _("Фраза")), (self.second, _("Та же фраза ещё раз"))):
            field.setEchoMode(QLineEdit.EchoMode.Password)
            field.setPlaceholderText(text)
            field.setAccessibleName(text)
            field.returnPressed.connect(self._give)
        self._problem = label("", "danger", is_wrapped=True, name="openingProblem")
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        for part in (self._icon, self._title, self._hint, self.first, self.second, self._problem):
            self._rows.addWidget(part)
        self._rows.addSpacing(6)
        self._rows.addLayout(self._buttons)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(self._card, 100)
        line.addStretch(1)
        outer.addLayout(line)
        outer.addStretch(3)
        self._is_new = False
        self._card.hide()

    def wait(self) -> None:
        """Nothing to say: the store is being opened."""
        self._card.hide()

    def explain(self, error: VizirError, *, is_new: bool) -> None:
        """Say why the store does not open and offer what helps.

        Args:
            is_new: A passphrase is to be chosen, not to be remembered.
        """
        self._is_new = is_new
        asks = error.code in (NO_PHRASE, _KEY_LOST, *_WRONG)
        self._icon.set("key-round" if asks else "triangle-alert", "accent" if asks else "danger")
        self._title.setText(_("Придумайте фразу для базы") if asks and is_new else error.message)
        new_hint = _("Без неё базу не открыть никому, и вам тоже: запишите её в надёжном месте.")
        self._hint.setText(new_hint if asks and is_new else error.hint)
        self._problem.setText(error.message if error.code in _WRONG else "")
        self._problem.setVisible(error.code in _WRONG)
        self.first.setVisible(asks)
        self.second.setVisible(asks and is_new)
        clear(self._buttons)
        if asks:
            self._add(_("Открыть"), "primary", "passphraseOpen").clicked.connect(self._give)
        else:
            self._add(_("Повторить"), "primary", "openingRetry").clicked.connect(self.retry_wanted)
        if error.code in _KEYRING:
            for text, kind in ((_("Защитить своей фразой"), "passphrase"), (_("Не шифровать"), "clear")):
                made = self._add(text, "", f"protect_{kind}")
                made.clicked.connect(lambda _on=False, kind=kind: self.protection_chosen.emit(kind))
        if asks and is_new:
            clear_button = self._add(_("Не шифровать"), "link", "protect_clear")
            clear_button.clicked.connect(lambda: self.protection_chosen.emit("clear"))
        if error.action == "restore_backup":
            self._add(_("Вернуть резервную копию"), "", "restoreBackup").clicked.connect(self.restore_wanted)
        if isinstance(error, StoredDataError):
            self._add(_("Открыть папку с копиями"), "", "openBackups").clicked.connect(self.backups_wanted)
        self._buttons.addStretch(1)
        self._card.show()
        if asks:
            self.first.setFocus()

    def _add(self, text: str, kind: str, name: str) -> QPushButton:
        made = button(text, kind, name=name)
        self._buttons.addWidget(made, 0, Qt.AlignmentFlag.AlignLeft)
        return made

    def _give(self) -> None:
        text = self.first.text()
        problem = ""
        if not text:
            problem = _("Введите фразу.")
        elif self._is_new and text != self.second.text():
            problem = _("Фразы не совпадают.")
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        if not problem:
            self.first.clear()
            self.second.clear()
            self.passphrase_given.emit(text)
