"""The first start: what the program does, and two ways to begin."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.core.i18n import _
from app.ui.theme import Theme
from app.ui.widgets import Icon, button, label


class WelcomePage(QWidget):
    """Shown until the first call is there or the person goes on without one."""

    sample_wanted = Signal()
    import_wanted = Signal()
    skipped = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("welcomePage")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 16, 24, 16)
        outer.addStretch(2)
        card = QFrame()
        card.setProperty("pane", True)
        card.setMaximumWidth(720)
        rows = QVBoxLayout(card)
        rows.setContentsMargins(44, 36, 44, 32)
        rows.setSpacing(10)
        title = label(_("Программа готовит — вы визируете"), "hero", is_wrapped=True)
        rows.addWidget(title)
        about = _(
            "Визирь слушает запись разговора и готовит карточку сделки, заметку и следующие шаги. "
            "В CRM попадает только то, что вы завизировали."
        )
        rows.addWidget(label(about, "body", is_wrapped=True))
        rows.addSpacing(10)
        for icon_name, head, text in (
            ("mic", _("Запись превращается в текст"), _("Прямо на этом компьютере: звук его не покидает.")),
            ("quote", _("У каждого значения есть цитата"), _("Одна клавиша — и вы слышите, откуда оно взялось.")),
            ("signature", _("Последнее слово за вами"), _("Поправьте, завизируйте или отклоните. Визу можно снять.")),
        ):
            rows.addLayout(_point(theme, icon_name, head, text))
        rows.addSpacing(14)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        sample = button(_("Попробовать на примере"), "primary", name="welcomeSample")
        sample.clicked.connect(self.sample_wanted)
        own = button(_("Импортировать свою запись…"), "", name="welcomeImport")
        own.clicked.connect(self.import_wanted)
        skip = button(_("Пропустить"), "link", name="welcomeSkip")
        skip.clicked.connect(self.skipped)
        for each in (sample, own):
            each.setProperty("large", True)
            buttons.addWidget(each)
        buttons.addStretch(1)
        buttons.addWidget(skip)
        rows.addLayout(buttons)
        rows.addSpacing(4)
        hint = _("Запись можно просто перетащить в окно: mp3, wav, ogg, m4a, amr, видео или готовый текст.")
        rows.addWidget(label(hint, "faint", is_wrapped=True))
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(card, 100)
        line.addStretch(1)
        outer.addLayout(line)
        outer.addStretch(3)


def _point(theme: Theme, icon_name: str, head: str, text: str) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(14)
    line.addWidget(Icon(theme, icon_name, "accent", 24), 0, Qt.AlignmentFlag.AlignTop)
    texts = QVBoxLayout()
    texts.setSpacing(1)
    texts.addWidget(label(head, "strong"))
    texts.addWidget(label(text, "muted", is_wrapped=True))
    line.addLayout(texts, 1)
    return line
