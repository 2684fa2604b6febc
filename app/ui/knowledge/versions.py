"""How long the prices in force hold, and what was in force before."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.core.i18n import _, ngettext
from app.knowledge.model import Earlier, PriceList
from app.ui.draft.editors import DateEditor
from app.ui.draft.section import Section
from app.ui.theme import Theme
from app.ui.widgets import ElidedLabel, IconButton, button, clear, label
from app.viewmodels.knowledge import KnowledgeViewModel

_AT_MOST = 30


class PricesHold(QWidget):
    """The last day of the prices in force, which a person may change: Enter takes the day, Esc leaves it."""

    def __init__(self, theme: Theme, knowledge: KnowledgeViewModel, price_list: PriceList) -> None:
        super().__init__()
        self._knowledge = knowledge
        self._until = price_list.valid_until
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        self.said = label(*_said(self._until, knowledge.today), is_wrapped=True, name="pricesHold")
        line.addWidget(self.said, 1)
        self.editor = DateEditor(theme, None, has_time=False)
        self.editor.line.setObjectName("pricesValidUntil")
        self.editor.line.setAccessibleName(_("Цены действуют до"))
        self.editor.committed.connect(self._take)
        self.editor.given_up.connect(partial(self._edit, False))
        self.editor.hide()
        line.addWidget(self.editor, 1)
        self.keep = button(_("Готово"), "soft", name="keepPricesValidUntil", tip="Enter")
        self.keep.clicked.connect(self._take)
        self.keep.hide()
        line.addWidget(self.keep)
        self.change = IconButton(theme, "pencil", _("Изменить срок цен"), name="changePricesValidUntil")
        self.change.clicked.connect(partial(self._edit, True))
        line.addWidget(self.change)

    def _edit(self, is_edited: bool) -> None:
        self.editor.setVisible(is_edited)
        self.keep.setVisible(is_edited)
        self.said.setVisible(not is_edited)
        self.change.setVisible(not is_edited)
        if is_edited:
            self.editor.show_iso(self._until.isoformat() if self._until else None)
            self.editor.start()
        else:
            self.change.setFocus()

    def _take(self) -> None:
        iso = self.editor.iso()
        if iso is None and self.editor.line.text().strip():
            self.editor.start()
            return
        until = date.fromisoformat(iso[:10]) if iso else None
        self._edit(False)
        self._knowledge.set_valid_until(until)


class EarlierSection(Section):
    """Binds the earlier versions of `KnowledgeViewModel`; closed until opened, hidden while there are none."""

    def __init__(self, theme: Theme, knowledge: KnowledgeViewModel) -> None:
        super().__init__(_("Прежние версии"), "earlierSection")
        self._theme = theme
        self._knowledge = knowledge
        self.toggle = IconButton(theme, "chevron-right", _("Показать прежние версии"), name="showEarlier")
        self._host = QWidget()
        self.toggle.clicked.connect(lambda: self._open(self._host.isHidden()))
        self.head.addWidget(self.toggle)
        self._list = QVBoxLayout(self._host)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(4)
        self.rows.addWidget(self._host)
        self._host.hide()
        knowledge.changed.connect(self._renew)
        self._renew()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() == Qt.Key.Key_Escape and not self._host.isHidden():
            self._open(False)
            return
        super().keyPressEvent(event)

    def _open(self, is_open: bool) -> None:
        self._host.setVisible(is_open)
        self.toggle.set_icon("chevron-down" if is_open else "chevron-right")
        self.toggle.describe(_("Скрыть прежние версии") if is_open else _("Показать прежние версии"))

    def _renew(self) -> None:
        earlier = self._knowledge.earlier
        clear(self._list)
        self.setVisible(bool(earlier))
        self.count(len(earlier))
        for one in earlier[:_AT_MOST]:
            self._list.addWidget(self._row(one))

    def _row(self, one: Earlier) -> QWidget:
        made = QWidget()
        made.setObjectName("earlierVersion")
        line = QHBoxLayout(made)
        line.setContentsMargins(12, 3, 8, 3)
        line.setSpacing(8)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(ElidedLabel(one.file, "body", "earlierFile"))
        texts.addWidget(label(_about(one), "faint", is_wrapped=True))
        line.addLayout(texts, 1)
        back = button(_("Вернуть"), "link", name="restoreVersion")
        back.setAccessibleName(_("Вернуть {name}").format(name=one.file))
        back.clicked.connect(partial(self._knowledge.restore, one.id, one.file))
        line.addWidget(back)
        return made


def _said(until: date | None, today: date) -> tuple[str, str]:
    """What is said of the last day of the prices, and in which colour."""
    if until is None:
        return _("Срок цен не указан"), "muted"
    is_over = until < today
    text = _("Цены действовали до {day}") if is_over else _("Цены действуют до {day}")
    return text.format(day=f"{until:%d.%m.%Y}"), "danger" if is_over else "muted"


def _about(one: Earlier) -> str:
    word = (
        ngettext("артикул", "артикула", "артикулов", one.count)
        if one.is_price_list
        else ngettext("отрывок", "отрывка", "отрывков", one.count)
    )
    days = _("{first} – {last}").format(first=f"{one.loaded_at:%d.%m.%Y}", last=f"{one.replaced_at:%d.%m.%Y}")
    return f"{one.count} {word} · {days}"
