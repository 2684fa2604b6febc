"""What the connector writes into a real Odoo 19: once, compared before, read again after, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app.adapters.crm.odoo import Odoo
from app.core.ids import new_id
from app.delivery import optimistic
from app.delivery.faults import CrmFailure, Fault
from app.delivery.model import CrmValue, Money, RefKind, RemoteRef, TaskOrder
from tests.real_odoo.conftest import Connect
from tests.real_odoo.proxy import Proxy
from tests.real_odoo.server import OdooServer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

_LABELS = {"expected_revenue": "Ожидаемый доход", "city": "Город"}


def test_values_are_written_and_stand_there(odoo: OdooServer, crm: Odoo) -> None:
    deal = odoo.new_deal()
    tag = crm_option(crm, "tag_ids")
    changes: dict[str, CrmValue] = {
        "expected_revenue": Money(Decimal("180000.50")),
        "date_deadline": date(2026, 12, 15),
        "stage_id": "3",
        "priority": "2",
        "phone": ("+79161112233",),
        "email_from": ("olga@example.com",),
        "city": "Тверь",
        "description": "Бюджет <согласован>\nЖдут КП",
        "tag_ids": (tag,),
    }
    optimistic.write(crm, deal, changes, new_id(), {})
    assert dict(crm.read_deal(deal, list(changes)).values) == changes
    stored = odoo.values(deal, "expected_revenue", "stage_id", "phone", "tag_ids", "description")
    assert stored["expected_revenue"] == 180_000.5
    assert (stored["stage_id"], stored["tag_ids"]) == (3, [int(tag)])
    assert "&lt;согласован&gt;" in stored["description"]


def test_values_are_emptied_when_that_is_what_was_approved(odoo: OdooServer, crm: Odoo) -> None:
    deal = odoo.new_deal(city="Тверь", expected_revenue=700, date_deadline="2026-12-15", phone="+79161112233")
    emptied: dict[str, CrmValue] = {"city": None, "expected_revenue": None, "date_deadline": None, "phone": None}
    optimistic.write(crm, deal, emptied, new_id(), {})
    assert dict(crm.read_deal(deal, list(emptied)).values) == emptied


def test_a_zero_is_written_as_it_was_approved(odoo: OdooServer, crm: Odoo) -> None:
    deal = odoo.new_deal(expected_revenue=700)
    optimistic.write(crm, deal, {"expected_revenue": Money(Decimal(0))}, new_id(), {})
    assert odoo.values(deal, "expected_revenue")["expected_revenue"] == 0


def test_the_contacts_and_the_companys_fields_are_reached_through_the_deal(odoo: OdooServer, crm: Odoo) -> None:
    company = odoo.call("res.partner", "create", vals_list=[{"name": "АО Маяк", "is_company": True}])[0]
    person = odoo.call("res.partner", "create", vals_list=[{"name": "Пётр", "parent_id": company}])[0]
    deal = odoo.new_deal(partner_id=person)
    changes: dict[str, CrmValue] = {
        "contact.function": "Главный инженер",
        "company.vat": "7707083893",
        "name": "Маяк: освещение цеха",
    }
    optimistic.write(crm, deal, changes, new_id(), {})
    assert odoo.call("res.partner", "read", ids=[person], fields=["function"])[0]["function"] == "Главный инженер"
    assert odoo.call("res.partner", "read", ids=[company], fields=["vat"])[0]["vat"] == "7707083893"


def test_a_field_of_a_contact_that_the_deal_has_not_is_refused(odoo: OdooServer, crm: Odoo) -> None:
    with pytest.raises(CrmFailure, match="у сделки в Odoo нет контакта") as caught:
        crm.write_deal(odoo.new_deal(), {"contact.function": "Закупщик"}, new_id())
    assert (caught.value.fault, caught.value.keys) == (Fault.INVALID, ("contact.function",))


def test_a_colleagues_change_of_the_same_field_is_a_conflict(odoo: OdooServer, crm: Odoo) -> None:
    deal = odoo.new_deal(city="Тверь")
    base = crm.read_deal(deal, ["city"]).values
    odoo.call("crm.lead", "write", ids=[int(deal)], vals={"city": "Калуга"})
    found = optimistic.compare(crm, deal, {"city": "Тула"}, base, _LABELS)
    conflict = found.conflicts[0]
    assert (conflict.label, conflict.base, conflict.theirs, conflict.ours) == ("Город", "Тверь", "Калуга", "Тула")
    assert odoo.values(deal, "city")["city"] == "Калуга"


def test_a_colleagues_change_of_another_field_stays_and_is_no_conflict(odoo: OdooServer, crm: Odoo) -> None:
    deal = odoo.new_deal(city="Тверь")
    base = crm.read_deal(deal, ["city"]).values
    odoo.call("crm.lead", "write", ids=[int(deal)], vals={"street": "Садовая, 5"})
    found = optimistic.compare(crm, deal, {"city": "Тула"}, base, _LABELS)
    assert found.conflicts == ()
    optimistic.write(crm, deal, found.needed, new_id(), _LABELS)
    assert odoo.values(deal, "city", "street") == {"id": int(deal), "city": "Тула", "street": "Садовая, 5"}


def test_values_that_arrived_without_an_answer_are_not_needed_again(
    odoo: OdooServer, connect: Connect, bad_line: Proxy
) -> None:
    crm = connect(address=bad_line.url)
    deal = odoo.new_deal(city="Тверь")
    changes: dict[str, CrmValue] = {"city": "Тула", "expected_revenue": Money(Decimal(5))}
    base = crm.read_deal(deal, list(changes)).values
    bad_line.lose_answers("crm.lead/write")
    with pytest.raises(CrmFailure) as caught:
        optimistic.write(crm, deal, changes, new_id(), _LABELS)
    assert caught.value.fault is Fault.UNKNOWN
    again = optimistic.compare(crm, deal, changes, base, _LABELS)
    assert (dict(again.needed), again.conflicts) == ({}, ())
    assert bad_line.count("crm.lead/write") == 1


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("priority", "9", "такого варианта нет"),
        ("stage_id", "99999", "удалена"),
        ("x_gone", "1", "поля x_gone в Odoo нет"),
        ("expected_revenue", Money(Decimal(5), "USD"), "сделка ведётся в RUB"),
        ("name", None, "name"),
        ("phone", ("+79161112233", "+79162223344"), "помещается только одно"),
    ],
)
def test_a_value_that_odoo_cannot_take_is_refused_and_nothing_is_written(
    odoo: OdooServer, crm: Odoo, key: str, value: CrmValue, said: str
) -> None:
    deal = odoo.new_deal(city="Тверь")
    with pytest.raises(CrmFailure, match=said) as caught:
        crm.write_deal(deal, {"city": "Тула", key: value}, new_id())
    assert caught.value.fault is Fault.INVALID
    assert odoo.values(deal, "city")["city"] == "Тверь"


def test_a_wrong_date_of_a_task_is_refused_with_odoos_own_words(odoo: OdooServer, crm: Odoo) -> None:
    class Impossible(date):
        def isoformat(self) -> str:
            return "2026-99-01"

    deal = odoo.new_deal()
    with pytest.raises(CrmFailure, match="2026-99-01") as caught:
        crm.add_task(deal, TaskOrder("Позвонить", due=Impossible(2026, 9, 1)), new_id())
    assert caught.value.fault is Fault.INVALID
    assert odoo.tasks(deal) == []


def test_a_note_stands_in_the_deal_as_it_was_written_and_for_colleagues_only(odoo: OdooServer, crm: Odoo) -> None:
    client = odoo.call("res.partner", "create", vals_list=[{"name": "Ольга", "email": "olga@example.com"}])[0]
    deal = odoo.new_deal(partner_id=client)
    odoo.call("crm.lead", "message_subscribe", ids=[int(deal)], partner_ids=[client])
    ref = crm.add_note(deal, "Итог звонка:\n\n<b>КП</b> до пятницы & скидка 5 %", new_id())
    assert ref.kind is RefKind.NOTE
    assert odoo.notes(deal) == [
        "<p>Итог звонка:</p><p><br></p><p>&lt;b&gt;КП&lt;/b&gt; до пятницы &amp; скидка 5 %</p>"
    ]
    notified = odoo.call("mail.message", "read", ids=[int(ref.id)], fields=["notified_partner_ids", "subtype_id"])[0]
    assert notified["notified_partner_ids"] == []
    subtype = odoo.call("mail.message.subtype", "read", ids=[notified["subtype_id"][0]], fields=["internal"])
    assert subtype[0]["internal"]


@pytest.mark.parametrize("lost_looks", [0, 2])
def test_a_note_whose_answers_were_lost_is_found_and_stands_once(
    odoo: OdooServer, connect: Connect, bad_line: Proxy, lost_looks: int
) -> None:
    crm = connect(address=bad_line.url)
    deal, op_id = odoo.new_deal(), new_id()
    bad_line.lose_answers("crm.lead/message_post")
    bad_line.before("crm.lead/message_post", lambda: bad_line.lose_answers("mail.message/search", lost_looks))
    ref = looked_up(lambda: crm.add_note(deal, "Итог", op_id), lambda: crm.find_note(deal, op_id))
    assert len(odoo.notes(deal)) == 1
    assert bad_line.count("crm.lead/message_post") == 1
    assert bad_line.count("mail.message/search") == 2 + lost_looks
    crm.remove(ref, new_id())
    assert odoo.notes(deal) == []


def test_a_note_that_never_left_is_not_found(odoo: OdooServer, crm: Odoo) -> None:
    assert crm.find_note(odoo.new_deal(), new_id()) is None


def test_a_task_stands_in_the_deal_for_its_owner(odoo: OdooServer, crm: Odoo) -> None:
    deal = odoo.new_deal()
    crm.add_task(deal, TaskOrder("Выслать КП", "Светильники\n40 шт.", date(2026, 12, 1)), new_id())
    task = odoo.tasks(deal)[0]
    assert (task["summary"], task["date_deadline"]) == ("Выслать КП", "2026-12-01")
    assert task["user_id"][1] == "Анна Продажина"
    assert task["note"] == "<p>Светильники</p><p>40 шт.</p>"


def test_a_task_at_a_time_keeps_the_persons_own_day_and_says_the_time(odoo: OdooServer, crm: Odoo) -> None:
    deal = odoo.new_deal()
    crm.add_task(deal, TaskOrder("Позвонить", due=datetime(2026, 12, 1, 21, 30, tzinfo=UTC)), new_id())
    task = odoo.tasks(deal)[0]
    assert (task["summary"], task["date_deadline"]) == ("Позвонить (00:30)", "2026-12-02")


def test_a_task_without_a_day_gets_odoos_own(odoo: OdooServer, crm: Odoo) -> None:
    deal = odoo.new_deal()
    crm.add_task(deal, TaskOrder("Уточнить адрес"), new_id())
    assert odoo.tasks(deal)[0]["date_deadline"]


@pytest.mark.parametrize("lost_looks", [0, 2])
def test_a_task_whose_answers_were_lost_is_found_and_stands_once(
    odoo: OdooServer, connect: Connect, bad_line: Proxy, lost_looks: int
) -> None:
    crm = connect(address=bad_line.url)
    deal, op_id = odoo.new_deal(), new_id()
    order = TaskOrder("Выслать КП", due=date(2026, 12, 1))
    bad_line.lose_answers("mail.activity/load")
    bad_line.before("mail.activity/load", lambda: bad_line.lose_answers("mail.activity/get_metadata", lost_looks))
    ref = looked_up(lambda: crm.add_task(deal, order, op_id), lambda: crm.find_task(deal, op_id))
    assert len(odoo.tasks(deal)) == 1
    assert bad_line.count("mail.activity/load") == 1
    # Odoo itself refuses a second task of the same key.
    assert crm.add_task(deal, order, op_id) == ref
    assert len(odoo.tasks(deal)) == 1


def test_a_task_that_was_done_meanwhile_is_still_found(odoo: OdooServer, crm: Odoo) -> None:
    deal, op_id = odoo.new_deal(), new_id()
    ref = crm.add_task(deal, TaskOrder("Выслать КП"), op_id)
    odoo.call("mail.activity", "action_feedback", key=odoo.keys.salesman, ids=[int(ref.id)], feedback="Сделано")
    assert crm.find_task(deal, op_id) == ref


def test_a_task_on_a_deal_that_is_gone_or_a_colleagues_is_told_as_such(odoo: OdooServer, crm: Odoo) -> None:
    gone, theirs = odoo.new_deal(), odoo.new_deal(key=odoo.keys.colleague)
    odoo.call("crm.lead", "unlink", ids=[int(gone)])
    for deal, fault in ((gone, Fault.NOT_FOUND), (theirs, Fault.FORBIDDEN)):
        with pytest.raises(CrmFailure) as caught:
            crm.add_task(deal, TaskOrder("Выслать КП"), new_id())
        assert caught.value.fault is fault


def test_everything_is_taken_back_and_twice_is_no_error(odoo: OdooServer, crm: Odoo) -> None:
    deal, op_id = odoo.new_deal(city="Тверь"), new_id()
    optimistic.write(crm, deal, {"city": "Тула"}, op_id, _LABELS)
    note = crm.add_note(deal, "Итог", new_id())
    task = crm.add_task(deal, TaskOrder("Выслать КП"), new_id())
    for ref in (task, note, task, note):
        crm.remove(ref, new_id())
    back = optimistic.compare(crm, deal, {"city": "Тверь"}, {"city": "Тула"}, _LABELS)
    optimistic.write(crm, deal, back.needed, new_id(), _LABELS)
    assert (odoo.notes(deal), odoo.tasks(deal), odoo.values(deal, "city")["city"]) == ([], [], "Тверь")


def test_what_a_colleague_changed_since_is_not_taken_back_unasked(odoo: OdooServer, crm: Odoo) -> None:
    deal = odoo.new_deal(city="Тверь")
    optimistic.write(crm, deal, {"city": "Тула"}, new_id(), _LABELS)
    odoo.call("crm.lead", "write", ids=[int(deal)], vals={"city": "Калуга"})
    back = optimistic.compare(crm, deal, {"city": "Тверь"}, {"city": "Тула"}, _LABELS)
    assert [conflict.theirs for conflict in back.conflicts] == ["Калуга"]


def test_a_server_that_is_down_means_offline_and_nothing_left(odoo: OdooServer, crm: Odoo) -> None:
    deal = odoo.new_deal()
    odoo.kill()
    try:
        with pytest.raises(CrmFailure, match="Нет связи с CRM") as caught:
            crm.add_note(deal, "Итог", new_id())
    finally:
        odoo.start()
    assert caught.value.fault is Fault.OFFLINE
    assert odoo.notes(deal) == []


def test_a_server_killed_in_the_middle_of_a_write_leaves_all_or_nothing(
    odoo: OdooServer, connect: Connect, bad_line: Proxy
) -> None:
    crm = connect(address=bad_line.url)
    deal, op_id = odoo.new_deal(), new_id()
    bad_line.before("crm.lead/message_post", odoo.kill)
    with pytest.raises(CrmFailure) as caught:
        crm.add_note(deal, "Итог", op_id)
    assert caught.value.fault is Fault.UNKNOWN
    odoo.start()
    assert crm.find_note(deal, op_id) is None
    crm.add_note(deal, "Итог", op_id)
    assert len(odoo.notes(deal)) == 1


def looked_up(send: Callable[[], RemoteRef], find: Callable[[], RemoteRef | None]) -> RemoteRef:
    """What a careful sender does: never send without a look."""
    for _ in range(10):
        try:
            return find() or send()
        except CrmFailure as failure:
            if failure.fault not in (Fault.UNKNOWN, Fault.OFFLINE):
                raise
    raise AssertionError("never found and never answered")


def crm_option(crm: Odoo, key: str) -> str:
    return next(field for field in crm.fields() if field.key == key).options[0].id
