"""Words that subcommands share."""

from __future__ import annotations

from app.core.i18n import _
from app.recording.model import CallState

_NAME_LENGTH = 80


def state_label(state: CallState) -> str:
    """The state of a call in words."""
    return {
        CallState.IMPORTED: _("ждёт распознавания"),
        CallState.TRANSCRIBING: _("распознаётся"),
        CallState.TRANSCRIBED: _("ждёт черновика"),
        CallState.DRAFTING: _("пишется черновик"),
        CallState.READY: _("готов к визе"),
        CallState.APPROVED: _("завизирован"),
        CallState.DELIVERED: _("доставлен в CRM"),
        CallState.FAILED: _("ошибка"),
        CallState.INTERRUPTED: _("прерван"),
    }[state]


def shortened(name: str) -> str:
    """A file's name that leaves room for what is said about it."""
    return name if len(name) <= _NAME_LENGTH else f"{name[: _NAME_LENGTH - 16]}…{name[-15:]}"
