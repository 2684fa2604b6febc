"""The pages of the document, drawn in the background and shown beside the editor."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QMargins, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.core.errors import VizirError
from app.core.i18n import _, ngettext
from app.ui.portions import Portions
from app.ui.scrolling import scroll_column
from app.ui.theme import Theme
from app.ui.widgets import EmptyState, label
from app.viewmodels.proposal import ProposalViewModel

_A4 = 297 / 210


class PageView(QWidget):
    """One page, as wide as the room; its paper stays white in the dark, for so it will be printed."""

    def __init__(self, theme: Theme, number: int) -> None:
        super().__init__()
        self._theme = theme
        self._image = QImage()
        self._scaled = QPixmap()
        self.setObjectName(f"previewPage_{number}")
        self.setAccessibleName(_("Страница {number}").format(number=number + 1))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)

    @property
    def has_image(self) -> bool:
        return not self._image.isNull()

    def show_png(self, png: bytes) -> None:
        """Show other pixels."""
        self._image = QImage.fromData(png)
        self._scaled = QPixmap()
        self._fit()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(300, round(300 * self._shape()))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.fillRect(self.rect(), "#ffffff")
        if self.has_image:
            ratio = self.devicePixelRatioF()
            if self._scaled.isNull():
                size = QSize(round(self.width() * ratio), round(self.height() * ratio))
                mode = Qt.TransformationMode.SmoothTransformation
                scaled = self._image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, mode)
                self._scaled = QPixmap.fromImage(scaled)
                self._scaled.setDevicePixelRatio(ratio)
            painter.drawPixmap(0, 0, self._scaled)
        painter.setPen(self._theme.color("line_strong"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _shape(self) -> float:
        return self._image.height() / max(1, self._image.width()) if self.has_image else _A4

    def _fit(self) -> None:
        height = round(self.width() * self._shape())
        if height != self.height():
            self._scaled = QPixmap()
            self.setFixedHeight(height)
        elif self._scaled.width() != round(self.width() * self.devicePixelRatioF()):
            self._scaled = QPixmap()


class PreviewPanel(QFrame):
    """Binds the pages of `ProposalViewModel`; the old ones stay until the new ones are drawn."""

    def __init__(self, theme: Theme, proposal: ProposalViewModel) -> None:
        super().__init__()
        self.setObjectName("previewPane")
        self.setProperty("pane", True)
        self._theme = theme
        self._pages: list[PageView] = []
        self._portions = Portions(self, "previewPages")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 12, 0, 8)
        rows.setSpacing(8)
        head = QHBoxLayout()
        head.setContentsMargins(16, 0, 14, 0)
        head.addWidget(label(_("Как увидит клиент"), "title"))
        head.addStretch(1)
        self.state = label("", "muted", name="previewState")
        head.addWidget(self.state)
        rows.addLayout(head)
        self.empty = EmptyState(theme, "type", "", name="previewEmpty")
        rows.addWidget(self.empty, 1)
        self.area, self._rows = scroll_column("previewScroll", QMargins(14, 2, 12, 12), 10)
        self.area.setAccessibleName(_("Страницы документа"))
        self.area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._rows.addStretch(1)
        self.area.hide()
        rows.addWidget(self.area, 1)
        proposal.drawn.connect(self._drawn)
        proposal.not_drawn.connect(self._not_drawn)
        self.clear()

    def clear(self) -> None:
        """Another proposal is coming: its pages are not drawn yet."""
        self._portions.clear()
        self.area.hide()
        self.empty.show()
        self.empty.say("hourglass", _("Рисую страницы"), "", "accent")
        self.state.setText("")

    def say_nothing_open(self) -> None:
        """There is no proposal to draw."""
        self.clear()
        self.empty.say("type", _("Страниц ещё нет"), _("Они появятся вместе с предложением."))

    def wait(self) -> None:
        """The pages that are shown are being drawn anew."""
        if not self.area.isHidden():
            self.state.setText(_("обновляется…"))

    def _drawn(self, pages: tuple[bytes, ...]) -> None:
        self._portions.clear()
        for number in range(len(self._pages), len(pages)):
            page = PageView(self._theme, number)
            self._pages.append(page)
            self._rows.insertWidget(number, page)
        for number, page in enumerate(self._pages):
            page.setVisible(number < len(pages))
        for number, png in enumerate(pages):
            self._portions.add(partial(self._pages[number].show_png, png))
        self.empty.hide()
        self.area.show()
        count = len(pages)
        self.state.setText(f"{count} {ngettext('страница', 'страницы', 'страниц', count)}")

    def _not_drawn(self, error: VizirError) -> None:
        self.area.hide()
        self.empty.show()
        self.empty.say("circle-alert", error.message, error.hint, "warn")
        self.state.setText("")
