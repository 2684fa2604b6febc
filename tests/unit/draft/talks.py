"""Calls of a seller made up for these tests, in a few words."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal

from app.deals.model import Company, Contact, FieldDefinition, FieldOption, FieldType
from app.draft.candidates import Candidates
from app.draft.conversation import Conversation
from app.draft.model import Draft
from app.draft.ports import TopicReader
from app.draft.reading import Pointers, Reading
from app.draft.service import assemble
from app.knowledge.model import KnowledgeText, PriceItem
from app.profile.model import Profile
from app.transcript.model import CLIENT, MANAGER, UNKNOWN, Segment, Transcript

# A Tuesday.
AT = datetime(2026, 9, 15, 10, 0, tzinfo=timezone(timedelta(hours=3)))
_SIDES = {"М": MANAGER, "К": CLIENT, "?": UNKNOWN}


def _field(key: str, kind: FieldType, label: str, definition: str = "", *options: tuple[str, str]) -> FieldDefinition:
    return FieldDefinition(
        key=key,
        label=label,
        type=kind,
        definition=definition,
        is_required=key in ("contact_name", "company_name"),
        options=tuple(FieldOption(*option) for option in options),
    )


FIELDS = (
    _field("contact_name", FieldType.TEXT, "Контактное лицо"),
    _field("contact_role", FieldType.TEXT, "Должность контакта"),
    _field("company_name", FieldType.TEXT, "Компания"),
    _field("phone", FieldType.PHONE, "Телефон"),
    _field("email", FieldType.EMAIL, "Почта"),
    _field("need", FieldType.LONGTEXT, "Потребность"),
    _field("product_interest", FieldType.TEXT, "Интерес к продукту"),
    _field("budget_amount", FieldType.MONEY, "Бюджет, ₽"),
    _field("deadline", FieldType.DATE, "Срок клиента"),
    _field("decision_maker", FieldType.TEXT, "Кто решает"),
    _field("decision_process", FieldType.LONGTEXT, "Как решают"),
    _field("competitors", FieldType.TEXT, "Конкуренты"),
    _field("objections", FieldType.LONGTEXT, "Возражения"),
    _field("payment_terms", FieldType.TEXT, "Условия оплаты"),
    _field("delivery_city", FieldType.TEXT, "Город доставки"),
    _field("next_step", FieldType.TEXT, "Следующий шаг"),
    _field("next_step_at", FieldType.DATETIME, "Когда следующий шаг"),
    _field(
        "stage", FieldType.ENUM, "Этап", "", ("new", "Новый"), ("qualified", "Потребность выяснена"), ("proposal",
        "КП"),
        ("negotiation", "Переговоры"), ("contract", "Счёт и договор"), ("postponed", "Отложено"), ("lost", "Проиграно"),
    ),
    _field("interest_level", FieldType.ENUM, "Интерес", "", ("hot", "Горячий"), ("warm", "Тёплый"), ("cold",
        "Холодный")),
    _field("uf_residents", FieldType.INT, "Жильцов", "Сколько жильцов в доме. Не число квартир."),
    _field("uf_depth_m2", FieldType.INT, "Площадь бассейна, м²", "Площадь зеркала воды, как назвал клиент."),
    _field("uf_discount_pct", FieldType.INT, "Скидка, %", "Скидка, которую менеджер подтвердил. Не «если бы»."),
    _field("uf_analysis", FieldType.BOOL, "Нужен анализ воды", "true — просит анализ; false — отказался."),
    _field("uf_installed", FieldType.TEXT, "Что стоит сейчас", "Какая установка работает у клиента сегодня."),
    _field(
        "uf_source", FieldType.ENUM, "Источник воды", "Откуда вода.",
        ("well", "Скважина"), ("pipe", "Водопровод"), ("river", "Река, озеро"),
    ),
    _field(
        "uf_rooms", FieldType.MULTIENUM, "Где чистим", "Что клиент хочет чистить. Отказался — не включаем.",
        ("kitchen", "Кухня"), ("bath", "Ванная"), ("pool", "Бассейн"),
    ),
)  # fmt: skip

PRICES = (
    PriceItem("AL-F10", "Фильтр магистральный АЛ-10", "шт", Decimal(5400), "22"),
    PriceItem("AL-F20", "Фильтр магистральный АЛ-20", "шт", Decimal(7900), "22"),
    PriceItem("AL-RO5", "Установка обратного осмоса ОС-5 (200 л)", "шт", Decimal(48000), "22"),
    PriceItem("AL-C30", "Картридж угольный 30 микрон", "шт", Decimal(450), "22"),
    PriceItem("AL-C50", "Картридж угольный 50 микрон", "шт", Decimal(480), "22"),
    PriceItem("AL-MNT", "Пусконаладка установки", "установка", Decimal(9000), "22"),
)

PROFILE = Profile(
    id="akvalain",
    brand="АкваЛайн",
    legal_name="ООО «АкваЛайн»",
    manager_name="Степан Орехов",
    phones=("+74732001010",),
    emails=("zakaz@akvalain.ru",),
    fields=FIELDS,
    price_list=PRICES,
    knowledge=(KnowledgeText("warranty.md", "# Гарантия\n\n- Гарантия на установки — 2 года.\n"),),
    glossary=("АкваЛайн", "Степан Орехов", "Жанна Рябова"),
    colleagues=("Степан Орехов", "Жанна Рябова"),
    known_companies=(Company("1", "ООО «Белый Парус»"),),
    known_contacts=(Contact("1", "Кольцова Римма", phone="+7 905 111-22-33", email="koltsova@belparus.ru"),),
    address="Воронеж, ул. Речная, 1",
)


def talk(text: str) -> Transcript:
    """Turns from lines «М: …», «К: …»; «?» is a speaker nobody could tell."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    segments = []
    for index, line in enumerate(lines):
        side, _, said = line.partition(":")
        segments.append(Segment(index, None, None, _SIDES[side.strip()], None, said.strip()))
    return Transcript(tuple(segments))


def read(text: str, profile: Profile = PROFILE) -> Reading:
    """A call as the rules see it."""
    conversation = Conversation(talk(text))
    return Reading(conversation, Candidates(conversation, AT), profile, AT)


def draft_of(
    text: str,
    pointers: Pointers | None = None,
    profile: Profile = PROFILE,
    topic_reader: TopicReader | None = None,
) -> Draft:
    """What code makes of a call."""
    return assemble(talk(text), profile, "call-1", AT, pointers or Pointers(), topic_reader=topic_reader)
