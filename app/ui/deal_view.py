"""The card of one deal: values, next steps, notes, and the history of approvals."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.approval.model import Approval, Decision, DecisionKind, SubjectKind
from app.core.clock import Clock
from app.core.i18n import _, ngettext
from app.deals.model import FieldDefinition, FieldRecord, NoteRecord, Task
from app.deals.typed_values import moment_text, phone_text, shown
from app.ui.portions import Portions
from app.ui.theme import Theme
from app.ui.widgets import FlowLayout, Icon, IconButton, button, chip, clear, divider, label
from app.viewmodels.deals import DealCard
from app.viewmodels.wording import clock_text, date_text, who_label

_HISTORY_AT_MOST = 30


class DealView(QScrollArea):
    """Shows a `DealCard`, a section at a time."""

    call_opened = Signal(str, int)
    proposal_wanted = Signal(str)

    def __init__(self, theme: Theme, clock: Clock) -> None:
        super().__init__()
        self.setObjectName("dealView")
        self._theme = theme
        self._clock = clock
        self._portions = Portions(self, "dealBuilder")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        content = QWidget()
        content.setObjectName("scrolled")
        self._rows = QVBoxLayout(content)
        self._rows.setContentsMargins(24, 16, 20, 24)
        self._rows.setSpacing(10)
        self.setWidget(content)
        self._shown: DealCard | None = None

    def show_card(self, card: DealCard) -> None:
        """Show a card; nothing is touched when it is the same."""
        if card == self._shown:
            return
        is_other = self._shown is None or self._shown.deal.id != card.deal.id
        self._shown = card
        self._portions.clear()
        clear(self._rows)
        if is_other:
            self.verticalScrollBar().setValue(0)
        self._rows.addWidget(self._head(card))
        by_id = {approval.id: approval for approval in card.history}
        sections = [
            (_("Следующие шаги"), card.tasks, self._tasks),
            (_("В карточке"), card.values, partial(self._values, by_id=by_id)),
            (_("Заметки"), card.notes, partial(self._notes, by_id=by_id)),
            (_("История виз"), card.history, partial(self._history, fields=card.fields)),
        ]
        for title, content, make in sections:
            if content:
                self._portions.add(partial(self._add_section, title, make, content))
        self._portions.add(lambda: self._rows.addStretch(1))

    def _add_section(self, title: str, make: object, content: object) -> None:
        self._rows.addSpacing(4)
        self._rows.addWidget(label(title, "section"))
        self._rows.addWidget(make(content))  # type: ignore[operator]

    def _head(self, card: DealCard) -> QWidget:
        host = QWidget()
        rows = QVBoxLayout(host)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        deal = card.deal
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(label(deal.title, "page", is_wrapped=True, name="dealViewTitle"), 1)
        prepare = button(_("Подготовить КП"), "soft", name="prepareDealProposal", tip="Ctrl+P")
        prepare.clicked.connect(partial(self.proposal_wanted.emit, deal.id))
        top.addWidget(prepare, 0, Qt.AlignmentFlag.AlignTop)
        rows.addLayout(top)
        host_facts = QWidget()
        facts = FlowLayout(16)
        host_facts.setLayout(facts)
        company, contact = deal.company, deal.contact
        inn = _("ИНН {inn}").format(inn=company.inn) if company and company.inn else ""
        person = " · ".join(filter(None, (contact.name, contact.role))) if contact else ""
        for icon_name, text in (
            ("building-2", " · ".join(filter(None, (company.name if company else "", inn)))),
            ("user-round", person),
            ("phone", phone_text(contact.phone) if contact and contact.phone else ""),
            ("at-sign", contact.email if contact else ""),
        ):
            if text:
                facts.addWidget(_fact(self._theme, icon_name, text))
        rows.addWidget(host_facts)
        return host

    def _values(
        self, values: tuple[tuple[FieldDefinition | None, FieldRecord], ...], by_id: dict[str, Approval]
    ) -> QWidget:
        frame = _frame("dealValues")
        grid = QGridLayout(frame)
        grid.setContentsMargins(16, 12, 12, 12)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        for row, (definition, record) in enumerate(values):
            caption = label(definition.label if definition else record.key, "label", is_wrapped=True)
            caption.setMinimumWidth(130)
            text = shown(definition, record.norm, record.value) if definition else record.value
            value = label(text, "strong", is_wrapped=True, name=f"dealValue_{record.key}")
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(caption, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, row, 1, Qt.AlignmentFlag.AlignTop)
            approval = by_id.get(record.approval_id)
            if approval is not None:
                grid.addWidget(self._source(approval, SubjectKind.FIELD, record.key), row, 2, Qt.AlignmentFlag.AlignTop)
        return frame

    def _source(self, approval: Approval, subject: SubjectKind, key: str) -> QWidget:
        """The way from a record to the words it came from."""
        decision = next((d for d in approval.decisions if (d.subject, d.key) == (subject, key)), None)
        evidence = decision.evidence[0] if decision is not None and decision.evidence else None
        made = IconButton(
            self._theme, "quote", _("Откуда это"), kind="quote", role="accent", px=11, name="sourceButton"
        )
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        when = self._clock.local(approval.at)
        if evidence is None:
            made.setText(_("вручную"))
            made.setEnabled(False)
        else:
            made.setText(clock_text(evidence.start_s) if evidence.start_s is not None else _("цитата"))
        quote = f"«{evidence.quote}»\n" if evidence is not None else ""
        signed = _("Завизировал: {name}, {date}").format(
            name=approval.decided_by, date=f"{date_text(when)} {when:%H:%M}"
        )
        made.setToolTip(quote + signed)
        segment = evidence.segment if evidence is not None else 0
        made.clicked.connect(lambda: self.call_opened.emit(approval.call_id, segment))
        return made

    def _tasks(self, tasks: tuple[Task, ...]) -> QWidget:
        frame = _frame("dealTasks")
        rows = QVBoxLayout(frame)
        rows.setContentsMargins(16, 12, 12, 12)
        rows.setSpacing(8)
        today = f"{self._clock.local(self._clock.now_utc()):%Y-%m-%dT%H:%M}"
        for task in tasks:
            line = QHBoxLayout()
            line.setSpacing(10)
            done = "circle-check" if task.is_done else "circle-dashed"
            line.addWidget(Icon(self._theme, done, "ok" if task.is_done else "faint", 17), 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(label(task.action, "strong", is_wrapped=True, name="dealTask"), 1)
            line.addWidget(chip(who_label(task.who), "client" if task.who == "client" else "accent"))
            is_late = bool(task.due) and not task.is_done and str(task.due) < today[: len(str(task.due))]
            due = moment_text(task.due) or _("без срока")
            line.addWidget(chip(_("просрочено: {due}").format(due=due), "danger") if is_late else label(due, "muted"))
            rows.addLayout(line)
        return frame

    def _notes(self, notes: tuple[NoteRecord, ...], by_id: dict[str, Approval]) -> QWidget:
        host = QWidget()
        rows = QVBoxLayout(host)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        for note in reversed(notes):
            frame = _frame("dealNote")
            inner = QVBoxLayout(frame)
            inner.setContentsMargins(16, 10, 12, 12)
            inner.setSpacing(6)
            line = QHBoxLayout()
            at = self._clock.local(note.approved_at)
            approval = by_id.get(note.approval_id)
            who = approval.decided_by if approval else ""
            line.addWidget(label(" · ".join(filter(None, (f"{date_text(at)}, {at:%H:%M}", who))), "faint"), 1)
            if approval is not None:
                line.addWidget(self._source(approval, SubjectKind.NOTE, "note"))
            inner.addLayout(line)
            inner.addWidget(label(note.text, "body", is_wrapped=True, name="dealNoteText"))
            rows.addWidget(frame)
        return host

    def _history(self, history: tuple[Approval, ...], fields: dict[str, FieldDefinition]) -> QWidget:
        frame = _frame("dealHistory")
        rows = QVBoxLayout(frame)
        rows.setContentsMargins(16, 12, 12, 12)
        rows.setSpacing(10)
        for number, approval in enumerate(history[:_HISTORY_AT_MOST]):
            if number:
                rows.addWidget(divider())
            at = self._clock.local(approval.at)
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(label(f"{date_text(at)}, {at:%H:%M} · {approval.decided_by}", "strong"))
            count = len(approval.decisions)
            line.addWidget(label(f"{count} {ngettext('решение', 'решения', 'решений', count)}", "muted"))
            if approval.undone_at is not None:
                line.addWidget(chip(_("виза снята"), "neutral"))
            line.addStretch(1)
            opener = button(_("Открыть звонок"), "link", name="openCallButton")
            opener.clicked.connect(partial(self.call_opened.emit, approval.call_id, -1))
            line.addWidget(opener)
            rows.addLayout(line)
            for decision in approval.decisions:
                rows.addWidget(label(_decision_text(decision, fields), "muted", is_wrapped=True))
        return frame


def _decision_text(decision: Decision, fields: dict[str, FieldDefinition]) -> str:
    definition = fields.get(decision.key) if decision.subject is SubjectKind.FIELD else None
    subject = {
        SubjectKind.FIELD: definition.label if definition else decision.key,
        SubjectKind.NOTE: _("Заметка"),
        SubjectKind.STEP: _("Шаг"),
    }[decision.subject]
    if decision.kind is DecisionKind.REJECTED:
        return _("{subject}: отклонено").format(subject=subject)
    value = shown(definition, decision.norm, decision.value) if definition else (decision.value or "")
    first_line, *more = value.splitlines() or [""]
    value = f"{first_line}…" if more else first_line
    edited = _(" (исправлено человеком)") if decision.kind is DecisionKind.EDITED else ""
    quote = f" — «{decision.evidence[0].quote}»" if decision.evidence and decision.subject is SubjectKind.FIELD else ""
    return f"{subject}: {value}{edited}{quote}"


def _frame(name: str) -> QFrame:
    frame = QFrame()
    frame.setProperty("card", True)
    frame.setObjectName(name)
    return frame


def _fact(theme: Theme, icon_name: str, text: str) -> QWidget:
    host = QWidget()
    line = QHBoxLayout(host)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(6)
    line.addWidget(Icon(theme, icon_name, "faint", 15))
    value = label(text, "body")
    value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    line.addWidget(value)
    return host
