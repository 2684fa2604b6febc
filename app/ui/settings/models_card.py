"""Models in the settings: which are here, which suit, getting one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QProgressBar, QRadioButton, QVBoxLayout, QWidget

from app.core.i18n import _
from app.core.model_store import ModelKind
from app.ui.theme import Theme
from app.ui.widgets import button, chip, clear, label
from app.viewmodels.models_shelf import ModelRow, ModelsViewModel
from app.viewmodels.settings_form import SettingsViewModel
from app.viewmodels.wording import size_text

_SETTINGS = {ModelKind.SPEECH: "speech_model", ModelKind.LANGUAGE: "llm_embedded_model"}


class FetchLine(QFrame):
    """A model on its way: how far it is, and a way to stop."""

    def __init__(self, models: ModelsViewModel) -> None:
        super().__init__()
        self.setObjectName("fetchLine")
        self.setProperty("hint", True)
        self._models = models
        rows = QVBoxLayout(self)
        rows.setContentsMargins(14, 8, 8, 12)
        rows.setSpacing(6)
        line = QHBoxLayout()
        self._text = label("", "strong", name="fetchText")
        line.addWidget(self._text, 1)
        stop = button(_("Остановить"), "link", name="fetchStop")
        stop.clicked.connect(models.stop)
        line.addWidget(stop)
        rows.addLayout(line)
        self._bar = QProgressBar()
        self._bar.setObjectName("fetchBar")
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        rows.addWidget(self._bar)
        models.progressed.connect(self.renew)
        # Shown before it has a parent it would be a window of its own for a moment.
        self.hide()

    def renew(self) -> None:
        """Show how far it is."""
        now = self._models.fetching
        self.setVisible(now is not None)
        if now is None:
            return
        if now.total_bytes:
            done = _("{done} из {total}").format(done=size_text(now.done_bytes), total=size_text(now.total_bytes))
        else:
            done = _("подключаюсь")
        self._text.setText(" · ".join(filter(None, (_("Загружаю {name}").format(name=now.key), done, now.step))))
        self._bar.setValue(round(now.fraction * 1000))


class ModelList(QWidget):
    """The models of one kind; the chosen one is marked, the one that suits this machine is named."""

    def __init__(self, theme: Theme, kind: ModelKind, models: ModelsViewModel, form: SettingsViewModel) -> None:
        super().__init__()
        self.setObjectName(f"models_{kind}")
        self._kind = kind
        self._models = models
        self._form = form
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(6)
        models.changed.connect(self.renew)
        models.progressed.connect(self._enable)
        form.changed.connect(lambda name: self.renew() if name == _SETTINGS[kind] else None)
        self._gets: list[QWidget] = []
        self._shown: object = ()
        self.renew()

    def renew(self) -> None:
        """Show the models as they are now."""
        rows = self._models.rows.get(self._kind)
        chosen = getattr(self._form.settings, _SETTINGS[self._kind])
        if (rows, chosen) == self._shown:
            return
        self._shown = (rows, chosen)
        clear(self._rows)
        self._gets.clear()
        if rows is None:
            self._rows.addWidget(label(_("Смотрю, что установлено…"), "muted"))
            return
        for row in rows:
            self._rows.addWidget(self._make_row(row))
        self._enable()

    def _is_chosen(self, row: ModelRow) -> bool:
        chosen = getattr(self._form.settings, _SETTINGS[self._kind])
        return chosen in (row.facts.key, row.facts.name) if chosen else row.is_recommended

    def _make_row(self, row: ModelRow) -> QFrame:
        frame = QFrame()
        frame.setProperty("tile", True)
        frame.setObjectName(f"model_{row.facts.key}")
        line = QHBoxLayout(frame)
        line.setContentsMargins(12, 8, 10, 8)
        line.setSpacing(10)
        choose = QRadioButton()
        choose.setAutoExclusive(False)
        choose.setObjectName(f"chooseModel_{row.facts.key}")
        choose.setAccessibleName(_("Выбрать модель {name}").format(name=row.facts.key))
        choose.setChecked(self._is_chosen(row))
        choose.clicked.connect(lambda _on=False: self._choose(row))
        line.addWidget(choose)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(label(row.facts.key, "strong"))
        if row.is_recommended:
            head.addWidget(chip(_("подходит этому компьютеру"), "accent"))
        head.addStretch(1)
        texts.addLayout(head)
        about = _("{size} на диске, {memory} памяти в работе · {licence}").format(
            size=size_text(row.facts.size_bytes), memory=size_text(row.facts.memory_bytes), licence=row.facts.licence
        )
        texts.addWidget(label(about, "muted", is_wrapped=True))
        line.addLayout(texts, 1)
        if row.is_installed:
            line.addWidget(chip(_("установлена"), "ok", name=f"installed_{row.facts.key}"))
        else:
            get = button(_("Загрузить"), "soft", name=f"getModel_{row.facts.key}")
            get.clicked.connect(lambda: self._models.fetch(self._kind, row.facts.key))
            folder = button(_("Из папки…"), "link", name=f"folderModel_{row.facts.key}")
            folder.setToolTip(_("Папка на диске или USB-накопителе, где уже лежат файлы модели"))
            folder.clicked.connect(lambda: self._ask_folder(row.facts.key))
            for each in (folder, get):
                line.addWidget(each, 0, Qt.AlignmentFlag.AlignVCenter)
                self._gets.append(each)
        return frame

    def _choose(self, row: ModelRow) -> None:
        self._form.change(_SETTINGS[self._kind], "" if row.is_recommended else row.facts.key)
        # A press on the chosen one must not leave none marked.
        self._shown = ()
        self.renew()

    def _ask_folder(self, key: str) -> None:
        folder = QFileDialog.getExistingDirectory(self, _("Папка с файлами модели"))
        if folder:
            self._models.fetch(self._kind, key, Path(folder))

    def _enable(self) -> None:
        for each in self._gets:
            each.setEnabled(self._models.fetching is None)


class MissingBar(QWidget):
    """The room of `MissingModels` above every page; takes none while nothing is missing."""

    def __init__(self, models: ModelsViewModel, form: SettingsViewModel) -> None:
        super().__init__()
        self.bar = MissingModels(models, form)
        around = QVBoxLayout(self)
        around.setContentsMargins(8, 8, 8, 0)
        around.addWidget(self.bar)
        models.changed.connect(self._renew)
        models.progressed.connect(self._renew)
        self._renew()

    def _renew(self) -> None:
        self.bar.renew()
        self.setVisible(not self.bar.isHidden())


class MissingModels(QFrame):
    """Says that a model is missing, why it is needed, and gets it with one button."""

    settings_wanted = Signal()

    def __init__(self, models: ModelsViewModel, form: SettingsViewModel) -> None:
        super().__init__()
        self.setObjectName("missingModels")
        self.setProperty("caution", True)
        self._models = models
        self._form = form
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 8, 10, 8)
        line.setSpacing(10)
        self._text = label("", "warn", is_wrapped=True, name="missingText")
        line.addWidget(self._text, 1)
        more = button(_("Подробнее"), "link", name="missingMore")
        more.clicked.connect(self.settings_wanted)
        self._get = button(_("Загрузить"), "primary", name="missingGet")
        self._get.clicked.connect(self._fetch_next)
        line.addWidget(more)
        line.addWidget(self._get)
        models.changed.connect(self.renew)
        models.progressed.connect(self.renew)
        models.fetched.connect(lambda _facts: self._go_on())
        form.changed.connect(lambda _name: self.renew())
        self._is_getting_all = False
        self.hide()

    @property
    def missing(self) -> list[ModelRow]:
        """The models that are needed and not here."""
        settings = self._form.settings
        kinds = [(ModelKind.SPEECH, settings.speech_model)]
        if settings.llm_mode == "embedded":
            kinds.append((ModelKind.LANGUAGE, settings.llm_embedded_model))
        found = []
        for kind, chosen in kinds:
            if self._models.is_missing(kind, chosen):
                rows = self._models.rows[kind]
                fits = [r for r in rows if (chosen in (r.facts.key, r.facts.name) if chosen else r.is_recommended)]
                found += fits[:1]
        return found

    def renew(self) -> None:
        """Show or hide, as the models are now."""
        missing, now = self.missing, self._models.fetching
        self.setVisible(bool(missing) or now is not None)
        if now is not None:
            percent = round(now.fraction * 100)
            self._text.setText(_("Загружаю модель {name}: {percent} %").format(name=now.key, percent=percent))
        elif missing:
            names = {ModelKind.SPEECH: _("распознавания речи"), ModelKind.LANGUAGE: _("черновиков")}
            what = _(" и ").join(names[row.facts.kind] for row in missing)
            size = size_text(sum(row.facts.size_bytes for row in missing))
            text = _("Нет модели для {what}. Загрузить один раз, {size}; дальше программа работает без интернета.")
            self._text.setText(text.format(what=what, size=size))
        self._get.setVisible(now is None)

    def _fetch_next(self) -> None:
        self._is_getting_all = True
        self._go_on()

    def _go_on(self) -> None:
        missing = self.missing
        now_here = [row for row in missing if self._models.fetching is None]
        if self._is_getting_all and now_here:
            self._models.fetch(now_here[0].facts.kind, now_here[0].facts.key)
