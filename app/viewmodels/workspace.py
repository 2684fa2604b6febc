"""The window as a whole: which page, which call, what is said across the top, and where it was left."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from app.core.errors import VizirError
from app.core.i18n import _, ngettext
from app.core.observable import Signal

if TYPE_CHECKING:
    from app.viewmodels.work import ImportEnd


class Page(StrEnum):
    """The pages of the left rail."""

    CALLS = "calls"
    PROPOSALS = "proposals"
    DEALS = "deals"
    KNOWLEDGE = "knowledge"
    SETTINGS = "settings"

    @property
    def label(self) -> str:
        return {
            Page.CALLS: _("Звонки"),
            Page.PROPOSALS: _("КП"),
            Page.DEALS: _("Сделки"),
            Page.KNOWLEDGE: _("База знаний"),
            Page.SETTINGS: _("Настройки"),
        }[self]


@dataclass(slots=True)
class WindowState:
    """Where the window was left; kept in the settings as one text.

    Args:
        geometry: The window system's own record of size and place, base64.
        columns: Widths of the three columns in logical pixels.
        list_offset: How far the list was scrolled, in pixels.
    """

    geometry: str = ""
    page: Page = Page.CALLS
    call_id: str = ""
    deal_id: str = ""
    columns: list[int] = field(default_factory=list)
    list_offset: int = 0
    is_welcomed: bool = False

    def to_text(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> WindowState:
        """The state as stored; a fresh one where it cannot be read, for a window must open in any case."""
        try:
            stored = json.loads(text)
            state = cls(
                geometry=str(stored["geometry"]),
                page=Page(stored["page"]),
                call_id=str(stored["call_id"]),
                deal_id=str(stored["deal_id"]),
                columns=[int(width) for width in stored["columns"]],
                list_offset=int(stored["list_offset"]),
                is_welcomed=bool(stored["is_welcomed"]),
            )
        except (ValueError, KeyError, TypeError):
            return cls()
        return state


class Tone(StrEnum):
    INFO = "info"
    DONE = "done"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something said to the person.

    Args:
        action: Key of the button that leads to the cure; None without one.
    """

    text: str
    hint: str = ""
    tone: Tone = Tone.INFO
    action: str | None = None


def notice_of(error: VizirError) -> Notice:
    """An error as the window says it."""
    return Notice(error.message, error.hint, Tone.ERROR, error.action)


def action_label(action: str) -> str:
    """What stands on the button that leads to a cure; empty for an action the window does not know."""
    return {
        "retry": _("Повторить"),
        "open_settings": _("Открыть настройки"),
        "open_settings_llm": _("Настроить языковую модель"),
        "open_settings_speech": _("Настроить распознавание"),
        "open_settings_models": _("Установить модели"),
        "open_settings_profile": _("Выбрать профиль"),
        "open_settings_protection": _("Защита базы"),
        "open_settings_telephony": _("Настроить телефонию"),
        "open_settings_proposals": _("Открыть настройки"),
        "choose_deal": _("Выбрать сделку"),
        "open_knowledge": _("Открыть базу знаний"),
        "open_settings_crm": _("К подключению CRM"),
        "open_field_map": _("Соответствие полей"),
        "open_outbox": _("Очередь в CRM"),
        "show_draft": _("К черновику"),
        "open_folder": _("Открыть папку данных"),
        "import": _("Импорт…"),
        "undo": _("Вернуть"),
        "restore_knowledge": _("Вернуть"),
    }.get(action, "")


class ImportTally:
    """Sums the ends of one import up into one sentence."""

    def __init__(self) -> None:
        self.finished: Signal[Notice] = Signal()
        self._ends: list[ImportEnd] = []

    def add(self, end: ImportEnd, is_last: bool) -> None:
        """Count one end; with the last one, say what came of it all."""
        self._ends.append(end)
        if is_last:
            ends, self._ends = self._ends, []
            self.finished.emit(_summary(ends))


def _summary(ends: list[ImportEnd]) -> Notice:
    failed = [end for end in ends if end.error is not None]
    known = [end for end in ends if end.call is not None and not end.is_new]
    new = len(ends) - len(failed) - len(known)
    if len(ends) == 1:
        end = ends[0]
        if end.error is not None:
            return Notice(
                _("«{name}»: {text}").format(name=end.path.name, text=end.error.message),
                end.error.hint,
                Tone.ERROR,
                end.error.action,
            )
        if known:
            return Notice(_("Этот звонок уже есть: открыт «{name}».").format(name=end.path.name))
        return Notice(_("«{name}» принят в разбор.").format(name=end.path.name), tone=Tone.DONE)
    parts = [_("Принято {count} {word}.").format(count=new, word=ngettext("звонок", "звонка", "звонков", new))]
    if known:
        parts.append(_("Уже были: {count}.").format(count=len(known)))
    if failed:
        names = "; ".join(f"{end.path.name}: {end.error.message}" for end in failed[:3] if end.error)
        return Notice(" ".join([*parts, _("Не приняты: {count}.").format(count=len(failed))]), names, Tone.WARNING)
    return Notice(" ".join(parts), tone=Tone.DONE)
