"""A model tried on the person's own corrections, in the settings."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app.approval.regression import Change, FieldChange
from app.core.i18n import _, ngettext
from app.ui.theme import Theme
from app.ui.widgets import ElidedLabel, Icon, button, chip, clear, label, set_role
from app.viewmodels.rerun import FieldTrial, RerunViewModel, Trial

_EXAMPLES = 6


class RerunPanel(QFrame):
    """Binds `RerunViewModel`: what is tried, how far it is, and what came of it, by field."""

    def __init__(self, theme: Theme, rerun: RerunViewModel) -> None:
        super().__init__()
        self.setObjectName("rerunPanel")
        self.setProperty("tile", True)
        self._rerun = rerun
        self._shown: object = None
        rows = QVBoxLayout(self)
        rows.setContentsMargins(14, 12, 14, 14)
        rows.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Icon(theme, "scale", "accent", 18))
        head.addWidget(label(_("Проверка модели на ваших правках"), "strong"), 1)
        rows.addLayout(head)
        self._text = label("", "muted", is_wrapped=True, name="rerunText")
        rows.addWidget(self._text)
        line = QHBoxLayout()
        line.setSpacing(8)
        self._model = QComboBox()
        self._model.setObjectName("rerunModel")
        self._model.setAccessibleName(_("Модель для проверки"))
        self._model.setMinimumWidth(220)
        self._model.currentIndexChanged.connect(lambda _index: self._say())
        self._start = button(_("Сравнить"), "soft", name="rerunStart")
        self._start.clicked.connect(self._begin)
        self._stop = button(_("Остановить"), "link", name="rerunStop")
        self._stop.clicked.connect(rerun.stop)
        line.addWidget(self._model)
        line.addWidget(self._start)
        line.addWidget(self._stop)
        line.addStretch(1)
        rows.addLayout(line)
        self._bar = QProgressBar()
        self._bar.setObjectName("rerunBar")
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        rows.addWidget(self._bar)
        self._verdict = label("", "body", is_wrapped=True, name="rerunVerdict")
        rows.addWidget(self._verdict)
        self._results = QWidget()
        self._lines = QVBoxLayout(self._results)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(4)
        rows.addWidget(self._results)
        rerun.changed.connect(self.renew)
        self.renew()

    def renew(self) -> None:
        """Show how things stand."""
        self._fill_models()
        self._say()
        trial = self._rerun.trial
        is_running = trial is not None and trial.is_running
        self._start.setVisible(not is_running)
        self._start.setEnabled(bool(self._rerun.calls) and self._model.count() > 0)
        self._model.setEnabled(not is_running)
        self._stop.setVisible(is_running)
        self._bar.setVisible(is_running)
        self._verdict.setVisible(trial is not None)
        self._results.setVisible(trial is not None and bool(trial.changes))
        if trial is not None:
            self._bar.setValue(round(1000 * (trial.done + trial.share) / trial.total))
            self._verdict.setText(_verdict(trial))
            set_role(self._verdict, role=_tone(trial))
            self._show_results(trial)

    def _fill_models(self) -> None:
        models = self._rerun.models
        if [self._model.itemData(i) for i in range(self._model.count())] == models:
            return
        kept = self._model.currentData()
        self._model.blockSignals(True)
        self._model.clear()
        for model in models:
            self._model.addItem(model.name, model)
        wanted = kept.key if kept is not None else self._rerun.chosen
        self._model.setCurrentIndex(max(0, next((i for i, m in enumerate(models) if m.key == wanted), 0)))
        self._model.blockSignals(False)

    def _say(self) -> None:
        calls, values = len(self._rerun.calls), self._rerun.corrections
        if not calls:
            text = _("Правок пока нет. Они соберутся сами, когда вы исправите значения в черновиках.")
            self._text.setText(text if self._rerun.is_known else "")
            return
        text = _(
            "Вы исправили {values} {value_word} в {calls} {call_word}. Черновики этих звонков составляются заново и"
            " сравниваются с тем, что вы завизировали. Ничего не записывается."
        ).format(
            values=values,
            value_word=ngettext("значение", "значения", "значений", values),
            calls=calls,
            call_word=ngettext("звонке", "звонках", "звонках", calls),
        )
        chosen = self._model.currentData()
        if chosen is not None and chosen.is_server:
            text += " " + _("Текст этих разговоров уйдёт на сервер модели.")
        self._text.setText(text)

    def _begin(self) -> None:
        chosen = self._model.currentData()
        if chosen is not None:
            self._rerun.start(chosen)

    def _show_results(self, trial: Trial) -> None:
        if trial.changes == self._shown:
            return
        self._shown = trial.changes
        clear(self._lines)
        for field in self._rerun.fields():
            self._lines.addWidget(_result(field))


def _result(field: FieldTrial) -> QWidget:
    host = QWidget()
    host.setObjectName("rerunField")
    line = QHBoxLayout(host)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(6)
    line.addWidget(ElidedLabel(field.label, "body"), 1)
    for text, tone, count in (
        (_("лучше {count}"), "ok", field.better),
        (_("хуже {count}"), "danger", field.worse),
        (_("так же {count}"), "neutral", field.same),
    ):
        if count:
            line.addWidget(chip(text.format(count=count), tone))
    host.setToolTip("\n".join(_example(change) for change in field.changed[:_EXAMPLES]))
    return host


def _example(change: FieldChange) -> str:
    nothing = _("пусто")
    return _("{mark}: было «{before}», стало «{after}», вы завизировали «{wanted}»").format(
        mark=_("лучше") if change.change is Change.BETTER else _("хуже"),
        before=change.before or nothing,
        after=change.after or nothing,
        wanted=change.wanted or nothing,
    )


def _verdict(trial: Trial) -> str:
    if trial.is_running:
        text = _("Модель {name}: звонок {number} из {total}")
        return text.format(name=trial.model.name, number=min(trial.done + 1, trial.total), total=trial.total)
    counts = _("лучше {better}, хуже {worse}, так же {same}").format(
        better=trial.count(Change.BETTER), worse=trial.count(Change.WORSE), same=trial.count(Change.SAME)
    )
    if not trial.is_whole:
        text = _("Модель {name}, проверка прервана: {done} из {total} звонков. По ним: {counts}.")
        return text.format(name=trial.model.name, done=trial.done, total=trial.total, counts=counts)
    return _("Модель {name} против прежних черновиков: {counts}.").format(name=trial.model.name, counts=counts)


def _tone(trial: Trial) -> str:
    better, worse = trial.count(Change.BETTER), trial.count(Change.WORSE)
    if trial.is_running or not trial.is_whole or better == worse:
        return "body"
    return "ok" if better > worse else "warn"
