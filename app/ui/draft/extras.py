"""What a draft tells besides its fields: risks, products, questions for the next call, and what was not discussed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.core.i18n import _
from app.deals.typed_values import number_text
from app.draft.model import Draft, Evidence, FieldStatus
from app.ui.draft.card import HeardLine, QuoteLine
from app.ui.theme import Theme
from app.ui.widgets import FlowLayout, Icon, chip, clear, label, tool
from app.viewmodels.review_items import ReviewItem
from app.viewmodels.wording import risk_label

_GRAVE = ("complaint", "asked_for_human", "churn", "legal")


class ExtrasCard(QFrame):
    """A card that is only read. Its rows are made anew when another draft is shown."""

    evidence_wanted = Signal(object)

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("card", True)
        self._theme = theme
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(14, 10, 12, 12)
        self._outer.setSpacing(8)

    def show_draft(self, draft: Draft, *, has_sound: bool) -> bool:
        """Fill the card; False when there is nothing to show."""
        raise NotImplementedError

    def _quote(self, evidence: Evidence, *, has_sound: bool) -> QuoteLine:
        line = QuoteLine(self._theme, evidence, has_sound=has_sound)
        line.played.connect(lambda: self.evidence_wanted.emit(evidence))
        return line


class RisksCard(ExtrasCard):
    """What to watch out for, each with its quote."""

    def show_draft(self, draft: Draft, *, has_sound: bool) -> bool:
        clear(self._outer)
        for risk in draft.risks:
            row = QVBoxLayout()
            row.setSpacing(4)
            row.addWidget(chip(risk_label(risk.kind), "danger" if risk.kind in _GRAVE else "warn"))
            for evidence in risk.evidence[:1]:
                row.addWidget(self._quote(evidence, has_sound=has_sound))
            self._outer.addLayout(row)
        return bool(draft.risks)


class ProductsCard(ExtrasCard):
    """Products of the price list that were talked about."""

    def show_draft(self, draft: Draft, *, has_sound: bool) -> bool:
        clear(self._outer)
        for item in draft.line_items:
            row = QVBoxLayout()
            row.setSpacing(4)
            head = QHBoxLayout()
            head.setSpacing(8)
            name = label(item.name, "strong", is_wrapped=True, name="productName")
            head.addWidget(name, 1)
            count = _("{count} шт.").format(count=number_text(item.qty)) if item.qty is not None else _("сколько?")
            head.addWidget(label(count, "strong", name="productCount"), 0, Qt.AlignmentFlag.AlignTop)
            is_proven = item.status is FieldStatus.VERIFIED
            mark = chip(_("проверено") if is_proven else _("проверьте"), "ok" if is_proven else "warn")
            head.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
            row.addLayout(head)
            row.addWidget(label(item.sku, "faint"))
            if item.misheard:
                heard = HeardLine(self._theme)
                heard.say(item.misheard)
                row.addWidget(heard)
            for evidence in item.evidence[:1]:
                row.addWidget(self._quote(evidence, has_sound=has_sound))
            if item.reason:
                row.addWidget(label(item.reason, "warn", is_wrapped=True))
            self._outer.addLayout(row)
        return bool(draft.line_items)


class QuestionsCard(ExtrasCard):
    """What was not discussed and should be asked next time."""

    def show_draft(self, draft: Draft, *, has_sound: bool) -> bool:
        clear(self._outer)
        for question in draft.questions:
            host = QWidget()
            row = QHBoxLayout(host)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(8)
            row.addWidget(Icon(self._theme, "circle-help", "faint", 15), 0, Qt.AlignmentFlag.AlignTop)
            text = label(question, "body", is_wrapped=True, name="question")
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            row.addWidget(text, 1)
            self._outer.addWidget(host)
        return bool(draft.questions)


class AbsentFields(QWidget):
    """Fields that nobody spoke about, as small buttons: pressing one opens its editor."""

    wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("absentFields")
        self._theme = theme
        self._flow = FlowLayout(6)
        self.setLayout(self._flow)
        self._shown: tuple[str, ...] = ()

    def show_items(self, items: list[ReviewItem]) -> None:
        """One button for each field."""
        ids = tuple(item.id for item in items)
        if ids == self._shown:
            return
        self._shown = ids
        self._flow.clear()
        for item in items:
            is_required = item.definition is not None and item.definition.is_required
            text = f"{item.label} *" if is_required else item.label
            made = tool(self._theme, text, "absent", f"absent_{item.key}")
            told = _("Заполнить самому. {definition}") if not is_required else _("Обязательное поле. {definition}")
            made.setToolTip(told.format(definition=item.definition.definition if item.definition else ""))
            made.setAccessibleName(_("{label}: не обсуждали, заполнить").format(label=item.label))
            made.clicked.connect(lambda _on=False, item_id=item.id: self.wanted.emit(item_id))
            self._flow.addWidget(made)
        self.updateGeometry()
