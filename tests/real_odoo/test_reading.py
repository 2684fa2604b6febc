"""What the connector reads from a real Odoo 19."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from app.adapters.crm.odoo import Odoo
from app.core.errors import VizirError
from app.core.ids import new_id
from app.delivery.faults import CrmFailure, Fault
from app.delivery.model import Entity, Money, RemoteType
from tests.real_odoo.conftest import Connect
from tests.real_odoo.server import OdooServer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def test_the_check_says_who_is_connected_and_with_which_rights(odoo: OdooServer, crm: Odoo) -> None:
    account = crm.check()
    assert account.user_name == "Анна Продажина"
    assert account.user_id == str(odoo.call("res.users", "context_get", key=odoo.keys.salesman)["uid"])
    assert account.missing_rights == ()
    assert account.expires_at is None


def test_the_check_names_the_right_that_is_missing(odoo: OdooServer, connect: Connect) -> None:
    assert connect(odoo.keys.newcomer).check().missing_rights == ("Продажи: только свои документы",)


def test_the_check_says_when_the_key_lapses(odoo: OdooServer, connect: Connect) -> None:
    lapses = datetime.now(UTC).replace(microsecond=0) + timedelta(days=60)
    with odoo.key_until("boris", lapses):
        assert connect(odoo.keys.colleague).check().expires_at == lapses


def test_a_lapsed_key_is_told_as_such(odoo: OdooServer, connect: Connect) -> None:
    with (
        odoo.key_until("boris", datetime.now(UTC) - timedelta(days=1)),
        pytest.raises(CrmFailure, match="Подключите CRM заново") as caught,
    ):
        connect(odoo.keys.colleague).pipelines()
    assert caught.value.fault is Fault.AUTH


@pytest.mark.parametrize("key", ["0123456789" * 4, "неверный"])
def test_a_wrong_key_is_refused(connect: Connect, key: str) -> None:
    with pytest.raises(VizirError) as caught:
        connect(key).check()
    assert caught.value.code in ("crm.auth", "crm.secret_form")
    assert key not in caught.value.detail


def test_a_database_that_is_not_there_is_named(connect: Connect) -> None:
    with pytest.raises(CrmFailure, match="нет Odoo 19 с базой «sklad»"):
        connect(database="sklad").check()


def test_one_database_needs_no_name(connect: Connect) -> None:
    assert connect(database="").check().user_name == "Анна Продажина"


def test_fields_have_russian_labels_and_options(crm: Odoo) -> None:
    fields = {field.key: field for field in crm.fields()}
    revenue = fields["expected_revenue"]
    assert (revenue.label, revenue.type) == ("Ожидаемый доход", RemoteType.MONEY)
    assert [option.id for option in fields["priority"].options] == ["0", "1", "2", "3"]
    assert fields["priority"].options[0].label == "Низкий"
    assert "Предложение" in [option.label for option in fields["stage_id"].options]
    assert fields["stage_id"].type is RemoteType.STAGE
    assert fields["tag_ids"].options
    assert fields["name"].is_required
    assert (fields["contact.function"].entity, fields["contact.function"].label) == (Entity.CONTACT, "Должность")
    assert fields["company.vat"].entity is Entity.COMPANY
    assert not {"write_date", "message_ids", "activity_ids", "id"} & set(fields)


def test_an_odoo_without_russian_gives_labels_in_the_persons_own_language(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.adapters.crm.odoo._RUSSIAN", {"lang": "de_DE"})
    crm = connect()
    assert "Ожидаемый доход" in [field.label for field in crm.fields()]
    assert crm.pipelines()[0].stages[0].label == "Новый"


def test_a_field_of_the_company_appears_with_its_options(odoo: OdooServer, crm: Odoo) -> None:
    name = f"x_{new_id()[:8]}"
    model = odoo.call("ir.model", "search", domain=[["model", "=", "crm.lead"]])[0]
    facts = {"name": name, "model_id": model, "field_description": "Тип монтажа", "ttype": "selection"}
    options = [[0, 0, {"value": "own", "name": "Своими силами"}], [0, 0, {"value": "ours", "name": "Наш монтаж"}]]
    odoo.call("ir.model.fields", "create", vals_list=[{**facts, "state": "manual", "selection_ids": options}])
    field = next(field for field in crm.fields() if field.key == name)
    assert (field.label, field.type) == ("Тип монтажа", RemoteType.OPTION)
    assert [(option.id, option.label) for option in field.options] == [("own", "Своими силами"), ("ours", "Наш монтаж")]
    deal = odoo.new_deal()
    crm.write_deal(deal, {name: "ours"}, new_id())
    assert crm.read_deal(deal, [name]).values == {name: "ours"}


def test_pipelines_are_the_teams_with_their_stages(crm: Odoo) -> None:
    pipelines = crm.pipelines()
    assert "Продажи" in [pipeline.label for pipeline in pipelines]
    stages = pipelines[0].stages
    assert stages[0].label == "Новый"
    assert [stage.is_won for stage in stages] == [False, False, False, True]


def test_values_are_read_in_one_spelling(odoo: OdooServer, crm: Odoo) -> None:
    deal = odoo.new_deal(
        phone="8 (916) 111-22-33",
        email_from="Olga@Example.com",
        expected_revenue=180_000.5,
        date_deadline="2026-12-15",
        description="<p>Ждут&nbsp;КП<br>до пятницы</p><p>Ёмкость &lt; 5 т</p>",
        priority="2",
    )
    assert crm.read_deal(
        deal,
        [
            *(
                "phone",
                "email_from",
                "expected_revenue",
                "date_deadline",
                "description",
                "priority",
                "city",
                "stage_id",
            ),
            *("tag_ids", "contact.function", "company.vat"),
        ],
    ).values == {
        "phone": ("+79161112233",),
        "email_from": ("olga@example.com",),
        "expected_revenue": Money(Decimal("180000.5")),
        "date_deadline": date(2026, 12, 15),
        "description": "Ждут КП\nдо пятницы\nЁмкость < 5 т",
        "priority": "2",
        "city": None,
        "stage_id": "1",
        "tag_ids": None,
        "contact.function": None,
        "company.vat": None,
    }


@pytest.mark.parametrize("sought", ["+7 916 222-33-44", "8 (916) 222 33 44", "79162223344"])
def test_a_deal_is_found_by_its_phone_however_written(odoo: OdooServer, crm: Odoo, sought: str) -> None:
    deal = odoo.new_deal(phone="+7 (916) 222-33-44")
    found = crm.find_deals(sought, 10)
    assert deal in [found_deal.id for found_deal in found]
    assert "+79162223344" in next(item for item in found if item.id == deal).contact.phones  # type: ignore[union-attr]


def test_a_deal_is_found_by_its_contacts_phone_and_company(odoo: OdooServer, crm: Odoo) -> None:
    company = odoo.call(
        "res.partner", "create", vals_list=[{"name": "ООО Ромашкин свет", "is_company": True, "vat": "7707083893"}]
    )[0]
    person = odoo.call(
        "res.partner",
        "create",
        vals_list=[{"name": "Ольга Сухова", "parent_id": company, "phone": "8 495 123-45-67", "function": "Закупщик"}],
    )[0]
    deal = odoo.new_deal(partner_id=person)
    for sought in ("+74951234567", "ромашкин", "Сухова свет"):
        assert [item.id for item in crm.find_deals(sought, 5)] == [deal]
    found = crm.find_deals("ромашкин", 5)[0]
    assert (found.company, found.company_id, found.inn) == ("ООО Ромашкин свет", str(company), "7707083893")
    assert found.contact is not None
    assert (found.contact.id, found.contact.name) == (str(person), "Ольга Сухова")
    assert "+74951234567" in found.contact.phones
    assert crm.read_deal(deal, ["contact.function", "company.vat"]).values == {
        "contact.function": "Закупщик",
        "company.vat": "7707083893",
    }


def test_words_that_no_deal_has_find_none(crm: Odoo) -> None:
    assert crm.find_deals("такого точно нет", 5) == ()


def test_all_deals_of_a_salesman_come_page_by_page_once(
    odoo: OdooServer, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.adapters.crm.odoo._PAGE", 3)
    mine = [odoo.new_deal(f"Сделка {number}") for number in range(7)]
    theirs = odoo.new_deal(key=odoo.keys.colleague)
    crm = connect()
    seen: list[str] = []
    cursor = None
    while True:
        page = crm.deals(since=None, cursor=cursor)
        seen += [deal.id for deal in page.deals]
        cursor = page.cursor
        if cursor is None:
            break
    assert len(seen) == len(set(seen))
    assert set(mine) <= set(seen)
    assert theirs not in seen


def test_later_only_what_changed_is_read(odoo: OdooServer, crm: Odoo) -> None:
    deal = odoo.new_deal(expected_revenue=700)
    changed = {item.id: item for item in crm.deals(since=datetime.now(UTC) - timedelta(seconds=60)).deals}
    assert changed[deal].amount == Money(Decimal(700))
    assert not changed[deal].is_closed
    assert crm.deals(since=datetime.now(UTC) + timedelta(hours=1)).deals == ()


def test_a_lost_deal_is_told_as_closed(odoo: OdooServer, crm: Odoo) -> None:
    deal = odoo.new_deal()
    odoo.call("crm.lead", "action_set_lost", ids=[int(deal)])
    changed = {item.id: item for item in crm.deals(since=datetime.now(UTC) - timedelta(seconds=60)).deals}
    assert changed[deal].is_closed


def test_a_deal_that_is_gone_is_told_as_such(odoo: OdooServer, crm: Odoo) -> None:
    deal = odoo.new_deal()
    odoo.call("crm.lead", "unlink", ids=[int(deal)])
    for act in (
        lambda: crm.read_deal(deal, ["name"]),
        lambda: crm.write_deal(deal, {"name": "Новое имя"}, new_id()),
        lambda: crm.add_note(deal, "Итог", new_id()),
    ):
        with pytest.raises(CrmFailure, match="удалена или недоступна") as caught:
            act()
        assert caught.value.fault is Fault.NOT_FOUND


def test_a_colleagues_deal_is_refused_with_the_right_that_is_missing(odoo: OdooServer, crm: Odoo) -> None:
    theirs = odoo.new_deal(key=odoo.keys.colleague)
    for act in (
        lambda: crm.read_deal(theirs, ["name"]),
        lambda: crm.write_deal(theirs, {"name": "Моё"}, new_id()),
        lambda: crm.add_note(theirs, "Итог", new_id()),
    ):
        with pytest.raises(CrmFailure) as caught:
            act()
        assert caught.value.fault is Fault.FORBIDDEN
        assert "печень" not in caught.value.message
    assert odoo.values(theirs, "name")["name"] == "Светильники для склада"


def test_the_deals_card_opens_at_the_address_told(odoo: OdooServer, crm: Odoo) -> None:
    deal = odoo.new_deal()
    assert crm.deal_url(deal) == f"{odoo.url}/odoo/crm/{deal}"
    assert odoo.client.get(crm.deal_url(deal)).status_code in (200, 303)
