"""What a draft tells besides its fields: risks, products, questions for the next call, and what was not discussed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from app.core.i18n import _
from app.deals.typed_values import number_text
from app.draft.model import Draft, Evidence, FieldStatus, LineItem, Risk
from app.ui.draft.card import HeardLine, QuoteLine
from app.ui.portions import laid_out_once
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

    def empty(self) -> None:
        """Take the rows of the draft before out."""
        clear(self._outer)

    def rows(self, draft: Draft, *, has_sound: bool) -> list[Callable[[], None]]:
        """What makes the rows of a draft, one each, so that a long list does not stop the window; none for nothing."""
        raise NotImplementedError

    def _quote(self, evidence: Evidence, *, has_sound: bool) -> QuoteLine:
        line = QuoteLine(self._theme, evidence, has_sound=has_sound)
        line.played.connect(lambda: self.evidence_wanted.emit(evidence))
        return line


class RisksCard(ExtrasCard):
    """What to watch out for, each with its quote."""

    def rows(self, draft: Draft, *, has_sound: bool) -> list[Callable[[], None]]:
        return [partial(self._add_risk, risk, has_sound=has_sound) for risk in draft.risks]

    def _add_risk(self, risk: Risk, *, has_sound: bool) -> None:
        row = QVBoxLayout()
        row.setSpacing(4)
        row.addWidget(chip(risk_label(risk.kind), "danger" if risk.kind in _GRAVE else "warn"))
        for evidence in risk.evidence[:1]:
            row.addWidget(self._quote(evidence, has_sound=has_sound))
        self._outer.addLayout(row)


class ProductsCard(ExtrasCard):
    """Products of the price list that were talked about."""

    def rows(self, draft: Draft, *, has_sound: bool) -> list[Callable[[], None]]:
        return [partial(self._add_product, item, has_sound=has_sound) for item in draft.line_items]

    def _add_product(self, item: LineItem, *, has_sound: bool) -> None:
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


class QuestionsCard(ExtrasCard):
    """What was not discussed and should be asked next time."""

    def rows(self, draft: Draft, *, has_sound: bool) -> list[Callable[[], None]]:
        del has_sound
        return [partial(self._add_question, question) for question in draft.questions]

    def _add_question(self, question: str) -> None:
        host = QWidget()
        row = QHBoxLayout(host)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(Icon(self._theme, "circle-help", "faint", 15), 0, Qt.AlignmentFlag.AlignTop)
        text = label(question, "body", is_wrapped=True, name="question")
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(text, 1)
        self._outer.addWidget(host)


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
        self._buttons: list[QToolButton] = []

    def show_items(self, items: list[ReviewItem]) -> None:
        """One button for each field."""
        ids = tuple(item.id for item in items)
        if ids == self._shown:
            return
        self._shown = ids
        # Buttons are used again: to make them all anew for each call would hold the window up.
        with laid_out_once([self._flow]):
            for place, item in enumerate(items):
                if place == len(self._buttons):
                    self._add_button(place)
                self._name(self._buttons[place], item)
            for spare in self._buttons[len(items) :]:
                spare.hide()
        self._flow.invalidate()
        self.updateGeometry()

    def _add_button(self, place: int) -> None:
        made = tool(self._theme, "", "absent", "")
        made.clicked.connect(lambda: self.wanted.emit(self._shown[place]))
        self._buttons.append(made)
        self._flow.addWidget(made)

    def _name(self, target: QToolButton, item: ReviewItem) -> None:
        is_required = item.definition is not None and item.definition.is_required
        target.setObjectName(f"absent_{item.key}")
        target.setText(f"{item.label} *" if is_required else item.label)
        told = _("Заполнить самому. {definition}") if not is_required else _("Обязательное поле. {definition}")
        target.setToolTip(told.format(definition=item.definition.definition if item.definition else ""))
        target.setAccessibleName(_("{label}: не обсуждали, заполнить").format(label=item.label))
        target.show()
