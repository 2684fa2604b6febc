"""The Bitrix24 connector against a fake portal: what it reads and writes, and that nothing is written twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from app.adapters.crm.bitrix24 import Bitrix24
from app.core.errors import UserFixable
from app.delivery import optimistic
from app.delivery.faults import CrmFailure, Fault
from app.delivery.model import (
    CrmAccount,
    CrmKind,
    CrmValue,
    Entity,
    Money,
    RemoteType,
    TaskOrder,
    mark_of,
)
from tests.fakes.bitrix24_cards import CONTACT, DEAL
from tests.fakes.bitrix24_server import KEY, Portal, Trouble, bitrix24_portal
from tests.fakes.clock import FakeClock

_OP = "0192f3c8a7b64c11a0d67f3a2c19b0de"
_PHONE = "contact.PHONE"


@pytest.fixture
def portal() -> Iterator[Portal]:
    with bitrix24_portal() as running:
        yield running


@pytest.fixture
def crm(portal: Portal, fake_clock: FakeClock) -> Iterator[Bitrix24]:
    connector = connected(portal, fake_clock)
    yield connector
    connector.close()


def connected(portal: Portal, clock: FakeClock) -> Bitrix24:
    def wait(seconds: float) -> bool:
        clock.advance(seconds)
        return False

    account = CrmAccount("1", CrmKind.BITRIX24, "Битрикс24", portal.address)
    return Bitrix24(account, portal.webhook, clock_s=clock.monotonic_s, wait=wait)


def _write(crm: Bitrix24, deal: int, changes: dict[str, CrmValue], base: dict[str, CrmValue] | None = None) -> None:
    """Compare and write as the outbox does."""
    found = optimistic.compare(crm, str(deal), changes, base or {}, {})
    assert not found.conflicts
    optimistic.write(crm, str(deal), found.needed, _OP, {})


# ---- who is connected


def test_check_tells_the_person_and_the_rights_that_are_missing(portal: Portal, crm: Bitrix24) -> None:
    portal.cards.scopes = ("crm", "user_brief")
    account = crm.check()
    assert (account.user_id, account.user_name, account.missing_rights) == ("7", "Анна Орлова", ("task",))
    assert account.portal == portal.address.removeprefix("http://")


@pytest.mark.parametrize(
    "secret",
    ["7/" + KEY, "{portal}/rest/7/" + KEY + "/", "{portal}/rest/7/" + KEY + "/profile.json", " /7/" + KEY + " "],
)
def test_a_webhook_is_taken_in_each_way_a_person_copies_it(portal: Portal, fake_clock: FakeClock, secret: str) -> None:
    account = CrmAccount("1", CrmKind.BITRIX24, "", portal.address)
    connector = Bitrix24(account, secret.format(portal=portal.address), clock_s=fake_clock.monotonic_s)
    assert connector.check().user_id == "7"
    connector.close()


@pytest.mark.parametrize("secret", ["", "пароль", "https://example.bitrix24.ru/crm/deal/", "abc/def"])
def test_what_is_no_webhook_is_refused_before_anything_is_sent(secret: str) -> None:
    with pytest.raises(UserFixable) as caught:
        Bitrix24(CrmAccount("1", CrmKind.BITRIX24, "", "https://example.bitrix24.ru"), secret)
    assert caught.value.code == "crm.secret_form"


def test_the_webhook_of_another_portal_is_refused() -> None:
    with pytest.raises(UserFixable) as caught:
        Bitrix24(
            CrmAccount("1", CrmKind.BITRIX24, "", "https://one.bitrix24.ru"), f"https://two.bitrix24.ru/rest/7/{KEY}/"
        )
    assert caught.value.code == "crm.secret_form"


def test_a_webhook_over_plain_http_is_refused() -> None:
    with pytest.raises(UserFixable) as caught:
        Bitrix24(CrmAccount("1", CrmKind.BITRIX24, "", ""), f"http://example.bitrix24.ru/rest/7/{KEY}/")
    assert caught.value.code == "crm.address"


# ---- fields and pipelines


def test_fields_have_labels_types_and_options(crm: Bitrix24) -> None:
    fields = {field.key: field for field in crm.fields()}
    assert fields["opportunity"].type is RemoteType.MONEY
    assert fields["ufCrm_100"].label == "Бюджет проекта"
    assert [(option.id, option.label) for option in fields["ufCrm_101"].options] == [("31", "Склад"), ("32", "Офис")]
    assert fields["ufCrm_102"].type is RemoteType.OPTIONS
    assert [option.label for option in fields["sourceId"].options] == ["Звонок"]
    assert fields["stageId"].type is RemoteType.STAGE
    assert fields["ufCrm_106"].type is RemoteType.OTHER
    assert fields["updatedTime"].is_readonly


def test_phones_and_emails_of_the_contact_are_fields(crm: Bitrix24) -> None:
    fields = {field.key: field for field in crm.fields()}
    assert (fields[_PHONE].label, fields[_PHONE].type, fields[_PHONE].entity) == (
        "Телефон",
        RemoteType.PHONES,
        Entity.CONTACT,
    )
    assert fields["company.EMAIL"].type is RemoteType.EMAILS


def test_cards_that_this_person_may_not_see_have_no_fields(portal: Portal, crm: Bitrix24) -> None:
    portal.cards.denied = {CONTACT}
    keys = {field.key for field in crm.fields()}
    assert "title" in keys
    assert not any(key.startswith("contact.") for key in keys)


def test_pipelines_come_with_their_stages_the_usual_one_first(crm: Bitrix24) -> None:
    usual, tenders = crm.pipelines()
    assert (usual.id, usual.label, tenders.label) == ("0", "Общая", "Тендеры")
    assert [(stage.id, stage.is_won, stage.is_lost) for stage in usual.stages] == [
        ("NEW", False, False),
        ("PREPARATION", False, False),
        ("WON", True, False),
        ("LOSE", False, True),
    ]
    assert [stage.id for stage in tenders.stages] == ["C9:NEW"]


# ---- deals


def test_a_deal_comes_with_its_contact_company_and_inn(portal: Portal, crm: Bitrix24) -> None:
    contact = portal.cards.add_contact("Петров", phones=("8 (916) 111-22-33",), emails=("P@Lamp.RU",))
    company = portal.cards.add_company("ООО «Лампа»", inn="7707083893")
    portal.cards.add_deal("Склад", contactId=contact, companyId=company, opportunity=1500000, closed="Y")
    (deal,) = crm.deals(since=None).deals
    assert deal.contact is not None
    assert (deal.contact.phones, deal.contact.emails) == (("+79161112233",), ("p@lamp.ru",))
    assert (deal.company, deal.inn, deal.amount, deal.is_closed) == (
        "ООО «Лампа»",
        "7707083893",
        Money(Decimal(1500000)),
        True,
    )
    assert deal.updated_at == datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


def test_all_deals_are_read_page_by_page_by_their_ids(portal: Portal, crm: Bitrix24) -> None:
    made = [str(portal.cards.add_deal(f"Сделка {n}")) for n in range(120)]
    assert _all_ids(crm, None) == made
    assert portal.methods().count("crm.item.list") == 3


def test_changed_deals_are_read_without_a_gap_though_a_second_holds_more_than_a_page(
    portal: Portal, crm: Bitrix24
) -> None:
    portal.cards.add_deal("Старая")
    portal.cards.now += timedelta(hours=1)
    since = portal.cards.now
    made = {str(portal.cards.add_deal(f"Сделка {n}")) for n in range(130)}
    portal.cards.now += timedelta(seconds=1)
    made |= {str(portal.cards.add_deal("Новая"))}
    found = _all_ids(crm, since.astimezone(UTC))
    assert len(found) == len(set(found))
    assert set(found) == made


def _all_ids(crm: Bitrix24, since: datetime | None) -> list[str]:
    page = crm.deals(since=since)
    found = [deal.id for deal in page.deals]
    while page.cursor is not None:
        page = crm.deals(since=since, cursor=page.cursor)
        found += [deal.id for deal in page.deals]
    return found


@pytest.mark.parametrize(
    "text",
    ["+7 916 111-22-33", "89161112233", "petrov@lamp.ru", "Петров", "лампа", "склад поставка", "7707083893"],
)
def test_a_deal_is_found_by_phone_email_inn_and_words(portal: Portal, crm: Bitrix24, text: str) -> None:
    contact = portal.cards.add_contact("Петров", phones=("+79161112233",), emails=("petrov@lamp.ru",))
    company = portal.cards.add_company("ООО «Лампа»", inn="7707083893")
    wanted = portal.cards.add_deal("Поставка на склад", contactId=contact, companyId=company)
    portal.cards.add_deal("Другое")
    assert [deal.id for deal in crm.find_deals(text, 10)] == [str(wanted)]


@pytest.mark.parametrize("text", ["+79990000000", "nobody@lamp.ru", "   ", "такого нет"])
def test_nothing_found_is_an_empty_answer(portal: Portal, crm: Bitrix24, text: str) -> None:
    portal.cards.add_deal("Другое")
    assert crm.find_deals(text, 10) == ()


# ---- values


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("opportunity", Money(Decimal("1500000.50"))),
        ("opportunity", Money(Decimal(900), "USD")),
        ("ufCrm_100", Money(Decimal(300))),
        ("ufCrm_101", "31"),
        ("ufCrm_102", ("41", "42")),
        ("ufCrm_103", True),
        ("ufCrm_103", False),
        ("ufCrm_104", datetime(2026, 12, 1, 7, 30, tzinfo=UTC)),
        ("ufCrm_105", Decimal("240.5")),
        ("closedate", date(2026, 12, 1)),
        ("sourceId", "CALL"),
        ("stageId", "PREPARATION"),
        ("comments", "Ждёт расчёт\nпо освещению"),
    ],
)
def test_what_is_written_is_what_is_read(portal: Portal, crm: Bitrix24, key: str, value: CrmValue) -> None:
    deal = portal.cards.add_deal()
    _write(crm, deal, {key: value}, {key: crm.read_deal(str(deal), [key]).values[key]})
    assert crm.read_deal(str(deal), [key]).values == {key: value}


@pytest.mark.parametrize(
    "key", ["opportunity", "companyId", "sourceId", "comments", "closedate", "ufCrm_101", "ufCrm_102"]
)
def test_every_way_of_being_empty_is_none(portal: Portal, crm: Bitrix24, key: str) -> None:
    deal = portal.cards.add_deal()
    assert crm.read_deal(str(deal), [key]).values == {key: None}


def test_the_amount_is_kept_though_the_deal_has_products(portal: Portal, crm: Bitrix24) -> None:
    deal = portal.cards.add_deal(opportunity=100)
    portal.cards.rows_of_products[deal] = 100.0
    _write(crm, deal, {"opportunity": Money(Decimal(500))}, {"opportunity": Money(Decimal(100))})
    assert portal.cards.item(DEAL, deal)["opportunity"] == 500


def test_only_the_approved_fields_are_sent(portal: Portal, crm: Bitrix24) -> None:
    deal = portal.cards.add_deal()
    _write(crm, deal, {"ufCrm_101": "31"})
    (sent,) = [request for request in portal.received if request.method == "crm.item.update"]
    assert sent.params["fields"] == {"ufCrm_101": "31"}


def test_a_field_that_the_portal_does_not_know_is_told_as_not_applied(portal: Portal, crm: Bitrix24) -> None:
    deal = portal.cards.add_deal()
    del portal.cards.fields[DEAL]["ufCrm_101"]
    del portal.cards.item(DEAL, deal)["ufCrm_101"]
    with pytest.raises(CrmFailure) as caught:
        _write(crm, deal, {"ufCrm_101": "31"})
    assert caught.value.fault is Fault.NOT_APPLIED


def test_an_option_that_is_gone_is_told_with_its_field(portal: Portal, crm: Bitrix24) -> None:
    deal = portal.cards.add_deal()
    with pytest.raises(CrmFailure, match="Тип объекта") as caught:
        _write(crm, deal, {"ufCrm_101": "99"})
    assert (caught.value.fault, caught.value.keys) == (Fault.INVALID, ("ufCrm_101",))


def test_a_stage_of_another_pipeline_is_refused_and_the_deal_stays_in_its_own(portal: Portal, crm: Bitrix24) -> None:
    deal = portal.cards.add_deal()
    with pytest.raises(CrmFailure, match="Стадия сделки") as caught:
        crm.write_deal(str(deal), {"stageId": "C9:NEW"}, _OP)
    assert (caught.value.fault, caught.value.keys) == (Fault.INVALID, ("stageId",))
    assert portal.cards.item(DEAL, deal)["categoryId"] == 0


def test_a_colleagues_change_meanwhile_is_a_conflict_and_nothing_is_written(portal: Portal, crm: Bitrix24) -> None:
    deal = portal.cards.add_deal(opportunity=100)
    base: dict[str, CrmValue] = {"opportunity": Money(Decimal(100))}
    portal.cards.touch(DEAL, deal, opportunity=300)
    found = optimistic.compare(crm, str(deal), {"opportunity": Money(Decimal(500))}, base, {})
    assert [one.theirs for one in found.conflicts] == [Money(Decimal(300))]
    assert "crm.item.update" not in portal.methods()


# ---- phones and e-mails


def test_a_phone_is_added_and_those_of_others_stay(portal: Portal, crm: Bitrix24) -> None:
    contact = portal.cards.add_contact("Петров", phones=("8 916 111-22-33",), emails=("p@lamp.ru",))
    deal = portal.cards.add_deal(contactId=contact)
    both = ("+79031234567", "+79161112233")
    _write(crm, deal, {_PHONE: both, "contact.post": "Закупщик"}, {_PHONE: ("+79161112233",)})
    assert crm.read_deal(str(deal), [_PHONE, "contact.EMAIL", "contact.post"]).values == {
        _PHONE: both,
        "contact.EMAIL": ("p@lamp.ru",),
        "contact.post": "Закупщик",
    }
    assert "8 916 111-22-33" in [row["value"] for row in portal.cards.item(CONTACT, contact)["fm"]]


def test_an_undo_takes_only_our_phone_away(portal: Portal, crm: Bitrix24) -> None:
    contact = portal.cards.add_contact("Петров", phones=("8 916 111-22-33",))
    deal = portal.cards.add_deal(contactId=contact)
    crm.write_deal(str(deal), {_PHONE: ("+79031234567", "+79161112233")}, _OP)
    crm.write_deal(str(deal), {_PHONE: ("+79161112233",)}, _OP)
    assert [row["value"] for row in portal.cards.item(CONTACT, contact)["fm"]] == ["8 916 111-22-33"]


def test_a_phone_for_a_deal_without_a_contact_is_refused_before_writing(portal: Portal, crm: Bitrix24) -> None:
    deal = portal.cards.add_deal()
    with pytest.raises(CrmFailure, match="нет контакта") as caught:
        crm.write_deal(str(deal), {_PHONE: ("+79031234567",), "comments": "x"}, _OP)
    assert caught.value.keys == (_PHONE,)
    assert "crm.item.update" not in portal.methods()


# ---- notes and tasks


def test_a_note_carries_the_mark_and_is_found_by_it(portal: Portal, crm: Bitrix24) -> None:
    deal = portal.cards.add_deal()
    made = crm.add_note(str(deal), "Итог звонка", _OP)
    (comment,) = portal.cards.comments.values()
    assert comment["COMMENT"] == f"Итог звонка\n\n{mark_of(_OP)}"
    assert crm.find_note(str(deal), _OP) == made
    assert crm.find_note(str(deal), "f" * 32) is None


def test_a_note_is_found_behind_many_others(portal: Portal, crm: Bitrix24) -> None:
    deal = portal.cards.add_deal()
    made = crm.add_note(str(deal), "Итог", _OP)
    for number in range(120):
        portal.cards.comments[1000 + number] = {"ID": str(1000 + number), "ENTITY_ID": str(deal), "COMMENT": "x"}
    assert crm.find_note(str(deal), _OP) == made


def test_a_note_whose_answer_was_lost_is_there_once_after_looking(portal: Portal, crm: Bitrix24) -> None:
    deal = portal.cards.add_deal()
    portal.troubles["crm.timeline.comment.add"] = [Trouble.DROP_AFTER]
    with pytest.raises(CrmFailure) as caught:
        crm.add_note(str(deal), "Итог", _OP)
    assert caught.value.fault is Fault.UNKNOWN
    assert crm.find_note(str(deal), _OP) is not None
    assert len(portal.cards.comments) == 1


def test_a_task_is_made_with_the_operations_key(portal: Portal, crm: Bitrix24) -> None:
    deal = portal.cards.add_deal()
    made = crm.add_task(str(deal), TaskOrder("Выслать КП", "До пятницы", date(2026, 12, 1)), _OP)
    (task,) = portal.cards.tasks.values()
    assert (task["title"], task["deadline"], task["responsibleId"]) == ("Выслать КП", "2026-12-01T18:00:00+03:00", "7")
    assert task["ufCrmTask"] == [f"D_{deal}"]
    assert portal.received[-1].headers["idempotency-key"] == _OP
    assert crm.find_task(str(deal), _OP) == made


def test_a_task_sent_again_after_a_lost_answer_is_the_same_task(portal: Portal, crm: Bitrix24) -> None:
    deal = portal.cards.add_deal()
    order = TaskOrder("Выслать КП", due=datetime(2026, 12, 1, 9, 0, tzinfo=UTC))
    portal.troubles["tasks.task.add"] = [Trouble.DROP_AFTER]
    with pytest.raises(CrmFailure) as caught:
        crm.add_task(str(deal), order, _OP)
    assert caught.value.fault is Fault.UNKNOWN
    assert crm.add_task(str(deal), order, _OP) == crm.find_task(str(deal), _OP)
    assert len(portal.cards.tasks) == 1


def test_an_older_portal_gets_the_task_its_own_way_with_the_mark(portal: Portal, crm: Bitrix24) -> None:
    deal = portal.cards.add_deal()
    portal.has_rest3 = False
    made = crm.add_task(str(deal), TaskOrder("Выслать КП"), _OP)
    crm.add_task(str(deal), TaskOrder("Позвонить"), "f" * 32)
    assert crm.find_task(str(deal), _OP) == made
    assert [request.is_rest3 for request in portal.received if request.method == "tasks.task.add"] == [
        True,
        False,
        False,
    ]


def test_a_removed_key_makes_no_task_by_any_way(portal: Portal, crm: Bitrix24) -> None:
    deal = portal.cards.add_deal()
    portal.is_key_good = False
    with pytest.raises(CrmFailure) as caught:
        crm.add_task(str(deal), TaskOrder("Выслать КП"), _OP)
    assert caught.value.fault is Fault.AUTH
    assert not portal.cards.tasks


def test_notes_and_tasks_are_taken_away_and_twice_is_no_error(portal: Portal, crm: Bitrix24) -> None:
    deal = portal.cards.add_deal()
    note = crm.add_note(str(deal), "Итог", _OP)
    task = crm.add_task(str(deal), TaskOrder("Выслать КП"), _OP)
    for ref in (note, task, note, task):
        crm.remove(ref, "e" * 32)
    assert not portal.cards.comments
    assert not portal.cards.tasks


def test_the_address_of_a_deal_is_its_card(portal: Portal, crm: Bitrix24) -> None:
    assert crm.deal_url("351") == f"{portal.address}/crm/deal/details/351/"
