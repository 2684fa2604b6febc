"""What a person wrote over a proposal: checked, and kept beside the draft until it is approved."""

from __future__ import annotations

from app.core.errors import UserFixable
from app.core.i18n import _
from app.deals.model import Norm
from app.deals.typed_values import read_moment
from app.viewmodels.review_items import Edit


def text_edit(text: str, who: str | None, due: str | None) -> Edit:
    """What a person wrote as a note or a step. Raises UserFixable ``field.empty`` or ``field.value``."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    if not lines:
        raise UserFixable("field.empty", _("Текст пустой."), hint=_("Напишите что-нибудь или отклоните."))
    if due is not None and read_moment(due) != due:
        raise UserFixable(
            "field.value",
            _("Срок шага «{due}» не похож на дату.").format(due=due),
            hint=_("Пример: {form}.").format(form="20.12.2026 10:00"),
        )
    return Edit("\n".join(lines), None, who, due)


def edit_to_json(edit: Edit) -> dict[str, object]:
    """An edit as it is kept beside the draft."""
    return {"value": edit.value, "norm": edit.norm, "who": edit.who, "due": edit.due}


def edit_from_json(stored: dict[str, object]) -> Edit:
    """What `edit_to_json` made."""
    who, due = stored.get("who"), stored.get("due")
    norm: Norm = stored.get("norm")  # type: ignore[assignment]
    return Edit(str(stored["value"]), norm, str(who) if who else None, str(due) if due else None)
