"""The pages of the document, drawn in the background and shown beside the editor, as large as a person wants them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QMargins, QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStyle, QVBoxLayout, QWidget

from app.core.errors import VizirError
from app.core.i18n import _, ngettext
from app.ui.portions import Portions
from app.ui.proposals.zoom import WHOLE_WIDTH_PX, Fit, Zoom, ZoomBar
from app.ui.scrolling import scroll_column
from app.ui.theme import Theme
from app.ui.widgets import EmptyState, label
from app.viewmodels.proposal import ProposalViewModel

_A4 = 297 / 210
_MARGINS = QMargins(14, 2, 12, 12)
_BORDERS = 6
_SCREEN_DPI = 96
# A page may be drawn a little larger than its pixels before its letters look soft.
_STRETCH = 1.15
_SHARPER = (1, 1.5, 2)


class PageView(QWidget):
    """One page of a given width; its paper stays white in the dark, for so it will be printed."""

    def __init__(self, theme: Theme, number: int) -> None:
        super().__init__()
        self._theme = theme
        self._image = QImage()
        self._scaled = QPixmap()
        self.setObjectName(f"previewPage_{number}")
        self.setAccessibleName(_("Страница {number}").format(number=number + 1))

    @property
    def has_image(self) -> bool:
        return not self._image.isNull()

    @property
    def shape(self) -> float:
        """Height by width."""
        return self._image.height() / max(1, self._image.width()) if self.has_image else _A4

    def show_png(self, png: bytes) -> None:
        """Show other pixels."""
        self._image = QImage.fromData(png)
        self._scaled = QPixmap()
        self.show_width(self.width())
        self.update()

    def show_width(self, width: int) -> None:
        """Take a width in logical pixels; the height follows."""
        size = QSize(width, round(width * self.shape))
        if size != self.size():
            self._scaled = QPixmap()
            self.setFixedSize(size)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.fillRect(self.rect(), "#ffffff")
        if self.has_image:
            ratio = self.devicePixelRatioF()
            size = QSize(round(self.width() * ratio), round(self.height() * ratio))
            if self._scaled.size() != size:
                mode = Qt.TransformationMode.SmoothTransformation
                scaled = self._image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, mode)
                self._scaled = QPixmap.fromImage(scaled)
                self._scaled.setDevicePixelRatio(ratio)
            painter.drawPixmap(0, 0, self._scaled)
        painter.setPen(self._theme.color("line_strong"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()


class PreviewPanel(QFrame):
    """Binds the pages of `ProposalViewModel`; the old ones stay until the new ones are drawn."""

    widened = Signal(bool)

    def __init__(self, theme: Theme, proposal: ProposalViewModel) -> None:
        super().__init__()
        self.setObjectName("previewPane")
        self.setProperty("pane", True)
        self._theme = theme
        self._proposal = proposal
        self._pages: list[PageView] = []
        self._portions = Portions(self, "previewPages")
        self.zoom = Zoom()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 12, 0, 8)
        rows.setSpacing(6)
        head = QHBoxLayout()
        head.setContentsMargins(16, 0, 14, 0)
        head.addWidget(label(_("Как увидит клиент"), "title"))
        head.addStretch(1)
        self.state = label("", "muted", name="previewState")
        head.addWidget(self.state)
        rows.addLayout(head)
        self.bar = ZoomBar(theme, self.zoom)
        self.bar.widened.connect(self.widened)
        rows.addWidget(self.bar)
        self.fonts = label("", "warn", is_wrapped=True, name="missingFonts")
        self.fonts.setContentsMargins(16, 0, 14, 0)
        self.fonts.hide()
        self.empty = EmptyState(theme, "type", "", name="previewEmpty")
        rows.addWidget(self.empty, 1)
        self.area, self._rows = scroll_column("previewScroll", _MARGINS, 10)
        self.area.setAccessibleName(_("Страницы документа"))
        self.area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.area.viewport().installEventFilter(self)
        self._rows.addStretch(1)
        self.area.hide()
        rows.addWidget(self.area, 1)
        rows.addWidget(self.fonts)
        self.zoom.changed.connect(self._fit)
        proposal.pages.begun.connect(self._begun)
        proposal.drawn.connect(self._drawn)
        proposal.not_drawn.connect(self._not_drawn)
        proposal.pages.fonts_changed.connect(self._say_fonts)
        self.clear()

    def clear(self) -> None:
        """Another proposal is coming: its pages are not drawn yet."""
        self._portions.clear()
        self.area.hide()
        self.bar.hide()
        self.fonts.hide()
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

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Resize:
            self._fit()
        elif isinstance(event, QWheelEvent) and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom.step(1 if event.angleDelta().y() > 0 else -1)
            return True
        return super().eventFilter(watched, event)

    def _begun(self, pages: tuple[bytes, ...]) -> None:
        """The first page of many: those behind it stay as they were until they are drawn."""
        before = sum(not page.isHidden() for page in self._pages)
        if pages and before > 1 and not self.area.isHidden():
            self._portions.clear()
            self._pages[0].show_png(pages[0])
        elif pages:
            self._drawn(pages)
        self.wait()

    def _drawn(self, pages: tuple[bytes, ...]) -> None:
        self._portions.clear()
        for number in range(len(self._pages), len(pages)):
            page = PageView(self._theme, number)
            self._pages.append(page)
            self._rows.insertWidget(number, page, 0, Qt.AlignmentFlag.AlignHCenter)
        for number, page in enumerate(self._pages):
            page.setVisible(number < len(pages))
        for number, png in enumerate(pages):
            self._portions.add(partial(self._pages[number].show_png, png))
        self.empty.hide()
        self.area.show()
        self.bar.show()
        self._fit()
        self._say_fonts()
        count = len(pages)
        self.state.setText(f"{count} {ngettext('страница', 'страницы', 'страниц', count)}")

    def _fit(self) -> None:
        """Give each page its width; draw them anew where they have too few pixels for it."""
        if not self._pages:
            return
        # As if the scroll bar were always there: else it comes and goes with the height that it changes.
        bar = self.area.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent, None, self.area)
        room = self.area.width() - bar - _MARGINS.left() - _MARGINS.right() - _BORDERS
        height = self.area.height() - _MARGINS.top() - _MARGINS.bottom()
        width = self.zoom.width(room, height, self._pages[0].shape)
        for page in self._pages:
            page.show_width(width)
        is_own = self.zoom.fit is Fit.OWN
        policies = Qt.ScrollBarPolicy
        self.area.setHorizontalScrollBarPolicy(policies.ScrollBarAsNeeded if is_own else policies.ScrollBarAlwaysOff)
        self.bar.say(width)
        wanted = width * self.devicePixelRatioF() / (WHOLE_WIDTH_PX * _STRETCH)
        self._proposal.pages.set_dpi(round(_SCREEN_DPI * next((s for s in _SHARPER if s >= wanted), _SHARPER[-1])))

    def _say_fonts(self) -> None:
        missing = self._proposal.pages.missing_fonts
        names = ", ".join(f"«{name}»" for name in missing)
        self.fonts.setText(
            ngettext(
                "Шрифт заменён: {names} на этом компьютере нет. Строки и страницы здесь и в PDF лягут иначе.",
                "Шрифты заменены: {names} на этом компьютере нет. Строки и страницы здесь и в PDF лягут иначе.",
                "Шрифты заменены: {names} на этом компьютере нет. Строки и страницы здесь и в PDF лягут иначе.",
                len(missing),
            ).format(names=names)
        )
        self.fonts.setVisible(bool(missing) and not self.area.isHidden())

    def _not_drawn(self, error: VizirError) -> None:
        self.area.hide()
        self.bar.hide()
        self.fonts.hide()
        self.empty.show()
        self.empty.say("circle-alert", error.message, error.hint, "warn")
        self.state.setText("")
