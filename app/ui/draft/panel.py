"""The third column: the deal, the cards of the draft, and the one-click approval."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QElapsedTimer, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from app.approval.model import SubjectKind
from app.core.clock import Clock
from app.core.i18n import _, ngettext
from app.draft.model import Draft
from app.recording.model import CallState
from app.ui.draft.card import ReviewCard
from app.ui.draft.deal_card import DealPanel
from app.ui.draft.extras import AbsentFields, ExtrasCard, ProductsCard, QuestionsCard, RisksCard
from app.ui.draft.field_card import FieldCard
from app.ui.draft.note_card import NoteCard, StepCard
from app.ui.draft.section import Section
from app.ui.portions import Portions, laid_out_once
from app.ui.theme import Theme
from app.ui.widgets import EmptyState, IconButton, button, chip, label, pane, set_chip
from app.viewmodels.crm_deals import CrmDealsViewModel
from app.viewmodels.review import ReviewViewModel
from app.viewmodels.review_items import Group, ReviewItem
from app.viewmodels.wording import kind_label, mood_label

_AHEAD = {Group.DECIDE: 10, Group.PROVEN: 10, Group.NOTE: 1, Group.STEPS: 3}
_KINDS: dict[SubjectKind, type[ReviewCard]] = {SubjectKind.STEP: StepCard, SubjectKind.NOTE: NoteCard}
_KEYS = {"e": "edit", "у": "edit", "j": "next", "о": "next", "k": "previous", "л": "previous"}


class DraftPanel(QWidget):
    """Binds `ReviewViewModel`. Cards are made in small portions, so that a long draft does not stop the window."""

    deal_opened = Signal(str)
    call_opened = Signal(str, int)
    retry_wanted = Signal()
    proposal_wanted = Signal()

    def __init__(self, theme: Theme, review: ReviewViewModel, crm: CrmDealsViewModel, clock: Clock) -> None:
        super().__init__()
        self.setObjectName("draftPanel")
        self._theme = theme
        self._clock = clock
        self._review = review
        self._crm = crm
        self._cards: dict[str, ReviewCard] = {}
        self._spare: dict[type[ReviewCard], list[ReviewCard]] = {FieldCard: [], StepCard: [], NoteCard: []}
        self._opened_absent: set[str] = set()
        self._portions = Portions(self, "draftBuilder")
        self._ahead = Portions(self, "cardsAhead")
        self._has_sound = True
        self._progress_text = ""

        ground = pane("draftPane")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(ground)
        inner = QVBoxLayout(ground)
        inner.setContentsMargins(0, 12, 0, 0)
        inner.setSpacing(8)
        inner.addLayout(self._make_head(theme))
        host = QWidget()
        self._stack = QStackedLayout(host)
        self._empty = EmptyState(theme, "signature", "", name="draftEmpty")
        self._scroll = self._make_scroll(theme)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._scroll)
        inner.addWidget(host, 1)
        self._footer = self._make_footer()
        inner.addWidget(self._footer)

        footer = self._footer.layout()
        self._layouts += [layout for layout in (outer, inner, self._stack, footer) if layout is not None]

        review.loaded.connect(self._loaded)
        review.items_changed.connect(self._renew)
        review.selection_changed.connect(self._select)
        review.busy_changed.connect(lambda _busy: self._renew_footer())
        review.deal_changed.connect(self._renew_footer)
        crm.cautioned.connect(self._say_cautions)
        crm.changed.connect(self._say_cautions)
        self._loaded()

    def prepare(self) -> None:
        """Make some cards in advance, so that the first draft is on the screen at once."""
        for group, count in _AHEAD.items():
            for _number in range(count):
                self._ahead.add(partial(self._make_ahead, group))

    def set_sound(self, has_sound: bool) -> None:
        """Whether quotes can be heard."""
        self._has_sound = has_sound

    def say_progress(self, text: str) -> None:
        """What the call is going through while there is no draft yet."""
        if text != self._progress_text:
            self._progress_text = text
            if self._review.draft is None:
                self._say_empty()

    def card(self, item_id: str) -> ReviewCard | None:
        """The card of an item, if it is on the screen."""
        return self._cards.get(item_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        review, key = self._review, event.key()
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        # A key is known by its letter on either layout: the one that says J says О.
        wish = _KEYS.get(event.text().lower(), "") if plain else ""
        if wish == "next" or (plain and key == Qt.Key.Key_Down):
            review.step(1)
        elif wish == "previous" or (plain and key == Qt.Key.Key_Up):
            review.step(-1)
        elif not review.selected or not plain:
            super().keyPressEvent(event)
        elif wish == "edit" or key == Qt.Key.Key_F2:
            self._edit(review.selected)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            review.approve(review.selected)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            review.reject(review.selected)
        elif key == Qt.Key.Key_Space:
            review.play(review.selected)
        else:
            super().keyPressEvent(event)

    def focus_cards(self) -> None:
        """Give the keyboard to the selected card, or to the first."""
        if not self._review.selected:
            self._review.step(1)
        card = self._cards.get(self._review.selected)
        (card or self.approve_all).setFocus()

    def ask_deal(self) -> None:
        """A decision was wanted before the deal is known: bring the choice into view."""
        self._scroll.ensureWidgetVisible(self.deal, 0, 0)

    def _make_head(self, theme: Theme) -> QVBoxLayout:
        head = QVBoxLayout()
        head.setContentsMargins(16, 0, 12, 0)
        head.setSpacing(6)
        top = QHBoxLayout()
        top.addWidget(label(_("Черновик"), "title"))
        top.addStretch(1)
        self.undo_button = IconButton(theme, "undo-2", _("Снять последнюю визу"), name="undoButton", shortcut="Ctrl+Z")
        self.undo_button.clicked.connect(self._review.undo)
        top.addWidget(self.undo_button)
        head.addLayout(top)
        self._kind = chip(name="draftKind")
        self._mood = chip(name="draftMood")
        top.insertWidget(1, self._kind)
        top.insertWidget(2, self._mood)
        return head

    def _make_scroll(self, theme: Theme) -> QScrollArea:
        area = QScrollArea()
        area.setObjectName("draftScroll")
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        content = QWidget()
        content.setObjectName("scrolled")
        rows = QVBoxLayout(content)
        rows.setContentsMargins(12, 2, 10, 16)
        rows.setSpacing(8)
        self.deal = DealPanel(theme, self._review, self._crm)
        self.deal.opened.connect(self.deal_opened)
        rows.addWidget(self.deal)
        self._extras: list[tuple[Section, ExtrasCard]] = []
        self._sections: dict[Group, Section] = {}
        risks = self._add_extras(_("Риски"), "risksSection", RisksCard(theme, "risksCard"))
        rows.addWidget(risks)
        for group in (Group.DECIDE, Group.PROVEN, Group.NOTE, Group.STEPS):
            rows.addWidget(self._add_section(group))
        self.add_step = button(_("Добавить шаг"), "link", name="addStepButton")
        self.add_step.clicked.connect(self._add_step)
        self._sections[Group.STEPS].head.addWidget(self.add_step)
        rows.addWidget(self._add_extras(_("Товары"), "productsSection", ProductsCard(theme, "productsCard")))
        questions = QuestionsCard(theme, "questionsCard")
        rows.addWidget(self._add_extras(_("Спросить в следующий раз"), "questionsSection", questions))
        rows.addWidget(self._add_section(Group.ABSENT))
        self._absent = AbsentFields(theme)
        self._absent.wanted.connect(self._open_absent)
        self._sections[Group.ABSENT].rows.addWidget(self._absent)
        rows.addStretch(1)
        area.setWidget(content)
        sections = [*self._sections.values(), *(section for section, _card in self._extras)]
        self._layouts: list[QLayout] = [rows, *(section.rows for section in sections)]
        return area

    def _add_section(self, group: Group) -> Section:
        section = Section(group.label, f"section_{group}")
        self._sections[group] = section
        return section

    def _add_extras(self, title: str, name: str, card: ExtrasCard) -> Section:
        section = Section(title, name)
        section.rows.addWidget(card)
        section.hide()
        card.evidence_wanted.connect(self._review.evidence_wanted.emit)
        self._extras.append((section, card))
        return section

    def _make_footer(self) -> QFrame:
        footer = QFrame()
        footer.setObjectName("footer")
        rows = QVBoxLayout(footer)
        rows.setContentsMargins(12, 10, 12, 12)
        rows.setSpacing(6)
        self.approve_all = button("", "primary", name="approveAllButton", tip=_("Ctrl+Enter"))
        self.approve_all.setProperty("large", True)
        self.approve_all.clicked.connect(self._review.approve_joint)
        rows.addWidget(self.approve_all)
        line = QHBoxLayout()
        self._rest = label("", "muted", name="restText", is_wrapped=True)
        self.reject_rest = button(_("Остальное не записывать"), "link", name="rejectRestButton")
        self.reject_rest.clicked.connect(self._review.reject_rest)
        line.addWidget(self._rest, 1)
        line.addWidget(self.reject_rest)
        self.prepare_proposal = button(_("Подготовить КП"), "soft", name="prepareProposal", tip="Ctrl+P")
        self.prepare_proposal.clicked.connect(self.proposal_wanted)
        line.addWidget(self.prepare_proposal)
        rows.addLayout(line)
        return footer

    def _loaded(self) -> None:
        """Another call or another draft: put the cards away, and show the new ones as they get made."""
        self._portions.clear()
        self._opened_absent.clear()
        with laid_out_once(self._layouts):
            self._show_empty_draft()

    def _show_empty_draft(self) -> None:
        for item_id in list(self._cards):
            self._put_away(item_id)
        draft = self._review.draft
        set_chip(self._kind, kind_label(draft.kind) if draft else "", "neutral")
        mood = mood_label(draft.sentiment) if draft else ""
        set_chip(self._mood, mood, "ok" if draft and draft.sentiment == "positive" else "danger")
        for section, card in self._extras:
            section.hide()
            if draft is not None:
                self._queue_extras(section, card, draft)
        for section in self._sections.values():
            section.hide()
        if draft is None:
            self._say_empty()
            self._stack.setCurrentWidget(self._empty)
        else:
            self._stack.setCurrentWidget(self._scroll)
            self._scroll.verticalScrollBar().setValue(0)
        self._renew_footer()

    def _say_empty(self) -> None:
        call = self._review.call
        if not self._review.call_id:
            self._empty.say("signature", _("Черновик появится здесь"), _("Выберите звонок слева."))
        elif self._progress_text:
            text = _("{stage}. Черновик появится сам, окно можно закрыть: работа продолжится при следующем запуске.")
            self._empty.say("hourglass", _("Готовлю черновик"), text.format(stage=self._progress_text), "accent")
        elif call is not None and call.state is CallState.FAILED:
            self._empty.say("circle-alert", _("Черновика нет"), _("Причина и что делать — рядом с разговором."))
        else:
            self._empty.say("signature", _("Черновика ещё нет"), _("Он появится после разбора разговора."))

    def _queue_extras(self, section: Section, card: ExtrasCard, draft: Draft) -> None:
        self._portions.add(card.empty)
        rows = card.rows(draft, has_sound=self._has_sound)
        for row in rows:
            self._portions.add(row)
        if rows:
            self._portions.add(partial(self._show_section, section))

    def _show_section(self, section: Section) -> None:
        with laid_out_once(self._layouts):
            section.show()

    def _renew(self) -> None:
        """Bring the cards in line with the items: what changed is shown, what is new is queued."""
        if self._review.draft is not None:
            with laid_out_once(self._layouts):
                self._renew_cards()

    def _renew_cards(self) -> None:
        began = QElapsedTimer()
        began.start()
        groups = dict(self._review.groups)
        wanted = {item.id for item in self._review.items if self._has_card(item)}
        for item_id in [item_id for item_id in self._cards if item_id not in wanted]:
            self._put_away(item_id)
        for group, section in self._sections.items():
            items = groups.get(group, [])
            section.count(len(items) if group is not Group.NOTE else 0)
            is_kept = group is Group.STEPS
            section.setVisible(bool(items) or is_kept)
            place = 1
            for item in items:
                if not self._has_card(item):
                    continue
                if item.id in self._cards:
                    self._place(self._cards[item.id], section, place)
                    self._portions.add_or_run(partial(self._show_again, item.id), began)
                else:
                    self._portions.add(partial(self._make_card, item.id))
                place += 1
        absent = [item for item in groups.get(Group.ABSENT, []) if item.id not in self._opened_absent]
        self._absent.show_items(absent)
        self._renew_footer()

    def _show_again(self, item_id: str) -> None:
        card, item = self._cards.get(item_id), self._review.item(item_id)
        if card is not None and item is not None and (card.is_editing or item != card.item):
            with laid_out_once(self._layouts):
                card.show_item(item)

    def _say_cautions(self) -> None:
        for card in self._cards.values():
            card.say_caution()

    def _has_card(self, item: ReviewItem) -> bool:
        if item.subject is SubjectKind.NOTE:
            return bool(item.value)
        return item.group is not Group.ABSENT or item.id in self._opened_absent

    def _make_card(self, item_id: str) -> None:
        item = self._review.item(item_id)
        if item is None or item_id in self._cards or not self._has_card(item):
            return
        card = self._new_card(item)
        card.has_sound = self._has_sound
        self._cards[item_id] = card
        section = self._sections[item.group]
        members = [i.id for i in dict(self._review.groups).get(item.group, []) if i.id in self._cards]
        self._place(card, section, 1 + members.index(item_id))
        if isinstance(card, NoteCard) and self._review.draft is not None:
            card.lines = self._review.draft.note
        card.show_item(item)
        card.set_current(item_id == self._review.selected)
        with laid_out_once(self._layouts):
            card.show()
        is_new_step = item.subject is SubjectKind.STEP and not item.value and item.decision is None
        if item_id in self._opened_absent or is_new_step:
            card.begin_edit()

    def _new_card(self, item: ReviewItem) -> ReviewCard:
        kind = _KINDS.get(item.subject, FieldCard)
        spare, section = self._spare[kind], self._sections[item.group]
        if not spare:
            return self._make_spare(kind)
        chosen = next((place for place, card in enumerate(spare) if card.parentWidget() is section), -1)
        return spare.pop(chosen)

    def _make_ahead(self, group: Group) -> None:
        kind = {Group.STEPS: StepCard, Group.NOTE: NoteCard}.get(group, FieldCard)
        card = self._make_spare(kind)
        card.setParent(self._sections[group])
        card.ensurePolished()
        self._spare[kind].append(card)

    def _make_spare(self, kind: type[ReviewCard]) -> ReviewCard:
        if kind is NoteCard:
            note = NoteCard(self._theme)
            note.evidence_wanted.connect(self._review.evidence_wanted.emit)
            note.edited.connect(self._edited)
            note.given_up.connect(self._given_up)
            return self._connected(note)
        if kind is StepCard:
            step = StepCard(self._theme)
            step.edited.connect(self._step_edited)
            step.given_up.connect(self._given_up)
            return self._connected(step)
        card = FieldCard(self._theme, self._clock)
        card.edited.connect(self._edited)
        card.given_up.connect(self._given_up)
        card.earlier_wanted.connect(self.call_opened)
        return self._connected(card)

    def _connected(self, card: ReviewCard) -> ReviewCard:
        card.hide()
        card.caution_of = self._crm.caution
        card.approve_wanted.connect(self._review.approve)
        card.reject_wanted.connect(self._review.reject)
        card.edit_wanted.connect(self._edit)
        card.selected.connect(self._review.select)
        card.play_wanted.connect(self._review.play)
        return card

    def _put_away(self, item_id: str) -> None:
        card = self._cards.pop(item_id)
        card.end_edit()
        card.item = None
        card.hide()
        parent = card.parentWidget()
        layout = parent.layout() if parent is not None else None
        if layout is not None:
            layout.removeWidget(card)
        # It stays a child of its section: with another parent its style would be worked out anew.
        self._spare[type(card)].append(card)

    def _place(self, card: ReviewCard, section: Section, position: int) -> None:
        if card.parentWidget() is section and section.rows.indexOf(card) == position:
            return
        section.rows.insertWidget(position, card)
        section.show()

    def _select(self, item_id: str) -> None:
        for other_id, card in self._cards.items():
            card.set_current(other_id == item_id)
        chosen = self._cards.get(item_id)
        if chosen is not None:
            if not chosen.isAncestorOf(self.focusWidget() or self):
                chosen.setFocus()
            self._scroll.ensureWidgetVisible(chosen, 0, 24)

    def _edit(self, item_id: str) -> None:
        card = self._cards.get(item_id)
        if card is not None:
            self._review.select(item_id)
            card.begin_edit()

    def _edited(self, item_id: str, entered: object) -> None:
        if self._review.edit(item_id, entered):  # type: ignore[arg-type]
            self._finish_edit(item_id)

    def _step_edited(self, item_id: str, action: str, who: str, due: str | None) -> None:
        if self._review.edit(item_id, action, who=who, due=due):
            self._finish_edit(item_id)

    def _finish_edit(self, item_id: str) -> None:
        self._opened_absent.discard(item_id)
        card = self._cards.get(item_id)
        if card is not None:
            card.end_edit()
        self._renew()

    def _given_up(self, item_id: str) -> None:
        item = self._review.item(item_id)
        if item is not None and item.subject is SubjectKind.STEP and not item.value:
            self._review.revert(item_id)
        else:
            self._finish_edit(item_id)

    def _open_absent(self, item_id: str) -> None:
        self._opened_absent.add(item_id)
        self._review.select(item_id)
        self._renew()

    def _add_step(self) -> None:
        self._review.add_step()

    def _renew_footer(self) -> None:
        with laid_out_once(self._layouts):
            self._say_footer()

    def _say_footer(self) -> None:
        review = self._review
        self._footer.setVisible(review.draft is not None)
        self.undo_button.setVisible(review.can_undo)
        self.prepare_proposal.setVisible(review.draft is not None)
        joint, waiting = len(review.joint), len(review.open_items)
        self.approve_all.setText(
            _("Завизировать проверенное · {count}").format(count=joint) if joint else _("Завизировать проверенное")
        )
        self.approve_all.setEnabled(joint > 0 and not review.is_busy)
        rest = waiting - joint
        if waiting == 0:
            text = _("Всё решено, ничего не ждёт визы.")
        elif rest:
            word = ngettext("пункт", "пункта", "пунктов", rest)
            text = _("Ещё {count} {word} — решите по одному").format(count=rest, word=word)
        else:
            text = _("Ctrl+Enter")
        self._rest.setText(text)
        self.reject_rest.setVisible(joint == 0 and rest > 0)
        self.reject_rest.setEnabled(not review.is_busy)
