"""The JSON form of `process`, exactly as CLI.md has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.draft.hearing import whole_reason
from app.draft.model import Draft, Evidence
from app.recording.model import Call
from app.transcript.model import Transcript


def draft_to_json(call: Call, transcript: Transcript, draft: Draft) -> dict[str, Any]:
    """The whole answer of `process --json`."""
    return {
        "schema": 1,
        "call": {
            "id": call.id,
            "at": call.at.isoformat(timespec="seconds"),
            "duration": transcript.duration_s,
            "kind": draft.kind.value,
        },
        "transcript": transcript.to_json(),
        "fields": {
            key: {
                "value": field.value,
                "norm": field.norm,
                "status": field.status.value,
                "evidence": _evidence(field.evidence),
                "reason": whole_reason(field.reason, field.misheard),
            }
            for key, field in draft.fields.items()
        },
        "note": {
            "text": "\n".join(line.text for line in draft.note),
            "evidence": _evidence(tuple(dict.fromkeys(e for line in draft.note for e in line.evidence))),
        },
        "next_steps": [
            {
                "who": step.who,
                "action": step.action,
                "due": step.due,
                "status": step.status.value,
                "evidence": _evidence(step.evidence),
            }
            for step in draft.next_steps
        ],
        "line_items": [
            {
                "sku": item.sku,
                "name": item.name,
                "qty": item.qty,
                "status": item.status.value,
                "evidence": _evidence(item.evidence),
            }
            for item in draft.line_items
        ],
        "risks": [{"kind": risk.kind, "evidence": _evidence(risk.evidence)} for risk in draft.risks],
        "sentiment": draft.sentiment,
        "questions": list(draft.questions),
        "engine": {
            "input": draft.engine.input,
            "asr": draft.engine.asr,
            "llm": draft.engine.llm,
            "prompt": draft.engine.prompt,
            "seconds": {"transcribe": draft.engine.transcribe_s, "draft": draft.engine.draft_s},
        },
    }


def _evidence(quotes: Sequence[Evidence]) -> list[dict[str, Any]]:
    return [{"segment": q.segment, "start": q.start_s, "end": q.end_s, "quote": q.quote} for q in quotes]
