"""The table «our field → the CRM's field», with options and definition of the chosen one beside it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QMargins, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QMouseEvent, QStandardItem, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.core.i18n import _, ngettext
from app.delivery.model import RemoteField, RemoteType
from app.ui.portions import Portions
from app.ui.scrolling import scroll_column
from app.ui.theme import Theme
from app.ui.widgets import ElidedLabel, EmptyState, Icon, button, clear, label, pane, set_role
from app.viewmodels.crm_mapping import CrmMappingViewModel, MapRow, own_type_label, type_label

_KEY = Qt.ItemDataRole.UserRole
_TYPING_MS = 800


class CalmBox(QComboBox):
    """A list box that the wheel does not change while one scrolls past it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        event.ignore()


class MapRowView(QFrame):
    """One field of ours."""

    chosen = Signal(str, str)
    enabled = Signal(str, bool)
    selected = Signal(str)

    def __init__(self, theme: Theme, row: MapRow, choices: QStandardItemModel) -> None:
        super().__init__()
        self.setObjectName(f"map_{row.key}")
        self.setProperty("card", True)
        self.setProperty("current", False)
        self._key = row.key
        rows = QVBoxLayout(self)
        rows.setContentsMargins(12, 7, 10, 7)
        rows.setSpacing(4)
        line = QHBoxLayout()
        line.setSpacing(10)
        ours = QVBoxLayout()
        ours.setSpacing(0)
        ours.addWidget(ElidedLabel(row.definition.label, "strong", "mapOurs"))
        ours.addWidget(label(own_type_label(row.definition.type), "faint"))
        line.addLayout(ours, 2)
        line.addWidget(Icon(theme, "chevron-right", "faint", 16))
        self.box = CalmBox()
        self.box.setObjectName("mapChoice")
        self.box.setAccessibleName(_("Поле CRM для «{label}»").format(label=row.definition.label))
        self.box.setModel(choices)
        self.box.activated.connect(self._choose)
        line.addWidget(self.box, 3)
        self.switch = QCheckBox(_("передавать"))
        self.switch.setObjectName("mapSwitch")
        self.switch.setAccessibleName(_("Передавать «{label}» в CRM").format(label=row.definition.label))
        self.switch.clicked.connect(lambda is_on: self.enabled.emit(self._key, is_on))
        kept = self.switch.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.switch.setSizePolicy(kept)
        line.addWidget(self.switch)
        rows.addLayout(line)
        self._reason = label("", "warn", is_wrapped=True, name="mapReason")
        rows.addWidget(self._reason)
        self.show_row(row)

    def show_row(self, row: MapRow) -> None:
        """Show what is chosen."""
        place = self.box.findData(row.mapped.remote_key, _KEY) if row.mapped is not None else 0
        self.box.setCurrentIndex(max(0, place))
        self.switch.setVisible(row.mapped is not None)
        self.switch.setChecked(row.mapped is not None and row.mapped.is_enabled)
        told = " ".join(row.reasons) or row.note
        self._reason.setText(told)
        self._reason.setVisible(bool(told))
        set_role(self._reason, role="warn" if row.reasons else "faint")

    def set_current(self, is_current: bool) -> None:
        set_role(self, current=is_current)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self.selected.emit(self._key)
        super().mousePressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        self.selected.emit(self._key)
        super().focusInEvent(event)

    def _choose(self, at: int) -> None:
        self.selected.emit(self._key)
        self.chosen.emit(self._key, str(self.box.itemData(at, _KEY) or ""))


class FieldDetails(QFrame):
    """What belongs in the chosen field, and what its options are in the CRM."""

    def __init__(self, theme: Theme, mapping: CrmMappingViewModel) -> None:
        super().__init__()
        self.setObjectName("mapDetails")
        self.setProperty("pane", True)
        self._theme = theme
        self._mapping = mapping
        self._key = ""
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 12, 0, 12)
        area, rows = scroll_column("mapDetailsScroll", QMargins(16, 0, 14, 0), 8)
        outer.addWidget(area)
        self._title = label("", "title", is_wrapped=True, name="detailsTitle")
        self._remote = label("", "muted", is_wrapped=True, name="detailsRemote")
        rows.addWidget(self._title)
        rows.addWidget(self._remote)
        head = QHBoxLayout()
        head.addWidget(label(_("Что сюда писать"), "section"), 1)
        tip = _("Вернётся описание из профиля; поле, добавленное из CRM, исчезнет из программы.")
        self.reset = button(_("Сбросить"), "link", name="definitionReset", tip=tip)
        self.reset.clicked.connect(self._go_back)
        head.addWidget(self.reset)
        rows.addLayout(head)
        self.text = QPlainTextEdit()
        self.text.setObjectName("definitionText")
        self.text.setAccessibleName(_("Что сюда писать"))
        self.text.setPlaceholderText(_("Что относится к этому полю, что нет, пример."))
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(132)
        rows.addWidget(self.text)
        hint = _("По этому тексту программа ищет значение в разговоре. Правка действует со следующего черновика.")
        rows.addWidget(label(hint, "faint", is_wrapped=True))
        self._options_title = label(_("Варианты"), "section")
        rows.addWidget(self._options_title)
        self._options = QVBoxLayout()
        self._options.setSpacing(6)
        rows.addLayout(self._options)
        rows.addStretch(1)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self.keep)
        self.text.textChanged.connect(self._typing.start)

    def keep(self) -> None:
        """Take what was typed."""
        self._typing.stop()
        if self._key:
            self._mapping.write_definition(self._key, self.text.toPlainText())

    def _go_back(self) -> None:
        self._typing.stop()
        key, self._key = self._key, ""
        self._mapping.drop(key)

    def show_row(self, row: MapRow | None) -> None:
        """Show a field; a definition that is being typed stays as it is."""
        if row is None or row.key != self._key:
            if self._typing.isActive():
                self.keep()
            self._key = row.key if row is not None else ""
            self._set_text(row.definition.definition if row is not None else "")
        self.setVisible(row is not None)
        if row is None:
            return
        self._title.setText(row.definition.label)
        self.reset.setVisible(self._mapping.is_own(row.key))
        if row.remote is not None:
            told = _("В CRM: {label}, {type}").format(label=row.remote.label, type=type_label(row.remote.type))
        else:
            told = _("В CRM не передаётся: остаётся в карточке на этом компьютере.")
        self._remote.setText(told)
        self._show_options(row)

    def _set_text(self, text: str) -> None:
        self.text.blockSignals(True)
        self.text.setPlainText(text)
        self.text.blockSignals(False)

    def _show_options(self, row: MapRow) -> None:
        clear(self._options)
        self._options_title.setVisible(row.has_options)
        if not row.has_options or row.mapped is None:
            return
        theirs = self._mapping.options_of(row)
        for option in row.definition.options:
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(label(option.label, "body", is_wrapped=True), 2)
            box = CalmBox()
            box.setObjectName(f"option_{option.id}")
            box.setAccessibleName(_("«{label}» в CRM").format(label=option.label))
            box.addItem(_("не передавать"), "")
            for one in theirs:
                box.addItem(one.label, one.id)
            box.setCurrentIndex(max(0, box.findData(row.mapped.options.get(option.id, ""))))
            box.activated.connect(
                lambda _at, box=box, option_id=option.id: self._mapping.choose_option(
                    row.key, option_id, str(box.currentData() or "")
                )
            )
            line.addWidget(box, 3)
            self._options.addLayout(line)


class MappingView(QWidget):
    """Binds `CrmMappingViewModel`. Rows are made in small portions."""

    left = Signal()

    def __init__(self, theme: Theme, mapping: CrmMappingViewModel) -> None:
        super().__init__()
        self.setObjectName("mappingView")
        self._theme = theme
        self._mapping = mapping
        self._views: dict[str, MapRowView] = {}
        self._portions = Portions(self, "mappingBuilder")
        self._choices = QStandardItemModel(self)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(8, 8, 8, 8)
        outer.setSpacing(8)
        outer.addWidget(self._make_table(theme), 3)
        self.details = FieldDetails(theme, mapping)
        self.details.setMinimumWidth(320)
        outer.addWidget(self.details, 2)
        mapping.loaded.connect(self._renew)
        mapping.row_changed.connect(self._renew_row)
        mapping.reading_changed.connect(self._renew_foot)
        mapping.selection_changed.connect(self._select)
        self._renew()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(700, 400)

    def _make_table(self, theme: Theme) -> QWidget:
        ground = pane("mappingPane")
        rows = QVBoxLayout(ground)
        rows.setContentsMargins(0, 12, 0, 0)
        rows.setSpacing(8)
        head = QHBoxLayout()
        head.setContentsMargins(16, 0, 12, 0)
        head.addWidget(label(_("Соответствие полей"), "page"), 1)
        self.refresh = button(_("Обновить поля CRM"), "link", name="mappingRefresh")
        self.refresh.clicked.connect(lambda: self._mapping.open(self._mapping.account_id, is_fresh=True))
        self.back = button(_("К настройкам"), "link", name="mappingBack")
        self.back.clicked.connect(self._leave)
        head.addWidget(self.refresh)
        head.addWidget(self.back)
        rows.addLayout(head)
        hint = _("Слева поле программы, справа поле CRM. Отправка начнётся после подтверждения.")
        line = QHBoxLayout()
        line.setContentsMargins(16, 0, 12, 0)
        line.addWidget(label(hint, "muted", is_wrapped=True), 1)
        self._others = QStandardItemModel(self)
        self.adding = CalmBox()
        self.adding.setObjectName("mappingAdd")
        self.adding.setAccessibleName(_("Добавить поле из CRM"))
        self.adding.setModel(self._others)
        self.adding.setMinimumContentsLength(20)
        self.adding.activated.connect(self._add_field)
        line.addWidget(self.adding)
        rows.addLayout(line)
        self._area, self._rows = scroll_column("mappingScroll", QMargins(12, 2, 10, 12), 6)
        self._empty = EmptyState(theme, "hourglass", _("Читаю поля CRM"), name="mappingEmpty")
        rows.addWidget(self._empty, 1)
        rows.addWidget(self._area, 1)
        rows.addWidget(self._make_foot())
        return ground

    def _make_foot(self) -> QFrame:
        foot = QFrame()
        foot.setObjectName("footer")
        line = QHBoxLayout(foot)
        line.setContentsMargins(14, 10, 12, 12)
        line.setSpacing(10)
        self._told = label("", "muted", is_wrapped=True, name="mappingTold")
        line.addWidget(self._told, 1)
        self.confirm = button(_("Подтвердить"), "primary", name="mappingConfirm", tip="Ctrl+Enter")
        self.confirm.clicked.connect(self.take)
        line.addWidget(self.confirm)
        return foot

    def focus_first(self) -> None:
        """Give the keyboard to the first field, or to the way back while there is none yet."""
        first = next(iter(self._views.values()), None)
        (first.box if first is not None else self.back).setFocus()

    def take(self) -> None:
        """Confirm the mapping as it stands."""
        self.details.keep()
        if self.confirm.isEnabled():
            self._mapping.confirm()

    def _leave(self) -> None:
        self.details.keep()
        self.left.emit()

    def _renew(self) -> None:
        mapping = self._mapping
        self._area.setVisible(mapping.is_loaded)
        self._empty.setVisible(not mapping.is_loaded)
        self._portions.clear()
        self._fill_choices()
        keys = [definition.key for definition in mapping.definitions]
        if keys == list(self._views):
            for row in mapping.rows:
                self._views[row.key].show_row(row)
        else:
            clear(self._rows)
            self._views = {}
            for key in keys:
                self._portions.add(partial(self._add_row, key))
            self._portions.add(self._end_rows)
        self._renew_foot()
        self.details.show_row(mapping.row(mapping.selected))

    def _end_rows(self) -> None:
        self._rows.addStretch(1)
        chosen = self._views.get(self._mapping.selected)
        if chosen is not None:
            # The rows have their places only after the layout has been done.
            QTimer.singleShot(0, chosen, lambda: self._area.ensureWidgetVisible(chosen))

    def _fill_choices(self) -> None:
        writable = [one for one in self._mapping.fields if _is_writable(one)]
        _fill(self._choices, _("не передавать"), writable)
        _fill(self._others, _("Добавить поле из CRM…"), self._mapping.addable)
        self.adding.setCurrentIndex(0)
        self.adding.setEnabled(self._others.rowCount() > 1)

    def _add_field(self, at: int) -> None:
        key = str(self.adding.itemData(at, _KEY) or "")
        self.adding.setCurrentIndex(0)
        if key:
            self.details.keep()
            self._mapping.add(key)

    def _add_row(self, key: str) -> None:
        row = self._mapping.row(key)
        if row is None:
            return
        view = MapRowView(self._theme, row, self._choices)
        view.chosen.connect(self._mapping.choose)
        view.enabled.connect(self._mapping.enable)
        view.selected.connect(self._mapping.select)
        view.set_current(key == self._mapping.selected)
        view.setTabOrder(view.box, view.switch)
        self._views[key] = view
        self._rows.addWidget(view)
        if len(self._views) == 1 and self.back.hasFocus():
            view.box.setFocus()

    def _renew_row(self, key: str) -> None:
        # A change may also cure or break another field: two must not go into one.
        for row in self._mapping.rows:
            view = self._views.get(row.key)
            if view is not None:
                view.show_row(row)
        if key == self._mapping.selected:
            self.details.show_row(self._mapping.row(key))
        self._fill_choices()
        self._renew_foot()

    def _select(self) -> None:
        selected = self._mapping.selected
        for key, view in self._views.items():
            view.set_current(key == selected)
        self.details.show_row(self._mapping.row(selected))

    def _renew_foot(self) -> None:
        mapping = self._mapping
        self.refresh.setEnabled(not mapping.is_reading)
        self.confirm.setEnabled(mapping.is_loaded and not mapping.is_reading and not mapping.is_confirmed)
        count, faults = mapping.sent_count, mapping.fault_count
        parts = [
            _("Будет передаваться: {count} {word}.").format(count=count, word=ngettext("поле", "поля", "полей", count))
        ]
        if faults:
            parts.append(
                _("Не подходит: {count} {word}, они останутся на этом компьютере.").format(
                    count=faults, word=ngettext("поле", "поля", "полей", faults)
                )
            )
        if mapping.is_confirmed:
            parts.append(_("Подтверждено."))
        elif mapping.was_confirmed:
            parts.append(_("Есть неподтверждённые правки."))
        self._told.setText(" ".join(parts) if mapping.is_loaded else "")


def _fill(model: QStandardItemModel, first: str, fields: Sequence[RemoteField]) -> None:
    types = {kind: type_label(kind) for kind in RemoteType}
    shown = [("", first), *((one.key, _field_line(one, types[one.type])) for one in fields)]
    if [model.item(at).data(_KEY) for at in range(model.rowCount())] == [key for key, _text in shown]:
        return
    model.clear()
    for key, text in shown:
        item = QStandardItem(text)
        item.setData(key, _KEY)
        model.appendRow(item)


def _is_writable(one: RemoteField) -> bool:
    return not one.is_readonly and one.type not in (RemoteType.OTHER, RemoteType.LINK)


def _field_line(one: RemoteField, holds: str) -> str:
    whose = {"contact": _("контакт"), "company": _("компания")}.get(str(one.entity), "")
    return " · ".join(filter(None, (one.label, whose, holds)))
