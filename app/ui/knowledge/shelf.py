"""What the knowledge base holds: the price list in force and the documents, with their age."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtCore import QMargins, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.core.i18n import _, ngettext
from app.knowledge.model import Document, PriceList
from app.ui.draft.section import Section
from app.ui.knowledge.versions import EarlierSection, PricesHold
from app.ui.scrolling import scroll_column
from app.ui.theme import Theme
from app.ui.widgets import ElidedLabel, Icon, IconButton, button, chip, clear, label, pane
from app.viewmodels.knowledge import KnowledgeViewModel


class Shelf(QWidget):
    """Binds what is in force of `KnowledgeViewModel`."""

    files_wanted = Signal()
    document_chosen = Signal(object)

    def __init__(self, theme: Theme, knowledge: KnowledgeViewModel) -> None:
        super().__init__()
        self._theme = theme
        self._knowledge = knowledge
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        ground = pane("knowledgeShelf")
        ground.setMinimumWidth(290)
        outer.addWidget(ground)
        rows = QVBoxLayout(ground)
        rows.setContentsMargins(0, 12, 0, 8)
        rows.setSpacing(8)
        head = QHBoxLayout()
        head.setContentsMargins(16, 0, 12, 0)
        head.addWidget(label(_("База знаний"), "page"))
        head.addStretch(1)
        rows.addLayout(head)
        area, inner = scroll_column("shelfScroll", QMargins(12, 2, 10, 12))
        self._warnings = QVBoxLayout()
        self._warnings.setSpacing(6)
        inner.addLayout(self._warnings)
        self._prices = Section(_("Прайс-лист"), "priceListSection")
        self._price_host = QVBoxLayout()
        self._prices.rows.addLayout(self._price_host)
        inner.addWidget(self._prices)
        self._documents = Section(_("Документы"), "documentsSection")
        self._document_rows = QVBoxLayout()
        self._document_rows.setSpacing(6)
        self._documents.rows.addLayout(self._document_rows)
        inner.addWidget(self._documents)
        self.earlier = EarlierSection(theme, knowledge)
        inner.addWidget(self.earlier)
        inner.addStretch(1)
        rows.addWidget(area, 1)
        rows.addLayout(self._make_foot())
        knowledge.changed.connect(self._renew)
        knowledge.reading_changed.connect(self._renew_reading)
        self._renew()

    def _make_foot(self) -> QVBoxLayout:
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 4, 12, 4)
        foot.setSpacing(6)
        self.add = button(_("Добавить файл…"), "primary", name="addKnowledgeFile", tip="Ctrl+O")
        self.add.clicked.connect(self.files_wanted)
        foot.addWidget(self.add)
        kinds = _("Или перетащите сюда: xlsx, ods, csv, docx, pdf, md, txt, html")
        foot.addWidget(label(kinds, "faint", is_wrapped=True))
        return foot

    def _renew(self) -> None:
        known = self._knowledge
        clear(self._warnings)
        clear(self._price_host)
        clear(self._document_rows)
        for text in known.warnings:
            self._warnings.addWidget(self._warning(text))
        price_list = known.knowledge.price_list
        self._price_host.addWidget(self._price_card(price_list) if price_list is not None else self._no_prices())
        documents = sorted(known.knowledge.documents, key=lambda document: document.file.casefold())
        self._documents.count(len(documents))
        for document in documents:
            self._document_rows.addWidget(self._document_row(document))
        if known.is_loaded and not documents:
            text = _("Документов ещё нет: добавьте условия доставки, оплаты, гарантию.")
            self._document_rows.addWidget(label(text, "muted", is_wrapped=True))

    def _renew_reading(self) -> None:
        is_reading = self._knowledge.is_reading
        self.add.setEnabled(not is_reading)
        self.add.setText(_("Читаю файл…") if is_reading else _("Добавить файл…"))

    def _warning(self, text: str) -> QFrame:
        made = QFrame()
        made.setProperty("caution", True)
        made.setObjectName("knowledgeWarning")
        line = QHBoxLayout(made)
        line.setContentsMargins(12, 8, 10, 8)
        line.setSpacing(8)
        line.addWidget(Icon(self._theme, "triangle-alert", "warn", 16), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(label(text, "warn", is_wrapped=True), 1)
        return made

    def _price_card(self, price_list: PriceList) -> QFrame:
        made = QFrame()
        made.setProperty("card", True)
        made.setObjectName("priceListCard")
        rows = QVBoxLayout(made)
        rows.setContentsMargins(14, 10, 12, 12)
        rows.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(ElidedLabel(price_list.file, "strong", "priceListFile"), 1)
        head.addWidget(self._withdraw(price_list.id, price_list.file, "withdrawPriceList"))
        rows.addLayout(head)
        count = len(price_list.items)
        word = ngettext("артикул", "артикула", "артикулов", count)
        rows.addWidget(label(f"{count} {word}", "muted", name="priceListCount"))
        line = QHBoxLayout()
        line.addWidget(label(_loaded(price_list.loaded_at), "muted"))
        line.addStretch(1)
        line.addWidget(self._age(price_list.loaded_at))
        rows.addLayout(line)
        rows.addWidget(PricesHold(self._theme, self._knowledge, price_list))
        return made

    def _withdraw(self, id: str, file: str, name: str) -> IconButton:
        made = IconButton(self._theme, "trash-2", _("Убрать «{name}» из базы").format(name=file), name=name)
        made.clicked.connect(partial(self._knowledge.withdraw, id, file))
        return made

    def _no_prices(self) -> QWidget:
        text = _("Прайс-листа ещё нет: без него цены в КП берутся из профиля.")
        return label(text if self._knowledge.is_loaded else "", "muted", is_wrapped=True, name="noPriceList")

    def _document_row(self, document: Document) -> QWidget:
        made = QFrame()
        made.setProperty("tile", True)
        made.setObjectName("documentRow")
        line = QHBoxLayout(made)
        line.setContentsMargins(12, 7, 8, 7)
        line.setSpacing(8)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(ElidedLabel(document.file, "strong", "documentFile"))
        count = len(document.passages)
        word = ngettext("отрывок", "отрывка", "отрывков", count)
        about = QHBoxLayout()
        about.setSpacing(8)
        about.addWidget(label(f"{count} {word}", "muted"))
        about.addWidget(self._age(document.loaded_at))
        about.addStretch(1)
        texts.addLayout(about)
        made.setToolTip(_loaded(document.loaded_at))
        line.addLayout(texts, 1)
        opener = button(_("Читать"), "link", name="readDocument")
        opener.setAccessibleName(_("Читать {name}").format(name=document.file))
        opener.clicked.connect(partial(self.document_chosen.emit, document))
        line.addWidget(opener)
        line.addWidget(self._withdraw(document.id, document.file, "withdrawDocument"))
        return made

    def _age(self, loaded_at: datetime) -> QWidget:
        days = self._knowledge.age_days(loaded_at)
        if days == 0:
            return chip(_("сегодня"), "ok")
        text = f"{days} {ngettext('день', 'дня', 'дней', days)}"
        return chip(text, "warn" if self._knowledge.is_stale(loaded_at) else "neutral")


def _loaded(moment: datetime) -> str:
    return _("от {day}").format(day=f"{moment:%d.%m.%Y}")
