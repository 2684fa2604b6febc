"""Words that subcommands share."""

from __future__ import annotations

from app.core.i18n import _
from app.recording.model import CallState


def state_label(state: CallState) -> str:
    """The state of a call in words."""
    return {
        CallState.IMPORTED: _("ждёт распознавания"),
        CallState.TRANSCRIBING: _("распознаётся"),
        CallState.TRANSCRIBED: _("ждёт черновика"),
        CallState.DRAFTING: _("пишется черновик"),
        CallState.READY: _("готов к визе"),
        CallState.APPROVED: _("завизирован"),
        CallState.DELIVERED: _("передан в CRM"),
        CallState.FAILED: _("ошибка"),
        CallState.INTERRUPTED: _("прерван"),
    }[state]
