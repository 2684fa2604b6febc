"""The conversation as text: who said what and when; every word can be pressed to hear it."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)

from app.core.i18n import _
from app.transcript.model import CLIENT, MANAGER, Segment
from app.ui.calls.turns_model import SEGMENT, TurnsModel
from app.ui.theme import Theme
from app.viewmodels.conversation import UNSURE_BELOW, ConversationViewModel, Place
from app.viewmodels.wording import clock_text

_LEFT = 26
_RIGHT = 18
_TOP = 8
_HEAD = 20
_BOTTOM = 8
_UNSURE = (QTextCharFormat.UnderlineStyle.DotLine, "warn")
_SPELLED_ANEW = (QTextCharFormat.UnderlineStyle.DashUnderline, "accent")
_KEPT = 160
_TRIES = 60


@dataclass(slots=True)
class _Laid:
    """A turn laid out for a width; `spans` holds the first and the last character of each word."""

    segment: Segment
    width: int
    layout: QTextLayout
    height: float
    spans: list[tuple[int, int]]


class TurnDelegate(QStyledItemDelegate):
    """Lays a turn out once for a width and draws it from then on."""

    def __init__(self, theme: Theme, conversation: ConversationViewModel, view: QListView) -> None:
        super().__init__(view)
        self._theme = theme
        self._conversation = conversation
        self._view = view
        self._laid: OrderedDict[int, _Laid] = OrderedDict()
        self._heights: dict[int, tuple[Segment, int, int]] = {}
        self.text_font = theme.font(14)
        self._name_font = theme.font(12, QFont.Weight.DemiBold)
        self._time_font = theme.font(11, is_tabular=True)
        self.hovered: Place | None = None
        self.chosen: Place | None = None

    def forget(self) -> None:
        """Lay everything out anew: other colours or another conversation."""
        self._laid.clear()
        self._heights.clear()

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802
        segment: Segment = index.data(SEGMENT)
        width = self._view.viewport().width()
        known = self._heights.get(index.row())
        if known is None or known[0] is not segment or known[1] != width:
            height = round(self.laid(index.row(), segment).height) + _TOP + _HEAD + _BOTTOM
            known = self._heights[index.row()] = (segment, width, height)
        return QSize(width, known[2])

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        segment: Segment | None = index.data(SEGMENT)
        if segment is None:
            return
        rect = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.row() in self._conversation.hits:
            is_current = self._conversation.hits[self._conversation.hit] == index.row()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("hit", 1.0 if is_current else 0.45))
            painter.drawRoundedRect(rect.adjusted(8, 2, -8, -2), 8, 8)
        role = {MANAGER: "manager", CLIENT: "client"}.get(segment.speaker, "faint")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(role, 0.85))
        painter.drawRoundedRect(QRectF(14, rect.y() + _TOP + 3, 3, rect.height() - _TOP - _BOTTOM - 4), 1.5, 1.5)
        self._head(painter, rect, segment, role)
        laid = self.laid(index.row(), segment)
        painter.setPen(self._theme.color("text"))
        laid.layout.draw(painter, QPointF(_LEFT, rect.y() + _TOP + _HEAD), self._marks(index.row(), laid))
        if option.state & QStyle.StateFlag.State_HasFocus and self.chosen is None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._theme.color("accent"), 2))
            painter.drawRoundedRect(rect.adjusted(7, 2, -7, -2), 8, 8)
        painter.restore()

    def laid(self, row: int, segment: Segment) -> _Laid:
        """The layout of a turn for the width the view has now."""
        width = self._view.viewport().width()
        found = self._laid.get(row)
        if found is not None and found.width == width and found.segment is segment:
            self._laid.move_to_end(row)
            return found
        found = self._lay_out(segment, width)
        self._laid[row] = found
        while len(self._laid) > _KEPT:
            self._laid.popitem(last=False)
        return found

    def word_at(self, row: int, rect: QRect, at: QPointF) -> int:
        """Number of the word under a point of the view; -1 for none."""
        laid = self.laid(row, self._conversation.segments[row])
        inside = at - QPointF(_LEFT, rect.y() + _TOP + _HEAD)
        for number in range(laid.layout.lineCount()):
            line = laid.layout.lineAt(number)
            if line.y() <= inside.y() < line.y() + line.height() and 0 <= inside.x() <= line.naturalTextWidth():
                position = line.xToCursor(inside.x(), line.CursorPosition.CursorOnCharacter)
                return next((i for i, (a, b) in enumerate(laid.spans) if a <= position < b), -1)
        return -1

    def word_rect(self, row: int, rect: QRect, word: int) -> QRect:
        """Where a word stands in the view; the whole turn where it has no such word."""
        laid = self.laid(row, self._conversation.segments[row])
        if not 0 <= word < len(laid.spans):
            return rect
        line = laid.layout.lineForTextPosition(laid.spans[word][0])
        return QRect(rect.x(), round(rect.y() + _TOP + _HEAD + line.y()), rect.width(), round(line.height()))

    def below_word(self, row: int, rect: QRect, word: int) -> QPoint:
        """The point of the view under the beginning of a word that the turn has."""
        laid = self.laid(row, self._conversation.segments[row])
        line = laid.layout.lineForTextPosition(laid.spans[word][0])
        # Annotated as an object: it is the place in pixels and that of the cursor.
        left = float(line.cursorToX(laid.spans[word][0])[0])  # type: ignore[index]
        return QPoint(round(rect.x() + _LEFT + left), self.word_rect(row, rect, word).bottom())

    def _head(self, painter: QPainter, rect: QRectF, segment: Segment, role: str) -> None:
        name = self._conversation.name_of(segment)
        box = QRectF(_LEFT, rect.y() + _TOP, rect.width() - _LEFT - _RIGHT, _HEAD - 2)
        painter.setFont(self._name_font)
        painter.setPen(self._theme.color(role if role != "faint" else "muted"))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, name)
        if segment.start_s is not None:
            painter.setFont(self._time_font)
            painter.setPen(self._theme.color("faint"))
            box.setLeft(box.left() + QFontMetricsF(self._name_font).horizontalAdvance(name) + 8)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, clock_text(segment.start_s))

    def _lay_out(self, segment: Segment, width: int) -> _Laid:
        spans: list[tuple[int, int]] = []
        formats: list[QTextLayout.FormatRange] = []
        if segment.words:
            text = ""
            for word in segment.words:
                text += " " if text else ""
                spans.append((len(text), len(text) + len(word.text)))
                if word.heard is not None:
                    formats.append(self._underlined(len(text), len(word.text), _SPELLED_ANEW))
                elif word.probability < UNSURE_BELOW:
                    formats.append(self._underlined(len(text), len(word.text), _UNSURE))
                text += word.text
        else:
            text = segment.text
        layout = QTextLayout(text, self.text_font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.setFormats(formats)
        layout.setCacheEnabled(True)
        layout.beginLayout()
        y = 0.0
        while True:
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(max(60, width - _LEFT - _RIGHT))
            line.setPosition(QPointF(0, y))
            y += line.height() + 3
        layout.endLayout()
        return _Laid(segment, width, layout, y, spans)

    def _underlined(
        self, start: int, length: int, look: tuple[QTextCharFormat.UnderlineStyle, str]
    ) -> QTextLayout.FormatRange:
        style, role = look
        mark = QTextCharFormat()
        mark.setUnderlineStyle(style)
        mark.setUnderlineColor(self._theme.color(role))
        return _range(start, length, mark)

    def _marks(self, row: int, laid: _Laid) -> list[QTextLayout.FormatRange]:
        marks = []
        for place, role in ((self.hovered, "hover"), (self._conversation.playing, "playing"), (self.chosen, "playing")):
            if place is not None and place.segment == row and 0 <= place.word < len(laid.spans):
                start, end = laid.spans[place.word]
                mark = QTextCharFormat()
                mark.setBackground(self._theme.color("accent_soft" if role == "hover" else role))
                if place is self.chosen:
                    mark.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
                    mark.setUnderlineColor(self._theme.color("accent"))
                marks.append(_range(start, end - start, mark))
        return marks


class TurnsView(QListView):
    """Up and Down go through the turns, Left and Right through the words, Enter plays from there."""

    heard = Signal(object)
    toggled = Signal()

    def __init__(self, theme: Theme, conversation: ConversationViewModel) -> None:
        super().__init__()
        self.setObjectName("turns")
        self.setAccessibleName(_("Разговор"))
        self._theme = theme
        self._conversation = conversation
        self._wanted: Place | None = None
        self._tries = 0
        self.turns = TurnsModel(conversation, self)
        self.setModel(self.turns)
        self.delegate = TurnDelegate(theme, conversation, self)
        self.setItemDelegate(self.delegate)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        # A three-hour call has thousands of turns: they are laid out in small portions.
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(30)
        self.setMouseTracking(True)
        self.verticalScrollBar().setSingleStep(24)
        self._retry = QTimer(self)
        self._retry.setSingleShot(True)
        self._retry.setInterval(15)
        self._retry.timeout.connect(self._go)
        conversation.playing_changed.connect(self._playing_changed)
        theme.changed.connect(self._restyled)

    def go_to(self, place: Place) -> None:
        """Bring a place into view, waiting for the layout to get there."""
        self._wanted, self._tries = place, _TRIES
        self._go()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self._hover(self._place_at(event.position()))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        self._hover(None)
        super().leaveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if event.button() is Qt.MouseButton.LeftButton:
            place = self._place_at(event.position())
            if place is not None:
                self._choose(None)
                self.heard.emit(place)
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._step_word(1 if key == Qt.Key.Key_Right else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            row = self.currentIndex().row()
            if row >= 0:
                self.heard.emit(self.delegate.chosen or Place(row, 0))
        elif key == Qt.Key.Key_Space:
            self.toggled.emit()
        else:
            self._choose(None)
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        is_by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        index = self.indexAt(event.pos()) if is_by_mouse else self.currentIndex()
        if not index.isValid() or not self._conversation.can_swap:
            return
        row = index.row()
        menu = self.speaker_menu(row)
        at = event.pos() if is_by_mouse else self.visualRect(index).topLeft()
        menu.exec(self.viewport().mapToGlobal(at))
        menu.deleteLater()

    def speaker_menu(self, row: int) -> QMenu:
        """Who said a turn, to choose from."""
        menu = QMenu(self)
        menu.setObjectName("speakerMenu")
        for text, speaker in ((_("Это говорит менеджер"), MANAGER), (_("Это говорит клиент"), CLIENT)):
            choice = QAction(text, menu)
            choice.setCheckable(True)
            choice.setChecked(self.turns.segment(row).speaker == speaker)
            choice.triggered.connect(lambda _on=False, who=speaker: self._conversation.set_speaker(row, who))
            menu.addAction(choice)
        return menu

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        if event.size().width() != event.oldSize().width():
            self.delegate.forget()
            self.scheduleDelayedItemsLayout()
        super().resizeEvent(event)

    def _place_at(self, at: QPointF) -> Place | None:
        index = self.indexAt(at.toPoint())
        if not index.isValid():
            return None
        rect = self.visualRect(index)
        word = self.delegate.word_at(index.row(), rect, at)
        if word < 0 and at.y() <= rect.y() + _TOP + _HEAD:
            return Place(index.row(), 0)
        return Place(index.row(), word) if word >= 0 else None

    def _hover(self, place: Place | None) -> None:
        if place == self.delegate.hovered:
            return
        before, self.delegate.hovered = self.delegate.hovered, place
        self._repaint(before)
        self._repaint(place)
        is_pressable = place is not None and self._conversation.has_sound
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if is_pressable else Qt.CursorShape.ArrowCursor)
        self._tell_heard(place)

    def _choose(self, place: Place | None) -> None:
        before, self.delegate.chosen = self.delegate.chosen, place
        self._repaint(before)
        self._repaint(place)
        self._tell_heard(place)

    def _tell_heard(self, place: Place | None) -> None:
        """Say beside a word that was spelled anew what the recogniser had written; nothing beside the others."""
        text = self._conversation.heard_at(place) if place is not None else ""
        if place is None or not text:
            QToolTip.hideText()
            return
        rect = self.visualRect(self.turns.index(place.segment))
        at = self.delegate.below_word(place.segment, rect, place.word)
        QToolTip.showText(self.viewport().mapToGlobal(at), text, self.viewport())

    def _step_word(self, by: int) -> None:
        row = max(0, self.currentIndex().row())
        if not self.turns.rowCount():
            return
        chosen = self.delegate.chosen
        word = chosen.word + by if chosen is not None and chosen.segment == row else (0 if by > 0 else -1)
        words = self.turns.segment(row).words
        if not 0 <= word < len(words):
            row = max(0, min(self.turns.rowCount() - 1, row + by))
            word = 0 if by > 0 else len(self.turns.segment(row).words) - 1
        self.setCurrentIndex(self.turns.index(row))
        self._choose(Place(row, max(0, word)))

    def _playing_changed(self, before: Place | None, now: Place | None) -> None:
        self._repaint(before)
        self._repaint(now)
        if now is not None and self._conversation.is_playing and (before is None or before.segment != now.segment):
            self.go_to(now)

    def _repaint(self, place: Place | None) -> None:
        if place is not None and place.segment < self.turns.rowCount():
            self.viewport().update(self.visualRect(self.turns.index(place.segment)))

    def _go(self) -> None:
        place = self._wanted
        if place is None:
            return
        index = self.turns.index(place.segment)
        rect = self.visualRect(index) if index.isValid() else QRect()
        if rect.isEmpty():
            self._tries -= 1
            if self._tries > 0:
                self._retry.start()
            return
        self._wanted = None
        self.setCurrentIndex(index)
        target = self.delegate.word_rect(place.segment, rect, place.word) if place.word >= 0 else rect
        bar, height = self.verticalScrollBar(), self.viewport().height()
        if target.top() < 8 or target.bottom() > height - 40:
            bar.setValue(bar.value() + target.top() - height // 3)

    def _restyled(self) -> None:
        self.delegate.forget()
        self.viewport().update()


def _range(start: int, length: int, mark: QTextCharFormat) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start, made.length, made.format = start, length, mark
    return made
