"""How a value that was matched by sound is told: what was heard, and what is meant."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.i18n import _
from app.draft.model import Misheard


def heard_text(pair: Misheard) -> str:
    """«Услышано: «котлаты до 200» → ТД-200»."""
    return _("Услышано: «{heard}» → {meant}").format(heard=pair.heard, meant=pair.meant)


def whole_reason(reason: str | None, misheard: Sequence[Misheard]) -> str | None:
    """Why a value needs a look, with what was heard in front; None where nothing speaks against it."""
    return ". ".join([heard_text(pair) for pair in misheard] + [reason or ""]).removesuffix(". ") or None
