"""Drafts and decisions as JSON for the store, and back, without loss."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from app.core.ids import canonical_json
from app.deals.model import Norm
from app.draft.model import (
    CallKind,
    Draft,
    Engine,
    Evidence,
    FieldStatus,
    FieldValue,
    LineItem,
    Misheard,
    NextStep,
    NoteLine,
    Risk,
)


def draft_to_text(draft: Draft) -> str:
    """The draft as JSON; fields as a list, for their order is the profile's."""
    return canonical_json(
        {
            "call_id": draft.call_id,
            "at": draft.at.isoformat(),
            "kind": draft.kind,
            "fields": [{"field": key, **asdict(value)} for key, value in draft.fields.items()],
            "note": [asdict(line) for line in draft.note],
            "next_steps": [asdict(step) for step in draft.next_steps],
            "line_items": [asdict(item) for item in draft.line_items],
            "risks": [asdict(risk) for risk in draft.risks],
            "sentiment": draft.sentiment,
            "questions": list(draft.questions),
            "engine": asdict(draft.engine),
            "transcript_sha256": draft.transcript_sha256,
            "extra": draft.extra,
        }
    )


def draft_from_text(text: str) -> Draft:
    """What `draft_to_text` wrote."""
    stored: dict[str, Any] = json.loads(text)
    return Draft(
        call_id=stored["call_id"],
        at=datetime.fromisoformat(stored["at"]),
        kind=CallKind(stored["kind"]),
        fields={value.pop("field"): _field_value(value) for value in stored["fields"]},
        note=tuple(NoteLine(line["text"], _evidence(line["evidence"])) for line in stored["note"]),
        next_steps=tuple(NextStep(**_checked(step)) for step in stored["next_steps"]),
        line_items=tuple(LineItem(**_checked(item), misheard=_misheard(item)) for item in stored["line_items"]),
        risks=tuple(Risk(risk["kind"], _evidence(risk["evidence"])) for risk in stored["risks"]),
        sentiment=stored["sentiment"],
        questions=tuple(stored["questions"]),
        engine=Engine(**stored["engine"]),
        transcript_sha256=stored["transcript_sha256"],
        extra=stored["extra"],
    )


def norm_to_text(norm: Norm) -> str:
    """A typed value as JSON."""
    return json.dumps(norm, ensure_ascii=False)


def norm_from_text(text: str) -> Norm:
    """What `norm_to_text` wrote."""
    norm: Norm = json.loads(text)
    return norm


def evidence_to_text(evidence: Iterable[Evidence]) -> str:
    """Evidence as JSON."""
    return canonical_json([asdict(item) for item in evidence])


def evidence_from_text(text: str) -> tuple[Evidence, ...]:
    """What `evidence_to_text` wrote."""
    return _evidence(json.loads(text))


def _evidence(stored: list[dict[str, Any]]) -> tuple[Evidence, ...]:
    return tuple(Evidence(**item) for item in stored)


def _checked(stored: dict[str, Any]) -> dict[str, Any]:
    plain = {name: value for name, value in stored.items() if name != "misheard"}
    return {**plain, "status": FieldStatus(stored["status"]), "evidence": _evidence(stored["evidence"])}


def _misheard(stored: dict[str, Any]) -> tuple[Misheard, ...]:
    """Drafts of versions before 2 have none."""
    return tuple(Misheard(**pair) for pair in stored.get("misheard", ()))


def _field_value(stored: dict[str, Any]) -> FieldValue:
    return FieldValue(**{**_checked(stored), "others": tuple(stored["others"])}, misheard=_misheard(stored))
