"""The question box: answers with their passages, and what is found while a person still types."""

from __future__ import annotations

from functools import partial
from itertools import groupby

from PySide6.QtCore import QMargins, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.core.i18n import _
from app.core.money import roubles
from app.knowledge.model import Answer, Document, Hit, Passage, Source
from app.knowledge.stock import stock_of
from app.ui.draft.section import Section
from app.ui.scrolling import scroll_column
from app.ui.theme import Theme
from app.ui.widgets import EmptyState, Icon, SearchField, button, chip, clear, label, tool
from app.viewmodels.knowledge import KnowledgeViewModel

_TYPING_MS = 200


class QuestionField(SearchField):
    """Enter asks; what fits the words is searched for by itself."""

    asked = Signal(str)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        plain = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() in plain:
            self.asked.emit(self.text())
            return
        super().keyPressEvent(event)


class PassageCard(QFrame):
    """A passage as the document has it, with its place."""

    def __init__(self, theme: Theme, passage: Passage, quote: str = "") -> None:
        super().__init__()
        self.setProperty("tile", True)
        self.setObjectName("passageCard")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(14, 9, 12, 11)
        rows.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(Icon(theme, "quote" if quote else "sticky-note", "faint", 14), 0, Qt.AlignmentFlag.AlignTop)
        place = " › ".join(filter(None, (passage.file, passage.heading)))
        head.addWidget(label(place, "muted", is_wrapped=True, name="passagePlace"), 1)
        rows.addLayout(head)
        text = label(passage.text, "body", is_wrapped=True, name="passageText")
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        rows.addWidget(text)
        if quote and quote != passage.text:
            rows.addWidget(label(f"«{quote}»", "quote", is_wrapped=True, name="passageQuote"))


class AnswerCard(QFrame):
    """The answer sentence by sentence; pressing a source shows its passage below."""

    task_wanted = Signal()

    def __init__(self, theme: Theme, knowledge: KnowledgeViewModel) -> None:
        super().__init__()
        self.setObjectName("answerCard")
        self.setProperty("card", True)
        self._theme = theme
        self._knowledge = knowledge
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(16, 12, 14, 14)
        self._rows.setSpacing(8)
        self._passages = QVBoxLayout()

    def show_answer(self, answer: Answer | None, *, is_asking: bool) -> None:
        """Show an answer, that it is being looked for, or nothing."""
        clear(self._rows)
        self.setVisible(is_asking or answer is not None)
        if is_asking:
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(Icon(self._theme, "hourglass", "accent", 18))
            line.addWidget(label(_("Ищу ответ в базе…"), "strong", name="answerWaiting"), 1)
            self._rows.addLayout(line)
        elif answer is not None:
            self._rows.addWidget(label(answer.question, "muted", is_wrapped=True, name="answerQuestion"))
            self._tell(answer) if answer.is_answerable else self._refuse(answer)

    def _tell(self, answer: Answer) -> None:
        # Sentences that stand on one passage are read as one.
        for source, sentences in groupby(answer.sentences, key=lambda sentence: _place(sentence.source)):
            told = list(sentences)
            text = label(" ".join(one.text for one in told), "body", is_wrapped=True, name="answerSentence")
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._rows.addWidget(text)
            made = tool(self._theme, source, "absent", "answerSource", px=11)
            made.setToolTip("\n".join(f"«{one.source.quote}»" for one in told))
            made.setAccessibleName(_("Показать источник: {place}").format(place=source))
            made.clicked.connect(partial(self._show_source, told[0].source))
            self._rows.addWidget(made, 0, Qt.AlignmentFlag.AlignLeft)
        self._passages = QVBoxLayout()
        self._passages.setSpacing(6)
        self._rows.addLayout(self._passages)

    def _refuse(self, answer: Answer) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(Icon(self._theme, "circle-help", "warn", 18), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(label(answer.text, "strong", is_wrapped=True, name="answerRefusal"), 1)
        self._rows.addLayout(line)
        task = button(_("Поставить задачу"), "soft", name="makeTask")
        task.setToolTip(_("Шаг «Уточнить…» появится в черновике открытого звонка"))
        task.clicked.connect(self.task_wanted)
        self._rows.addWidget(task, 0, Qt.AlignmentFlag.AlignLeft)

    def _show_source(self, source: Source) -> None:
        clear(self._passages)
        passage = self._knowledge.passage_of(source) or Passage("", source.file, source.heading, source.quote, 0)
        self._passages.addWidget(PassageCard(self._theme, passage, source.quote))


class AnswersView(QWidget):
    """Binds the questions and the search of `KnowledgeViewModel`."""

    def __init__(self, theme: Theme, knowledge: KnowledgeViewModel) -> None:
        super().__init__()
        self._theme = theme
        self._knowledge = knowledge
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 14, 0, 0)
        outer.setSpacing(8)
        outer.addLayout(self._make_field(theme))
        host = QWidget()
        self._stack = QStackedLayout(host)
        self.empty = EmptyState(
            theme,
            "message-circle-question-mark",
            _("Ответит только то, что есть в базе"),
            _("Каждая фраза ответа показывает свой отрывок. Если ответа нет, программа так и скажет."),
            name="knowledgeEmpty",
        )
        self._stack.addWidget(self.empty)
        area, rows = scroll_column("answersScroll", QMargins(16, 4, 14, 16))
        self.answer = AnswerCard(theme, knowledge)
        self.answer.task_wanted.connect(knowledge.make_task)
        rows.addWidget(self.answer)
        self._articles = Section(_("Похожее в прайс-листе"), "foundArticles")
        self._found_passages = Section(_("Похожее в документах"), "foundPassages")
        self._lists = {}
        for section in (self._articles, self._found_passages):
            inner = QVBoxLayout()
            inner.setSpacing(6)
            section.rows.addLayout(inner)
            self._lists[section] = inner
            rows.addWidget(section)
        rows.addStretch(1)
        self._stack.addWidget(area)
        outer.addWidget(host, 1)
        self._area = area
        self._typing = QTimer(self)
        self._typing.setObjectName("knowledgeTyping")
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(lambda: knowledge.search(self.field.text()))
        knowledge.hits_changed.connect(self._renew_hits)
        knowledge.answer_changed.connect(self._renew_answer)
        self._renew_answer()
        self._renew_hits()

    def _make_field(self, theme: Theme) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setContentsMargins(20, 0, 16, 0)
        line.setSpacing(8)
        self.field = QuestionField(theme, _("Спросите или найдите: сколько стоит доставка в Тулу?"), "questionField")
        self.field.asked.connect(self._ask)
        self.field.textChanged.connect(self._typed)
        line.addWidget(self.field, 1)
        self.ask = button(_("Спросить"), "primary", name="askButton", tip="Enter")
        self.ask.clicked.connect(lambda: self._ask(self.field.text()))
        line.addWidget(self.ask)
        return line

    def show_document(self, document: Document) -> None:
        """Show the passages of a document in their order."""
        self._knowledge.forget_answer()
        self._fill([Hit(1.0, passage=passage) for passage in document.passages])

    def show_source(self, source: Source) -> None:
        """Show the passage that a sentence of a proposal stands on."""
        self._knowledge.forget_answer()
        passage = self._knowledge.passage_of(source) or Passage("", source.file, source.heading, source.quote, 0)
        self._fill([Hit(1.0, passage=passage)])

    def _typed(self, text: str) -> None:
        if not text.strip():
            self._knowledge.forget_answer()
        self._typing.start()

    def _ask(self, text: str) -> None:
        if text.strip():
            self._typing.stop()
            self._knowledge.search(text)
            self._knowledge.ask(text)

    def _renew_answer(self) -> None:
        self.answer.show_answer(self._knowledge.answer, is_asking=self._knowledge.is_asking)
        self.ask.setEnabled(not self._knowledge.is_asking)
        self._choose()

    def _renew_hits(self) -> None:
        self._fill(list(self._knowledge.hits))

    def _fill(self, hits: list[Hit]) -> None:
        for inner in self._lists.values():
            clear(inner)
        counts = {self._articles: 0, self._found_passages: 0}
        for hit in hits:
            section = self._articles if hit.item is not None else self._found_passages
            made = _item_card(hit) if hit.item is not None else self._passage_card(hit)
            if made is not None:
                self._lists[section].addWidget(made)
                counts[section] += 1
        for section, count in counts.items():
            section.count(count)
            section.setVisible(count > 0)
        self._choose()

    def _passage_card(self, hit: Hit) -> QWidget | None:
        return PassageCard(self._theme, hit.passage) if hit.passage is not None else None

    def _choose(self) -> None:
        is_empty = self.answer.isHidden() and self._articles.isHidden() and self._found_passages.isHidden()
        self._stack.setCurrentWidget(self.empty if is_empty else self._area)
        if not is_empty:
            return
        if self._knowledge.text and self._knowledge.text == self.field.text().strip():
            self.empty.say("search", _("Ничего не нашлось"), _("Попробуйте другие слова или артикул."))
        else:
            self.empty.say(
                "message-circle-question-mark",
                _("Ответит только то, что есть в базе"),
                _("Каждая фраза ответа показывает свой отрывок. Если ответа нет, программа так и скажет."),
            )


def _place(source: Source) -> str:
    return " › ".join(filter(None, (source.file, source.heading.rsplit(" › ", 1)[-1])))


def _item_card(hit: Hit) -> QWidget | None:
    item = hit.item
    if item is None:
        return None
    made = QFrame()
    made.setProperty("tile", True)
    made.setObjectName("itemCard")
    rows = QVBoxLayout(made)
    rows.setContentsMargins(14, 8, 12, 9)
    rows.setSpacing(2)
    line = QHBoxLayout()
    line.setSpacing(8)
    line.addWidget(label(item.name, "strong", is_wrapped=True, name="itemName"), 1)
    price = label(f"{roubles(item.price)}/{item.unit}", "strong", name="itemPrice")
    line.addWidget(price, 0, Qt.AlignmentFlag.AlignTop)
    rows.addLayout(line)
    below = QHBoxLayout()
    below.setSpacing(8)
    below.addWidget(label(" · ".join(filter(None, (item.sku, item.note))), "muted", is_wrapped=True), 1)
    stock = stock_of(item)
    if stock is not None:
        text = _("остаток {count}").format(count=f"{stock:f}") if stock else _("нет на складе")
        below.addWidget(chip(text, "ok" if stock else "warn"), 0, Qt.AlignmentFlag.AlignTop)
    rows.addLayout(below)
    return made
