"""What a call and its draft say about the deal it may belong to."""

from __future__ import annotations

from app.deals.matching import DealClues
from app.draft.model import Draft
from app.recording.model import Call


def clues_of(call: Call, draft: Draft | None) -> DealClues:
    """Everything that `DealService.propose` can go by."""
    phones = tuple(filter(None, (call.phone, _value(draft, "phone"))))
    return DealClues(
        phones=tuple(dict.fromkeys(phones)),
        email=_value(draft, "email"),
        inn=_value(draft, "inn") or _value(draft, "uf_inn"),
        company=_value(draft, "company_name"),
        contact=_value(draft, "contact_name"),
        contact_role=_value(draft, "contact_role"),
        file_name=call.recording.original_name,
    )


def _value(draft: Draft | None, key: str) -> str | None:
    found = draft.fields.get(key) if draft else None
    if found is None or found.value is None:
        return None
    return str(found.norm) if key in ("phone", "email") and found.norm else found.value
