"""The second column: who spoke when, the waveform, the words."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QProgressBar,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.clock import Clock
from app.core.i18n import _
from app.recording.model import CallState
from app.ui.calls.turns_view import TurnsView
from app.ui.calls.waveform import WaveformView
from app.ui.theme import Theme
from app.ui.widgets import ElidedLabel, EmptyState, IconButton, button, clear, label, pane
from app.viewmodels.conversation import ConversationViewModel, Place
from app.viewmodels.wording import clock_text, date_text, state_label, time_left_text
from app.viewmodels.workspace import action_label


class ConversationPanel(QWidget):
    """Binds `ConversationViewModel`."""

    action_wanted = Signal(str)
    delete_wanted = Signal()

    def __init__(self, theme: Theme, conversation: ConversationViewModel, clock: Clock) -> None:
        super().__init__()
        self.setObjectName("conversationPanel")
        self._conversation = conversation
        self._clock = clock
        self._shown_s = 0.0
        ground = pane("conversationPane")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(ground)
        self._stack = QStackedLayout(ground)
        self._empty = EmptyState(
            theme,
            "audio-lines",
            _("Выберите звонок"),
            _("Здесь будет разговор: кто что сказал, со звуком с любого слова."),
            name="conversationEmpty",
        )
        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 12, 0, 0)
        inner.setSpacing(8)
        inner.addLayout(self._make_head(theme))
        self._player = self._make_player(theme)
        inner.addWidget(self._player)
        inner.addWidget(self._make_hits(theme))
        inner.addWidget(self._make_trouble())
        inner.addWidget(self._make_guess())
        inner.addWidget(self._make_stale())
        inner.addWidget(self._make_progress(theme))
        inner.addWidget(self._make_turns(theme), 1)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(content)

        conversation.call_changed.connect(self._renew)
        conversation.names_changed.connect(self._renew)
        conversation.segments_changed.connect(lambda _first: self._renew_turns())
        conversation.progress_changed.connect(self._renew_progress)
        conversation.hits_changed.connect(self._renew_hits)
        conversation.moved.connect(self._moved)
        conversation.sounding_changed.connect(self._sounding)
        conversation.shown.connect(self.turns.go_to)
        self._renew()
        self._renew_hits()

    def _make_head(self, theme: Theme) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(16, 0, 10, 0)
        head.setSpacing(4)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        self._who = ElidedLabel("", "title", "conversationTitle")
        self._when = ElidedLabel("", "muted", "conversationMeta")
        texts.addWidget(self._who)
        texts.addWidget(self._when)
        head.addLayout(texts, 1)
        self.swap = IconButton(theme, "arrow-left-right", _("Поменять собеседников местами"), name="swapButton")
        self.swap.clicked.connect(self._conversation.swap_speakers)
        self.more = IconButton(theme, "ellipsis", _("Действия со звонком"), name="callMenuButton")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.more)
        self._redraft = QAction(_("Составить черновик заново"), menu)
        self._redraft.triggered.connect(self._conversation.draft_anew)
        self._delete = QAction(_("Удалить звонок…"), menu)
        self._delete.triggered.connect(self.delete_wanted)
        menu.addAction(self._redraft)
        menu.addSeparator()
        menu.addAction(self._delete)
        self.more.setMenu(menu)
        head.addWidget(self.swap)
        head.addWidget(self.more)
        return head

    def _make_player(self, theme: Theme) -> QFrame:
        frame = QFrame()
        frame.setProperty("tile", True)
        frame.setObjectName("playerBar")
        line = QHBoxLayout(frame)
        line.setContentsMargins(10, 6, 12, 6)
        line.setSpacing(10)
        self.play = IconButton(
            theme, "play-solid", _("Слушать"), kind="play", role="on_accent", px=16, name="playButton"
        )
        self.play.setFixedSize(34, 34)
        self.play.clicked.connect(self._conversation.toggle)
        self.waveform = WaveformView(theme, self._conversation)
        self.waveform.sought.connect(self._conversation.seek)
        self.waveform.toggled.connect(self._conversation.toggle)
        self._time = label("", "muted", name="playerTime")
        self._time.setFont(theme.font(12, is_tabular=True))
        self._time.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.play)
        line.addWidget(self.waveform, 1)
        line.addWidget(self._time)
        host = QFrame()
        host.setObjectName("playerHost")
        around = QVBoxLayout(host)
        around.setContentsMargins(14, 0, 14, 0)
        around.addWidget(frame)
        return host

    def _make_hits(self, theme: Theme) -> QFrame:
        self._hits = QFrame()
        self._hits.setProperty("hint", True)
        self._hits.setObjectName("hitsBar")
        line = QHBoxLayout(self._hits)
        line.setContentsMargins(12, 4, 6, 4)
        self._hits_text = label("", "body", name="hitsText")
        line.addWidget(self._hits_text, 1)
        for icon_name, text, by, name in (
            ("chevron-up", _("Предыдущее место"), -1, "hitPrevious"),
            ("chevron-down", _("Следующее место"), 1, "hitNext"),
        ):
            step = IconButton(theme, icon_name, text, name=name, shortcut="F3" if by > 0 else "Shift+F3")
            step.clicked.connect(lambda _on=False, by=by: self._conversation.step_hit(by))
            line.addWidget(step)
        return _indented(self._hits, self)

    def _make_trouble(self) -> QFrame:
        self._trouble = QFrame()
        self._trouble.setProperty("trouble", True)
        self._trouble.setObjectName("troublePanel")
        rows = QVBoxLayout(self._trouble)
        rows.setContentsMargins(14, 12, 14, 12)
        rows.setSpacing(6)
        self._trouble_text = label("", "strong", is_wrapped=True, name="troubleText")
        self._trouble_hint = label("", "body", is_wrapped=True, name="troubleHint")
        rows.addWidget(self._trouble_text)
        rows.addWidget(self._trouble_hint)
        self._trouble_buttons = QHBoxLayout()
        self._trouble_buttons.setSpacing(8)
        rows.addLayout(self._trouble_buttons)
        return _indented(self._trouble, self)

    def _make_guess(self) -> QFrame:
        self._guess = QFrame()
        self._guess.setProperty("hint", True)
        self._guess.setObjectName("guessBar")
        rows = QVBoxLayout(self._guess)
        rows.setContentsMargins(12, 8, 8, 8)
        rows.setSpacing(6)
        self._guess_text = label("", "body", is_wrapped=True, name="guessText")
        rows.addWidget(self._guess_text)
        line = QHBoxLayout()
        line.setSpacing(8)
        self._guess_buttons = (button("", "", name="firstGuessButton"), button("", "", name="secondGuessButton"))
        for number, press in enumerate(self._guess_buttons, start=1):
            press.clicked.connect(lambda _on=False, number=number: self._settle_speakers(number))
            line.addWidget(press)
        line.addStretch(1)
        rows.addLayout(line)
        return _indented(self._guess, self)

    def _make_stale(self) -> QFrame:
        self._stale = QFrame()
        self._stale.setProperty("caution", True)
        self._stale.setObjectName("staleBar")
        line = QHBoxLayout(self._stale)
        line.setContentsMargins(12, 8, 8, 8)
        text = _("Роли собеседников уточнены, а черновик составлен по прежним.")
        line.addWidget(label(text, "warn", is_wrapped=True), 1)
        again = button(_("Составить заново"), "", name="redraftButton")
        again.clicked.connect(self._conversation.draft_anew)
        line.addWidget(again)
        return _indented(self._stale, self)

    def _make_progress(self, theme: Theme) -> QFrame:
        self._progress = QFrame()
        self._progress.setProperty("hint", True)
        self._progress.setObjectName("progressPanel")
        rows = QVBoxLayout(self._progress)
        rows.setContentsMargins(14, 8, 8, 12)
        rows.setSpacing(6)
        line = QHBoxLayout()
        self._progress_text = label("", "strong", name="progressText")
        line.addWidget(self._progress_text, 1)
        self.stop = button(_("Остановить"), "link", name="stopButton")
        self.stop.clicked.connect(self._conversation.stop)
        line.addWidget(self.stop)
        self._progress_bar = QProgressBar()
        self._progress_bar.setObjectName("progressBar")
        self._progress_bar.setRange(0, 1000)
        self._progress_bar.setTextVisible(False)
        rows.addLayout(line)
        rows.addWidget(self._progress_bar)
        return _indented(self._progress, self)

    def _make_turns(self, theme: Theme) -> QWidget:
        self.turns = TurnsView(theme, self._conversation)
        self.turns.heard.connect(self._conversation.play_from)
        self.turns.toggled.connect(self._conversation.toggle)
        self._no_turns = EmptyState(theme, "message-circle-question-mark", "", name="turnsEmpty")
        host = QWidget()
        self._turns_stack = QStackedLayout(host)
        self._turns_stack.addWidget(self.turns)
        self._turns_stack.addWidget(self._no_turns)
        return host

    def _renew(self) -> None:
        conversation = self._conversation
        call = conversation.call
        self._stack.setCurrentIndex(0 if call is None else 1)
        if call is None:
            return
        self._who.set_full(conversation.client_title or call.phone or call.recording.original_name)
        self._who.setToolTip(call.recording.original_name)
        self._when.set_full(self._meta())
        self._player.setVisible(conversation.has_sound)
        self.swap.setEnabled(conversation.can_swap)
        self._redraft.setEnabled(conversation.can_swap and call.state is CallState.READY)
        has_guess = conversation.has_guessed_speakers and conversation.can_swap
        for bar, is_wanted in ((self._stale, conversation.is_draft_stale), (self._guess, has_guess)):
            parent = bar.parentWidget()
            if parent is not None:
                parent.setVisible(is_wanted)
        self._renew_guess()
        self._renew_trouble()
        self._renew_progress()
        self._renew_turns()
        self._moved(0.0 if not conversation.is_playing else self._shown_s)

    def _renew_guess(self) -> None:
        text = _("Кто говорит, программа догадалась по голосам и словам.")
        captions = _("Всё верно"), _("Поменять местами")
        if self._conversation.has_numbered_speakers:
            text = _("Голоса различимы, но кто из них менеджер, не ясно.")
            captions = _("Менеджер — первый"), _("Менеджер — второй")
        self._guess_text.setText(text)
        for press, caption in zip(self._guess_buttons, captions, strict=True):
            press.setText(caption)

    def _settle_speakers(self, number: int) -> None:
        """The first or the second button of the guess was pressed."""
        if self._conversation.has_numbered_speakers:
            self._conversation.name_manager(number)
        elif number == 1:
            self._conversation.confirm_speakers()
        else:
            self._conversation.swap_speakers()

    def _meta(self) -> str:
        call = self._conversation.call
        if call is None:
            return ""
        at = self._clock.local(call.at)
        direction = {"in": _("входящий"), "out": _("исходящий")}.get(call.direction or "", "")
        length = clock_text(self._conversation.duration_s) if self._conversation.has_sound else _("текст")
        return " · ".join(filter(None, (f"{date_text(at)}, {at:%H:%M}", direction, length)))

    def _renew_trouble(self) -> None:
        conversation = self._conversation
        call = conversation.call
        error = call.error if call is not None and conversation.progress is None else None
        host = self._trouble.parentWidget()
        if host is not None:
            host.setVisible(error is not None)
        if error is None or call is None:
            return
        self._trouble_text.setText(error.message)
        self._trouble_hint.setText(error.hint)
        self._trouble_hint.setVisible(bool(error.hint))
        clear(self._trouble_buttons)
        if error.action and error.action != "retry" and action_label(error.action):
            cure = button(action_label(error.action), "primary", name="cureButton")
            cure.clicked.connect(lambda _on=False, action=error.action: self.action_wanted.emit(action))
            self._trouble_buttons.addWidget(cure)
        retry = button(_("Повторить"), "" if error.action not in (None, "retry") else "primary", name="retryButton")
        retry.clicked.connect(self._conversation.retry)
        self._trouble_buttons.addWidget(retry)
        self._trouble_buttons.addStretch(1)

    def _renew_progress(self) -> None:
        work = self._conversation.progress
        host = self._progress.parentWidget()
        if host is not None:
            host.setVisible(work is not None)
        if work is None:
            return
        is_waiting = work.state is CallState.IMPORTED
        stage = _("Ждёт своей очереди") if is_waiting else state_label(work.state).capitalize()
        percent = "" if is_waiting else f"{round(work.fraction * 100)} %"
        self._progress_text.setText(" · ".join(filter(None, (stage, percent, time_left_text(work.seconds_left)))))
        self._progress_bar.setValue(round(work.fraction * 1000))

    def _renew_turns(self) -> None:
        conversation = self._conversation
        has_turns = bool(conversation.segments)
        self._turns_stack.setCurrentIndex(0 if has_turns else 1)
        if has_turns or conversation.call is None:
            return
        if conversation.progress is not None:
            self._no_turns.say(
                "audio-lines", _("Слушаю запись"), _("Реплики появятся по мере распознавания."), "accent"
            )
        elif conversation.has_transcript:
            text = _("В записи не нашлось речи: тишина, гудки или музыка.")
            self._no_turns.say("voicemail", _("Речи нет"), text)
        else:
            self._no_turns.say("audio-lines", _("Ещё не распознано"), "")

    def _renew_hits(self) -> None:
        conversation = self._conversation
        host = self._hits.parentWidget()
        if host is not None:
            host.setVisible(bool(conversation.hits))
        if conversation.hits:
            text = _("Найдено место {number} из {count}")
            self._hits_text.setText(text.format(number=conversation.hit + 1, count=len(conversation.hits)))

    def _moved(self, position_s: float) -> None:
        self._shown_s = position_s
        self.waveform.set_position(position_s)
        self._time.setText(f"{clock_text(position_s)} / {clock_text(self._conversation.duration_s)}")

    def _sounding(self, is_playing: bool) -> None:
        self.play.set_icon("pause" if is_playing else "play-solid")
        self.play.describe(_("Пауза") if is_playing else _("Слушать"), _("Пробел"))

    def go_to(self, place: Place) -> None:
        """Bring a place into view."""
        self.turns.go_to(place)


def _indented(inner: QFrame, parent: QWidget) -> QFrame:
    host = QFrame(parent)
    around = QVBoxLayout(host)
    around.setContentsMargins(14, 0, 14, 0)
    around.addWidget(inner)
    host.hide()
    return host
