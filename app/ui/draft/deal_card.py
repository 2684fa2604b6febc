"""The deal a call belongs to: found with reasons, searched for, or to be created."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.core.i18n import _
from app.deals.matching import DealCandidate
from app.deals.model import Deal
from app.ui.theme import Theme
from app.ui.widgets import ElidedLabel, Icon, IconButton, SearchField, button, chip, clear, label, set_role
from app.viewmodels.crm_deals import CrmDealRow, CrmDealsViewModel
from app.viewmodels.review import ReviewViewModel

_TYPING_MS = 200


def deal_line(deal: Deal) -> str:
    """Company and contact of a deal, as far as they say more than its title."""
    parts = [deal.company.name if deal.company else "", deal.contact.name if deal.contact else ""]
    return " · ".join(part for part in parts if part and part != deal.title)


class CandidateRow(QFrame):
    """A deal that may be chosen, with the reasons that speak for it."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, candidate: DealCandidate) -> None:
        super().__init__()
        self._deal_id = candidate.deal.id
        self.setProperty("tile", True)
        self.setObjectName(f"candidate_{candidate.deal.id}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(12, 8, 8, 8)
        rows.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(ElidedLabel(candidate.deal.title, "strong"), 1)
        if candidate.is_sure:
            head.addWidget(chip(_("совпадает"), "ok"))
        rows.addLayout(head)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(label("; ".join(candidate.reasons) or deal_line(candidate.deal), "muted", is_wrapped=True), 1)
        choose = button(_("Выбрать"), "soft", name="chooseDeal")
        choose.setAccessibleName(_("Выбрать сделку «{title}»").format(title=candidate.deal.title))
        choose.clicked.connect(lambda: self.chosen.emit(self._deal_id))
        below.addWidget(choose, 0, Qt.AlignmentFlag.AlignBottom)
        rows.addLayout(below)

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self.chosen.emit(self._deal_id)


class CrmCandidateRow(QFrame):
    """A deal of a connected CRM that may be chosen."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, row: CrmDealRow) -> None:
        super().__init__()
        self._row = row
        self.setProperty("tile", True)
        self.setObjectName("crmCandidate")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(12, 8, 8, 8)
        rows.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(ElidedLabel(row.mirrored.deal.title, "strong"), 1)
        head.addWidget(chip(row.account or "CRM", "accent", name="crmCandidateAccount"))
        rows.addLayout(head)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(label("; ".join(row.reasons) or row.line, "muted", is_wrapped=True), 1)
        choose = button(_("Выбрать"), "soft", name="chooseCrmDeal")
        choose.setAccessibleName(_("Выбрать сделку CRM «{title}»").format(title=row.mirrored.deal.title))
        choose.clicked.connect(lambda: self.chosen.emit(self._row))
        below.addWidget(choose, 0, Qt.AlignmentFlag.AlignBottom)
        rows.addLayout(below)


class DealPanel(QFrame):
    """Binds the deal of `ReviewViewModel`, and the CRM's deals of `CrmDealsViewModel` beside it."""

    opened = Signal(str)
    crm_opened = Signal(str, str)
    link_wanted = Signal()

    def __init__(self, theme: Theme, review: ReviewViewModel, crm: CrmDealsViewModel) -> None:
        super().__init__()
        self.setObjectName("dealPanel")
        self.setProperty("card", True)
        self._theme = theme
        self._review = review
        self._crm = crm
        self._found_here: list[DealCandidate] = []
        self._found_in_crm: list[CrmDealRow] = []
        self._is_choosing = False
        outer = QVBoxLayout(self)
        outer.setContentsMargins(14, 11, 10, 12)
        outer.setSpacing(8)
        outer.addWidget(self._make_chosen(theme))
        outer.addWidget(self._make_choice(theme))
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self._search)
        self.search.textChanged.connect(lambda _text: self._typing.start())
        review.deal_changed.connect(self.renew)
        review.loaded.connect(self._other_call)
        review.found_deals.connect(self._found)
        review.deal_needed.connect(self._ask)
        crm.changed.connect(self.renew)
        crm.found.connect(self._found_crm)
        self.renew()

    def renew(self) -> None:
        """Show the deal as it is now."""
        deal = self._review.deal
        is_choosing = deal is None or self._is_choosing
        self._chosen.setVisible(not is_choosing)
        self._choice.setVisible(is_choosing)
        self.cancel.setVisible(deal is not None)
        if deal is not None:
            self._title.set_full(deal.title)
            self._line.set_full(deal_line(deal))
            self._line.setVisible(bool(deal_line(deal)))
            self._new.setVisible(self._review.is_new_deal)
            self.open_deal.setVisible(not self._review.is_new_deal)
        self._say_crm()
        if is_choosing:
            self._say_choice()
            if not self.search.text():
                self._fill(list(self._review.candidates), list(self._crm.offered))

    def _say_crm(self) -> None:
        """To which deal of which CRM the chosen one belongs, or that it is only here."""
        facts = self._crm.facts
        is_stored = self._review.deal is not None and not self._review.is_new_deal
        self._in_crm.setVisible(is_stored and self._crm.is_connected)
        self.open_in_crm.setVisible(facts is not None)
        self.link_button.setVisible(facts is None)
        if facts is None:
            self._crm_text.set_full(_("В CRM не связана: останется на этом компьютере"))
        elif facts.is_gone:
            self._crm_text.set_full(_("{account}: сделку удалили или объединили").format(account=facts.account))
        else:
            self._crm_text.set_full(" · ".join(filter(None, (facts.account, facts.title or facts.link.remote_id))))

    def _open_in_crm(self) -> None:
        if self._crm.facts is not None:
            self.crm_opened.emit(self._crm.facts.link.account_id, self._crm.facts.link.remote_id)

    def _make_chosen(self, theme: Theme) -> QWidget:
        self._chosen = QWidget()
        both = QVBoxLayout(self._chosen)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(2)
        line = QHBoxLayout()
        line.setSpacing(10)
        both.addLayout(line)
        line.addWidget(Icon(theme, "briefcase-business", "accent", 20), 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        self._title = ElidedLabel("", "strong", "dealTitle")
        self._line = ElidedLabel("", "muted", "dealLine")
        self._new = label(_("Новая: появится с первой визой"), "ok", name="dealIsNew")
        for part in (self._title, self._line, self._new):
            texts.addWidget(part)
        self._in_crm = QWidget()
        crm_line = QHBoxLayout(self._in_crm)
        crm_line.setContentsMargins(30, 0, 4, 0)
        crm_line.setSpacing(6)
        self._crm_text = ElidedLabel("", "muted", "dealInCrm")
        crm_line.addWidget(self._crm_text, 1)
        self.open_in_crm = button(_("Открыть в CRM"), "link", name="openInCrm")
        self.open_in_crm.clicked.connect(self._open_in_crm)
        self.link_button = button(_("Связать…"), "link", name="linkDeal")
        self.link_button.clicked.connect(self.link_wanted)
        crm_line.addWidget(self.open_in_crm)
        crm_line.addWidget(self.link_button)
        both.addWidget(self._in_crm)
        line.addLayout(texts, 1)
        self.open_deal = IconButton(theme, "chevron-right", _("Открыть карточку сделки"), name="openDealButton")
        self.open_deal.clicked.connect(self._open_chosen)
        change = button(_("Сменить"), "link", name="changeDealButton")
        change.clicked.connect(self._choose_another)
        line.addWidget(change)
        line.addWidget(self.open_deal)
        return self._chosen

    def _make_choice(self, theme: Theme) -> QWidget:
        self._choice = QWidget()
        inner = QVBoxLayout(self._choice)
        inner.setContentsMargins(0, 0, 4, 0)
        inner.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(Icon(theme, "briefcase-business", "accent", 18))
        self._question = label(_("К какой сделке относится звонок?"), "strong", is_wrapped=True)
        head.addWidget(self._question, 1)
        self.cancel = button(_("Отмена"), "link", name="cancelDealChoice")
        self.cancel.clicked.connect(self._keep)
        head.addWidget(self.cancel)
        self._why = label("", "muted", is_wrapped=True, name="dealHint")
        self._rows = QVBoxLayout()
        self._rows.setSpacing(6)
        self.search = SearchField(theme, _("Найти сделку: компания, имя, телефон, ИНН"), "dealSearch")
        self.create_button = button("", "", name="newDealButton")
        self.create_button.clicked.connect(self._create)
        inner.addLayout(head)
        inner.addWidget(self._why)
        inner.addLayout(self._rows)
        inner.addWidget(self.search)
        inner.addWidget(self.create_button)
        return self._choice

    def _say_choice(self) -> None:
        title = self._review.proposed_title
        self.create_button.setVisible(bool(title))
        self.create_button.setText(
            _("Новая сделка «{title}»").format(title=title if len(title) < 34 else title[:32] + "…")
        )
        if self._review.candidates or self._crm.offered:
            text = _("Нашлись похожие. Выбирает человек: программа сама сделку не привязывает.")
        else:
            text = _("Похожих сделок нет: найдите свою или создайте новую. Она появится с первой визой.")
        self._why.setText(text)

    def _fill(self, candidates: list[DealCandidate], in_crm: list[CrmDealRow]) -> None:
        clear(self._rows)
        for candidate in candidates:
            row = CandidateRow(self._theme, candidate)
            row.chosen.connect(self._chose)
            self._rows.addWidget(row)
        for found in in_crm:
            other = CrmCandidateRow(self._theme, found)
            other.chosen.connect(self._chose_crm)
            self._rows.addWidget(other)

    def _search(self) -> None:
        self._found_here, self._found_in_crm = [], []
        if self.search.text().strip():
            self._review.search_deals(self.search.text())
            if self._crm.is_connected:
                self._crm.search(self.search.text())
        else:
            self._fill(list(self._review.candidates), list(self._crm.offered))

    def _found(self, found: list[DealCandidate]) -> None:
        if not self.search.text().strip():
            return
        self._found_here = found
        self._show_found()

    def _found_crm(self, found: list[CrmDealRow]) -> None:
        if self._choice.isVisible() and self.search.text().strip():
            self._found_in_crm = found
            self._show_found()

    def _show_found(self) -> None:
        self._fill(self._found_here, self._found_in_crm)
        if not self._found_here and not self._found_in_crm:
            self._rows.addWidget(label(_("Ничего не нашлось."), "muted"))

    def _chose_crm(self, row: CrmDealRow) -> None:
        self._is_choosing = False
        self.search.clear()
        self._crm.choose(row)

    def _chose(self, deal_id: str) -> None:
        self._is_choosing = False
        self.search.clear()
        self._review.choose_deal(deal_id)

    def _create(self) -> None:
        self._is_choosing = False
        self.search.clear()
        self._review.new_deal()

    def _choose_another(self) -> None:
        self._is_choosing = True
        self.renew()
        self.search.setFocus()

    def _open_chosen(self) -> None:
        if self._review.deal is not None:
            self.opened.emit(self._review.deal.id)

    def _keep(self) -> None:
        self._is_choosing = False
        self.search.clear()
        self.renew()

    def _other_call(self) -> None:
        self._is_choosing = False
        self.search.clear()
        set_role(self, current=False)
        self.renew()

    def _ask(self) -> None:
        """A decision was wanted before the deal is known: lead the eye and the keyboard here."""
        set_role(self, current=True)
        self._is_choosing = True
        self.renew()
        first = self._rows.itemAt(0)
        row = first.widget() if first is not None else None
        (row if isinstance(row, CandidateRow) else self.create_button).setFocus()
