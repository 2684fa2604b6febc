"""Calls, drafts and decisions to test with: a seller of greenhouse heaters and its clients."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.approval.model import ApprovalRequest, Decision, DecisionKind, SubjectKind
from app.core.ids import text_sha256
from app.deals.model import Company, Contact, Deal, FieldDefinition, FieldOption, FieldType
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
from app.recording.model import AudioFacts, Call, CallState, Recording, SourceKind
from app.transcript.model import CLIENT, MANAGER, Segment, Transcript, Word
from tests.fakes.clock import MOSCOW

MORNING = datetime(2026, 3, 2, 10, 15, tzinfo=MOSCOW)

FIELDS = (
    FieldDefinition("need", "Потребность", FieldType.LONGTEXT, "Что нужно клиенту."),
    FieldDefinition("phone", "Телефон", FieldType.PHONE, "Номер для связи."),
    FieldDefinition("delivery_city", "Город", FieldType.TEXT, "Куда везти."),
    FieldDefinition("budget_amount", "Бюджет", FieldType.MONEY, "Сколько готовы потратить."),
    FieldDefinition("deadline", "Срок", FieldType.DATE, "К какому дню нужно."),
    FieldDefinition(
        "interest_level",
        "Интерес",
        FieldType.ENUM,
        "Насколько заинтересован.",
        options=(FieldOption("hot", "Горячий"), FieldOption("cold", "Холодный")),
    ),
)


def a_call(call_id: str = "call-1", **changes: Any) -> Call:
    """An imported two-channel recording of the morning."""
    stated: dict[str, Any] = {
        "id": call_id,
        "at": MORNING,
        "recording": Recording(
            text_sha256(call_id),
            Path("recordings") / f"{call_id}.mp3",
            f"{call_id}.mp3",
            48_000,
            SourceKind.AUDIO,
            AudioFacts(61.5, 2, 8000, "mp3"),
        ),
        "state": CallState.IMPORTED,
    }
    return Call(**{**stated, **changes})


def a_transcript(*turns: str) -> Transcript:
    """Turns of manager and client in turn, four seconds each, every word with its time."""
    texts = turns or ("Добрый день, «Тепло и Лист».", "Нужны обогреватели в теплицу, бюджет триста тысяч рублей.")
    return Transcript(
        tuple(
            Segment(
                number,
                number * 4.0,
                number * 4.0 + 3.5,
                CLIENT if number % 2 else MANAGER,
                number % 2,
                text,
                tuple(
                    Word(number * 4.0 + 0.25 * place, number * 4.0 + 0.25 * place + 0.2, word, 0.875)
                    for place, word in enumerate(text.split())
                ),
            )
            for number, text in enumerate(texts)
        ),
        duration_s=len(texts) * 4.0,
        language="ru",
        model="whisper-base",
        channels=2,
        transcribe_s=1.25,
    )


def evidence(quote: str, segment: int = 1) -> tuple[Evidence, ...]:
    return (Evidence(segment, segment * 4.0, segment * 4.0 + 3.5, quote),)


def a_misheard_item() -> LineItem:
    """A line of goods that was known by its sound alone."""
    pair = Misheard("обогревалка то два", "Обогреватель ТО-2")
    reason = "Товар узнан по звучанию."
    return LineItem("ТО-2", "Обогреватель ТО-2", 4, FieldStatus.REVIEW, evidence("четыре штуки"), reason, (pair,))


def a_draft(call_id: str = "call-1", **changes: Any) -> Draft:
    """A sales call: proven city, need and budget, a doubtful deadline, a note, two steps."""
    stated: dict[str, Any] = {
        "call_id": call_id,
        "at": MORNING,
        "kind": CallKind.SALES,
        "fields": {
            "need": FieldValue("need", "Обогреть теплицу", None, FieldStatus.VERIFIED, evidence("обогреть теплицу")),
            "phone": FieldValue("phone"),
            "delivery_city": FieldValue("delivery_city", "Тверь", None, FieldStatus.VERIFIED, evidence("в Тверь")),
            "budget_amount": FieldValue(
                "budget_amount", "300 000 ₽", 300_000, FieldStatus.VERIFIED, evidence("триста тысяч рублей")
            ),
            "deadline": FieldValue(
                "deadline",
                "20.03.2026",
                "2026-03-20",
                FieldStatus.REVIEW,
                evidence("к двадцатому"),
                "Названо примерно.",
                ("25.03.2026",),
            ),
        },
        "note": (NoteLine("Ищет обогреватели для теплицы.", evidence("обогреватели в теплицу")),),
        "next_steps": (
            NextStep("manager", "Прислать расчёт", "2026-03-05", FieldStatus.VERIFIED, evidence("пришлю расчёт", 0)),
            NextStep("client", "Замерить теплицу", None, FieldStatus.REVIEW, evidence("замерим"), "Срок не назван."),
        ),
        "line_items": (LineItem("ТО-2", "Обогреватель ТО-2", 4, FieldStatus.VERIFIED, evidence("четыре штуки")),),
        "risks": (Risk("price", evidence("дороговато")),),
        "sentiment": "neutral",
        "questions": ("Кто принимает решение?",),
        "engine": Engine("audio", "whisper-base", "qwen2.5-1.5b", "p1", 12.5, 30.0),
        "transcript_sha256": "ab" * 32,
        "extra": {"parts": 1},
    }
    return Draft(**{**stated, **changes})


def a_deal(deal_id: str = "deal-1", **changes: Any) -> Deal:
    """A deal with the farm «Зелёный мыс»."""
    company = Company(f"{deal_id}-company", "ООО «Зелёный мыс»", "7707083893")
    stated: dict[str, Any] = {
        "id": deal_id,
        "title": "Обогрев теплиц",
        "company": company,
        "contact": Contact(
            f"{deal_id}-contact", "Пётр Ёлкин", "агроном", "+79123456789", "elkin@mys.example", company.id
        ),
        "created_at": MORNING - timedelta(days=30),
    }
    return Deal(**{**stated, **changes})


def accepted(key: str, value: str, norm: Any = None) -> Decision:
    return Decision(SubjectKind.FIELD, key, DecisionKind.ACCEPTED, value, norm, evidence(value))


def note(text: str = "Ищет обогреватели для теплицы.") -> Decision:
    return Decision(SubjectKind.NOTE, "note", DecisionKind.ACCEPTED, text, None, evidence("обогреватели"))


def step(action: str = "Прислать расчёт", due: str | None = "2026-03-05", key: str = "0") -> Decision:
    return Decision(SubjectKind.STEP, key, DecisionKind.ACCEPTED, action, None, (), "manager", due)


def a_request(draft_id: str, *decisions: Decision, **changes: Any) -> ApprovalRequest:
    """A request on the call and deal above; note, step and city unless told otherwise."""
    stated: dict[str, Any] = {
        "call_id": "call-1",
        "draft_id": draft_id,
        "deal_id": "deal-1",
        "decisions": decisions or (accepted("delivery_city", "Тверь"), note(), step()),
        "decided_by": "Ольга",
    }
    return ApprovalRequest(**{**stated, **changes})
