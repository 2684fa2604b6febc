"""Words for what the program knows by code: states, risks, kinds, dates, lengths."""

from __future__ import annotations

from datetime import datetime

from app.approval.track_record import TrackRecord
from app.core.i18n import _, ngettext
from app.draft.model import CallKind
from app.recording.model import CallState
from app.transcript.model import CLIENT, MANAGER, UNKNOWN


def state_label(state: CallState) -> str:
    """The state of a call, as a chip shows it."""
    return {
        CallState.IMPORTED: _("в очереди"),
        CallState.TRANSCRIBING: _("распознаётся"),
        CallState.TRANSCRIBED: _("распознан"),
        CallState.DRAFTING: _("разбирается"),
        CallState.READY: _("к проверке"),
        CallState.APPROVED: _("завизирован"),
        CallState.DELIVERED: _("доставлен в CRM"),
        CallState.FAILED: _("ошибка"),
        CallState.INTERRUPTED: _("прерван"),
    }[state]


def risk_label(kind: str) -> str:
    """A risk in one or two words."""
    return {
        "price": _("цена"),
        "competitor": _("конкурент"),
        "no_budget": _("нет бюджета"),
        "no_authority": _("решает другой"),
        "delay": _("откладывают"),
        "complaint": _("жалоба"),
        "asked_for_human": _("просит руководителя"),
        "churn": _("может уйти"),
        "legal": _("юридический"),
    }.get(kind, kind)


def kind_label(kind: CallKind | str) -> str:
    """The kind of a call; empty for an unknown one."""
    return {
        CallKind.SALES: _("продажа"),
        CallKind.SERVICE: _("сервис"),
        CallKind.VOICEMAIL: _("автоответчик"),
        CallKind.WRONG_NUMBER: _("ошиблись номером"),
        CallKind.INTERNAL: _("внутренний"),
    }.get(CallKind(kind) if kind in tuple(CallKind) else None, "")  # type: ignore[arg-type]


def mood_label(sentiment: str) -> str:
    """The client's mood; empty where it is neutral or unknown."""
    return {"positive": _("настрой хороший"), "negative": _("клиент недоволен")}.get(sentiment, "")


def record_text(record: TrackRecord) -> str:
    """How often the drafted values of a field were right: «верно 47 из 50»."""
    return _("верно {right} из {total}").format(right=record.accepted, total=record.total)


def record_tip(record: TrackRecord) -> str:
    """What was counted for `record_text`."""
    counts = _("Принято без правок: {accepted}, исправлено: {edited}, отклонено: {rejected}.").format(
        accepted=record.accepted, edited=record.edited, rejected=record.rejected
    )
    proven = _("Из значений с пометкой «проверено» принято без правок {accepted} из {total}.").format(
        accepted=record.proven_accepted, total=record.proven
    )
    lines = [_("Как решали по этому полю в ваших прошлых звонках, с той же моделью и тем же распознаванием."), counts]
    return "\n".join([*lines, proven] if record.proven else lines)


def speaker_label(speaker: str, manager_name: str = "", client_name: str = "") -> str:
    """How a turn is headed: the person's name where it is known, else the role."""
    if speaker == MANAGER:
        return manager_name or _("Менеджер")
    if speaker == CLIENT:
        return client_name or _("Клиент")
    if speaker == UNKNOWN or not speaker:
        return _("Собеседник")
    return _("Собеседник {number}").format(number=speaker.rsplit("_", 1)[-1])


def who_label(who: str) -> str:
    """Whose step it is."""
    return _("клиент") if who == CLIENT else _("менеджер")


def clock_text(seconds: float | None) -> str:
    """`mm:ss`, or `h:mm:ss` from an hour on; a dash where there is no time."""
    if seconds is None:
        return "–"
    total = max(0, int(seconds))
    minutes, rest = divmod(total, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def time_left_text(seconds: float | None) -> str:
    """How long it still takes, roughly; empty where that is unknown."""
    if seconds is None:
        return ""
    if seconds < 60:
        return _("меньше минуты")
    minutes = round(seconds / 60)
    return _("ещё {count} {word}").format(count=minutes, word=ngettext("минута", "минуты", "минут", minutes))


def day_text(moment: datetime, now: datetime) -> str:
    """«сегодня», «вчера», «18 ноября», with the year where it is another one. Both moments in local time."""
    days = (now.date() - moment.date()).days
    if days == 0:
        return _("сегодня")
    if days == 1:
        return _("вчера")
    return date_text(moment, with_year=moment.year != now.year)


def date_text(moment: datetime, *, with_year: bool = True) -> str:
    """«18 ноября 2026»."""
    text = f"{moment.day} {_month(moment.month)}"
    return f"{text} {moment.year}" if with_year else text


def list_time_text(moment: datetime, now: datetime) -> str:
    """The time as a list shows it: «11:20» today, «вчера, 11:20», «18 ноя», «18.11.25» in another year."""
    days = (now.date() - moment.date()).days
    if days == 0:
        return f"{moment:%H:%M}"
    if days == 1:
        return _("вчера, {time}").format(time=f"{moment:%H:%M}")
    if moment.year == now.year:
        return f"{moment.day} {_month(moment.month)[:3]}, {moment:%H:%M}"
    return f"{moment:%d.%m.%y}"


def size_text(count: int) -> str:
    """Bytes in the unit that reads best."""
    if count >= 1 << 30:
        return _("{size} ГБ").format(size=f"{count / (1 << 30):.1f}".replace(".", ","))
    return _("{size} МБ").format(size=max(1, round(count / (1 << 20))))


def _month(number: int) -> str:
    return (
        _("января"),
        _("февраля"),
        _("марта"),
        _("апреля"),
        _("мая"),
        _("июня"),
        _("июля"),
        _("августа"),
        _("сентября"),
        _("октября"),
        _("ноября"),
        _("декабря"),
    )[number - 1]
