"""Recordings from telephony: looks into the folder, takes in what is new, and says how names are read."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from app.core.cancel import CancelToken
from app.core.errors import VizirError
from app.core.i18n import _, ngettext
from app.core.observable import Signal
from app.deals.typed_values import phone_text
from app.jobs.runner import Job, JobRunner
from app.recording.naming import NameFacts
from app.recording.watching import FolderFacts, FoundRecording, Look, WatchChoices
from app.viewmodels.settings_form import SettingsViewModel
from app.viewmodels.work import ImportEnd, WorkQueue
from app.viewmodels.workspace import Notice, Tone

TELEPHONY_LANE = "telephony"
_SOON_S = 10
_TRY_AGAIN = ("recording.disk_full", "recording.store", "recording.no_rights", "recording.unreadable")
"""What may pass by itself: the file is offered again at the next look, and told of once."""


class Folder(Protocol):
    """`RecordingPlaces`, as the window uses them."""

    def look(self, choices: WatchChoices, cancel: CancelToken) -> Look: ...

    def settle(self, found: FoundRecording) -> None: ...

    def check(self, choices: WatchChoices) -> FolderFacts: ...


class CheckOfFolder(StrEnum):
    IDLE = "idle"
    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"


class TelephonyViewModel:
    """Takes calls out of the folder by themselves; they wait for approval like any other.

    Args:
        folder: Looks into the folder and remembers what was dealt with.
        own_phones: The company's numbers; may read the profile, and is asked in the background.
    """

    def __init__(
        self,
        jobs: JobRunner,
        *,
        form: SettingsViewModel,
        folder: Folder,
        work: WorkQueue,
        own_phones: Callable[[], tuple[str, ...]],
    ) -> None:
        self._jobs = jobs
        self._form = form
        self._folder = folder
        self._work = work
        self._own_phones = own_phones
        self._is_looking = False
        self._is_closed = False
        self._expected: set[FoundRecording] = set()
        self._new = 0
        self._told: set[str] = set()
        self._fault = ""
        self._is_soon = False
        self.state = CheckOfFolder.IDLE
        self.text = ""
        self.examples: tuple[str, ...] = ()
        self.changed: Signal[()] = Signal()
        self.looked: Signal[()] = Signal()
        self.arrived: Signal[()] = Signal()
        self.noticed: Signal[Notice] = Signal()
        form.changed.connect(self._setting_changed)
        work.found_ended.connect(self._ended)

    @property
    def is_on(self) -> bool:
        return bool(self._form.settings.telephony_folder) or self._has_call_list

    @property
    def next_look_s(self) -> int:
        """Seconds until the folder wants to be looked at: soon while a file waits for its second look."""
        every = self._form.settings.telephony_every_s
        return min(_SOON_S, every) if self._is_soon else every

    @property
    def trouble(self) -> str:
        """Why the folder cannot be looked at now; empty when it can."""
        return self._fault

    def look(self) -> None:
        """Look into the folder, unless a look or what it found is still under way."""
        if not self.is_on or self._is_looking or self._expected or self._is_closed:
            return
        self._is_looking = True

        def seen(look: Look) -> None:
            self._is_looking = False
            self._seen(look)

        def ended() -> None:
            self._is_looking = False

        def failed(error: VizirError) -> None:
            self._is_looking = False
            self._say_once(error.code, Notice(error.message, error.hint, Tone.WARNING, error.action))

        job = Job(lambda cancel: self._folder.look(self._choices(), cancel), seen, failed, ended, name="telephony")
        self._jobs.submit(TELEPHONY_LANE, job)

    def check(self) -> None:
        """Say how many files fit and how the newest names are read."""
        if self.state is CheckOfFolder.RUNNING:
            return
        if not self.is_on:
            self._say(CheckOfFolder.FAILED, _("Укажите папку с записями или включите список звонков CRM."))
            return
        self._say(CheckOfFolder.RUNNING, _("Смотрю папку…"))

        def failed(error: VizirError) -> None:
            self._say(CheckOfFolder.FAILED, str(error))

        job = Job(
            lambda _cancel: self._folder.check(self._choices()),
            self._checked,
            failed,
            lambda: self._say(CheckOfFolder.IDLE, ""),
            name="telephony-check",
        )
        self._jobs.submit(TELEPHONY_LANE, job)

    def close(self) -> None:
        """Look no more."""
        self._is_closed = True

    def _choices(self) -> WatchChoices:
        """Read in the background: the profile may have to be read for it."""
        settings = self._form.settings
        return WatchChoices(
            settings.telephony_folder,
            settings.telephony_pattern,
            settings.telephony_days_back,
            self._own_phones(),
            self._has_call_list,
        )

    @property
    def _has_call_list(self) -> bool:
        return self._form.settings.telephony_calls == "crm"

    def _seen(self, look: Look) -> None:
        self._is_soon = look.waiting > 0
        fault = str(look.fault) if look.fault else ""
        if fault != self._fault:
            self._fault = fault
            if look.fault is not None:
                self.noticed.emit(Notice(look.fault.message, look.fault.hint, Tone.INFO, look.fault.action))
            self.changed.emit()
        self._expected = set(look.ready)
        for found in look.ready:
            self._work.take_found(found)
        self.looked.emit()

    def _ended(self, found: FoundRecording, end: ImportEnd) -> None:
        if end.error is not None:
            text = _("«{name}» из папки телефонии не принят: {text}")
            notice = Notice(text.format(name=found.path.name, text=end.error.message), end.error.hint, Tone.WARNING)
            self._say_once(f"{found.path} {end.error.code}", notice)
        if end.error is None or end.error.code not in _TRY_AGAIN:
            job = Job(lambda _cancel: self._folder.settle(found), lambda _done: None, self._unsettled, name="settle")
            self._jobs.submit(TELEPHONY_LANE, job)
        self._new += end.is_new
        self._expected.discard(found)
        if not self._expected and self._new:
            count, self._new = self._new, 0
            word = ngettext("звонок", "звонка", "звонков", count)
            said = _("Из телефонии: {count} {word}. Разбор начался, черновики дождутся визы.")
            self.noticed.emit(Notice(said.format(count=count, word=word), tone=Tone.DONE))
            self.arrived.emit()

    def _unsettled(self, error: VizirError) -> None:
        self._say_once(error.code, Notice(error.message, error.hint, Tone.WARNING, error.action))

    def _say_once(self, key: str, notice: Notice) -> None:
        if key not in self._told:
            self._told.add(key)
            self.noticed.emit(notice)

    def _checked(self, facts: FolderFacts) -> None:
        settings = self._form.settings
        days = settings.telephony_days_back
        lines: list[str] = []
        if settings.telephony_folder:
            said = _("Записей в папке: {sounds}, имя прочитано у {fitting}, за последние дни ({days}): {recent}.")
            lines.append(said.format(sounds=facts.sounds, fitting=facts.fitting, days=days, recent=facts.recent))
        if facts.listed is not None:
            said = _("Новых звонков в списке CRM за последние дни ({days}): {listed}, ещё без записи: {waiting}.")
            lines.append(said.format(days=days, listed=facts.listed, waiting=facts.unrecorded))
        if facts.strange:
            lines.append(_("Не прочитано: {names}").format(names=", ".join(facts.strange)))
        self.examples = tuple(f"{name} → {facts_text(read)}" for name, read in facts.examples)
        is_right = facts.fitting > 0 or facts.sounds == 0
        self._say(CheckOfFolder.PASSED if is_right else CheckOfFolder.FAILED, "\n".join(lines), self.examples)

    def _say(self, state: CheckOfFolder, text: str, examples: tuple[str, ...] = ()) -> None:
        self.state, self.text, self.examples = state, text, examples
        self.changed.emit()

    def _setting_changed(self, name: str) -> None:
        if not name.startswith("telephony_"):
            return
        self._fault, self._told = "", set()
        self._say(CheckOfFolder.IDLE, "")
        if name != "telephony_every_s":
            self.look()


def facts_text(facts: NameFacts) -> str:
    """What a name tells, for a person: «17.11.2026 10:30, +7 912 345-67-89, исходящий»."""
    direction = {"in": _("входящий"), "out": _("исходящий"), None: _("направление не указано")}[facts.direction]
    moment = f"{facts.moment:%d.%m.%Y %H:%M}" if facts.moment else _("дата по времени файла")
    phone = phone_text(facts.phone) if facts.phone else _("номера нет")
    return f"{moment}, {phone}, {direction}"
