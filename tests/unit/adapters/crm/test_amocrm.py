"""The amoCRM connector against the fake account over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app.adapters.crm.amocrm import AmoCrm
from app.core.errors import UserFixable
from app.delivery import optimistic
from app.delivery.faults import CrmFailure, Fault
from app.delivery.model import CrmAccount, CrmKind, Entity, Money, RefKind, RemoteRef, RemoteType, TaskOrder, mark_of
from tests.fakes import amocrm_account as amo
from tests.fakes.amocrm_server import AmoCrmServer, Trouble, serving, token_until
from tests.fakes.clock import MOSCOW, FakeClock

OP = "0192f0c1aa007c3e8f00000000000abc"
OTHER_OP = "0192f0c1aa007c3e8f00000000000def"
PHONE = f"contact.{amo.PHONE}"


@pytest.fixture
def server() -> Iterator[AmoCrmServer]:
    with serving() as running:
        yield running


@pytest.fixture
def crm(server: AmoCrmServer) -> Iterator[AmoCrm]:
    made = connector(server)
    yield made
    made.close()


def connector(server: AmoCrmServer, user: str = "") -> AmoCrm:
    account = CrmAccount("1", CrmKind.AMOCRM, "", server.address, str(amo.USER), {"user": user})
    return AmoCrm(account, server.token, clock=FakeClock(), wait=lambda _seconds: False)


def a_deal(server: AmoCrmServer) -> str:
    contact = server.account.add_card("contacts", "Игорь Саввин")
    server.account.put("contacts", contact, amo.PHONE, {"value": "8 (912) 555-10-20", "enum_code": "MOB"})
    company = server.account.add_card("companies", "ООО «Рубеж»")
    server.account.put("companies", company, amo.INN, {"value": "7707083893"})
    return str(server.account.add_lead("Ограждения для склада", contacts=(contact,), company=company, price=150_000))


def failure_of(call: object, *args: object, **named: object) -> CrmFailure:
    with pytest.raises(CrmFailure) as caught:
        call(*args, **named)  # type: ignore[operator]
    return caught.value


# Connecting


def test_the_account_is_told_with_the_user_and_the_end_of_the_token(crm: AmoCrm) -> None:
    account = crm.check()

    assert (account.user_id, account.user_name, account.portal) == ("55", "Анна Белова", "ООО «Полюс»")
    assert account.expires_at == datetime.fromtimestamp(1_900_000_000, UTC)
    assert account.missing_rights == ()


def test_rights_that_are_missing_are_named(crm: AmoCrm, server: AmoCrmServer) -> None:
    server.account.rights["leads"]["edit"] = "D"
    server.account.rights["tasks"]["edit"] = "D"

    assert crm.check().missing_rights == ("leads.edit", "tasks.edit")


def test_a_token_without_the_scope_of_the_crm_is_named(server: AmoCrmServer) -> None:
    server.token = token_until(scopes=["files"])
    made = connector(server)

    assert made.check().missing_rights == ("crm",)
    made.close()


def test_an_address_without_an_account_is_told(crm: AmoCrm, server: AmoCrmServer) -> None:
    server.troubles.append(Trouble("404", is_any=True))

    failure = failure_of(crm.check)

    assert (failure.code, failure.fault) == ("crm.no_portal", Fault.BLOCKED)
    assert "127.0.0.1" in failure.message


def test_a_manager_under_the_administrators_token_is_found_by_e_mail_and_gets_the_tasks(server: AmoCrmServer) -> None:
    crm = connector(server, " drozdov@polus.example ")

    account = crm.check()
    made = crm.add_task(a_deal(server), TaskOrder("Выслать КП"), OP)
    crm.close()

    assert (account.user_id, account.user_name) == ("71", "Олег Дроздов")
    assert server.account.tasks[int(made.id)]["responsible_user_id"] == 71


def test_an_e_mail_that_nobody_has_is_told(server: AmoCrmServer) -> None:
    crm = connector(server, "nobody@polus.example")

    with pytest.raises(UserFixable) as caught:
        crm.check()
    crm.close()

    assert caught.value.code == "crm.no_user"
    assert "nobody@polus.example" in caught.value.message


def test_a_token_that_may_not_see_users_cannot_look_for_a_manager(server: AmoCrmServer) -> None:
    server.account.may_list_users = False
    crm = connector(server, "drozdov@polus.example")

    assert failure_of(crm.check).fault is Fault.FORBIDDEN
    crm.close()


def test_checking_writes_nothing(crm: AmoCrm, server: AmoCrmServer) -> None:
    crm.check()
    crm.fields()

    assert server.writes() == []


# Fields and stages


def test_fields_of_deal_contact_and_company_are_told_with_types_and_options(crm: AmoCrm) -> None:
    fields = {item.key: item for item in crm.fields()}

    assert fields["price"].type is RemoteType.MONEY
    assert fields[str(amo.CITY)].type is RemoteType.OPTION
    assert [(option.id, option.label) for option in fields[str(amo.CITY)].options][:2] == [
        ("1", "Тверь"),
        ("2", "Казань"),
    ]
    assert fields[str(amo.WISHES)].type is RemoteType.OPTIONS
    assert fields[str(amo.SCHEME)].type is RemoteType.OTHER
    assert fields[str(amo.SCHEME)].is_readonly
    assert (fields[PHONE].type, fields[PHONE].entity) == (RemoteType.PHONES, Entity.CONTACT)
    assert fields[f"contact.{amo.EMAIL}"].type is RemoteType.EMAILS
    assert fields[f"company.{amo.INN}"].entity is Entity.COMPANY
    assert [option.label for option in fields["loss_reason_id"].options] == ["Дорого", "Сроки"]


def test_a_long_list_of_fields_is_read_to_its_end(crm: AmoCrm, server: AmoCrmServer) -> None:
    server.page_limit = 2

    assert str(amo.WISHES) in {item.key for item in crm.fields()}


def test_the_key_does_not_follow_a_next_page_to_another_host(crm: AmoCrm, server: AmoCrmServer) -> None:
    server.page_limit = 2
    server.next_host = "https://elsewhere.example"

    assert failure_of(crm.fields).fault is Fault.UNEXPECTED


def test_pipelines_tell_won_and_lost_and_leave_the_unsorted_stage_out(crm: AmoCrm) -> None:
    sales, service = crm.pipelines()

    assert (sales.label, service.label) == ("Продажи", "Сервис")
    assert [(stage.label, stage.is_won, stage.is_lost) for stage in sales.stages] == [
        ("Новая", False, False),
        ("КП отправлено", False, False),
        ("Успешно реализовано", True, False),
        ("Закрыто и не реализовано", False, True),
    ]


# Reading deals


def test_a_deal_is_told_with_its_main_contact_and_company(crm: AmoCrm, server: AmoCrmServer) -> None:
    deal_id = a_deal(server)

    (deal,) = crm.deals(since=None).deals

    assert (deal.id, deal.title, deal.amount) == (deal_id, "Ограждения для склада", Money(Decimal(150_000)))
    assert (deal.stage_id, deal.pipeline_id, deal.owner_id) == (str(amo.NEW), str(amo.MAIN), "55")
    assert (deal.company, deal.inn) == ("ООО «Рубеж»", "7707083893")
    assert deal.contact is not None
    assert (deal.contact.name, deal.contact.phones) == ("Игорь Саввин", ("+79125551020",))
    assert deal.updated_at is not None
    assert not deal.is_closed


def test_an_empty_account_has_an_empty_page(crm: AmoCrm) -> None:
    page = crm.deals(since=None)

    assert (page.deals, page.cursor) == ((), None)


def walk(crm: AmoCrm, since: datetime | None = None) -> list[str]:
    found, page = [], crm.deals(since=since)
    found += [deal.id for deal in page.deals if not deal.is_gone]
    while page.cursor is not None:
        page = crm.deals(since=since, cursor=page.cursor)
        found += [deal.id for deal in page.deals if not deal.is_gone]
    return found


def test_all_pages_are_read(crm: AmoCrm, server: AmoCrmServer) -> None:
    server.page_limit = 2
    made = [str(server.account.add_lead(f"Сделка {index}")) for index in range(7)]

    assert set(walk(crm)) == set(made)


def test_many_deals_of_one_second_are_read_all(crm: AmoCrm, server: AmoCrmServer) -> None:
    server.page_limit = 2
    server.account.is_clock_still = True
    made = [str(server.account.add_lead(f"Сделка {index}")) for index in range(7)]

    assert set(walk(crm)) == set(made)


def test_no_deal_is_missed_when_another_one_changes_between_two_pages(crm: AmoCrm, server: AmoCrmServer) -> None:
    server.page_limit = 2
    made = [server.account.add_lead(f"Сделка {index}") for index in range(6)]

    first = crm.deals(since=None)
    server.account.change("leads", {"id": made[0], "name": "Передвинулась в конец"})
    found = [deal.id for deal in first.deals]
    page = first
    while page.cursor is not None:
        page = crm.deals(since=None, cursor=page.cursor)
        found += [deal.id for deal in page.deals]

    assert {str(item) for item in made} <= set(found)


def test_only_what_changed_since_is_read_and_deleted_deals_are_told(crm: AmoCrm, server: AmoCrmServer) -> None:
    server.account.add_lead("Старая")
    since = datetime.fromtimestamp(server.account.now_s + 1, UTC)
    fresh = server.account.add_lead("Новая")
    binned = server.account.add_lead("Удалённая")
    server.account.cards["leads"][binned]["is_deleted"] = True

    first = crm.deals(since=since)
    assert first.cursor is not None
    last = crm.deals(since=since, cursor=first.cursor)

    assert [(deal.id, deal.is_gone) for deal in (*first.deals, *last.deals)] == [
        (str(fresh), False),
        (str(binned), True),
    ]
    assert last.cursor is None


def test_a_page_of_deals_takes_three_requests(crm: AmoCrm, server: AmoCrmServer) -> None:
    crm.check()
    for _index in range(40):
        a_deal(server)
    server.received.clear()

    assert len(crm.deals(since=None).deals) == 40
    assert [item.path.rpartition("/")[2] for item in server.received] == ["leads", "contacts", "companies"]


def test_deals_without_names_where_contacts_may_not_be_seen(crm: AmoCrm, server: AmoCrmServer) -> None:
    a_deal(server)
    server.troubles.append(Trouble("right", is_any=True, path="/contacts"))

    (deal,) = crm.deals(since=None).deals

    assert deal.contact is None
    assert deal.company == "ООО «Рубеж»"


@pytest.mark.parametrize("text", ["склад", "Саввин", "рубеж", "8 912 555-10-20", "+79125551020"])
def test_a_deal_is_found_by_its_words_its_people_and_their_phone(crm: AmoCrm, server: AmoCrmServer, text: str) -> None:
    deal_id = a_deal(server)
    server.account.add_lead("Совсем другое")

    assert [deal.id for deal in crm.find_deals(text, 5)] == [deal_id]


def test_nothing_is_found_for_unknown_words(crm: AmoCrm, server: AmoCrmServer) -> None:
    a_deal(server)

    assert crm.find_deals("тепловоз", 5) == ()
    assert crm.find_deals(" ", 5) == ()


# Values

VALUES = [
    (str(amo.PRODUCT), "Ограждения 3D"),
    ("name", "Ограждения для двух складов"),
    ("price", Money(Decimal(480_000))),
    (str(amo.CITY), "2"),
    (str(amo.VISIT), date(2026, 12, 15)),
    (str(amo.MEETING), datetime(2026, 12, 16, 7, 30, tzinfo=UTC)),
    (str(amo.AREA), Decimal("1250.5")),
    (str(amo.COST), Money(Decimal(90_000))),
    (str(amo.IS_VAT), True),
    (str(amo.IS_VAT), False),
    (str(amo.WISHES), ("11", "13")),
    ("status_id", str(amo.OFFER)),
    ("status_id", "42001"),
    ("loss_reason_id", "502"),
    ("responsible_user_id", "71"),
    (f"contact.{amo.ROLE}", "Главный инженер"),
    ("contact.name", "Игорь Петрович Саввин"),
    (f"company.{amo.INN}", "7728168971"),
    (f"contact.{amo.EMAIL}", ("zakupki@rubezh.example",)),
]


@pytest.mark.parametrize(("key", "value"), VALUES, ids=[f"{key}={value}" for key, value in VALUES])
def test_a_value_reads_back_as_it_was_written(crm: AmoCrm, server: AmoCrmServer, key: str, value: object) -> None:
    deal_id = a_deal(server)

    optimistic.write(crm, deal_id, {key: value}, OP, {})  # type: ignore[dict-item]

    assert crm.read_deal(deal_id, [key]).values == {key: value}


@pytest.mark.parametrize("key", [str(amo.PRODUCT), str(amo.CITY), str(amo.VISIT), str(amo.WISHES), "price"])
def test_an_empty_field_is_none_and_can_be_made_empty_again(crm: AmoCrm, server: AmoCrmServer, key: str) -> None:
    deal_id = a_deal(server)
    value = dict(VALUES)[key]
    optimistic.write(crm, deal_id, {key: value}, OP, {})  # type: ignore[dict-item]

    optimistic.write(crm, deal_id, {key: None}, OTHER_OP, {})

    assert crm.read_deal(deal_id, [key]).values == {key: None}


def test_a_day_told_as_midnight_in_utc_is_that_day(crm: AmoCrm, server: AmoCrmServer) -> None:
    deal_id = a_deal(server)
    server.account.put("leads", int(deal_id), amo.VISIT, {"value": 1_588_896_000})

    assert crm.read_deal(deal_id, [str(amo.VISIT)]).values == {str(amo.VISIT): date(2020, 5, 8)}


def test_phones_that_stay_are_sent_as_they_stand_and_those_left_out_go(crm: AmoCrm, server: AmoCrmServer) -> None:
    deal_id = a_deal(server)
    (contact,) = server.account.cards["contacts"]

    def standing() -> list[tuple[str, str]]:
        return [(item["value"], item["enum_code"]) for item in server.account.values("contacts", contact, amo.PHONE)]

    optimistic.write(crm, deal_id, {PHONE: ("+79031112233", "+79125551020")}, OP, {})
    assert standing() == [("8 (912) 555-10-20", "MOB"), ("+79031112233", "WORK")]

    optimistic.write(crm, deal_id, {PHONE: ("+79125551020",)}, OTHER_OP, {})
    assert standing() == [("8 (912) 555-10-20", "MOB")]


def test_only_the_changed_fields_are_sent(crm: AmoCrm, server: AmoCrmServer) -> None:
    deal_id = a_deal(server)

    crm.write_deal(deal_id, {"price": Money(Decimal(99_000)), str(amo.CITY): "3"}, OP)

    (sent,) = server.writes()
    assert sent.body == [
        {
            "id": int(deal_id),
            "price": 99_000,
            "custom_fields_values": [{"field_id": amo.CITY, "values": [{"enum_id": 3}]}],
        }
    ]


def test_a_stage_of_another_pipeline_goes_with_its_pipeline(crm: AmoCrm, server: AmoCrmServer) -> None:
    deal_id = a_deal(server)

    crm.write_deal(deal_id, {"status_id": "42001"}, OP)
    crm.write_deal(deal_id, {"status_id": "142"}, OP)

    lead = server.account.cards["leads"][int(deal_id)]
    assert (lead["status_id"], lead["pipeline_id"]) == (142, amo.SERVICE)


REFUSED = [
    (str(amo.CITY), "77", "варианта"),
    (str(amo.CITY), Decimal(4), "типа"),
    (str(amo.VISIT), "завтра", "типа"),
    (str(amo.SCHEME), "план.pdf", "нельзя"),
    ("999999", "что-нибудь", "больше нет"),
    ("responsible_user_id", "Белова", "типа"),
    ("status_id", "1", "варианта"),
]


@pytest.mark.parametrize(("key", "value", "word"), REFUSED)
def test_what_does_not_fit_is_refused_before_anything_is_sent(
    crm: AmoCrm, server: AmoCrmServer, key: str, value: object, word: str
) -> None:
    deal_id = a_deal(server)

    failure = failure_of(crm.write_deal, deal_id, {"name": "Новое имя", key: value}, OP)

    assert (failure.fault, failure.keys) == (Fault.INVALID, (key,))
    assert word in str(failure)
    assert server.writes() == []


def test_a_field_of_the_contact_of_a_deal_without_one_is_refused(crm: AmoCrm, server: AmoCrmServer) -> None:
    deal_id = str(server.account.add_lead("Без людей"))

    assert crm.read_deal(deal_id, [PHONE]).values == {PHONE: None}
    assert failure_of(crm.write_deal, deal_id, {PHONE: ("+79031112233",)}, OP).keys == (PHONE,)


def test_amocrms_own_refusal_names_the_fields(crm: AmoCrm, server: AmoCrmServer) -> None:
    deal_id = a_deal(server)
    crm.fields()
    city = next(item for item in server.account.fields["leads"] if item["id"] == amo.CITY)
    city["enums"] = city["enums"][:1]

    failure = failure_of(crm.write_deal, deal_id, {str(amo.PRODUCT): "Сетка", str(amo.CITY): "3"}, OP)

    assert (failure.fault, failure.keys) == (Fault.INVALID, (str(amo.CITY),))
    assert "not a valid choice" in str(failure)


def test_a_value_that_amocrm_drops_in_silence_is_not_taken_for_written(crm: AmoCrm, server: AmoCrmServer) -> None:
    deal_id = a_deal(server)
    server.troubles.append(Trouble("202"))

    failure = failure_of(optimistic.write, crm, deal_id, {str(amo.PRODUCT): "Сетка"}, OP, {})

    assert failure.fault is Fault.NOT_APPLIED


def test_a_colleagues_change_is_a_conflict_and_nothing_is_written(crm: AmoCrm, server: AmoCrmServer) -> None:
    deal_id = a_deal(server)
    base = crm.read_deal(deal_id, ["price"]).values
    server.account.change("leads", {"id": int(deal_id), "price": 170_000})

    compared = optimistic.compare(crm, deal_id, {"price": Money(Decimal(200_000))}, base, {})

    assert [item.theirs for item in compared.conflicts] == [Money(Decimal(170_000))]
    assert server.writes() == []


# Deals that are gone


@pytest.mark.parametrize("deal_id", ["404404", "not-a-number"])
def test_an_unknown_deal_is_not_found(crm: AmoCrm, deal_id: str) -> None:
    assert failure_of(crm.read_deal, deal_id, ["price"]).fault is Fault.NOT_FOUND


def test_a_deleted_deal_is_not_found(crm: AmoCrm, server: AmoCrmServer) -> None:
    deal_id = a_deal(server)
    server.account.cards["leads"][int(deal_id)]["is_deleted"] = True

    assert failure_of(crm.read_deal, deal_id, ["price"]).fault is Fault.NOT_FOUND
    assert failure_of(crm.add_note, deal_id, "Итог", OP).fault is Fault.NOT_FOUND
    assert failure_of(crm.add_task, deal_id, TaskOrder("Позвонить"), OP).fault is Fault.NOT_FOUND


# Notes and tasks


def test_a_note_stands_with_its_mark_and_is_found_by_it(crm: AmoCrm, server: AmoCrmServer) -> None:
    deal_id = a_deal(server)
    server.page_limit = 2
    for index in range(5):
        crm.add_note(deal_id, f"Другая запись {index}", f"{index:032x}")

    made = crm.add_note(deal_id, "Итог разговора", OP)

    assert server.account.notes[int(made.id)]["params"]["text"] == f"Итог разговора\n\n{mark_of(OP)}"
    assert crm.find_note(deal_id, OP) == made
    assert crm.find_note(deal_id, OTHER_OP) is None


def test_a_note_that_is_taken_back_says_so_and_taking_it_back_twice_is_no_error(
    crm: AmoCrm, server: AmoCrmServer
) -> None:
    deal_id = a_deal(server)
    made = crm.add_note(deal_id, "Итог разговора", OP)

    crm.remove(made, OTHER_OP)
    crm.remove(made, OTHER_OP)

    assert server.account.notes[int(made.id)]["params"]["text"] == "[отменено]"
    assert crm.find_note(deal_id, OP) is None
    assert len(server.writes()) == 2


def test_a_task_stands_with_its_mark_owner_and_term(crm: AmoCrm, server: AmoCrmServer) -> None:
    deal_id = a_deal(server)

    made = crm.add_task(deal_id, TaskOrder("Выслать КП", "С доставкой", date(2026, 12, 1)), OP)

    task = server.account.tasks[int(made.id)]
    assert task["text"] == f"Выслать КП\nС доставкой\n\n{mark_of(OP)}"
    assert (task["entity_type"], task["entity_id"], task["responsible_user_id"]) == ("leads", int(deal_id), amo.USER)
    assert datetime.fromtimestamp(task["complete_till"], MOSCOW) == datetime(2026, 12, 1, 23, 59, tzinfo=MOSCOW)
    assert crm.find_task(deal_id, OP) == made
    assert crm.find_task(deal_id, OTHER_OP) is None


def test_a_task_with_an_hour_keeps_it_and_one_without_a_term_runs_until_tomorrow(
    crm: AmoCrm, server: AmoCrmServer
) -> None:
    deal_id = a_deal(server)
    hour = datetime(2026, 12, 1, 11, 0, tzinfo=UTC)

    at_hour = crm.add_task(deal_id, TaskOrder("Позвонить", due=hour), OP)
    some_day = crm.add_task(deal_id, TaskOrder("Уточнить"), OTHER_OP)

    assert server.account.tasks[int(at_hour.id)]["complete_till"] == hour.timestamp()
    tomorrow = datetime.fromtimestamp(server.account.tasks[int(some_day.id)]["complete_till"], MOSCOW)
    assert tomorrow == datetime(2026, 3, 4, 23, 59, tzinfo=MOSCOW)


def test_a_task_that_is_taken_back_is_completed_as_cancelled(crm: AmoCrm, server: AmoCrmServer) -> None:
    deal_id = a_deal(server)
    made = crm.add_task(deal_id, TaskOrder("Выслать КП"), OP)

    crm.remove(made, OTHER_OP)
    crm.remove(made, OTHER_OP)

    task = server.account.tasks[int(made.id)]
    assert (task["is_completed"], task["result"]) == (True, {"text": "отменено"})
    assert crm.find_task(deal_id, OP) is None
    assert len(server.writes()) == 2


def test_a_task_that_a_colleague_completed_keeps_its_result(crm: AmoCrm, server: AmoCrmServer) -> None:
    deal_id = a_deal(server)
    made = crm.add_task(deal_id, TaskOrder("Выслать КП"), OP)
    server.account.tasks[int(made.id)] |= {"is_completed": True, "result": {"text": "Выслала"}}

    crm.remove(made, OTHER_OP)

    assert server.account.tasks[int(made.id)]["result"] == {"text": "Выслала"}


def test_taking_back_what_is_gone_already_is_no_error(crm: AmoCrm, server: AmoCrmServer) -> None:
    deal_id = a_deal(server)

    crm.remove(RemoteRef(RefKind.NOTE, "404404", deal_id), OP)
    crm.remove(RemoteRef(RefKind.TASK, "404404", deal_id), OP)

    assert server.writes() == []


def test_what_may_not_be_seen_is_not_taken_for_taken_back(crm: AmoCrm, server: AmoCrmServer) -> None:
    deal_id = a_deal(server)
    made = crm.add_note(deal_id, "Итог", OP)
    server.troubles.append(Trouble("right", is_any=True))

    assert failure_of(crm.remove, made, OTHER_OP).fault is Fault.FORBIDDEN


# Troubles

WRITE_TROUBLES = [
    ("429", Fault.UNKNOWN),
    ("500", Fault.UNKNOWN),
    ("drop", Fault.UNKNOWN),
    ("half", Fault.UNKNOWN),
    ("html", Fault.UNKNOWN),
    ("empty", Fault.UNKNOWN),
    ("401", Fault.AUTH),
    ("402", Fault.BLOCKED),
    ("barred", Fault.BLOCKED),
    ("blocked", Fault.BLOCKED),
    ("right", Fault.FORBIDDEN),
    ("moved", Fault.BLOCKED),
]


@pytest.mark.parametrize(("kind", "fault"), WRITE_TROUBLES)
def test_a_trouble_with_a_note_is_told_and_the_note_is_sent_once(
    crm: AmoCrm, server: AmoCrmServer, kind: str, fault: Fault
) -> None:
    deal_id = a_deal(server)
    server.troubles.append(Trouble(kind))

    assert failure_of(crm.add_note, deal_id, "Итог", OP).fault is fault
    assert len(server.writes()) == 1


@pytest.mark.parametrize("kind", ["drop", "half", "html", "429", "500"])
def test_after_a_lost_answer_note_and_task_are_found_and_the_value_is_there(
    crm: AmoCrm, server: AmoCrmServer, kind: str
) -> None:
    deal_id = a_deal(server)
    crm.fields()
    server.troubles.append(Trouble(kind, times=3, is_done=True))

    assert failure_of(crm.add_note, deal_id, "Итог", OP).fault is Fault.UNKNOWN
    assert failure_of(crm.add_task, deal_id, TaskOrder("Выслать КП"), OP).fault is Fault.UNKNOWN
    assert failure_of(crm.write_deal, deal_id, {"price": Money(Decimal(5))}, OP).fault is Fault.UNKNOWN

    assert crm.find_note(deal_id, OP) is not None
    assert crm.find_task(deal_id, OP) is not None
    assert optimistic.compare(crm, deal_id, {"price": Money(Decimal(5))}, {}, {}).needed == {}
    assert (len(server.account.notes), len(server.account.tasks)) == (1, 1)


READ_TROUBLES = [
    ("429", Fault.RATE_LIMITED),
    ("500", Fault.OFFLINE),
    ("drop", Fault.OFFLINE),
    ("half", Fault.OFFLINE),
    ("html", Fault.OFFLINE),
    ("401", Fault.AUTH),
    ("barred", Fault.BLOCKED),
    ("right", Fault.FORBIDDEN),
    ("404", Fault.NOT_FOUND),
]


@pytest.mark.parametrize(("kind", "fault"), READ_TROUBLES)
def test_a_trouble_with_a_look_up_never_means_that_nothing_was_found(
    crm: AmoCrm, server: AmoCrmServer, kind: str, fault: Fault
) -> None:
    deal_id = a_deal(server)
    server.troubles.append(Trouble(kind, times=2, is_any=True))

    assert failure_of(crm.find_note, deal_id, OP).fault is fault
    assert failure_of(crm.find_task, deal_id, OP).fault is fault


def test_an_answer_that_is_no_list_never_means_that_nothing_was_found(crm: AmoCrm, server: AmoCrmServer) -> None:
    deal_id = a_deal(server)
    server.troubles.append(Trouble("202", times=1, is_any=True))

    assert failure_of(crm.find_note, deal_id, OP).fault is Fault.UNEXPECTED


def test_the_wait_that_amocrm_asks_for_is_told(crm: AmoCrm, server: AmoCrmServer) -> None:
    server.troubles.append(Trouble("429", is_any=True))

    assert failure_of(crm.check).retry_after_s == 7


def test_a_right_is_named_in_the_crms_own_words(crm: AmoCrm, server: AmoCrmServer) -> None:
    deal_id = a_deal(server)
    server.troubles.append(Trouble("right"))

    assert "Недостаточно прав для изменения сделок" in str(failure_of(crm.add_note, deal_id, "Итог", OP))


def test_a_revoked_token_asks_to_connect_again(server: AmoCrmServer) -> None:
    made = connector(server)
    server.token = token_until(1_950_000_000)

    assert failure_of(made.check).code == "crm.auth"
    made.close()


def test_the_card_of_a_deal_opens_in_the_browser(crm: AmoCrm, server: AmoCrmServer) -> None:
    assert crm.deal_url("17") == f"{server.address}/leads/detail/17"
