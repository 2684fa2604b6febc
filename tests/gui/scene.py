"""A working day of «Северный Свет» for screenshots and measurements: a call in each state."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from app.application import App
from app.approval.model import ApprovalRequest, Decision, DecisionKind, SubjectKind
from app.core.ids import text_sha256
from app.deals.model import Company, Contact, Deal
from app.draft.model import (
    CallKind,
    Draft,
    Engine,
    Evidence,
    FieldStatus,
    FieldValue,
    LineItem,
    NextStep,
    NoteLine,
    Risk,
)
from app.recording.model import AudioFacts, Call, CallError, CallState, Recording, SourceKind
from app.transcript.model import CLIENT, MANAGER, Segment, Transcript, Word

SAMPLE = Path(__file__).resolve().parents[2] / "resources" / "sample" / "calls"
MAIN = "call-main"
_ENGINE = Engine("audio", "whisper-base", "qwen2.5-coder-1.5b-instruct-q4_k_m", "2026-11", 21.0, 38.0)
# Of so many decisions on each field so many were edits.
_DECIDED, _WRONG = 50, {"budget_amount": 3, "delivery_city": 1, "contact_name": 2, "need": 11}
_UNSURE = {"Купол", "инвентаризация.", "дефис"}
# Words that were spelled anew, and what was heard.
_HEARD = {"пролёт": "про лёд"}
_OTHERS = (
    ("Ока-Текстиль, Инна Журавлёва", 95, CallState.READY, ("price",), False, 421.0, "sales"),
    (
        "Завод «Метиз-НН», отдел снабжения",
        130,
        CallState.READY,
        ("complaint", "asked_for_human"),
        True,
        254.0,
        "service",
    ),
    ("+7 917 204-11-83", 165, CallState.FAILED, (), False, 97.0, ""),
    ("Гимназия № 4, Тамара Лисовская", 210, CallState.APPROVED, (), False, 318.0, "sales"),
    ("ТСЖ «Яблоневый сад»", 260, CallState.APPROVED, ("delay",), False, 143.0, "sales"),
    (
        "Автоцентр «Меридиан», Руслан",
        290,
        CallState.READY,
        ("competitor", "price", "no_authority"),
        False,
        611.0,
        "sales",
    ),
    ("Сергей Пахомов", 330, CallState.INTERRUPTED, (), False, 1864.0, ""),
    ("Логопарк «Восток»", 1500, CallState.APPROVED, (), False, 208.0, "sales"),
    ("+7 903 118-40-02", 1560, CallState.READY, (), False, 24.0, "voicemail"),
    ("Фермерское хозяйство «Ключи»", 1610, CallState.APPROVED, (), False, 377.0, "sales"),
    ("Бассейн «Дельфин», Алла Игоревна", 1700, CallState.APPROVED, ("legal",), False, 489.0, "sales"),
    ("Типография «Офорт»", 2900, CallState.APPROVED, (), False, 265.0, "sales"),
    ("Денис Орлов, внутренний", 2960, CallState.APPROVED, (), False, 61.0, "internal"),
)


def fill(app: App, now: datetime) -> None:
    """Put the day into a fresh store."""
    transcript = sample_transcript()
    app.calls.add(_main_call(now))
    app.transcripts.save(MAIN, transcript)
    app.drafts.save(main_draft(now, transcript))
    app.calls.set_state(MAIN, CallState.READY)
    for number, (title, minutes, state, risks, is_urgent, duration_s, kind) in enumerate(_OTHERS):
        add_call(app, f"call-{number}", now - timedelta(minutes=minutes), title, duration_s)
        if kind:
            reasons = ("asked_for_human",) if is_urgent and "asked_for_human" not in risks else ()
            app.drafts.save(_small_draft(f"call-{number}", title, now, kind, (*risks, *reasons)))
        error = None
        if state is CallState.FAILED:
            error = CallError(
                "asr.no_model",
                "Нет модели распознавания речи.",
                "Загрузите её один раз: дальше программа работает без интернета.",
                "open_settings_models",
            )
        app.calls.set_state(f"call-{number}", state, error)
    _decided_before(app, now)
    _old_deal(app, now)


def add_call(app: App, call_id: str, at: datetime, name: str, duration_s: float) -> None:
    """A call without anything said yet."""
    recording = Recording(
        text_sha256(call_id),
        app.folders.recordings / f"{call_id}.mp3",
        f"{name}.mp3",
        900_000,
        SourceKind.AUDIO,
        AudioFacts(duration_s, 2, 8000, "mp3"),
    )
    app.calls.add(Call(call_id, at, recording, CallState.IMPORTED, "out"))


def sample_transcript() -> Transcript:
    """The sample call as the recogniser would give it, its words spread evenly over its length."""
    turns = json.loads((SAMPLE / "sample-01.json").read_text("utf-8"))["turns"]
    total = sum(len(turn["t"]) + 12 for turn in turns)
    duration_s = 145.0
    segments, at_s = [], 0.4
    for index, turn in enumerate(turns):
        length_s = duration_s * 0.97 * (len(turn["t"]) + 12) / total
        words = turn["t"].split()
        step_s = (length_s - 0.6) / len(words)
        segments.append(
            Segment(
                index,
                round(at_s, 2),
                round(at_s + length_s - 0.5, 2),
                MANAGER if turn["s"] == "M" else CLIENT,
                0 if turn["s"] == "M" else 1,
                turn["t"],
                tuple(
                    Word(
                        at_s + n * step_s,
                        at_s + (n + 1) * step_s,
                        word,
                        0.52 if word in _UNSURE else 0.94,
                        _HEARD.get(word),
                    )
                    for n, word in enumerate(words)
                ),
            )
        )
        at_s += length_s
    return Transcript(tuple(segments), duration_s, "ru", "whisper-base", 2, 21.0)


def main_draft(now: datetime, transcript: Transcript, call_id: str = MAIN) -> Draft:
    """The draft of the sample call: proven, doubtful and absent fields."""

    def proof(index: int, quote: str) -> tuple[Evidence, ...]:
        segment = transcript.segments[index]
        return (Evidence(index, segment.start_s, segment.end_s, quote),)

    sure, look = FieldStatus.VERIFIED, FieldStatus.REVIEW
    values = [
        FieldValue("contact_name", "Марина Ковалёва", None, sure, proof(1, "Меня зовут Марина Ковалёва")),
        FieldValue("contact_role", "главный инженер", None, sure, proof(1, "я главный инженер")),
        FieldValue("company_name", "Волга Логистик", None, sure, proof(1, "компании Волга Логистик")),
        FieldValue(
            "email",
            "marina@volga-logistik.ru",
            "marina@volga-logistik.ru",
            look,
            proof(21, "марина собака волга дефис логистик точка ру"),
            "Почта продиктована по слогам: сверьте написание.",
        ),
        FieldValue(
            "need",
            "Заменить старые лампы на складе в Казани: счета за электричество огромные, половина не горит",
            None,
            sure,
            proof(3, "Там старые лампы, счета за электричество огромные, и половина не горит"),
        ),
        FieldValue(
            "product_interest",
            "Купол 150, 110 шт.; аварийные светильники, 12 шт.",
            None,
            sure,
            proof(8, "сто десять светильников Купол сто пятьдесят"),
        ),
        FieldValue(
            "budget_amount", "1 500 000 ₽", 1_500_000, sure, proof(11, "У нас утверждено полтора миллиона рублей")
        ),
        FieldValue("deadline", "20.12.2026", "2026-12-20", sure, proof(13, "До двадцатого декабря")),
        FieldValue(
            "decision_maker",
            "директор по логистике Игорь Савельев",
            None,
            sure,
            proof(17, "решение всё равно будет принимать директор по логистике, Игорь Савельев"),
        ),
        FieldValue("competitors", "Люмен Про", None, sure, proof(15, "Да, компания Люмен Про. У них дешевле")),
        FieldValue(
            "payment_terms",
            "30 % аванс, остальное в течение 10 дней после поставки",
            None,
            sure,
            proof(19, "Тридцать процентов аванс, остальное в течение десяти дней после поставки"),
        ),
        FieldValue("delivery_city", "Казань", None, sure, proof(3, "на складе в Казани")),
        FieldValue(
            "next_step",
            "Позвонить, обсудить предложение с директором",
            None,
            sure,
            proof(21, "позвоните мне в понедельник в десять"),
        ),
        FieldValue("next_step_at", "23.11.2026 10:00", "2026-11-23T10:00", sure, proof(22, "понедельник, десять утра")),
        FieldValue(
            "stage",
            "КП",
            "proposal",
            look,
            proof(20, "Я подготовлю коммерческое предложение до пятницы"),
            "Этап выведен из обещания прислать КП: подтвердите.",
        ),
        FieldValue("uf_area_m2", "4000", 4000, sure, proof(5, "Четыре тысячи метров")),
        FieldValue("uf_ceiling_height_m", "9", 9, sure, proof(5, "высота девять метров")),
        FieldValue(
            "uf_light_points",
            "110",
            110,
            look,
            proof(7, "Сто двадцать точек. Хотя нет, мы один пролёт закрываем, так что сто десять"),
            "Клиент поправился: сначала прозвучало 120.",
            ("120",),
        ),
        FieldValue("uf_object_type", "Склад", "warehouse", sure, proof(3, "освещение на складе")),
        FieldValue("uf_install_needed", "нет", False, sure, proof(11, "Монтаж не нужен, свои электрики есть")),
    ]
    note = (
        NoteLine("Меняют освещение склада в Казани: 4000 м², потолки 9 м.", proof(5, "Четыре тысячи метров")),
        NoteLine("Нужно 110 светильников Купол 150 и 12 аварийных.", proof(8, "сто десять светильников")),
        NoteLine("Бюджет 1,5 млн ₽ с доставкой; монтаж не нужен.", proof(11, "полтора миллиона рублей")),
        NoteLine("Сравнивают с «Люмен Про»: дешевле, но гарантия два года.", proof(15, "гарантия всего два года")),
        NoteLine("Решает директор по логистике Игорь Савельев.", proof(17, "Игорь Савельев")),
    )
    steps = (
        NextStep(
            "manager",
            "Подготовить и прислать коммерческое предложение",
            "2026-11-20",
            sure,
            proof(20, "Я подготовлю коммерческое предложение до пятницы"),
        ),
        NextStep(
            "manager",
            "Позвонить, обсудить предложение с директором",
            "2026-11-23T10:00",
            sure,
            proof(21, "позвоните мне в понедельник в десять"),
        ),
    )
    items = (
        LineItem(
            "SS-K150",
            "Светильник промышленный Купол 150 (150 Вт, 21 000 лм)",
            110,
            sure,
            proof(8, "сто десять светильников Купол сто пятьдесят"),
        ),
        LineItem(
            "SS-AV10",
            "Светильник аварийный",
            12,
            look,
            proof(9, "аварийных двенадцать штук"),
            "В прайс-листе два аварийных светильника: уточните какой.",
        ),
    )
    risks = (
        Risk("competitor", proof(15, "компания Люмен Про. У них дешевле")),
        Risk("no_authority", proof(17, "решение всё равно будет принимать директор")),
    )
    return Draft(
        call_id,
        now,
        CallKind.SALES,
        {value.key: value for value in values},
        note,
        steps,
        items,
        risks,
        "positive",
        ("По какому телефону удобнее звонить?", "Есть ли возражения по цене после сравнения с «Люмен Про»?"),
        _ENGINE,
    )


def _main_call(now: datetime) -> Call:
    path = SAMPLE / "sample-01.mp3"
    recording = Recording(
        text_sha256("main"),
        path,
        "2026-11-18_11-20_in_Kovaleva.mp3",
        path.stat().st_size,
        SourceKind.AUDIO,
        AudioFacts(145.0, 2, 8000, "mp3"),
    )
    return Call(MAIN, now - timedelta(minutes=35), recording, CallState.IMPORTED, "in")


def _small_draft(call_id: str, title: str, now: datetime, kind: str, risks: tuple[str, ...]) -> Draft:
    company = title.split(",", maxsplit=1)[0]
    return Draft(
        call_id,
        now,
        CallKind(kind),
        {"company_name": FieldValue("company_name", company, None, FieldStatus.VERIFIED)},
        (NoteLine("Обсудили освещение."),),
        (),
        (),
        tuple(Risk(risk) for risk in risks),
        "negative" if "complaint" in risks else "neutral",
        (),
        _ENGINE,
    )


def _old_deal(app: App, now: datetime) -> None:
    """A deal of the same client from spring, with a value that today's call contradicts."""
    company = Company("company-1", "ООО «Волга Логистик»", "1655987654")
    contact = Contact("contact-1", "Марина Ковалёва", "главный инженер", "+79172041183", None, company.id)
    deal = Deal("deal-1", "Освещение склада, Казань", company, contact, now - timedelta(days=40))
    app.deals.create(deal)
    app.deals.create(Deal("deal-2", "Цех № 2, линия розлива", Company("company-2", "Ока-Текстиль"), None, now))
    add_call(app, "call-old", now - timedelta(days=40), "Волга Логистик", 188.0)
    draft_id = app.drafts.save(_small_draft("call-old", "Волга Логистик", now, "sales", ()))
    field, accepted = SubjectKind.FIELD, DecisionKind.ACCEPTED
    quote = (Evidence(3, 41.0, 44.0, "бюджет где-то два миллиона"),)
    decisions = (
        Decision(field, "budget_amount", accepted, "2 000 000 ₽", 2_000_000, quote),
        Decision(field, "delivery_city", accepted, "Казань", None, (Evidence(5, 52.0, 55.0, "склад у нас в Казани"),)),
        Decision(
            SubjectKind.NOTE, "note", accepted, "Осенью планируют менять свет на складе.\nПросили вернуться в ноябре."
        ),
        Decision(SubjectKind.STEP, "0", accepted, "Перезвонить в ноябре", None, (), "manager", "2026-11-10"),
    )
    app.approvals.approve(ApprovalRequest("call-old", draft_id, "deal-1", decisions, "Денис Орлов"))
    app.calls.set_state("call-old", CallState.APPROVED)


def _decided_before(app: App, now: datetime) -> None:
    """Calls of earlier weeks, no longer kept: what was decided on their drafts is."""
    app.deals.create(Deal("deal-0", "Прошлый сезон", None, None, now - timedelta(days=90)))
    for number in range(_DECIDED):
        call_id = f"call-gone-{number}"
        add_call(app, call_id, now - timedelta(days=30 + number), "Архив", 120.0)
        draft = _small_draft(call_id, "Архив", now, "sales", ())
        sure = FieldStatus.VERIFIED
        values = {key: FieldValue(key, "…", None, sure) for key in _WRONG}
        draft_id = app.drafts.save(replace(draft, fields=values))
        decisions = [
            Decision(SubjectKind.FIELD, key, DecisionKind.EDITED if number < wrong else DecisionKind.ACCEPTED, "…")
            for key, wrong in _WRONG.items()
        ]
        app.approvals.approve(ApprovalRequest(call_id, draft_id, "deal-0", tuple(decisions), "Денис Орлов"))
        app.calls.delete(call_id)
